"""What the screens with a chart share: its series, its range and its marker by key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from textual.content import Content

from akash_tui.domain.market.daily_series import Range
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.services.market.figure import MarketFigure
from akash_tui.services.ports import AkashError
from akash_tui.ui.market.chart import SeriesChart
from akash_tui.ui.market.page_base import MarketView
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.styles import joined

CHECK_SECONDS = 20.0
"""Between two checks whether a figure is due; the figures know themselves how often they may be read."""


class ChartScreen(MarketView):
    """A screen with one chart and some figures. The answer to a key is painted at once, not at the next tick."""

    def __init__(self) -> None:
        super().__init__()
        self._updates = 0

    @property
    def chart(self) -> SeriesChart:
        return self.query_one("#chart", SeriesChart)

    def action_do(self, action_id: str) -> None:
        super().action_do(action_id)
        if self.is_current:
            self._tick()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.background(self._read, "read")

    @property
    def figures(self) -> Sequence[MarketFigure[Any]]:
        """What is shown beside the chart, in the order in which it is shown."""
        raise NotImplementedError

    @property
    def together(self) -> Sequence[MarketFigure[Any]]:
        """Those of them that are read at the same moment, because they are added up and compared."""
        return ()

    async def _read(self) -> None:
        async with self.session_app.guard("reading the market", loud=False):
            await self.show_cached()
            while self.is_current:
                again = self.together if any(figure.due for figure in self.together) else ()
                renewing = (self.renew(figure, again=figure in again) for figure in self.figures)
                await asyncio.gather(*renewing, self.draw_series())
                await self.renewed()
                await asyncio.sleep(CHECK_SECONDS)

    async def show_cached(self) -> None:
        """Called before anything is requested."""

    async def renewed(self) -> None:
        """Called when every figure was renewed."""

    async def renew(self, figure: MarketFigure[Any], *, again: bool) -> None:
        """One figure: as it is cached, then read if it is due, or for `again` also before; if that fails, why."""
        await figure.last()
        self.update_figures()
        try:
            await figure.get(again=again)
        except AkashError as fault:
            self.session_app.problems.add("reading the market", fault)
        self.update_figures()

    def update_figures(self) -> None:
        """Show what is known now."""
        self._updates += 1

    async def draw_series(self) -> None:
        """What is known of the series at once, then what is read."""
        chart, name = self.chart, self.chart.name_shown
        figure = self.market.series(name)
        chart.show(await figure.last(), "")
        try:
            answer: CachedValue[Any] | None = await figure.get()
            fault = ""
        except AkashError as error:
            answer, fault = None, f"{error.title} {error.advice}"
        if chart.name_shown == name:
            chart.show(answer, fault)
        self._updates += 1

    def chart_state(self) -> object:
        """Differs whenever the chart's title does."""
        return (self.chart.name_shown, self.chart.span, self.chart.at) if self.is_mounted else None

    def paint_chart(self, now: datetime) -> None:
        """The chart's title, source and age."""
        title = joined(self.chart.title(), "  ", self.chart.figure())
        self.query_one("#chart-panel", TitledPanel).name_edges(title, Content(self.chart.source(now)))

    @property
    def other_range(self) -> str:
        """What `t` goes to."""
        return Range.MONTH.words if self.chart.span is Range.ALL else Range.ALL.words

    def no_day(self, name: str) -> str | None:
        """Why the marker cannot move."""
        moves = name in ("day-before", "day-after", "month-before", "month-after")
        return "There is no day to move to." if moves and not self.chart.points else None

    def do_series_before(self) -> None:
        self._turn(-1)

    def do_series_next(self) -> None:
        self._turn(1)

    def _turn(self, step: int) -> None:
        self.chart.turn(step)
        self.chart.show(self.market.series(self.chart.name_shown).cached, "")
        self.background(self.draw_series, "draw")

    def do_range(self) -> None:
        self.chart.stretch()

    def do_day_before(self) -> None:
        self.chart.move(-1)

    def do_day_after(self) -> None:
        self.chart.move(1)
