"""The sweep: what is open and serves nothing, what each locks and costs, and one key to close one or all of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import units
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.services.deployment.close import BulkResult
from akash_tui.services.sweep.items import SweepReason, SweepResult
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.base.table_screen import TableScreen
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.lease_actions.close import close, close_all
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.background_monitor import BackgroundMonitor
from akash_tui.ui.session.session_app import READ_ONLY
from akash_tui.ui.sweep.columns import BEST_FIRST, COLUMNS, SORTS, SweepRow, preview_lines
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.preview_pane import PreviewPane, has_room
from akash_tui.ui.widgets.styles import joined


class SweepScreen(TableScreen):
    """The list with a preview. The background monitor reads for it."""

    BINDINGS = bindings("sweep")
    where: ClassVar[str] = "sweep"

    def __init__(self) -> None:
        super().__init__()
        self.sweep_choices = TableChoices[SweepRow]("sweep", SORTS, [SortKey("reason")], BEST_FIRST)

    def body(self) -> ComposeResult:
        with Container(id="sweep", classes="with-preview"):
            with TitledPanel(id="sweep-panel", classes="panel"):
                yield LiveTable[SweepRow](COLUMNS, empty="Reading the chain, and asking providers…", id="sweep-table")
            yield PreviewPane(id="preview", classes="panel")

    def on_mount(self) -> None:
        self.load_choices(self.sweep_choices)
        self.query_one("#sweep-table").focus()

    @property
    def choices(self) -> TableChoices[SweepRow]:
        return self.sweep_choices

    @property
    def all_columns(self) -> Sequence[Column[SweepRow]]:
        return COLUMNS

    @property
    def table(self) -> LiveTable[SweepRow]:
        return self.query_one("#sweep-table", LiveTable)

    @property
    def monitor(self) -> BackgroundMonitor | None:
        return self.session_app.monitor

    @property
    def found(self) -> SweepResult | None:
        """What was read last; None before, and without a wallet."""
        return self.monitor.sweep if self.monitor is not None else None

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read()

    def read(self) -> None:
        """Read now."""
        if self.monitor is not None:
            self.monitor.sweep_now()

    def revision(self) -> object:
        session = self.session_app.session
        if self.monitor is None or session is None:
            return None
        second = int(session.clock.monotonic() // 10)
        return (self.found, self.monitor.lease_list.fault, second, frozenset(self.table.marks), self.choices.settings,
                self.size)  # fmt: skip

    def paint(self) -> None:
        panel, session, found = self.query_one("#sweep-panel", TitledPanel), self.session_app.session, self.found
        if self.monitor is None or session is None:
            panel.name_edges(Content("Sweep"))
            self.table.say_empty("No wallet is open, so there is nothing to sweep.\nN connects one")
            return
        if found is None:
            panel.name_edges(Content("Sweep"))
            if self.monitor.lease_list.fault is not None:
                self.table.say_empty("The chain does not answer, so nothing is known.\nr tries again")
            return
        age = (session.clock.now() - found.read_at).total_seconds()
        panel.name_edges(self._title(found, age))
        in_use = f"{formatting.plural(found.in_use, 'deployment')} {'is' if found.in_use == 1 else 'are'} in use"
        self.table.say_empty(f"Nothing to close: {in_use if found.in_use else 'nothing is open'}.\nesc goes back")
        rows = self.choices.arrange(SweepRow(item) for item in found.items)
        self.table.set_columns(self.choices.shown(self.all_columns))
        self.choices.show_order(self.table)
        self.table.marks &= {row.id for row in rows}
        self.table.show(rows, age // 10)
        self._preview()

    def _title(self, found: SweepResult, age: float) -> Content:
        sure = found.sure
        costs = sum((item.price_h for item in sure), Decimal(0))
        locked = units(sum(item.locked.amount for item in sure))
        return joined(
            "Sweep",
            (f" · {len(sure)} certainly not in use", "muted") if found.items else "",
            (f" · {len(found.items) - len(sure)} to check", "muted") if len(found.items) > len(sure) else "",
            f" · {locked} ACT" if sure else "",
            f" · ≈ ${act(costs)} an hour" if costs else "",
            (f" · {len(self.table.marks)} marked", "accent") if self.table.marks else "",
            (f" · {formatting.ago(age)} old", "warn") if age > 90 else "",
        )

    @on(LiveTable.Highlighted)
    def _preview(self) -> None:
        """The line under the cursor, beside the list or below it where there is room."""
        pane, row = self.query_one(PreviewPane), self.table.cursor_row
        pane.display = row is not None and has_room(self.size)
        if row is not None and pane.display:
            pane.show(Content(row.item.name), preview_lines(row.item))

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "sweep.close" and self.table.marks:
            return f"close {len(self.table.marks)}"
        if action_id == "sweep.close-all" and self.found is not None and self.found.sure:
            return f"close all {len(self.found.sure)}"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        if action_id in ("sweep.close", "sweep.mark", "sweep.mark-all", "sweep.close-all"):
            if self.session_app.readonly:
                return READ_ONLY
            if action_id == "sweep.close-all" and (self.found is None or not self.found.sure):
                return "Nothing here is certainly not in use; x closes what is on this line."
            if "close" in action_id and (busy := self.session_app.why_busy()) is not None:
                return busy
        if self.table.cursor_row is None and action_id not in ("sweep.sort", "sweep.reverse", "sweep.columns"):
            return "The list is empty."
        return None

    def do_open(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        if row.item.shows_bids and not self.session_app.readonly:
            self.session_app.show_bids(row.item.id)
        else:
            self.app.push_screen(LeaseScreen(row.item.id))

    def do_why(self) -> None:
        """In a small window the pane has no room: the same lines in a dialog."""
        self.background(self._show_why, "why")

    async def _show_why(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            lines = [line for line in preview_lines(row.item) if not isinstance(line, Content)]
            await self.app.push_screen_wait(TextDialog(row.item.name, lines))

    def do_mark(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.table.toggle_mark(row.id)

    def do_mark_all(self) -> None:
        known = (row.id for row in self.table.rows if row.item.reason is not SweepReason.NOT_KNOWN)
        self.table.marks = set(known)
        self.repaint()

    def do_back(self) -> None:
        """Esc first takes the marks away, then goes back."""
        if self.table.marks:
            self.table.clear_marks()
        else:
            self.app.pop_screen()

    def do_close(self) -> None:
        row = self.table.cursor_row
        marked = [r.item.id for r in self.table.rows if r.id in self.table.marks]
        if marked:
            self._close_together(marked)
        elif row is not None:
            id = row.item.id
            self.session_app.money("closing a deployment", lambda: close(self.session_app, id, self.read))

    def do_close_all(self) -> None:
        if self.found is not None:
            self._close_together([item.id for item in self.found.sure])

    def _close_together(self, ids: Sequence[DeploymentId]) -> None:
        self.session_app.money("closing deployments", lambda: close_all(self.session_app, ids, self._after_closing))

    def _after_closing(self, result: BulkResult) -> None:
        """What could not be closed stays marked."""
        self.table.marks = {str(closing.id.dseq) for closing, _ in result.failed}
        self.read()

    def do_copy(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            copy_one_of(self.session_app, [("dseq", row.id), ("why", row.item.text), ("what to do", row.item.advice)])

    def do_reload(self) -> None:
        self.read()
        self.session_app.do_reload()
