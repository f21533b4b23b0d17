"""Leases: everything this wallet has deployed, what it costs and how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from akash_tui.domain.akash.money import units
from akash_tui.domain.akash.provider import Provider, ProviderProfile, display_name
from akash_tui.domain.bids.formatting import act, span
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.deployment.close import BulkResult
from akash_tui.services.leases.lease_list import LeaseList
from akash_tui.services.leases.lease_summary import LeaseSummary
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.ui.actions import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.lease_actions.ask_again import ask_again, why_no_ask_again
from akash_tui.ui.lease_actions.auto_top_up import auto_top_up
from akash_tui.ui.lease_actions.close import close, close_all
from akash_tui.ui.lease_actions.redeploy import deploy_again
from akash_tui.ui.lease_actions.top_up import top_up
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.disabled_reasons import why_no_top_up
from akash_tui.ui.leases.offline_list import last_known
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.session.session_app import READ_ONLY
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.live_table import Cell, Column, LiveTable
from akash_tui.ui.widgets.styles import joined

FRESH_SECONDS = 45.0
"""Older than that, the list says from when it is."""


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """One deployment as a line."""

    summary: LeaseSummary
    profiles: Mapping[str, ProviderProfile] = field(default_factory=dict)
    order: StandingOrder | None = None

    @property
    def id(self) -> str:
        return str(self.summary.id.dseq)

    @property
    def state(self) -> Cell:
        signs: dict[str, Cell] = {
            "running": ("● running", "good"),
            "leased": ("◐ leased", "accent"),
            "dry": ("✗ no funds", "bad"),
            "closed": ("✕ closed", "muted"),
        }
        if self.summary.problem and self.summary.state != "dry":
            return f"! {self.summary.problem}", "bad"
        if self.summary.ran_out:
            return "✗ no funds", "bad" if self.summary.needs_attention else "muted"
        if self.summary.state == "waiting":
            return self._waiting
        return signs.get(self.summary.state, (f"? {self.summary.state}", "muted"))

    @property
    def _waiting(self) -> Cell:
        """What it waits for: bids, a choice between those that are there, or its person, once all are gone."""
        if not self.summary.takes_bids:
            return "○ paused", "muted"
        if self.summary.open_bids:
            return f"○ {formatting.plural(self.summary.open_bids, 'bid')}", "accent"
        return ("✗ no bids", "warn") if self.summary.bids_gone else ("○ waiting", "accent")

    @property
    def gpu(self) -> Cell:
        if not self.summary.providers:
            return "–", "muted"
        return formatting.gpus(Disclosure(self.summary.gpus))

    @property
    def up(self) -> Cell:
        """Services that are up, of all."""
        up, services = self.summary.up, self.summary.services
        if self.summary.state in ("closed", "waiting"):
            return "", ""
        if up is None or services is None:
            return NOT_KNOWN, "muted"
        return f"{up}/{services}", "good" if up == services and services else "warn"

    @property
    def price(self) -> Cell:
        """ACT an hour of all its leases."""
        return (act(self.summary.price_h) if self.summary.price_h else ""), ""

    @property
    def left(self) -> Cell:
        """ACT left in escrow."""
        if self.summary.state == "closed":
            return "", ""
        return units(int(self.summary.left)), "bad" if self.summary.left <= 0 else ""

    @property
    def lasts(self) -> Cell:
        """Hours until the escrow is empty."""
        hours = self.summary.lasts_hours
        if hours is None:
            return "", ""
        return span(hours), "bad" if hours < 2 else "warn" if hours < 12 else ""

    @property
    def auto(self) -> Cell:
        """What an automatic top-up has spent, of its cap."""
        if self.order is None:
            return "", ""
        spent = f"{units(self.order.spent, 0)} of {units(self.order.cap, 0)}"
        return (spent, "accent") if self.order.active else (f"off, {units(self.order.spent, 0)}", "muted")

    @property
    def until(self) -> Cell:
        """When the escrow is empty, in local time."""
        at = self.summary.lasts_until
        return (formatting.local_time(at) if at is not None else ""), "muted"

    @property
    def age(self) -> Cell:
        """Time since it was created."""
        return formatting.ago(self.summary.age_seconds), "muted"

    @property
    def provider(self) -> Cell:
        """Names of the providers of its leases."""
        names = [
            display_name(address, Provider(address, gateway) if gateway else None, self.profiles.get(address))
            for address, gateway in self.summary.providers
        ]
        return ", ".join(dict.fromkeys(names)), ""


COLUMNS: tuple[Column[LeaseRow], ...] = (
    Column("state", "state", 10, lambda r: r.state, stays=0),
    Column("name", "name", 13, lambda r: (r.summary.name, "strong"), stays=0, grow=14),
    Column("gpu", "GPU", 12, lambda r: r.gpu, stays=1, grow=8),
    Column("up", "up", 4, lambda r: r.up, right=True, stays=2),
    Column("price", "≈$/h", 6, lambda r: r.price, right=True, stays=0),
    Column("left", "ACT left", 8, lambda r: r.left, right=True, stays=2),
    Column("lasts", "lasts", 7, lambda r: r.lasts, right=True, stays=2),
    Column("age", "age", 6, lambda r: r.age, right=True, stays=3),
    Column("until", "until about", 16, lambda r: r.until, stays=6),
    Column("provider", "provider", 12, lambda r: r.provider, stays=5, grow=16),
    Column("dseq", "dseq", 10, lambda r: (r.id, "muted"), right=True, stays=7),
)
AUTO: Column[LeaseRow] = Column("auto", "auto ACT", 9, lambda r: r.auto, right=True, stays=3)
"""Only shown where a deployment has automatic top-up."""


class LeasesScreen(BaseScreen):
    """The list; enter opens one. The background monitor reads what it shows, whether it is shown or not."""

    BINDINGS = bindings("leases")
    where: ClassVar[str] = "leases"
    tab: ClassVar[str] = "leases"

    def body(self) -> ComposeResult:
        with Vertical(id="leases-panel", classes="panel"):
            yield LiveTable[LeaseRow](COLUMNS, empty="Reading the chain…", id="lease-table")

    def on_mount(self) -> None:
        self.query_one("#lease-table").focus()

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
        return lease_list.revision, int(session.clock.monotonic() // 10), frozenset(self.table.marks)

    def paint(self) -> None:
        lease_list, session = self.lease_list, self.session_app.session
        panel = self.query_one("#leases-panel")
        if lease_list is None or session is None:
            panel.border_title = Content("Leases")
            self.table.say_empty("No wallet is open, so there are no deployments to show.\nN connects one")
            return
        now = session.clock.now()
        if lease_list.summaries is None:
            panel.border_title = Content("Leases")
            if lease_list.fault is not None:
                self.table.say_empty(last_known(session))
            return
        shown = sorted((s.at(now) for s in lease_list.summaries), key=lambda s: s.attention)
        panel.border_title = self._title(lease_list, shown, now)
        self.table.say_empty("Nothing is deployed.\nPress 1 to choose a preset and ask for bids")
        orders = self.session_app.monitor.orders if self.session_app.monitor is not None else {}
        rows = [LeaseRow(s, session.provider_cache.profiles, orders.get(s.id)) for s in shown]
        some = any(row.order is not None for row in rows)
        self.table.set_columns((*COLUMNS[:7], AUTO, *COLUMNS[7:]) if some else COLUMNS)
        self.table.marks &= {row.id for row in rows}
        self.table.show(rows, now)

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
        if action_id in ("leases.top-up", "leases.auto-top-up"):
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
        things = [("dseq", row.id), *(("provider", address) for address, _ in row.summary.providers)]
        copy_one_of(self.session_app, things)

    def do_closed(self) -> None:
        if self.lease_list is not None:
            self.lease_list.closed = not self.lease_list.closed
            self._tick()  # the key bar answers at once; the chain takes longer
        self.read()

    def do_reload(self) -> None:
        self.session_app.do_reload()
