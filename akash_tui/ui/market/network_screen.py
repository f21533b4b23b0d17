"""The network: its capacity, how much of it is leased, and each daily series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.csv_tables import CsvTable, day_table
from akash_tui.domain.market.daily_series import MONTH_DAYS, Point, SeriesKind
from akash_tui.services.market.figure import MarketFigure
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.market.capacity_bars import capacity_bars
from akash_tui.ui.market.chart import SeriesChart
from akash_tui.ui.market.chart_screen import ChartScreen
from akash_tui.ui.widgets.bars import TextPane, TitledPanel
from akash_tui.ui.widgets.line_filters import plain_glyphs
from akash_tui.ui.widgets.live_table import Cell, Column, LiveTable
from akash_tui.ui.widgets.styles import joined

LEASES = "activeLeaseCount"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day as a line of the table."""

    day: date
    value: Decimal
    before: Decimal | None
    kind: SeriesKind

    @property
    def id(self) -> str:
        return self.day.isoformat()


def day_rows(points: Sequence[Point], kind: SeriesKind) -> list[DayRow]:
    """The days, newest first, each with the value of the day before."""
    values = [None, *(point.value for point in points)]
    return [DayRow(point.day, point.value, before, kind) for point, before in zip(points, values, strict=False)][::-1]


def _change(row: DayRow) -> Cell:
    return market_formatting.moved(row.value, row.before, row.kind), "muted"


DAY_COLUMNS: tuple[Column[DayRow], ...] = (
    Column("day", "day", 11, lambda r: (f"{r.day:%-d %b %Y}", ""), right=True, stays=0),
    Column("value", "", 18, lambda r: (market_formatting.figure(r.value, r.kind), "strong"), right=True, stays=0),
    Column("change", "in a day", 12, _change, right=True, stays=1),
)


class NetworkScreen(ChartScreen):
    """Bars of what is leased above, one series over its days below, as a drawing or as lines of text."""

    BINDINGS = bindings("network")
    where: ClassVar[str] = "network"

    def body(self) -> ComposeResult:
        with Vertical(id="network"):
            with TitledPanel(id="network-panel", classes="panel"):
                yield TextPane(id="network-bars")
            with TitledPanel(id="chart-panel", classes="panel"):
                yield SeriesChart(id="chart")
                table = LiveTable[DayRow](DAY_COLUMNS, empty="No day is known.", id="days")
                table.display = False
                yield table

    @property
    def figures(self) -> Sequence[MarketFigure[Any]]:
        return self.market.capacity, self.market.series(LEASES)

    # -- painting --------------------------------------------------------------------

    @property
    def as_table(self) -> bool:
        return bool(self.query_one("#days").display)

    def revision(self) -> object:
        minute = int(self.session_app.status.monotonic() // 60)
        return (self._updates, minute, self.size, self.as_table if self.is_mounted else None, self.chart_state())

    def paint(self) -> None:
        session = self.session_app.session
        if session is None:
            return
        now = session.clock.now()
        answer = self.market.capacity.cached
        panel = self.query_one("#network-panel", TitledPanel)
        late = " · not renewed" if answer is not None and answer.fault is not None else ""
        below = market_formatting.source_and_age(answer.value.source, answer.read_at, now) + late if answer else ""
        panel.name_edges(joined(("The network", "strong"), " · leased of all there is"), Content(below))
        plain = plain_glyphs(self.app)
        leases = self.market.series(LEASES).cached
        active = leases.value.current if leases is not None else None
        bars = capacity_bars(answer, self.market.capacity.fault, active, self.size.width, plain=plain)
        self.query_one("#network-bars", TextPane).show(bars)
        self.paint_chart(now)
        if self.as_table and self.chart.answer is not None:
            table = self.query_one("#days", LiveTable)
            table.show(day_rows(self.chart.points, self.chart.answer.value.kind))

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "network.range":
            return self.other_range
        if action_id == "network.table" and self.as_table:
            return "as a chart"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        name = action_id.partition(".")[2]
        if name in ("copy", "export") and not self.chart.points:
            return "No day of this series is known yet."
        return self.no_day(name)

    def do_month_before(self) -> None:
        self.chart.move(-MONTH_DAYS)

    def do_month_after(self) -> None:
        self.chart.move(MONTH_DAYS)

    def do_table(self) -> None:
        table = self.query_one("#days", LiveTable)
        table.display = not table.display
        self.chart.display = not table.display
        if table.display:
            table.focus()
        else:
            self.set_focus(None)

    def things(self) -> Sequence[tuple[str, str]]:
        return [(self.chart.title().plain, self.chart.table("\t"))]

    def sheet(self) -> CsvTable | None:
        chart = self.chart
        return day_table(chart.answer.value.kind, chart.points, chart.span.value) if chart.answer is not None else None
