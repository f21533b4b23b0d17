"""Leases: everything this wallet has deployed, what it costs and how long it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.services.deployment.close import BulkResult
from akash_tui.services.leases.lease_list import LeaseList
from akash_tui.services.leases.lease_summary import LeaseSummary
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.base.table_screen import TableScreen
from akash_tui.ui.lease_actions.ask_again import ask_again, why_no_ask_again
from akash_tui.ui.lease_actions.auto_top_up import auto_top_up
from akash_tui.ui.lease_actions.close import close, close_all
from akash_tui.ui.lease_actions.redeploy import deploy_again
from akash_tui.ui.lease_actions.stop_after import stop_after
from akash_tui.ui.lease_actions.top_up import top_up
from akash_tui.ui.leases.columns import AUTO, BEST_FIRST, COLUMNS, NUMBERED, SORTS, STOPS, LeaseRow
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.disabled_reasons import why_no_top_up
from akash_tui.ui.leases.offline_list import last_known
from akash_tui.ui.leases.preview import preview_lines
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.session.session_app import READ_ONLY
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.live_table import Column, LiveTable, fit_columns
from akash_tui.ui.widgets.preview_pane import PreviewPane, has_room
from akash_tui.ui.widgets.styles import joined

FRESH_SECONDS = 45.0
"""Older than that, the list says from when it is."""


class LeasesScreen(TableScreen):
    """The list with a preview; enter opens one. The background monitor reads for it, whether it is shown or not."""

    BINDINGS = bindings("leases")
    where: ClassVar[str] = "leases"
    tab: ClassVar[str] = "leases"

    def __init__(self) -> None:
        super().__init__()
        self.lease_choices = TableChoices[LeaseRow]("leases", SORTS, [SortKey("state")], BEST_FIRST)
        self._some_auto = False
        """A deployment has automatic top-up."""
        self._some_limit = False
        """A deployment has a runtime limit."""

    def body(self) -> ComposeResult:
        with Container(id="leases", classes="with-preview"):
            with TitledPanel(id="leases-panel", classes="panel"):
                yield LiveTable[LeaseRow](COLUMNS, empty="Reading the chain…", id="lease-table")
            yield PreviewPane(id="preview", classes="panel")

    def on_mount(self) -> None:
        self.load_choices(self.lease_choices)
        self.query_one("#lease-table").focus()

    @property
    def choices(self) -> TableChoices[LeaseRow]:
        return self.lease_choices

    @property
    def all_columns(self) -> Sequence[Column[LeaseRow]]:
        more = (*((STOPS,) if self._some_limit else ()), *((AUTO,) if self._some_auto else ()))
        return (*COLUMNS[:7], *more, *COLUMNS[7:])

    def _columns(self, names_repeat: bool) -> list[Column[LeaseRow]]:
        """Those that were chosen; where names repeat and no other column differs, the name with the number."""
        columns = self.lease_choices.shown(self.all_columns)
        fitting = fit_columns(columns, self.table.scrollable_content_region.width)
        if not names_repeat or any(column.key == "dseq" for column, _ in fitting):
            return columns
        return [replace(NUMBERED, stays=column.stays) if column.key == "name" else column for column in columns]

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read()

    def read(self) -> None:
        """Read now."""
        if self.session_app.monitor is not None:
            self.session_app.monitor.refresh_now()

    @property
    def lease_list(self) -> LeaseList | None:
        """What the background monitor has read; None without a wallet."""
        return self.session_app.monitor.lease_list if self.session_app.monitor is not None else None

    @property
    def table(self) -> LiveTable[LeaseRow]:
        return self.query_one("#lease-table", LiveTable)

    def revision(self) -> object:
        lease_list, session = self.lease_list, self.session_app.session
        if lease_list is None or session is None:
            return None
        monitor = self.session_app.monitor
        beside = (monitor.sweep, monitor.others) if monitor is not None else ()
        return (
            *(lease_list.revision, int(session.clock.monotonic() // 10), frozenset(self.table.marks)),
            *(self.lease_choices.settings, self.size, beside, self._busy),
        )

    @property
    def _busy(self) -> frozenset[DeploymentId]:
        """Those whose manifest is being sent from here now."""
        run_manager, lease_list = self.session_app.run_manager, self.lease_list
        if run_manager is None or lease_list is None:
            return frozenset()
        return frozenset(s.id for s in lease_list.summaries or () if run_manager.bringing_up(s.id))

    def paint(self) -> None:
        lease_list, session = self.lease_list, self.session_app.session
        panel = self.query_one("#leases-panel", TitledPanel)
        if lease_list is None or session is None:
            panel.name_edges(Content("Leases"))
            self.table.say_empty("No wallet is open, so there are no deployments to show.\nN connects one")
            return
        now = session.clock.now()
        if lease_list.summaries is None:
            panel.name_edges(Content("Leases"))
            if lease_list.fault is not None:
                self.table.say_empty(last_known(session))
            return
        shown = [s.at(now) for s in lease_list.summaries]
        panel.name_edges(self._title(lease_list, shown, now), self._beside())
        self.table.say_empty("Nothing is deployed.\nPress 1 to choose a preset and ask for bids")
        monitor = self.session_app.monitor
        orders, limits = (monitor.orders, monitor.limits) if monitor is not None else ({}, {})
        profiles = session.provider_cache.profiles
        names = Counter(s.name for s in shown)
        busy = self._busy
        rows = self.lease_choices.arrange(
            LeaseRow(s, profiles, orders.get(s.id), limits.get(s.id), now, names[s.name] > 1, s.id in busy)
            for s in shown
        )
        self._some_limit = any(row.limit is not None for row in rows)
        self._some_auto = any(row.order is not None for row in rows)
        self.table.set_columns(self._columns(any(row.same_name for row in rows)))
        self.lease_choices.show_order(self.table)
        self.table.marks &= {row.id for row in rows}
        self.table.show(rows, now)
        self._preview()

    @on(LiveTable.Highlighted)
    def _preview(self) -> None:
        """The deployment under the cursor, beside the list or below it where there is room."""
        pane, row = self.query_one(PreviewPane), self.table.cursor_row
        lease_list, session = self.lease_list, self.session_app.session
        pane.display = row is not None and has_room(self.size)
        if row is not None and pane.display and lease_list is not None and session is not None:
            view = next((view for view in lease_list.views or () if view.id == row.summary.id), None)
            pane.show(Content(row.summary.name), preview_lines(row, view, session.clock.now()))

    def _title(self, lease_list: LeaseList, shown: Sequence[LeaseSummary], now: datetime) -> Content:
        total = sum((s.price_h for s in shown), Decimal(0))
        age = 0.0 if lease_list.read_at is None else (now - lease_list.read_at).total_seconds()
        old = ""
        if lease_list.views is None:
            old = f" · {formatting.ago(age)} old, reading again" if age >= 10 else " · reading again"
        elif age > FRESH_SECONDS:
            old = f" · {formatting.ago(age)} old: the chain does not answer"
        return joined(
            "Leases",
            (f" · {formatting.plural(len(shown), 'deployment')}", "muted"),
            f" · ≈ ${act(total)} an hour in total" if total else "",
            (f" · {len(self.table.marks)} marked", "accent") if self.table.marks else "",
            (old, "warn"),
        )

    def _beside(self) -> Content:
        """What is not in use, and what belongs to other wallets of this home, as far as it is known."""
        monitor = self.session_app.monitor
        sweep = monitor.sweep.notice if monitor is not None and monitor.sweep is not None else ""
        others = monitor.others if monitor is not None else ""
        return joined(
            (f"{sweep}: U shows it" if sweep else "", "warn"),
            " · " if sweep and others else "",
            (others, "muted"),
        )

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "leases.closed" and self.lease_list is not None and self.lease_list.closed:
            return "hide closed"
        if action_id == "leases.close" and self.table.marks:
            return f"close {len(self.table.marks)}"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        if action_id == "leases.closed":
            return None if self.lease_list is not None else "No wallet is open. N connects one."
        row = self.table.cursor_row
        if row is None:
            return "There is no deployment here."
        if action_id in ("leases.close", "leases.mark"):
            if self.session_app.readonly:
                return READ_ONLY
            if row.summary.state == "closed" and not (action_id == "leases.close" and self.table.marks):
                return "It is closed already."
            if action_id == "leases.close":
                return self.session_app.why_busy()
        if action_id == "leases.redeploy":
            return self.session_app.why_read_only() or self.session_app.why_nothing_new()
        if action_id == "leases.ask-again":
            return why_no_ask_again(self.session_app, row.summary.state)
        if action_id in ("leases.top-up", "leases.auto-top-up", "leases.stop-after"):
            return why_no_top_up(self.session_app, row.summary.state)
        return None

    def do_open(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        if row.summary.state == "waiting" and row.summary.takes_bids and not self.session_app.readonly:
            self.session_app.show_bids(row.summary.id)
        else:
            self.app.push_screen(LeaseScreen(row.summary.id))

    def do_mark(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.table.toggle_mark(row.id)

    def do_back(self) -> None:
        """Esc takes the marks away; there is nothing behind the list."""
        self.table.clear_marks()

    def do_close(self) -> None:
        row = self.table.cursor_row
        marked = [r.summary.id for r in self.table.rows if r.id in self.table.marks and r.summary.state != "closed"]
        if marked:
            self.session_app.money(
                "closing deployments", lambda: close_all(self.session_app, marked, self._after_closing)
            )
        elif row is not None:
            self.session_app.money("closing a deployment", lambda: close(self.session_app, row.summary.id, self.read))

    def _after_closing(self, result: BulkResult) -> None:
        """What could not be closed stays marked."""
        self.table.marks = {str(closing.id.dseq) for closing, _ in result.failed}
        self.read()

    def do_top_up(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.session_app.money("topping up", lambda: top_up(self.session_app, row.summary.id, self.read))

    def do_auto_top_up(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.session_app.money("setting automatic top-up", lambda: auto_top_up(self.session_app, row.summary.id))

    def do_stop_after(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            app = self.session_app
            app.money("setting a runtime limit", lambda: stop_after(app, row.summary.id, self.read))

    def do_ask_again(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.session_app.money("asking again", lambda: ask_again(self.session_app, row.summary.id))

    def do_redeploy(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            deploy_again(self.session_app, row.summary.id)

    def do_savings(self) -> None:
        self.app.push_screen(SavingsPage())

    def do_copy(self) -> None:
        row = self.table.cursor_row
        if row is None:
            return
        things = [
            ("dseq", row.id),
            *(("address", name.address) for name in row.names),
            *(("provider", name.full) for name in row.names),
        ]
        copy_one_of(self.session_app, things)

    def do_closed(self) -> None:
        if self.lease_list is not None:
            self.lease_list.closed = not self.lease_list.closed
            self._tick()  # the key bar answers at once; the chain takes longer
        self.read()

    def do_reload(self) -> None:
        self.session_app.do_reload()
