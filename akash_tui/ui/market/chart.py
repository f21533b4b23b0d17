"""One daily series as a chart, with a marker that shows the value of a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.chart import ChartData, chart
from akash_tui.domain.market.daily_series import KINDS, Point, Range, Series, SeriesKind, window
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.line_filters import plain_glyphs
from akash_tui.ui.widgets.plot import Plot, rows_of
from akash_tui.ui.widgets.styles import joined, toned

SERIES: Final = (
    "dailyUUsdSpent",
    "gpuUtilization",
    "dailyLeaseCount",
    "activeLeaseCount",
    "dailyUActSpent",
    "dailyUAktSpent",
    "dailyUUsdcSpent",
    "totalUUsdSpent",
)
"""The series that `[` and `]` step through."""
NARROWEST, LOWEST = 24, 3
"""Columns and lines below which nothing can be read off a chart."""


class SeriesChart(Widget):
    """Draws a series in the space it has; its screen gives it the data.

    A thread draws, so the picture follows a moment after its title.
    """

    DEFAULT_CSS = "SeriesChart { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.name_shown = SERIES[0]
        self.span = Range.MONTH
        self.answer: CachedValue[Series] | None = None
        self.fault = ""
        self.at: int | None = None
        """Which of the shown points the marker is on; None: no marker."""
        self._drawn: ChartData | None = None
        self._wanted: Callable[[], tuple[ChartData, list[str]]] | None = None
        self.settled = True
        """Whether all that is known is drawn."""

    def compose(self) -> ComposeResult:
        yield TextPane(id="chart-note")
        plot = Plot()
        plot.display = False
        yield plot

    def on_resize(self) -> None:
        self.draw()

    def show(self, answer: CachedValue[Series] | None, fault: str) -> None:
        """Draw this, or show why there is nothing to draw."""
        if answer != self.answer or fault != self.fault:
            self.answer, self.fault = answer, fault
            self.draw()

    def turn(self, step: int) -> None:
        """The next or the previous series."""
        at = SERIES.index(self.name_shown)
        self.name_shown = SERIES[(at + step) % len(SERIES)]
        self.answer, self.fault, self.at = None, "", None
        self.draw()

    def stretch(self) -> None:
        """A month, or all time."""
        self.span = Range.ALL if self.span is Range.MONTH else Range.MONTH
        self.at = None
        self.draw()

    def move(self, step: int) -> None:
        """The marker to the day before or after; it begins at the newest."""
        points = self.points
        if points:
            at = len(points) - 1 if self.at is None else self.at + step
            self.at = min(max(at, 0), len(points) - 1)
            self._mark()

    def on_click(self, event: events.Click) -> None:
        """The marker to the day that is nearest to the click."""
        offset, drawn, points = event.get_content_offset(self), self._drawn, self.points
        if offset is None or drawn is None or not points or offset.x < drawn.left:
            return
        width, first = self.size.width, points[0].day
        columns = [drawn.column((point.day - first).days, width) for point in points]
        self.at = min(range(len(points)), key=lambda at: abs(columns[at] - offset.x))
        self._mark()

    @property
    def points(self) -> tuple[Point, ...]:
        """The days shown."""
        return () if self.answer is None else window(self.answer.value, self.span).points

    @property
    def point(self) -> Point | None:
        """The day that the marker is on."""
        points = self.points
        return points[self.at] if self.at is not None and self.at < len(points) else None

    def table(self, between: str) -> str:
        """The days shown as text: a date and its value a line."""
        return "\n".join(f"{point.day.isoformat()}{between}{point.value:f}" for point in self.points)

    def title(self) -> Content:
        """`daily network spend, 1 month`."""
        return joined((KINDS[self.name_shown].title, "strong"), f", {self.span.words}")

    def figure(self) -> Content:
        """The right part of the title line: the marked day, or the sum and its change."""
        if self.answer is None:
            return Content("")
        series, part = self.answer.value, window(self.answer.value, self.span)
        if self.point is not None:
            text = f"{self.point.day:%-d %b %Y}: {market_formatting.figure(self.point.value, series.kind)}"
            before = self.points[self.at - 1].value if self.at else None
            more = market_formatting.moved(self.point.value, before, series.kind)
            return joined(text, (f"  {more} in a day" if more else "", "muted"))
        whole = f"{market_formatting.figure(part.figure, series.kind)} {'in all' if series.kind.flow else 'on average'}"
        text = f"{market_formatting.current(series.current, series.kind)} · {whole}"
        more = market_formatting.moved(part.figure, part.before, series.kind)
        return joined(text, (f"  {more}" if more else "", "muted"))

    def source(self, now: datetime) -> str:
        """Its source and age."""
        if self.answer is None:
            return ""
        return market_formatting.source_and_age(FigureSource.INDEXER, self.answer.read_at, now) + (
            ", not renewed" if self.answer.fault else ""
        )

    def draw(self) -> None:
        """Draw what is known now, or show why there is nothing to draw."""
        if not self.is_mounted:
            return
        points = self.points
        width, height = self.size
        drawable = bool(points) and width >= NARROWEST and height >= LOWEST
        note = self.query_one("#chart-note", TextPane)
        note.display = not drawable
        self.query_one(Plot).display = drawable
        if not drawable:
            self._wanted = None
            note.show(toned(self.fault or ("No day is known." if self.answer is not None else "reading…"), "muted"))
            return
        plain = plain_glyphs(self.app)
        self._wanted = partial(_draw, points, KINDS[self.name_shown], width, height, plain)
        if self.settled:
            self.settled = False
            self.call_after_refresh(self.run_worker, self._draw_wanted, group="plot")  # a key's answer is painted first

    async def _draw_wanted(self) -> None:
        """Draw in a thread until nothing newer is wanted."""
        try:
            while (wanted := self._wanted) is not None:
                data, rows = await asyncio.to_thread(wanted)
                if self._wanted is wanted:
                    self._wanted, self._drawn = None, data
                    self.query_one(Plot).show(rows, data.left, self._column)
        finally:
            self.settled = True

    @property
    def _column(self) -> int | None:
        """Where the marked day is in the drawing."""
        if self._drawn is None or self.point is None:
            return None
        return self._drawn.column((self.point.day - self.points[0].day).days, self.size.width)

    def _mark(self) -> None:
        """The vertical line onto the marked day; a drawing under way brings it along."""
        if self._wanted is None:
            self.query_one(Plot).mark(self._column)


def _draw(
    points: tuple[Point, ...], kind: SeriesKind, width: int, height: int, plain: bool
) -> tuple[ChartData, list[str]]:
    made = chart(points, kind, width, height)
    return made, rows_of(made, width, height, plain=plain)
