"""What needs attention about a deployment, in plain words, and the watch that reports it when it happens.

Paid for and not running; a manifest that is due; funds that run low; a lease that ended, why and what it cost; a
provider that reclaims its machine. Nothing here signs, spends or closes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import (
    DeploymentId,
    DeploymentState,
    EscrowState,
    LeaseId,
    LeaseState,
    all_reclaimed,
)
from akash_tui.domain.akash.lease_end import by_provider, how_long, spent, why_ended
from akash_tui.domain.akash.money import UACT, exact, rate, units
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.ports import AkashError, Refused, Unreachable

MANIFEST_SECONDS = 300
"""Providers say that they end a lease without manifest after five minutes; a recorded one did not: it kept costing."""
BELL_SECONDS = 90
"""Seconds before that, from which on the manifest is urgent."""
START_SECONDS = 900
"""A workload that is not up so long after its lease counts as not running; images can take long."""
NOTHING_SECONDS = 60
"""A provider that has nothing for a lease so long after it counts as not running it."""
PROBLEMS = {"manifest_due", "old_version", "reclaiming", "not_running"}
"""Codes of what is wrong with a lease that costs."""
LOW_HOURS = Decimal(2)
EVERY = 10.0


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs attention. `code` is stable; `urgent`: worth a bell."""

    code: str
    text: str
    advice: str
    urgent: bool
    lease: str = ""
    """The `lease_key` of the lease it is about; empty for the whole deployment."""


@dataclass(frozen=True, slots=True)
class AttentionCheck:
    """One round: what was read, what needs attention, and which of that is new since the round before."""

    view: DeploymentView
    items: tuple[Attention, ...]
    new: tuple[Attention, ...]
    fault: AkashError | None = None
    """Why this round could not read the chain; `view` is then the one before."""

    @property
    def over(self) -> bool:
        """True once the deployment is closed."""
        return self.view.deployment.state is DeploymentState.CLOSED


def attention_items(view: DeploymentView, low_hours: Decimal = LOW_HOURS) -> tuple[Attention, ...]:
    """What needs attention, the most urgent first. Services count only where the view's providers were asked."""
    found = [*_money(view, low_hours)]
    alive = {v.lease.id.gseq for v in view.leases if v.lease.state.is_running}
    newest = {v.lease.id.gseq: v for v in view.leases}  # in the order of their orders
    for seen in view.leases:
        gseq = seen.lease.id.gseq
        if seen.lease.state.is_running or (gseq not in alive and newest[gseq] is seen):
            found += _lease(view, seen)
    return tuple(sorted(found, key=lambda a: not a.urgent))


def _money(view: DeploymentView, low_hours: Decimal) -> list[Attention]:
    if view.deployment.state is DeploymentState.CLOSED or not view.price_h:
        return []
    dseq = view.id.dseq
    if view.left <= 0:
        return [
            Attention(
                "dry",
                f"The funds have run out; it owes {units(-view.left)} ACT and ends when its provider settles.",
                f"Top up at once (akash-tui lease deposit {dseq} --hours 24) or let it end.",
                urgent=True,
            )
        ]
    if view.lasts_hours is not None and view.lasts_hours < low_hours:
        advice = f"Top up: akash-tui lease deposit {dseq} --hours 24."
        if all_reclaimed(seen.lease for seen in view.leases):
            advice = "Its provider takes the machine back: move it, or top up only what it needs until then."
        return [Attention("low_runway", f"The funds last {how_long(view.lasts_hours)} more.", advice, urgent=True)]
    return []


def lease_key(id: LeaseId) -> str:
    """Names a lease among those of its deployment: `gseq/oseq/provider`."""
    return f"{id.gseq}/{id.oseq}/{id.provider}"


