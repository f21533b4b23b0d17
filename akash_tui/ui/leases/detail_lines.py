"""One deployment as labelled lines: its state, its money, what needs attention, its leases and endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from textual.content import Content

from akash_tui.domain.akash.entities import GroupState, LeaseState
from akash_tui.domain.akash.lease_end import spent, why_ended
from akash_tui.domain.akash.money import UACT, Coin, block_price, exact, rate, units
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.market.formatting import bar
from akash_tui.domain.web_address import web_address
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.leases.attention import Attention, attention_items
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView
from akash_tui.services.leases.runtime_limits import LimitState
from akash_tui.services.ports import LeaseStatus
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

ADVICE = {
    "dry": "t tops it up now; otherwise it ends",
    "low_runway": "t tops it up",
    "manifest_due": "m sends the manifest, p asks for new bids, x closes it",
    "old_version": "m sends the manifest again, u changes it, x closes it",
    "not_running": "e shows why, m sends the manifest again, p asks for new bids",
    "reclaiming": "d deploys it elsewhere, to move it before that; until then it runs and costs",
    "ended": "n asks for bids again with the same SDL, d loads it first",
    "host_elsewhere": "H moves it here; that costs nothing",
    "paused": "p starts it again, d deploys it elsewhere",
}
"""Which keys of the screen help, by what needs attention."""
FUNDS_WIDTH = 20
"""Cells of the bar that shows how much of the deposits is left."""
NO_SERVICES = LabelledLine("services", "the provider shows none yet", "muted")


def deployment_lines(
    view: DeploymentView | None,
    run: DeploymentRun | None,
    name_of: Callable[[LeaseView], str],
    *,
    busy: bool,
    now: datetime,
    promises: Sequence[LabelledLine] = (),
    services: bool = True,
) -> list[LabelledLine | Content]:
    """All lines below the checklist. `busy`: it is being started, which the checklist shows; `promises` stand with
    the money; `services` False: they are shown elsewhere (`service_lines`)."""
    older = view is not None and view.state == "waiting" and run is not None and bool(run.leases)
    if view is None or older:  # what was read last is from before the lease
        if run is None or not run.status:
            return [toned("reading the chain and the provider…", "muted")]
        return [row for status in run.status.values() for row in endpoint_lines(status) if services]
    leasing = view.state == "waiting" and run is not None and run.stage is Stage.LEASING
    state = "a bid is accepted; its lease waits for its block" if leasing else state_text(view)
    out: list[LabelledLine | Content] = [LabelledLine("state", state, "strong"), *_money(view), *promises]
    for alarm in attention_items(view):
        if not _shown_elsewhere(alarm, busy):
            out += [BLANK, *_alarm(alarm, paused=bool(_paused(view)))]
    alive = [seen for seen in view.leases if seen.lease.state.is_running]
    for seen in alive:
        out += [BLANK, *lease_lines(seen, name_of(seen), busy=busy, now=now, services=services)]
    out += _groups(view)
    ended = [seen for seen in view.leases if seen not in alive]
    if ended:
        out.append(BLANK)
        out += [_ended(seen, name_of(seen), view.height) for seen in ended]
    if not alive and view.state == "waiting" and not leasing and not _paused(view):
        text = "No lease. b shows its bids, x closes it and the deposit comes back."
        if not view.open_bids:
            text = "No lease, and no bid now. n asks again with the same SDL, x closes it and the deposit comes back."
        out += [BLANK, LabelledLine("", text, "muted")]
    return out


def _money(view: DeploymentView) -> Iterator[LabelledLine]:
    yield LabelledLine("costs", f"≈ ${rate(view.price_h)} an hour" if view.price_h else "nothing now")
    if view.state == "closed":
        return
    if view.left <= 0 and view.price_h:
        yield LabelledLine("left", f"nothing; {formatting.amount(Coin(UACT, int(-view.left)))} owed", "bad")
        return
    deposited = view.deployment.escrow.deposited(UACT)
    left = formatting.amount(Coin(UACT, int(view.left)))
    if deposited > 0 and view.price_h:
        full, empty = bar(view.left / deposited, FUNDS_WIDTH)
        left = f"{units(int(view.left))} of {units(int(deposited))} ACT {full}{empty}"
    if view.lasts_until is None or view.lasts_hours is None:
        yield LabelledLine("left", left)
        return
    until = formatting.lasts_until(view.lasts_until, view.lasts_hours)
    yield LabelledLine("left", f"{left} until {until}", "warn" if view.lasts_hours < 2 else "")


def stop_line(state: LimitState, now: datetime) -> list[LabelledLine]:
    """When it stops itself, counted down, and who ends it."""
    words = state.saved.limit.words
    if state.hours_left is None:
        when = "counted from its first lease" if state.saved.start_height is None else "nothing costs now"
        return [LabelledLine("stops itself", f"after about {words}, {when}")]
    if state.stops_at is None:
        return [LabelledLine("stops itself", f"after about {words}")]
    left = Decimal(max(0, int((state.stops_at - now).total_seconds()))) / 3600
    if left <= 0:
        return [LabelledLine("stops itself", f"now ({words} are over)", "warn")]
    until = f"{formatting.local_time(state.stops_at)} (in {formatting.how_long(left)})"
    return [LabelledLine("stops itself", f"about {until}, after {words}; else its empty escrow ends it")]


def _alarm(alarm: Attention, *, paused: bool) -> Iterator[LabelledLine]:
    yield LabelledLine("!" if alarm.urgent else "note", alarm.text, "bad" if alarm.urgent else "warn")
    advice = ADVICE.get("paused" if paused and alarm.code == "ended" else alarm.code)
    if advice:
        yield LabelledLine("try", advice)


def _shown_elsewhere(alarm: Attention, busy: bool) -> bool:
    """True for what the lines of the lease or the checklist show anyway."""
    return alarm.code in ("unreachable", "low_runway", "reclaiming") or (
        alarm.code in ("manifest_due", "old_version") and busy
    )


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
    cost = exact(spent(seen.lease, height))
    return LabelledLine("ended", f"{name}: {why_ended(seen.lease)} · cost {cost} ACT", "muted")


def state_text(view: DeploymentView) -> str:
    """The state in words that say what it means for the money."""
    if view.state == "waiting" and _paused(view):
        return "paused; nothing runs, nothing costs"
    return {
        "waiting": "waiting for a bid; nothing runs, nothing costs",
        "leased": "leased; it costs whether it runs or not",
        "running": "running",
        "dry": "out of funds: the provider stops it",
        "closed": "closed",
    }.get(view.state, view.state)


def lease_lines(
    seen: LeaseView, name: str, *, busy: bool, now: datetime, services: bool = True
) -> list[LabelledLine | Content]:
    """One lease that runs: its provider, its GPU, its services and endpoints (unless `services` is False)."""
    lease = seen.lease
    gpu, tone = formatting.gpus(Disclosure(seen.gpus))
    price = f"≈ ${rate(seen.price_h)} an hour" if seen.price_h is not None else f"{block_price(lease.price)} a block"
    out: list[LabelledLine | Content] = [
        LabelledLine("lease", f"{gpu} at {name} · {price} · {lease.state.value}", tone),
        LabelledLine("", lease.id.provider, "muted"),
        *reclaim_lines(seen, now),
    ]
    if seen.delivered is False and not seen.current and not busy:
        out.append(LabelledLine("manifest", "not sent yet: m sends it", "warn"))
    if seen.fault is not None and not busy:  # while it starts, the checklist shows the same
        out.append(LabelledLine("provider", seen.fault.title, "warn"))
        if seen.fault.advice:
            out.append(LabelledLine("try", seen.fault.advice))
    if not services:
        return out
    if seen.status is not None:
        out += endpoint_lines(seen.status)
    elif seen.fault is None:
        out.append(NO_SERVICES)
    return out


def service_lines(
    view: DeploymentView | None, run: DeploymentRun | None, name_of: Callable[[LeaseView], str]
) -> list[LabelledLine | Content]:
    """The services of all leases that run, with their endpoints, lease by lease where there are several."""
    alive = [v for v in view.leases if v.lease.state.is_running] if view is not None else []
    if not alive:
        found = list(run.status.values()) if run is not None and run.leases else []
        return [row for status in found for row in endpoint_lines(status)] or [NO_SERVICES]
    out: list[LabelledLine | Content] = []
    for seen in alive:
        if len(alive) > 1:
            out += [*([BLANK] if out else []), LabelledLine("lease", f"at {name_of(seen)}", "muted")]
        if seen.status is not None and seen.status.services:
            out += endpoint_lines(seen.status)
        elif seen.fault is not None:
            out.append(LabelledLine("services", f"not known: {seen.fault.title}", "warn"))
        else:
            out.append(NO_SERVICES)
    return out


def reclaim_lines(seen: LeaseView, now: datetime) -> Iterator[LabelledLine]:
    """The countdown of a provider that reclaims its machine."""
    taken = seen.lease.reclamation
    if seen.lease.state is not LeaseState.RECLAIMING or taken is None:
        return
    at = datetime.fromtimestamp(taken.deadline, UTC)
    left = int((at - now).total_seconds())
    if left > 0:
        days, rest = divmod(left, 86_400)
        clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
        whole = f"{formatting.plural(days, 'day')} " if days else ""
        text = f"its provider takes the machine back in {whole}{clock}"
    else:
        text = "its provider may end it any moment now"
    yield LabelledLine("reclaimed", f"{text} (about {formatting.local_time(at)} local time)", "bad", "bad")
    yield LabelledLine("try", ADVICE["reclaiming"])


def endpoint_lines(status: LeaseStatus) -> list[LabelledLine | Content]:
    """Services with their state, addresses and ports."""
    out: list[LabelledLine | Content] = []
    for service in status.services:
        ready = service.up
        sign = "✓" if ready else "◐"
        text = f"{sign} {service.name}  {service.ready_words}"
        if not service.ready:
            text += ", starting"
        out.append(LabelledLine("service", text, "good" if ready else "warn"))
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
    """The newest statuses from the providers, of the list or of the run."""
    found = [] if view is None else [v.status for v in view.leases if v.status is not None]
    return found or (list(run.status.values()) if run is not None else [])


def copy_options(view: DeploymentView | None, run: DeploymentRun | None, dseq: int) -> list[tuple[str, str]]:
    """What can be copied, as (what it is, text): endpoints first."""
    out: list[tuple[str, str]] = []
    for status in statuses(view, run):
        for service in status.services:
            out += [(f"{service.name} address", f"http://{uri}") for uri in service.uris]
        out += [(f"{p.service} port {p.port}", f"{p.host}:{p.external_port}") for p in status.ports]
        out += [(f"{ip.service} leased IP", f"{ip.ip}:{ip.external_port}") for ip in status.ips]
    notes = " ".join(step.note for step in run.steps.values()) if run is not None else ""
    out += [("transaction", found) for found in formatting.hashes(notes)]
    out.append(("dseq", str(dseq)))
    out += [("provider", v.lease.id.provider) for v in (view.leases if view is not None else ())]
    return out


def links(found: Sequence[LeaseStatus], *, public: bool) -> list[tuple[str, str]]:
    """Addresses that a browser may be sent to, as (service, URL); `public`: of a network of strangers."""
    pairs = [(s.name, web_address(uri, public=public)) for status in found for s in status.services for uri in s.uris]
    return [(name, url) for name, url in pairs if url is not None]
