"""One deployment: the checklist while it comes up, its ways in, its money."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from akash_tui.domain.disclosure import Disclosure
from akash_tui.domain.market import DeploymentId
from akash_tui.domain.money import UACT, Coin, rate
from akash_tui.domain.provider import ProviderProfile, called
from akash_tui.services.leases import DeploymentView, Leases, LeaseView
from akash_tui.services.ports import LeaseStatus
from akash_tui.services.run import DeploymentRun, Stage
from akash_tui.services.watch import Alarm, alarms
from akash_tui.ui import words
from akash_tui.ui.actions import bindings
from akash_tui.ui.auto_top_up import order_line
from akash_tui.ui.checklist import begun, checklist, under_way
from akash_tui.ui.copying import copy_one_of
from akash_tui.ui.fields import BLANK, Fields, Line
from akash_tui.ui.following import Trip, waiting
from akash_tui.ui.lease_again import deploy_again, why_not_again
from akash_tui.ui.shell import Shell
from akash_tui.ui.spending import close
from akash_tui.ui.tones import toned

if TYPE_CHECKING:
    from akash_tui.ui.desk import Desk

READ_SECONDS = 5.0


class LeaseScreen(Shell):
    """Shows the run while there is one, and what the chain and the providers say."""

    BINDINGS = bindings("lease")
    where: ClassVar[str] = "lease"

    def __init__(self, id: DeploymentId) -> None:
        super().__init__()
        self.id_shown = id
        self.view: DeploymentView | None = None
        self._reads = 0
        self._soon = asyncio.Event()
        self._stage: Stage | None = None

    @property
    def tab(self) -> str:  # type: ignore[override]
        mode = self.app.current_mode
        return mode if mode in ("bids", "leases") else "leases"

    def body(self) -> ComposeResult:
        with VerticalScroll(id="lease-panel", classes="panel"):
            yield Fields(12, id="steps")
            yield Fields(12, id="facts")

    def on_mount(self) -> None:
        self.query_one("#lease-panel").focus()
        self.background(self._read_on, "read")

    # -- reading ---------------------------------------------------------------------

    @property
    def trip(self) -> Trip | None:
        following = self.desk.following
        return following.trips.get(self.id_shown) if following is not None else None

    @property
    def run_shown(self) -> DeploymentRun | None:
        return self.trip.run if self.trip is not None else None

    async def _read_on(self) -> None:
        while True:
            if self.is_current:
                await self._read()
            self._soon.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), READ_SECONDS)

    async def _read(self) -> None:
        session = self.desk.session
        if session is None:
            return
        async with self.desk.guard("reading a deployment", loud=False):
            self.view = await Leases(session).one(self.id_shown)
        self._reads += 1

    def do_reload(self) -> None:
        self.desk.do_reload()
        self.background(self._read_on, "read")

    # -- painting --------------------------------------------------------------------

    def body_revision(self) -> object:
        run = self.run_shown
        spin = int(self.desk.voice.monotonic() * 4) if run is not None and under_way(run) else 0
        return (run.revision if run is not None else None, spin, self._reads)

    def paint(self) -> None:
        run, view = self.run_shown, self.view
        if run is not None and run.stage is not self._stage:  # what the chain says has changed too
            self._stage = run.stage
            self._soon.set()
        panel = self.query_one("#lease-panel")
        name = (view.name if view is not None else run.name if run is not None else "") or "deployment"
        panel.border_title = Content(f"{name} · dseq {self.id_shown.dseq}")
        steps: list[Line | Content] = []
        if run is not None and begun(run):
            steps += checklist(
                run, self.desk.voice.monotonic(), run.clock.now(), self.query_one("#steps").content_size.width or 60
            )
        if run is not None and run.error is not None:
            steps += [BLANK, Line("✗", run.error.title, "strong", "bad")]
            if run.error.advice:
                steps.append(Line("try", run.error.advice))
            if run.leases and run.stage is not Stage.CLOSED:
                cost = f", ≈ ${rate(view.price_h)} an hour" if view is not None else ""
                steps.append(
                    Line(
                        "money",
                        f"The lease goes on costing{cost}: m hands the manifest over again, x closes it.",
                        "warn",
                    )
                )
        if steps:
            steps.append(BLANK)
        self.query_one("#steps", Fields).show(steps)
        self.query_one("#facts", Fields).show(self._facts(view, run))

    def _profile(self, owner: str) -> ProviderProfile | None:
        return self.desk.session.facts.profiles.get(owner) if self.desk.session is not None else None

    def _facts(self, view: DeploymentView | None, run: DeploymentRun | None) -> list[Line | Content]:
        older = view is not None and view.state == "waiting" and run is not None and bool(run.leases)
        if view is None or older:  # what was read last is from before the lease
            if run is None or not run.status:
                return [toned("reading the chain and the provider…", "muted")]
            return [row for status in run.status.values() for row in ways_in(status)]
        out: list[Line | Content] = [Line("state", state_says(view), "strong")]
        out.append(Line("costs", f"≈ ${rate(view.price_h)} an hour" if view.price_h else "nothing now"))
        left = words.amount(Coin(UACT, int(view.left)))
        if view.lasts_until is not None and view.lasts_hours is not None:
            out.append(
                Line(
                    "left",
                    f"{left}, until about {words.local_time(view.lasts_until)} here"
                    f" ({words.span_long(view.lasts_hours)})",
                    "warn" if view.lasts_hours < 2 else "",
                )
            )
        else:
            out.append(Line("left", left))
        order = self.desk.patrol.orders.get(self.id_shown) if self.desk.patrol is not None else None
        if order is not None:
            out.append(Line("auto top-up", order_line(order), "" if order.active else "warn"))
        for alarm in alarms(view):
            if self._told_already(alarm, run):
                continue
            out += [BLANK, Line("!" if alarm.urgent else "note", alarm.says, "bad" if alarm.urgent else "warn")]
        for lease in view.leases:
            out.append(BLANK)
            following = self.desk.following
            busy = following is not None and following.bringing_up(self.id_shown)
            out += lease_lines(lease, self._profile(lease.lease.id.provider), busy)
        if not view.leases:
            out += [
                BLANK,
                Line(
                    "",
                    "No lease. b shows its bids, x closes it and the deposit comes back."
                    if view.state == "waiting"
                    else "No lease.",
                    "muted",
                ),
            ]
        return out

    def _told_already(self, alarm: Alarm, run: DeploymentRun | None) -> bool:
        """True for what the lines of the lease or the checklist say anyway."""
        following = self.desk.following
        busy = following is not None and following.bringing_up(self.id_shown)
        return alarm.code in ("unreachable", "low_runway") or (alarm.code == "manifest_due" and busy)

    # -- actions ---------------------------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        view, run = self.view, self.run_shown
        if action_id in ("lease.top-up", "lease.auto"):
            return why_no_top_up(self.desk, "" if view is None else view.state)
        if action_id in ("lease.logs", "lease.events"):
            if self.desk.readonly:
                return "This is read-only: providers tell logs only to the wallet's key. N changes that."
            if view is not None and not any(v.status or v.delivered for v in view.leases):
                return "Nothing is leased or delivered yet, so nothing writes."
            return None
        if action_id == "lease.names":
            if self.desk.readonly:
                return "This is read-only: providers listen only to the wallet's key. N changes that."
            if view is not None and not any(v.status and v.status.services for v in view.leases):
                return "Nothing runs here yet that a name could lead to."
            return None
        if action_id == "lease.again":
            return why_not_again(self.desk)
        if action_id == "lease.copy":
            return None
        if action_id in ("lease.close", "lease.retry"):
            if self.desk.readonly:
                return "This is read-only: nothing can be signed. N changes that."
            if action_id == "lease.close" and view is not None and view.state == "closed":
                return "It is closed already."
            if action_id == "lease.close" and self.desk.busy is not None:
                return f"Wait: {self.desk.busy}."
        if action_id == "lease.retry":
            following = self.desk.following
            if following is not None and following.bringing_up(self.id_shown):
                return "That is under way."
            if not (run is not None and run.leases) and not (view is not None and view.leases):
                return "There is no lease to hand a manifest to."
            if view is not None and view.state in ("running", "closed"):
                return "It runs already." if view.state == "running" else "It is closed."
        if action_id == "lease.show-bids" and not waiting(self.trip) and (view is None or view.state != "waiting"):
            return "It takes no bids now."
        return None

    def do_copy(self) -> None:
        things: list[tuple[str, str]] = []
        statuses = list(self.run_shown.status.values()) if self.run_shown is not None else []
        if self.view is not None:
            statuses = [v.status for v in self.view.leases if v.status is not None] or statuses
        for status in statuses:
            for service in status.services:
                things += [(f"{service.name} address", f"http://{uri}") for uri in service.uris]
            things += [(f"{p.service} port {p.port}", f"{p.host}:{p.external_port}") for p in status.ports]
            things += [(f"{ip.service} address", f"{ip.ip}:{ip.external_port}") for ip in status.ips]
        notes = " ".join(step.note for step in self.run_shown.steps.values()) if self.run_shown is not None else ""
        things += [("transaction", found) for found in words.hashes(notes)]
        things.append(("dseq", str(self.id_shown.dseq)))
        leases = [v.lease for v in self.view.leases] if self.view is not None else []
        things += [("provider", lease.id.provider) for lease in leases]
        self.desk.run_worker(copy_one_of(self.desk, things), group="copy", exclusive=True, exit_on_error=False)

    def do_close(self) -> None:
        self.desk.money("closing a deployment", lambda: close(self.desk, self.id_shown, self.do_reload))

    def do_top_up(self) -> None:
        from akash_tui.ui.topup import top_up

        self.desk.money("topping up", lambda: top_up(self.desk, self.id_shown, self.do_reload))

    def do_auto(self) -> None:
        from akash_tui.ui.auto_top_up import auto_top_up

        self.desk.money("agreeing to automatic top-ups", lambda: auto_top_up(self.desk, self.id_shown))

    def do_logs(self) -> None:
        from akash_tui.ui.lease_log import LogScreen

        self.app.push_screen(LogScreen(self.id_shown))

    def do_events(self) -> None:
        from akash_tui.ui.lease_log import LogScreen

        self.app.push_screen(LogScreen(self.id_shown, events=True))

    def do_names(self) -> None:
        from akash_tui.ui.hostnames import move_names

        self.desk.run_worker(
            move_names(self.desk, self.id_shown, self.do_reload), group="names", exclusive=True, exit_on_error=False
        )

    def do_retry(self) -> None:
        self.desk.run_worker(self._retry(), group="retry", exclusive=True, exit_on_error=False)

    async def _retry(self) -> None:
        following = self.desk.following
        if following is None:
            return
        async with self.desk.guard("handing the manifest over"):
            trip = await following.open(self.id_shown)
            trip.run.error = None
            following.bring_up(trip)

    def do_again(self) -> None:
        deploy_again(self.desk, self.id_shown)

    def do_show_bids(self) -> None:
        self.desk.show_bids(self.id_shown)


def why_no_top_up(desk: Desk, state: str) -> str | None:
    """Why money cannot be added to a deployment in this state now; None if it can."""
    if desk.readonly:
        return "This is read-only: nothing can be signed. N changes that."
    if state == "closed":
        return "It is closed: a deposit would not bring it back."
    return f"Wait: {desk.busy}." if desk.busy is not None else None


def state_says(view: DeploymentView) -> str:
    """The state in words that say what it means for the money."""
    return {
        "waiting": "waits for a bid; nothing runs, nothing costs",
        "leased": "leased; it costs whether it runs or not",
        "running": "running",
        "dry": "out of money: the provider stops it",
        "closed": "closed",
    }.get(view.state, view.state)


def lease_lines(lease: LeaseView, profile: ProviderProfile | None = None, busy: bool = False) -> list[Line | Content]:
    """One lease: its provider, its GPU, its services and ways in."""
    provider = lease.provider
    name = called(lease.lease.id.provider, provider, profile)
    gpu, tone = words.gpus(Disclosure(lease.gpus, (None,) * len(lease.gpus), sum(g.count for g in lease.gpus)))
    price = f"≈ ${rate(lease.price_h)} an hour" if lease.price_h is not None else "price not known"
    out: list[Line | Content] = [
        Line("lease", f"{gpu} at {name} · {price} · {lease.lease.state.value}", tone),
        Line("", lease.lease.id.provider, "muted"),
    ]
    if lease.delivered is False and not busy:
        out.append(Line("manifest", "not handed over yet: m does it", "warn"))
    if lease.fault is not None and not busy:  # while it comes up, the checklist tells the same
        out.append(Line("provider", lease.fault.title, "warn"))
        if lease.fault.advice:
            out.append(Line("try", lease.fault.advice))
    if lease.status is not None:
        out += ways_in(lease.status)
    elif lease.fault is None:
        out.append(Line("services", "the provider shows none yet", "muted"))
    return out


def ways_in(status: LeaseStatus) -> list[Line | Content]:
    """Services with their state, addresses and ports."""
    out: list[Line | Content] = []
    for service in status.services:
        ready = service.total > 0 and service.ready >= service.total
        out.append(
            Line(
                "service",
                f"{'✓' if ready else '◐'} {service.name}  {service.ready} of {service.total} ready",
                "good" if ready else "warn",
            )
        )
        out += [Line("", f"http://{uri}", "accent") for uri in service.uris]
        out += [
            Line("", f"{p.host}:{p.external_port} → port {p.port} ({p.proto})", "accent")
            for p in status.ports
            if p.service == service.name
        ]
        out += [
            Line("", f"{ip.ip}:{ip.external_port} → port {ip.port} ({ip.proto})", "accent")
            for ip in status.ips
            if ip.service == service.name
        ]
    return out
