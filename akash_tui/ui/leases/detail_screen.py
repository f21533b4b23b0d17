"""One deployment: the checklist while it starts, its endpoints, its money."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from akash_tui.domain.akash.entities import DeploymentId, LeaseState, all_reclaimed
from akash_tui.domain.akash.money import rate
from akash_tui.domain.akash.provider import display_name
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.storage.standing_orders import order_line
from akash_tui.ui.actions import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.lease_actions.auto_top_up import auto_top_up
from akash_tui.ui.lease_actions.close import close
from akash_tui.ui.lease_actions.groups import change_group
from akash_tui.ui.lease_actions.hostnames import move_names
from akash_tui.ui.lease_actions.open_url import open_one_of
from akash_tui.ui.lease_actions.redeploy import deploy_again
from akash_tui.ui.lease_actions.shell import shell
from akash_tui.ui.lease_actions.top_up import top_up
from akash_tui.ui.leases import disabled_reasons
from akash_tui.ui.leases.detail_lines import copy_options, deployment_lines, links, statuses
from akash_tui.ui.leases.log_screen import LogScreen
from akash_tui.ui.leases.progress_steps import checklist
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines

READ_SECONDS = 5.0


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

    @property
    def tab(self) -> str:  # type: ignore[override]
        """The place it was opened from: Bids or Leases."""
        mode = self.app.current_mode
        return mode if mode in ("bids", "leases") else "leases"

    def body(self) -> ComposeResult:
        with VerticalScroll(id="lease-panel", classes="panel"):
            yield LabelledLines(12, id="steps")
            yield LabelledLines(12, id="facts")

    def on_mount(self) -> None:
        self.query_one("#lease-panel").focus()
        self.background(self._read_on, "read")

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
        self.background(self._read_on, "read")

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        run = self.run_shown
        moves = run is not None and any(step.state is StepState.ACTIVE for step in run.steps.values())
        spin = int(self.session_app.status.monotonic() * 4) if moves else 0
        counts = self.view is not None and any(v.lease.state is LeaseState.RECLAIMING for v in self.view.leases)
        second = int(self.session_app.status.monotonic()) if counts else 0
        return (run.revision if run is not None else None, spin, second, self._reads)

    def paint(self) -> None:
        run, view = self.run_shown, self.view
        if run is not None and run.stage is not self._stage:  # what the chain says has changed too
            self._stage = run.stage
            self._read_requested.set()
        panel = self.query_one("#lease-panel")
        name = (view.name if view is not None else run.name if run is not None else "") or "deployment"
        panel.border_title = Content(f"{name} · dseq {self.id_shown.dseq}")
        self.query_one("#steps", LabelledLines).show(self._steps(run, view) if run is not None else [])
        session, run_manager = self.session_app.session, self.session_app.run_manager
        if session is not None:
            busy = run_manager is not None and run_manager.bringing_up(self.id_shown)
            facts = deployment_lines(
                view, run, self._name_of, busy=busy, now=session.clock.now(), promises=self._auto_top_up()
            )
            self.query_one("#facts", LabelledLines).show(facts)

    def _steps(self, run: DeploymentRun, view: DeploymentView | None) -> list[LabelledLine | Content]:
        steps: list[LabelledLine | Content] = []
        if view is not None and view.state == "closed":  # whoever closed it: its start is no news any more
            return steps
        if view is not None and self._read_at is Stage.RUNNING and view.state != "running":
            return steps  # it ran, and what was read since says otherwise
        if any(step.state is not StepState.PENDING for step in run.steps.values()):
            width = self.query_one("#steps").content_size.width or 60
            steps += checklist(run, self.session_app.status.monotonic(), run.clock.now(), width)
        if run.error is not None:
            steps += [BLANK, LabelledLine("✗", run.error.title, "strong", "bad")]
            if run.error.advice:
                steps.append(LabelledLine("try", run.error.advice))
            if run.leases and run.stage is not Stage.CLOSED:
                cost = f", ≈ ${rate(view.price_h)} an hour" if view is not None else ""
                keys = "m sends the manifest again, p asks for new bids, x closes it"
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

    def _name_of(self, seen: LeaseView) -> str:
        session, owner = self.session_app.session, seen.lease.id.provider
        return display_name(owner, seen.provider, session.provider_cache.profiles.get(owner) if session else None)

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

    def do_groups(self) -> None:
        if self.view is not None:
            change_group(self.session_app, self.view, self.do_reload)

    def do_close(self) -> None:
        self.session_app.money("closing a deployment", lambda: close(self.session_app, self.id_shown, self.do_reload))

    def do_top_up(self) -> None:
        self.session_app.money("topping up", lambda: top_up(self.session_app, self.id_shown, self.do_reload))

    def do_auto_top_up(self) -> None:
        self.session_app.money("setting automatic top-up", lambda: auto_top_up(self.session_app, self.id_shown))

    def do_logs(self) -> None:
        self.app.push_screen(LogScreen(self.id_shown))

    def do_events(self) -> None:
        self.app.push_screen(LogScreen(self.id_shown, events=True))

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

    def do_redeploy(self) -> None:
        deploy_again(self.session_app, self.id_shown)

    def do_show_bids(self) -> None:
        self.session_app.show_bids(self.id_shown)