def _lease(view: DeploymentView, seen: LeaseView) -> list[Attention]:
    lease, dseq = seen.lease, view.id.dseq
    key = lease_key(lease.id)
    who = seen.provider_name.full
    if not lease.state.is_running:
        said = f"The lease at {who} is over: {why_ended(lease)}. It cost {exact(spent(lease, view.height))} ACT."
        escrow = view.deployment.escrow
        if escrow.state is EscrowState.OVERDRAWN and (owed := -escrow.held(UACT)) > 0:
            said = f"{said[:-1]}; {units(owed)} ACT of it was never paid."
        again = " Avoid this provider next time." if failed_by_provider(seen) else ""
        if by_provider(lease) and not again:
            again = " Its manifest was never sent from here: that is not the provider's fault."
        advice = f"Deploy it again: akash-tui lease recover {dseq} shows its SDL.{again}"
        return [Attention("ended", said, advice, urgent=by_provider(lease), lease=key)]
    found = [
        Attention(
            "host_elsewhere",
            name.sentence,
            "Open this deployment in the app and press H: it moves the name here and costs nothing.",
            urgent=False,
            lease=key,
        )
        for name in seen.misplaced
    ]
    if lease.state is LeaseState.RECLAIMING and lease.reclamation is not None:
        until = datetime.fromtimestamp(lease.reclamation.deadline, UTC)
        left = max(0, int((until - view.read_at).total_seconds()))
        text = f"{who} reclaims its machine in {left // 3600} h {left % 3600 // 60} min ({until:%Y-%m-%d %H:%M} UTC)."
        advice = (
            f"Move it before that: akash-tui lease recover {dseq} gives its SDL; deploy that elsewhere, then "
            f"akash-tui lease close {dseq}. It is not topped up automatically any more."
        )
        found.append(Attention("reclaiming", text, advice, urgent=True, lease=key))
    age = (view.height - lease.created_at) * view.block_time.seconds
    price = "" if seen.price_h is None else f" It costs ≈ ${rate(seen.price_h)} an hour."
    close = f"end it: akash-tui lease close {dseq}."
    if seen.delivered is False and not (seen.status and seen.status.services):
        left = int(MANIFEST_SECONDS - age)
        over = (
            "five minutes are over: the provider may end it, or it keeps costing"
            if left <= 0
            else f"{left} s left of its five minutes"
        )
        text = f"{who} has no manifest yet" if seen.tried else f"The manifest was not sent to {who} yet"
        advice = f"Send it: akash-tui resume --yes; or {close}"
        urgent = left <= BELL_SECONDS
        found.append(Attention("manifest_due", f"{text} ({over}).{price}", advice, urgent=urgent, lease=key))
    elif seen.fault is not None:
        text = f"{who} cannot be asked: {seen.fault.title}{price}"
        found.append(Attention("unreachable", text, f"If it stays so, {close}", urgent=False, lease=key))
    elif seen.outdated:
        why = "it did not apply the manifest that it accepted" if seen.delivered else "it was not delivered yet"
        text = f"{who} does not run the version on chain: {why}.{price}"
        advice = f"Send it again: akash-tui resume --yes, or akash-tui lease update {dseq} FILE; or {close}"
        found.append(Attention("old_version", text, advice, urgent=True, lease=key))
    elif seen.status is not None and seen.status.services:
        down = [s.name for s in seen.status.services if s.ready == 0]
        if down and age > START_SECONDS:
            text = f"Paid for and not running at {who}: {', '.join(down)}.{price}"
            advice = f"See why: akash-tui lease events {dseq}; or {close}"
            found.append(Attention("not_running", text, advice, urgent=True, lease=key))
    elif view.asked and age > NOTHING_SECONDS:
        text = f"Paid for and not running: {who} has nothing for this lease"
        if seen.delivered:
            text += ", though it accepted the manifest"
            advice = f"Send it again: akash-tui resume --yes; if it stays so, choose another provider and {close}"
        else:  # from another machine, or never
            advice = f"If its manifest was never sent: akash-tui lease update {dseq} FILE sends it; or {close}"
        text += f".{price}"
        found.append(Attention("not_running", text, advice, urgent=True, lease=key))
    return found


def failed_by_provider(seen: LeaseView) -> bool:
    """True if its provider ended the lease, though the manifest was sent to it: a reason to avoid that provider."""
    return by_provider(seen.lease) and (seen.tried or not seen.lease.reason.endswith("manifest_timeout"))


async def watch_deployment(
    session: Session, id: DeploymentId, every: float = EVERY, low_hours: Decimal = LOW_HOURS
) -> AsyncGenerator[AttentionCheck, None]:
    """A check every `every` seconds until the deployment is closed; only while this program runs.

    The first read raises its fault; later ones carry it and keep the view that was read before.
    """
    known: set[tuple[str, str]] = set()
    last: AttentionCheck | None = None
    while True:
        try:
            view = await Leases(session).one(id)
        except (Unreachable, Refused) as fault:
            if last is None:
                raise
            yield AttentionCheck(last.view, last.items, (), fault)
        else:
            found = attention_items(view, low_hours)
            new = tuple(a for a in found if (a.code, a.lease) not in known or _became_urgent(a, last))
            known = {(a.code, a.lease) for a in found}
            last = AttentionCheck(view, found, new)
            yield last
            if last.over:
                return
        await session.clock.sleep(every)


def _became_urgent(item: Attention, last: AttentionCheck | None) -> bool:
    before = [a for a in (last.items if last else ()) if (a.code, a.lease) == (item.code, item.lease)]
    return item.urgent and any(not a.urgent for a in before)


LOW = 2
"""Rank of a deployment whose funds run low; those before it need attention more."""


def attention(view: DeploymentView) -> int:
    """For sorting a list: 0 needs attention most. Rests on chain and journal, and on providers if asked."""
    if view.deployment.state is DeploymentState.CLOSED:
        return 4
    codes = {a.code for a in attention_items(view)}
    for rank, group in enumerate(({"dry"}, PROBLEMS, {"low_runway"})):
        if codes & group:
            return rank
    return 3


def cost_so_far(view: DeploymentView) -> Decimal:
    """Micro-ACT of all its leases until now or their end."""
    return sum(
        (spent(v.lease, view.height) for v in view.leases if v.lease.price.denom == UACT),
        Decimal(0),
    )
