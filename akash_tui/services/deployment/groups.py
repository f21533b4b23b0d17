"""One group of a deployment: end its lease and take new bids, pause it, start it again, end it for good.

On chain (chain recordings, `close-lease-included`, `bids-after-pause`): closing a lease opens the group's next order
in the same block; pausing closes lease, order and bids; starting opens the next order; a closed group stays closed.
The deployment and what is left of its deposit stay in every case. A lease that its provider closes pauses the group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.akash.entities import (
    Deployment,
    DeploymentId,
    DeploymentState,
    Group,
    GroupId,
    GroupState,
    Lease,
)
from akash_tui.domain.akash.messages import CloseGroup, CloseLease, Message, PauseGroup, StartGroup
from akash_tui.domain.akash.money import UACT, per_hour
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.ports import (
    BadInput,
    Stale,
    TxResult,
)
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.quoting import rate_of, read_deployment, read_snapshot, running_leases, simulate_quote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal_entries import IntentKind, SavedStage, lease_about


class GroupAction(StrEnum):
    """What can be done with a group."""

    REQUOTE = "requote"
    """End its lease; its next order opens at once and takes bids."""
    PAUSE = "pause"
    START = "start"
    CLOSE = "close"


_KINDS = {
    GroupAction.REQUOTE: IntentKind.CLOSE_LEASE,
    GroupAction.PAUSE: IntentKind.PAUSE_GROUP,
    GroupAction.START: IntentKind.START_GROUP,
    GroupAction.CLOSE: IntentKind.CLOSE_GROUP,
}


@dataclass(frozen=True, slots=True)
class GroupQuote(Quote):
    """One step with one group; costs gas only."""

    id: DeploymentId
    group: GroupId
    name: str
    """The group's own name."""
    step: GroupAction
    ends: tuple[Lease, ...]
    """Leases that end with it; what runs in them is deleted."""
    ends_h: Decimal
    """ACT per hour that they cost until then."""
    left: Decimal
    """Micro-ACT that stay in the deployment's escrow, projected to now."""
    last: bool
    """True if no other group of the deployment is open or paused."""


def possible(group: Group, leases: Sequence[Lease]) -> tuple[GroupAction, ...]:
    """What can be done with a group as it is now, the mildest first."""
    if group.state is GroupState.OPEN:
        leased = any(x.id.gseq == group.id.gseq for x in running_leases(leases))
        return (
            (GroupAction.REQUOTE, GroupAction.PAUSE, GroupAction.CLOSE)
            if leased
            else (GroupAction.PAUSE, GroupAction.CLOSE)
        )
    if group.state is GroupState.PAUSED:
        return GroupAction.START, GroupAction.CLOSE
    return ()


async def group_quote(session: Session, group: GroupId, step: GroupAction) -> GroupQuote:
    """What it ends and what stays. Raises `BadInput` where the group's state does not allow it."""
    id = DeploymentId(group.owner, group.dseq)
    deployment, leases, on = await together(
        read_deployment(session, id), session.chain.leases(id.owner, id.dseq), read_snapshot(session)
    )
    found = _group(deployment, group)
    if deployment.state is not DeploymentState.ACTIVE or step not in possible(found, leases):
        state = "closed" if deployment.state is not DeploymentState.ACTIVE else found.state.value.replace("_", " ")
        raise BadInput(f"Group {found.spec.name} is {state}; that cannot be done with it.", "Check it again.")
    mine = tuple(x for x in running_leases(leases) if x.id.gseq == group.gseq)
    base = await simulate_quote(session, on, _messages(step, group, mine), 0, [])
    return GroupQuote(
        **base,
        id=id,
        group=group,
        name=found.spec.name,
        step=step,
        ends=mine,
        ends_h=per_hour(rate_of(mine), on.block_time),
        left=deployment.escrow.projected(UACT, rate_of(leases), on.head.height),
        last=not any(g.id != group and g.state in (GroupState.OPEN, GroupState.PAUSED) for g in deployment.groups),
    )


def _group(deployment: Deployment, id: GroupId) -> Group:
    for group in deployment.groups:
        if group.id == id:
            return group
    raise BadInput(f"Deployment {id.dseq} has no group {id.gseq}.", f"akash-tui lease show {id.dseq}")


def _messages(step: GroupAction, group: GroupId, leases: Sequence[Lease]) -> tuple[Message, ...]:
    if step is GroupAction.REQUOTE:
        return tuple(CloseLease(lease.id) for lease in leases)
    if step is GroupAction.PAUSE:
        return (PauseGroup(group),)
    return (StartGroup(group),) if step is GroupAction.START else (CloseGroup(group),)


async def do_group(
    session: Session, quote: GroupQuote, run: DeploymentRun | None = None, *, avoid: Mapping[str, str] | None = None
) -> TxResult:
    """Sign exactly the quote and wait for its block; `run`, if there is one, is brought to what is then on chain.

    `avoid`: providers (address and reason) that the next choice should leave out. Raises `Stale` if its leases
    are no longer those of the quote, and what a spend raises.
    """
    with session.alone(quote.id):
        await refuse_while_open(session, quote.id)
        now = running_leases(await session.chain.leases(quote.id.owner, quote.id.dseq))
        if {x.id for x in now if x.id.gseq == quote.group.gseq} != {x.id for x in quote.ends}:
            raise Stale("Its leases changed since this was shown; nothing was signed.", "Check it again.")
        if avoid:
            AvoidedProviders(session.journal).add(session.network.chain_id, quote.id, avoid)
        about: dict[str, object] = {
            "gseq": quote.group.gseq,
            "group": quote.name,
            "leases": lease_about([(x.id, x.price) for x in quote.ends]),
        }
        result = await spend(session, quote, JournalPurpose(_KINDS[quote.step], quote.id.dseq, about))
        if quote.ends and len(now) == len(quote.ends):
            session.journal.mark_stage(session.network.chain_id, quote.id, SavedStage.OPEN)
    if run is not None:
        ended = {x.id for x in quote.ends}
        run.leases = tuple(x for x in run.leases if x.id not in ended)
        run.status = {id: status for id, status in run.status.items() if id not in ended}
        run.avoid = dict(run.avoid) | dict(avoid or {})
        run.forget_steps()
        if quote.step in (GroupAction.REQUOTE, GroupAction.START):
            run.asked_at = session.clock.now()
        run.enter(Stage.STARTING if run.leases else Stage.COLLECTING)
    return result
