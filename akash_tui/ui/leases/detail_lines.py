"""What is told of one deployment: its state, its money, what needs attention, its leases and the ways in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from textual.content import Content

from akash_tui.domain.akash.entities import GroupState, LeaseState
from akash_tui.domain.akash.lease_end import spent, why_ended
from akash_tui.domain.akash.money import UACT, Coin, rate
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.web_address import web_address
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.leases.attention import Attention, alarms
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView
from akash_tui.services.ports import LeaseStatus
from akash_tui.ui.widgets import formatting as words
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

HELPS = {
    "dry": "t tops it up at once, or let it end",
    "low_runway": "t tops it up",
    "manifest_due": "m hands the manifest over, p takes other bids, x closes it",
    "not_running": "e tells why, m hands the manifest over again, p takes other bids",
    "reclaiming": "d deploys it elsewhere; until then it runs and costs",
    "ended": "d deploys it again",
    "paused": "p starts it again, d deploys it elsewhere",
}
"""Which keys of the screen help against an alarm."""


def facts_of(
    view: DeploymentView | None,
    run: DeploymentRun | None,
    name_of: Callable[[LeaseView], str],
    *,
    busy: bool,
    now: datetime,
    promises: Sequence[LabelledLine] = (),
) -> list[LabelledLine | Content]:
    """All lines below the checklist. `busy`: it is being brought up, which the checklist tells; `promises` stand
    with the money."""
    older = view is not None and view.state == "waiting" and run is not None and bool(run.leases)
    if view is None or older:  # what was read last is from before the lease
        if run is None or not run.status:
            return [toned("reading the chain and the provider…", "muted")]
        return [row for status in run.status.values() for row in ways_in(status)]
    out: list[LabelledLine | Content] = [LabelledLine("state", state_says(view), "strong"), *_money(view), *promises]
    for alarm in alarms(view):
        if not _told_already(alarm, busy):
            out += [BLANK, *_alarm(alarm, paused=bool(_paused(view)))]
    alive = [seen for seen in view.leases if seen.lease.state.is_running]
    for seen in alive:
        out += [BLANK, *lease_lines(seen, name_of(seen), busy=busy, now=now)]
    out += _groups(view)
    ended = [seen for seen in view.leases if seen not in alive]
    if ended:
        out.append(BLANK)
        out += [_ended(seen, name_of(seen), view.height) for seen in ended]
    if not alive and view.state == "waiting" and not _paused(view):
        out += [BLANK, LabelledLine("", "No lease. b shows its bids, x closes it and the deposit comes back.", "muted")]
    return out


def _money(view: DeploymentView) -> Iterator[LabelledLine]:
    yield LabelledLine("costs", f"≈ ${rate(view.price_h)} an hour" if view.price_h else "nothing now")
    if view.state == "closed":
        return
    if view.left <= 0 and view.price_h:
        yield LabelledLine("left", f"nothing; {words.amount(Coin(UACT, int(-view.left)))} owed", "bad")
        return
    left = words.amount(Coin(UACT, int(view.left)))
    if view.lasts_until is None or view.lasts_hours is None:
        yield LabelledLine("left", left)
        return
    until = f"until about {words.local_time(view.lasts_until)} here ({words.span_long(view.lasts_hours)})"
    yield LabelledLine("left", f"{left}, {until}", "warn" if view.lasts_hours < 2 else "")


def _alarm(alarm: Attention, *, paused: bool) -> Iterator[LabelledLine]:
    yield LabelledLine("!" if alarm.urgent else "note", alarm.says, "bad" if alarm.urgent else "warn")
    helps = HELPS.get("paused" if paused and alarm.code == "ended" else alarm.code)
    if helps:
        yield LabelledLine("try", helps)


def _told_already(alarm: Attention, busy: bool) -> bool:
    """True for what the lines of the lease or the checklist say anyway."""
    return alarm.code in ("unreachable", "low_runway", "reclaiming") or (alarm.code == "manifest_due" and busy)


def _paused(view: DeploymentView) -> list[str]:
    return [group.spec.name for group in view.deployment.groups if group.state is GroupState.PAUSED]


def _groups(view: DeploymentView) -> Iterator[LabelledLine]:
    """Groups that take no bids and run nothing, while the deployment is open."""
    if view.state == "closed":
        return
    for group in view.deployment.groups:
        if group.state is GroupState.PAUSED:
            yield BLANK
            yield LabelledLine(
                "group", f"{group.spec.name} is paused: nothing runs, nothing costs. p starts it again", "warn"
            )
        elif group.state in (GroupState.CLOSED, GroupState.INSUFFICIENT_FUNDS):
            yield BLANK
            yield LabelledLine("group", f"{group.spec.name} is closed for good", "muted")


def _ended(seen: LeaseView, name: str, height: int) -> LabelledLine:
    cost = words.amount(Coin(UACT, int(spent(seen.lease, height))))
    return LabelledLine("ended", f"{name}: {why_ended(seen.lease)} · cost {cost}", "muted")


def state_says(view: DeploymentView) -> str:
    """The state in words that say what it means for the money."""
    if view.state == "waiting" and _paused(view):
        return "paused; nothing runs, nothing costs"
    return {
        "waiting": "waits for a bid; nothing runs, nothing costs",
        "leased": "leased; it costs whether it runs or not",
        "running": "running",
        "dry": "out of money: the provider stops it",
        "closed": "closed",
    }.get(view.state, view.state)


def lease_lines(seen: LeaseView, name: str, *, busy: bool, now: datetime) -> list[LabelledLine | Content]:
    """One lease that runs: its provider, its GPU, its services and ways in."""
    lease = seen.lease
    gpu, tone = words.gpus(Disclosure(seen.gpus, (None,) * len(seen.gpus), sum(g.count for g in seen.gpus)))
    price = f"≈ ${rate(seen.price_h)} an hour" if seen.price_h is not None else "price not known"
    out: list[LabelledLine | Content] = [
        LabelledLine("lease", f"{gpu} at {name} · {price} · {lease.state.value}", tone),
        LabelledLine("", lease.id.provider, "muted"),
        *reclaim_lines(seen, now),
    ]
    if seen.delivered is False and not busy:
        out.append(LabelledLine("manifest", "not handed over yet: m does it", "warn"))
    if seen.fault is not None and not busy:  # while it comes up, the checklist tells the same
        out.append(LabelledLine("provider", seen.fault.title, "warn"))
        if seen.fault.advice:
            out.append(LabelledLine("try", seen.fault.advice))
    if seen.status is not None:
        out += ways_in(seen.status)
    elif seen.fault is None:
        out.append(LabelledLine("services", "the provider shows none yet", "muted"))
    return out


def reclaim_lines(seen: LeaseView, now: datetime) -> Iterator[LabelledLine]:
    """The countdown of a provider that takes its machine back."""
    taken = seen.lease.reclamation
    if seen.lease.state is not LeaseState.RECLAIMING or taken is None:
        return
    at = datetime.fromtimestamp(taken.deadline, UTC)
    left = int((at - now).total_seconds())
    if left > 0:
        days, rest = divmod(left, 86_400)
        clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
        whole = f"{words.plural(days, 'day')} " if days else ""
        says = f"its provider takes the machine back in {whole}{clock}"
    else:
        says = "its provider may end it any moment now"
    yield LabelledLine("reclaimed", f"{says} (about {words.local_time(at)} here)", "bad", "bad")
    yield LabelledLine("try", HELPS["reclaiming"])


def ways_in(status: LeaseStatus) -> list[LabelledLine | Content]:
    """Services with their state, addresses and ports."""
    out: list[LabelledLine | Content] = []
    for service in status.services:
        ready = service.total > 0 and service.ready >= service.total
        sign = "✓" if ready else "◐"
        says = f"{sign} {service.name}  {service.ready} of {service.total} ready"
        if not service.ready:
            says += ", starting"
        out.append(LabelledLine("service", says, "good" if ready else "warn"))
        out += [LabelledLine("", f"http://{uri}", "accent") for uri in service.uris]
        out += [
            LabelledLine("", f"{p.host}:{p.external_port} → port {p.port} ({p.proto})", "accent")
            for p in status.ports
            if p.service == service.name
        ]
        out += [
            LabelledLine("", f"{ip.ip}:{ip.external_port} → port {ip.port} ({ip.proto}), leased IP", "accent")
            for ip in status.ips
            if ip.service == service.name
        ]
    return out


def statuses(view: DeploymentView | None, run: DeploymentRun | None) -> list[LeaseStatus]:
    """What the providers said last, whoever asked them."""
    found = [] if view is None else [v.status for v in view.leases if v.status is not None]
    return found or (list(run.status.values()) if run is not None else [])


def things(view: DeploymentView | None, run: DeploymentRun | None, dseq: int) -> list[tuple[str, str]]:
    """What can be copied, as (what it is, text): ways in first."""
    out: list[tuple[str, str]] = []
    for status in statuses(view, run):
        for service in status.services:
            out += [(f"{service.name} address", f"http://{uri}") for uri in service.uris]
        out += [(f"{p.service} port {p.port}", f"{p.host}:{p.external_port}") for p in status.ports]
        out += [(f"{ip.service} leased IP", f"{ip.ip}:{ip.external_port}") for ip in status.ips]
    notes = " ".join(step.note for step in run.steps.values()) if run is not None else ""
    out += [("transaction", found) for found in words.hashes(notes)]
    out.append(("dseq", str(dseq)))
    out += [("provider", v.lease.id.provider) for v in (view.leases if view is not None else ())]
    return out


def links(found: Sequence[LeaseStatus], *, public: bool) -> list[tuple[str, str]]:
    """Addresses that a browser may be sent to, as (service, URL); `public`: of a network of strangers."""
    pairs = [(s.name, web_address(uri, public=public)) for status in found for s in status.services for uri in s.uris]
    return [(name, url) for name, url in pairs if url is not None]
