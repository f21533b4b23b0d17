"""One deployment: its state and its money, the checklist while it starts, its logs, events and services.

From 140 columns on all of them side by side; below that one at a time, with tabs.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from akash_tui.domain.akash.entities import DeploymentId, LeaseId, LeaseState, all_reclaimed
from akash_tui.domain.akash.money import rate
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.receipts import files as receipts
from akash_tui.services.storage.standing_orders import order_line
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.lease_actions.ask_again import ask_again
from akash_tui.ui.lease_actions.auto_top_up import auto_top_up
from akash_tui.ui.lease_actions.close import close
from akash_tui.ui.lease_actions.groups import change_group
from akash_tui.ui.lease_actions.hostnames import move_names
from akash_tui.ui.lease_actions.open_url import open_one_of
from akash_tui.ui.lease_actions.redeploy import deploy_again
from akash_tui.ui.lease_actions.shell import shell
from akash_tui.ui.lease_actions.stop_after import stop_after
from akash_tui.ui.lease_actions.top_up import top_up
from akash_tui.ui.leases import disabled_reasons
from akash_tui.ui.leases.detail_lines import copy_options, deployment_lines, links, service_lines, statuses, stop_line
from akash_tui.ui.leases.log_screen import LogScreen
from akash_tui.ui.leases.pane_tabs import PANES, PaneTabs
from akash_tui.ui.leases.progress_steps import checklist
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.leases.stream_pane import StreamPane
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.session.practice_speed import can_hurry
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.bars import TitledScroll
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines

READ_SECONDS = 5.0
LINGER_SECONDS = 30.0
"""A stream whose tab is not shown any more is closed after so long."""


class LeaseScreen(BaseScreen):
    """Shows the run while there is one, and what the chain and the providers report."""

    BINDINGS = bindings("lease")
    where: ClassVar[str] = "lease"

    def __init__(self, id: DeploymentId) -> None:
        super().__init__()
        self.id_shown = id
        self.view: DeploymentView | None = None
        self._reads = 0
        self._read_requested = asyncio.Event()
        self._stage: Stage | None = None
        self._read_at: Stage | None = None
        """Where the run stood when the read of `view` began: what the run reached since then is newer."""
        self.logs = StreamPane(id, events=False, id="logs")
        self.events = StreamPane(id, events=True, id="events")
        self.logs.loud = self.events.loud = False
        self.pane_shown = "status"
        self._followed: dict[str, frozenset[LeaseId]] = {}
        """The leases that each stream was opened for."""
        self._shown_at: dict[str, float] = {}
        """When each stream was last in sight, in monotonic seconds."""
        self._painted_facts: object = None

    @property
    def tab(self) -> str:  # type: ignore[override]
        """The place it was opened from: Bids or Leases."""
        mode = self.app.current_mode
        return mode if mode in ("bids", "leases") else "leases"

    def body(self) -> ComposeResult:
        yield PaneTabs(self.show_pane, id="lease-tabs")
        with Horizontal(id="lease"):
            with Vertical(id="lease-left"):
                with TitledScroll(id="lease-panel", classes="panel"):
                    yield LabelledLines(12, id="steps")
                    yield LabelledLines(12, id="facts")
                yield self.logs
            with Vertical(id="lease-right"):
                yield self.events
                with VerticalScroll(id="services-panel", classes="panel"):
                    yield LabelledLines(10, id="services")

    def on_mount(self) -> None:
        self.query_one("#services-panel").border_title = "services"
        self.show_pane("status")
        self.background(self._read_on, "read")

    # -- the parts of the page --------------------------------------------------------

    @property
    def roomy(self) -> bool:
        """All parts are shown side by side; else one of them, with tabs above it."""
        return self.has_class("-full")

    def show_pane(self, name: str) -> None:
        """Show this part of the page (one of `PANES`) and give it the focus."""
        for each in PANES:
            self.set_class(each == name, f"show-{each}")
        self.pane_shown = name
        widget = {"logs": self.logs.log_lines, "events": self.events.log_lines}.get(name)
        self.query_one("#services-panel" if name == "services" else "#lease-panel").focus()
        if widget is not None:
            widget.focus()
        self.repaint()

    def _step(self, by: int) -> None:
        self.show_pane(PANES[(PANES.index(self.pane_shown) + by) % len(PANES)])

    def do_pane_next(self) -> None:
        self._step(1)

    def do_pane_before(self) -> None:
        self._step(-1)

    def do_back(self) -> None:
        """Esc: from another part back to the status, then from the page."""
        if self.pane_shown == "status" or self.roomy:
            self.app.pop_screen()
        else:
            self.show_pane("status")

    def _follow(self) -> None:
        """Open the streams of the parts in sight; close those that were out of sight for long, or whose leases ended.

        One that failed by itself is opened again with `r`, or when the leases change.
        """
        now = self.session_app.status.monotonic()
        leases = self.view.leases if self.view is not None and not self.session_app.readonly else ()
        alive = frozenset(v.lease.id for v in leases if v.lease.state.is_running and (v.status or v.delivered))
        for pane, name in ((self.logs, "logs"), (self.events, "events")):
            shown = self.in_sight and (self.roomy or self.pane_shown == name)
            pane.empty = (
                disabled_reasons.ONLY_THE_OWNER if self.session_app.readonly else "" if alive else "nothing runs"
            )
            if shown:
                self._shown_at[name] = now
            if not alive or (not shown and now - self._shown_at.get(name, 0.0) >= LINGER_SECONDS):
                pane.stop()
                self._followed.pop(name, None)
            elif shown and self._followed.get(name) != alive:
                self._followed[name] = alive
                pane.begin()

    def on_screen_suspend(self) -> None:
        """Nothing is streamed while the page is not in sight."""
        if not self.in_sight:
            self._followed.clear()
            self.logs.stop()
            self.events.stop()

    # -- reading ---------------------------------------------------------------------

    @property
    def tracked(self) -> TrackedRun | None:
        """The run of this deployment, if the app follows one."""
        run_manager = self.session_app.run_manager
        return run_manager.tracked_runs.get(self.id_shown) if run_manager is not None else None

    @property
    def run_shown(self) -> DeploymentRun | None:
        return self.tracked.run if self.tracked is not None else None

    async def _read_on(self) -> None:
        while True:
            if self.is_current:
                await self._read()
            self._follow()
            self._read_requested.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._read_requested.wait(), READ_SECONDS)

    async def _read(self) -> None:
        async with self.session_app.guard("reading a deployment", loud=False):
            stage = None if self.run_shown is None else self.run_shown.stage
            self.view = await Leases(self.session_app.runs.session).one(self.id_shown)
            self._read_at = stage
            if self.view.state == "closed" and self.session_app.monitor is not None:
                self.session_app.monitor.lease_list.seen(self.id_shown)
        self._reads += 1

    def do_reload(self) -> None:
        self.session_app.do_reload()
        self._followed.clear()
        self.background(self._read_on, "read")

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        return self._facts_revision(), self.pane_shown, self.logs.revision(), self.events.revision()

    def _facts_revision(self) -> object:
        run = self.run_shown
        moves = run is not None and any(step.state is StepState.ACTIVE for step in run.steps.values())
        spin = int(self.session_app.status.monotonic() * 4) if moves else 0
        counts = self.view is not None and any(v.lease.state is LeaseState.RECLAIMING for v in self.view.leases)
        monitor = self.session_app.monitor
        counts = counts or (monitor is not None and self.id_shown in monitor.limits)
        second = int(self.session_app.status.monotonic()) if counts else 0
        return (run.revision if run is not None else None, spin, second, self._reads, self.roomy)

    def repaint(self) -> None:
        self._painted_facts = None
        super().repaint()

    def paint(self) -> None:
        self._follow()
        self.logs.paint()
        self.events.paint()
        self.query_one(PaneTabs).show_panes(self.pane_shown)
        facts = self._facts_revision()
        if facts != self._painted_facts:  # lines of the logs come more often
            self._painted_facts = facts
            self._paint_facts()

    def _paint_facts(self) -> None:
        run, view = self.run_shown, self.view
        if run is not None and run.stage is not self._stage:  # what the chain says has changed too
            self._stage = run.stage
            self._read_requested.set()
        panel = self.query_one("#lease-panel", TitledScroll)
        name = (view.name if view is not None else run.name if run is not None else "") or "deployment"
        panel.name_edges(Content(f"{name} · dseq {self.id_shown.dseq}"))
        self.query_one("#steps", LabelledLines).show(self._steps(run, view) if run is not None else [])
        session, run_manager = self.session_app.session, self.session_app.run_manager
        if session is not None:
            busy = run_manager is not None and run_manager.bringing_up(self.id_shown)
            now = session.clock.now()
            promises = [*self._stops(now), *self._auto_top_up()]
            facts = deployment_lines(
                view, run, self._name_of, busy=busy, now=now, promises=promises, services=not self.roomy
            )
            self.query_one("#facts", LabelledLines).show(facts)
            self.query_one("#services", LabelledLines).show(service_lines(view, run, self._name_of))

    def _steps(self, run: DeploymentRun, view: DeploymentView | None) -> list[LabelledLine | Content]:
        steps: list[LabelledLine | Content] = []
        if view is not None and view.state == "closed":  # no matter who closed it: its start is no news any more
            return steps
        if view is not None and self._read_at is Stage.RUNNING and view.state != "running":
            return steps  # it ran, and what was read since says otherwise
        if any(step.state is not StepState.PENDING for step in run.steps.values()):
            width = self.query_one("#steps").content_size.width or 60
            steps += checklist(run, self.session_app.status.monotonic(), run.clock.now(), width)
            if run.deadline is not None and can_hurry(self.session_app):
                steps.append(LabelledLine("", "ctrl+t lets practice time pass 60 times as fast", "muted"))
        if run.error is not None:
            steps += [BLANK, LabelledLine("✗", run.error.title, "strong", "bad")]
            if run.error.advice:
                steps.append(LabelledLine("try", run.error.advice))
            if run.leases and run.stage is not Stage.CLOSED:
                cost = f", ≈ ${rate(view.price_h)} an hour" if view is not None else ""
                keys = "m sends the manifest again, p asks for new bids, n closes it and asks again, x closes it"
                steps.append(LabelledLine("money", f"The lease keeps costing{cost}: {keys}.", "warn"))
        return [*steps, BLANK] if steps else []

    def _auto_top_up(self) -> list[LabelledLine]:
        """The automatic top-up, if there is one."""
        order = self.session_app.monitor.orders.get(self.id_shown) if self.session_app.monitor is not None else None
        if order is None:
            return []
        text, waits = order_line(order), self.view is not None and all_reclaimed(v.lease for v in self.view.leases)
        if order.active and waits:
            text += "; it waits: the machine is being taken back"
        return [LabelledLine("auto top-up", text, "" if order.active and not waits else "warn")]

    def _stops(self, now: datetime) -> list[LabelledLine]:
        """When it stops itself, if it does."""
        monitor = self.session_app.monitor
        state = monitor.limits.get(self.id_shown) if monitor is not None else None
        return [] if state is None else stop_line(state, now)

    def _name_of(self, seen: LeaseView) -> str:
        session, owner = self.session_app.session, seen.lease.id.provider
        return seen.provider_name.filled(session.provider_cache.profiles.get(owner) if session else None).full

    # -- actions ---------------------------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        return disabled_reasons.why_not(self.session_app, action_id, self.view, self.tracked)

    def do_savings(self) -> None:
        self.app.push_screen(SavingsPage(self.id_shown))

    def in_bar(self, action_id: str) -> bool:
        if action_id == "lease.send-manifest":  # most of the time there is nothing to hand over
            return self.why_not(action_id) is None
        return True

    def do_copy(self) -> None:
        copy_one_of(self.session_app, copy_options(self.view, self.run_shown, self.id_shown.dseq))

    def do_open(self) -> None:
        public = self.session_app.session is not None and self.session_app.session.network.public
        open_one_of(self.session_app, links(statuses(self.view, self.run_shown), public=public))

    def do_shell(self) -> None:
        shell(self.session_app, self.id_shown)

    def do_update(self) -> None:
        self.app.push_screen(UpdateScreen(self.id_shown))

    def do_receipt(self) -> None:
        """Show the receipt of the last accept."""
        self.background(self._receipt, "receipt")

    async def _receipt(self) -> None:
        session, run = self.session_app.session, self.run_shown
        if session is None:
            return
        if run is not None and run.receipt_fault:
            self.session_app.status.say(run.receipt_fault, "warn")
            return
        async with self.session_app.guard("reading the receipt"):
            home, chain_id, id = session.journal.path.parent, session.network.chain_id, self.id_shown
            text = await asyncio.to_thread(receipts.read, home, chain_id, id.dseq, id.owner)
            lines = receipts.as_shown(text)
            await self.app.push_screen_wait(TextDialog(f"Receipt of {id.dseq}", [Content(line) for line in lines]))

    def do_groups(self) -> None:
        if self.view is not None:
            change_group(self.session_app, self.view, self.do_reload)

    def do_close(self) -> None:
        self.session_app.money("closing a deployment", lambda: close(self.session_app, self.id_shown, self.do_reload))

    def do_top_up(self) -> None:
        self.session_app.money("topping up", lambda: top_up(self.session_app, self.id_shown, self.do_reload))

    def do_auto_top_up(self) -> None:
        self.session_app.money("setting automatic top-up", lambda: auto_top_up(self.session_app, self.id_shown))

    def do_stop_after(self) -> None:
        app = self.session_app
        app.money("setting a runtime limit", lambda: stop_after(app, self.id_shown, self.do_reload))

    def title_of(self, action_id: str) -> str:
        if action_id == f"lease.{self.pane_shown}" and not self.roomy:
            return "full screen"
        return super().title_of(action_id)

    def do_logs(self) -> None:
        self._show_or_fill("logs")

    def do_events(self) -> None:
        self._show_or_fill("events")

    def _show_or_fill(self, name: str) -> None:
        """Show that part of the page; where it is shown already, alone on the screen."""
        if self.roomy or self.pane_shown == name:
            self.app.push_screen(LogScreen(self.id_shown, events=name == "events"))
        else:
            self.show_pane(name)

    def do_hostnames(self) -> None:
        self.session_app.background(move_names(self.session_app, self.id_shown, self.do_reload), "names")

    def do_send_manifest(self) -> None:
        self.session_app.background(self._retry(), "retry")

    async def _retry(self) -> None:
        async with self.session_app.guard("sending the manifest"):
            runs = self.session_app.runs
            tracked = await runs.open(self.id_shown)
            tracked.run.error = None
            runs.bring_up(tracked)

    def do_ask_again(self) -> None:
        self.session_app.money("asking again", lambda: ask_again(self.session_app, self.id_shown))

    def do_redeploy(self) -> None:
        deploy_again(self.session_app, self.id_shown)

    def do_show_bids(self) -> None:
        self.session_app.show_bids(self.id_shown)
