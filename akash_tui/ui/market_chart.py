"""One daily series drawn over its days, with a marker that says the value of a day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from textual.content import Content
from textual.widget import Widget

from akash_tui.domain import market_words as figures
from akash_tui.domain import sketch
from akash_tui.domain.series import KINDS, Point, Range, Series, window
from akash_tui.domain.supply import Source
from akash_tui.services.market_kept import Told
from akash_tui.ui.ascii import AsciiFilter
from akash_tui.ui.tones import joined, toned

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
"""What `[` and `]` go through."""
LABELS: Final = 10
"""Columns at the left for the figures of the scale."""


class Chart(Widget):
    """Draws a series into whatever room it has; the model is its screen's."""

    DEFAULT_CSS = "Chart { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.name_shown = SERIES[0]
        self.span = Range.MONTH
        self.told: Told[Series] | None = None
        self.fault = ""
        self.at: int | None = None
        """Which of the shown points the marker is on; None: no marker."""

    def show(self, told: Told[Series] | None, fault: str) -> None:
        """Draw this, or say why there is nothing to draw."""
        if told != self.told or fault != self.fault:
            self.told, self.fault = told, fault
            self.refresh()

    def turn(self, step: int) -> None:
        """The next or the previous series."""
        at = SERIES.index(self.name_shown)
        self.name_shown = SERIES[(at + step) % len(SERIES)]
        self.told, self.fault, self.at = None, "", None
        self.refresh()

    def stretch(self) -> None:
        """A month, or all time."""
        self.span = Range.ALL if self.span is Range.MONTH else Range.MONTH
        self.at = None
        self.refresh()

    def move(self, step: int) -> None:
        """The marker to the day before or after; it begins at the newest."""
        points = self.points
        if points:
            at = len(points) - 1 if self.at is None else self.at + step
            self.at = min(max(at, 0), len(points) - 1)
            self.refresh()

    @property
    def points(self) -> tuple[Point, ...]:
        """The days shown."""
        return () if self.told is None else window(self.told.value, self.span).points

    @property
    def point(self) -> Point | None:
        """The day that the marker is on."""
        points = self.points
        return points[self.at] if self.at is not None and self.at < len(points) else None

    def title(self) -> Content:
        """`daily network spend, 1 month`."""
        return joined((KINDS[self.name_shown].title, "strong"), f", {self.span.words}")

    def figure(self) -> Content:
        """What the title line says at its right: the marked day, or the sum and its change."""
        if self.told is None:
            return Content("")
        series, part = self.told.value, window(self.told.value, self.span)
        if self.point is not None:
            return Content(f"{_day(self.point.day)}: {figures.figure(self.point.value, series.kind)}")
        whole = f"{figures.figure(part.figure, series.kind)} {'in all' if series.kind.flow else 'on average'}"
        text = f"{figures.current(series.current, series.kind)} · {whole}"
        return joined(text, (f"  {figures.change(part.change)}" if part.change is not None else "", "muted"))

    def source(self, now: datetime) -> str:
        """Who told it and how old it is."""
        if self.told is None:
            return ""
        return figures.told(Source.INDEX, self.told.read_at, now) + (", not renewed" if self.told.fault else "")

    def render(self) -> Content:
        width, height = self.size.width, self.size.height
        points = self.points
        if not points or height < 3 or width < LABELS + 10:
            return toned(self.fault or ("No day of it is known." if self.told is not None else "reading…"), "muted")
        ascii_only = any(isinstance(each, AsciiFilter) for each in self.app._filters)
        values = [point.value for point in points]
        room = width - LABELS
        drawn = sketch.line(values, room, height - 1, ascii_only=ascii_only)
        low, high = sketch.scale(values, None)
        kind = KINDS[self.name_shown]
        labels = {0: figures.figure(high, kind), len(drawn) - 1: figures.figure(low, kind)}
        rows = [
            joined((f"{labels.get(y, '')[: LABELS - 1]:>{LABELS - 1}} ", "muted"), (line, "accent"))
            for y, line in enumerate(drawn)
        ]
        return Content("\n").join([*rows, self._axis(points, room)])

    def _axis(self, points: tuple[Point, ...], room: int) -> Content:
        """The first and the last day, and the marker under its day."""
        first, last = _day(points[0].day), _day(points[-1].day)
        line = first + " " * max(1, room - len(first) - len(last)) + last
        if self.at is not None and self.point is not None:
            at = 0 if len(points) == 1 else int(Decimal(self.at * (room - 1)) / (len(points) - 1))
            line = line[:at] + "▲" + line[at + 1 :]
        return toned(" " * LABELS + line[:room], "muted")


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
