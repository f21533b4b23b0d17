"""Market: how much of the network is leased, every GPU model or provider, and a daily series."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from akash_tui.domain.filtering.filter import EVERYTHING, Filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.csv_tables import CsvTable, gpu_table, provider_table
from akash_tui.domain.market.gpu_rows import GPUS, GpuRow, OwnLease
from akash_tui.domain.market.provider_rows import PROVIDERS, listed, name_of
from akash_tui.domain.market.sorting import BEST_FIRST, GPU_SORTS, PROVIDER_SORTS
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.provider_note import UNDECIDED, ProviderNote
from akash_tui.domain.text import plural
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.services.market.figure import MarketFigure
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.provider_notes import ProviderNoteKeys, notes_now
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.base.table_screen import TableScreen
from akash_tui.ui.market import price_alert
from akash_tui.ui.market.capacity_bars import capacity_line
from akash_tui.ui.market.chart import SeriesChart
from akash_tui.ui.market.chart_screen import ChartScreen
from akash_tui.ui.market.deploy_from_market import deploy_accepting, deploy_only_at
from akash_tui.ui.market.detail_pages import GpuPage, ProviderScreen
from akash_tui.ui.market.network_screen import NetworkScreen
from akash_tui.ui.market.preview import gpu_preview, provider_preview
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.market.tables import gpu_columns, price_ranks, provider_columns
from akash_tui.ui.session import gc_pauses
from akash_tui.ui.widgets.bars import TextPane, TitledPanel
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.formatting import when
from akash_tui.ui.widgets.line_filters import plain_glyphs
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.preview_pane import PreviewPane, has_room
from akash_tui.ui.widgets.styles import joined

ROWS_FOR_CHART = 20
"""In a lower window the list has all the room."""
PROVIDER_HINT = "gpu:h100|a100  free>0  uptime_7d>99  audited  region:eu"
HINT = "gpu:h100|a100  free>0  min<1.2  vram>=48  providers>2  sxm"


NOTES = ("favourite", "block", "note")
"""What can be done in the list of providers only."""


class MarketScreen(TableScreen, ChartScreen, ProviderNoteKeys):
    """GPU models or providers above, one daily series below; enter opens a line."""

    BINDINGS = bindings("market")
    where: ClassVar[str] = "market"

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[GpuRow] = []
        self.ranks = price_ranks(())
        self.gpu_columns = gpu_columns(lambda: self.ranks)
        self.notes: Mapping[str, ProviderNote] = {}
        self.provider_columns = provider_columns(lambda: self.notes)
        self.filter: Filter = EVERYTHING
        self.gpu_choices = TableChoices[GpuRow]("gpus", GPU_SORTS, [SortKey("gpu")], BEST_FIRST)
        self.of_providers = False
        self.provider_filter: Filter = EVERYTHING
        self.provider_choices = TableChoices[ProviderSheet](
            "providers", PROVIDER_SORTS, [SortKey("free", True)], BEST_FIRST
        )
        self._mine: list[OwnLease] = []

    def body(self) -> ComposeResult:
        with Vertical(id="market"):
            yield TextPane(id="market-capacity")
            with Horizontal(id="market-lists"):
                with TitledPanel(id="market-panel", classes="panel"):
                    yield FilterBar(lambda: self.rows, about=GPUS, hint=HINT, saves=False, id="market-filter")
                    yield FilterBar(
                        self._sheets, about=PROVIDERS, hint=PROVIDER_HINT, saves=False, id="provider-filter"
                    )
                    yield LiveTable[GpuRow](self.gpu_columns, empty="Reading the market…", id="gpu-table")
                    yield LiveTable[ProviderSheet](
                        self.provider_columns, empty="Reading the providers…", id="provider-table"
                    )
                yield PreviewPane(id="preview", classes="panel")
            with TitledPanel(id="chart-panel", classes="panel"):
                yield SeriesChart(id="chart")

    @property
    def choices(self) -> TableChoices[Any]:
        """What was chosen of the list that is shown."""
        return self.provider_choices if self.of_providers else self.gpu_choices

    @property
    def table(self) -> LiveTable[Any]:
        return self.query_one("#provider-table" if self.of_providers else "#gpu-table", LiveTable)

    @property
    def all_columns(self) -> Sequence[Column[Any]]:
        return self.provider_columns if self.of_providers else self.gpu_columns

    def on_mount(self) -> None:
        self.load_choices(self.gpu_choices, self.provider_choices)
        self.query_one("#provider-table").display = False
        self.query_one("#gpu-table").focus()

    # -- reading ---------------------------------------------------------------------

    @property
    def figures(self) -> Sequence[MarketFigure[Any]]:
        market = self.market
        return (market.capacity, market.gpus, market.days, market.providers)

    @property
    def together(self) -> Sequence[MarketFigure[Any]]:
        return (self.market.capacity, self.market.gpus)

    async def show_cached(self) -> None:
        """All that the disk has, painted part by part, before anything is requested."""
        chart = self.chart
        for figure in self.figures[:2]:
            await figure.last()
        self.update_figures()
        chart.show(await self.market.series(chart.name_shown).last(), "")
        await self._painted()
        for figure in self.figures[2:]:
            await figure.last()
            self.update_figures()
        gc_pauses.freeze()

    async def _painted(self) -> None:
        """Paint now, and wait until the terminal has it: what is read next takes its time."""
        done = asyncio.Event()
        self._tick()
        self.call_after_refresh(done.set)
        await done.wait()

    async def renewed(self) -> None:
        session = self.session_app.session
        if session is not None:
            self._mine = self.market.own(await session.chain.block_time())
        self.update_figures()

    def _sheets(self) -> Sequence[ProviderSheet]:
        answer = self.market.providers.cached
        return answer.value if answer is not None else ()

    def update_figures(self) -> None:
        answer = self.market.gpus.cached
        if answer is not None:
            self.rows = self.market.table(answer.value, self._mine)
            self.ranks = price_ranks(self.rows)
        super().update_figures()

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        minute = int(self.session_app.status.monotonic() // 60)
        providers = (self.of_providers, self.provider_filter.text, self.filter.text)
        seen = (self.chart_state(), self.size)
        session = self.session_app.session
        decided = None if session is None else session.provider_notes.revision
        return (self._updates, providers, self.choices.settings, minute, seen, decided)

    def paint(self) -> None:
        session = self.session_app.session
        if session is None:
            return
        chart = self.query_one("#chart-panel")
        chart.display = self.size.height >= ROWS_FOR_CHART
        now = session.clock.now()
        answer = self.market.capacity.cached
        plain = plain_glyphs(self.app)
        line = capacity_line(answer, self.market.capacity.fault, self.size.width, now, plain=plain)
        self.query_one("#market-capacity", TextPane).show(line)
        panel = self.query_one("#market-panel", TitledPanel)
        self.choices.show_order(self.table)
        self.table.set_columns(self.choices.shown(self.all_columns))
        if self.of_providers:
            self.notes = notes_now(self.session_app)
            sheets, rows = self.market.providers.cached, self._sheets()
            found = listed(rows, self.provider_filter, self.choices.sort)
            self.table.show(found)
            self._show_empty(self.market.providers)
            count = f" · {len(rows)}" if rows else ""
            if self.provider_filter.terms:
                count = f" · {len(found)} of {len(rows)}: {self.provider_filter.text}"
            title = joined(("Providers", "strong"), (count, "muted"))
            aged: CachedValue[Any] | None = sheets
            source = rows[0].source if rows else None
        else:
            shown = self.choices.arrange(self.filter.apply(self.rows).rows)
            self.table.show(shown)
            self._show_empty(self.market.gpus)
            hidden = f" · {len(shown)} of {len(self.rows)}: {self.filter.text}" if self.filter.terms else ""
            marks = len(self.marked)
            marked = f" · {marks} marked: n deploys on them" if marks else ""
            title = joined(("GPUs", "strong"), " · $ per GPU-hour", (marked + hidden, "accent"))
            aged = self.market.gpus.cached
            source = self.rows[0].source if self.rows else None
        below = ""
        if aged is not None and source is not None:
            late = " · not renewed" if aged.fault is not None else ""
            below = market_formatting.source_and_age(source, aged.read_at, now) + late
        panel.name_edges(title, Content(below))
        self.paint_chart(now)
        self._preview()

    @on(LiveTable.Highlighted)
    def _preview(self) -> None:
        """What is under the cursor, beside the list where there is room."""
        pane, row = self.query_one(PreviewPane), self.table.cursor_row
        pane.display = row is not None and has_room(self.size, below=False)
        if not pane.display:
            return
        if isinstance(row, ProviderSheet):
            note = self.notes.get(row.id, UNDECIDED)
            pane.show(Content(name_of(row).full), provider_preview(row, note))
        elif isinstance(row, GpuRow):
            price = self.market.session.memory.usual_price(None, row.gpu)
            age = "" if price is None else when(self.market.session.clock.now(), price.last_at)
            seen = "" if price is None else f"${price.line()}, {age} · {price.basis}"
            pane.show(Content(row.gpu.model), gpu_preview(row, self._sheets(), seen))

    def _show_empty(self, figure: MarketFigure[Any]) -> None:
        if self.of_providers and self.provider_filter.terms and self._sheets():
            self.table.say_empty(f"The filter hides {_all_of(len(self._sheets()), 'provider')}.\n/ then esc shows them")
        elif self.filter.terms and self.rows and not self.of_providers:
            self.table.say_empty(f"The filter hides {_all_of(len(self.rows), 'model')}.\n/ then esc shows them")
        elif figure.fault is not None:
            self.table.say_empty(f"{figure.fault.title}\n{figure.fault.advice}")
        elif figure.cached is not None:
            self.table.say_empty("The list is empty.")

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "market.providers" and self.of_providers:
            return "GPUs"
        if action_id == "market.range":
            return self.other_range
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        name = action_id.partition(".")[2]
        if name == "mark" and self.of_providers:
            return "Only GPU models can be marked; n deploys at the provider on this line."
        if name == "export" and not self.table.rows:
            return "There is nothing to export yet."
        if name == "new-deployment":
            reason = self.session_app.why_not("app.deploy") or self.session_app.why_nothing_new()
            return reason or (None if self.table.cursor_row else "The list is empty.")
        if name == "open" and self.table.cursor_row is None:
            return "The list is empty."
        if name in NOTES:
            return self.why_not_noted() if self.of_providers else "Only in the list of providers: v shows it."
        return self.no_day(name)

    def do_open(self) -> None:
        row = self.table.cursor_row
        if isinstance(row, ProviderSheet):
            self.app.push_screen(ProviderScreen(row.id))
        elif isinstance(row, GpuRow):
            self.app.push_screen(GpuPage(row.gpu.vendor, row.gpu.model))

    def in_bar(self, action_id: str) -> bool:
        return super().in_bar(action_id) and (self.of_providers or action_id.partition(".")[2] not in NOTES)

    def noted_provider(self) -> tuple[str, str] | None:
        row = self.table.cursor_row
        return (row.id, name_of(row).full) if isinstance(row, ProviderSheet) else None

    def do_mark(self) -> None:
        row = self.table.cursor_row
        if isinstance(row, GpuRow):
            self.table.toggle_mark(row.id)
            self._updates += 1

    @property
    def marked(self) -> list[GpuRow]:
        """The marked models, also those that the filter hides now."""
        marks = self.query_one("#gpu-table", LiveTable).marks
        return [row for row in self.rows if row.id in marks]

    def do_new_deployment(self) -> None:
        row = self.table.cursor_row
        if isinstance(row, ProviderSheet):
            self.session_app.background(deploy_only_at(self.session_app, row), "order")
        elif isinstance(row, GpuRow):
            models = [marked.gpu for marked in self.marked] or [row.gpu]
            self.session_app.background(deploy_accepting(self.session_app, models), "order")

    def do_providers(self) -> None:
        self.table.display = False
        self.of_providers = not self.of_providers
        self.table.display = True
        self.table.focus()

    def do_by_day(self) -> None:
        self.app.push_screen(NetworkScreen())

    def do_filter(self) -> None:
        if self.of_providers:
            self.query_one("#provider-filter", FilterBar).open(self.provider_filter.text)
        else:
            self.query_one("#market-filter", FilterBar).open(self.filter.text)

    @on(FilterBar.Filtered)
    def _filtered(self, event: FilterBar.Filtered) -> None:
        if self.of_providers:
            self.provider_filter = event.filter
        else:
            self.filter = event.filter
        self._tick()

    @on(FilterBar.Closed)
    def _typed(self) -> None:
        self.table.focus()

    def do_watch(self) -> None:
        row = self.table.cursor_row
        about = f"gpu:{row.gpu.model} free>=1" if isinstance(row, GpuRow) else ""
        price_alert.ask(self.session_app, self.filter.text or about)

    def do_savings(self) -> None:
        self.app.push_screen(SavingsPage())

    def side(self) -> Content:
        return price_alert.side(self.session_app)

    def things(self) -> Sequence[tuple[str, str]]:
        """The list as it is shown and the series, as text that a spreadsheet takes."""
        row = self.table.cursor_row
        things: list[tuple[str, str]] = []
        if row is not None:
            things.append(("the list", self.sheet().tabs()))
        things.append((self.chart.title().plain, self.chart.table("\t")))
        if isinstance(row, ProviderSheet):
            things += [("address", row.id), ("gateway", row.profile.host_uri), ("provider", name_of(row).full)]
        elif isinstance(row, GpuRow):
            things.append(("line", gpu_table([row]).tabs().partition("\n")[2]))
        return things

    def sheet(self) -> CsvTable:
        return (provider_table if self.of_providers else gpu_table)(self.table.rows)


def _all_of(count: int, noun: str) -> str:
    return f"the only {noun}" if count == 1 else f"all {plural(count, noun)}"
