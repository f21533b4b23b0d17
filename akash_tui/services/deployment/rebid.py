"""A lease that came to nothing, given up without a person: its group's next order takes bids, its provider is avoided.

On chain (chain recordings, `close-lease-included`): our closing a lease opens the group's next order in the same
block; a lease that its provider closes pauses the group, which has to be started.
"""

from __future__ import annotations

from dataclasses import dataclass

from akash_tui.domain.akash.entities import GroupId, Lease, OrderState
from akash_tui.domain.akash.lease_end import by_provider, why_ended
from akash_tui.services.core.events import Requoted
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.groups import GroupAction, do_group, group_quote
from akash_tui.services.ports import AkashError, BadInput, LeaseEnded, ManifestRefused, OrderGone

LISTED_WITHIN = 20
"""Looks, a second apart, until the node lists a group's next order."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """One lease that is given up: what has to be done with its group, and what speaks against its provider."""

    lease: Lease
    step: GroupAction
    why: str

    @property
    def group(self) -> GroupId:
        id = self.lease.id
        return GroupId(id.owner, id.dseq, id.gseq)


async def ask_others(session: Session, run: DeploymentRun, error: AkashError) -> None:
    """Give up the leases that `error` is about; on return each of their groups has an order that takes bids.

    Raises `BadInput` where that cannot be done (closed meanwhile, or a lease ended by somebody else than its
    provider), `OrderGone` if the node never lists the next order, and what a spend raises.
    """
    lost = await _lost(session, run, error)
    for each in lost:
        quote = await group_quote(session, each.group, each.step)
        result = await do_group(session, quote, run, avoid={each.lease.id.provider: each.why})
        run.emit(Requoted(run.head(), each.lease.id, each.why, result.hash, result.height))
    gone = {each.lease.id for each in lost}
    run.leases = tuple(lease for lease in run.leases if lease.id not in gone)
    await _listed(session, run, {each.lease.id.gseq for each in lost})
    await read_once(session, run)


async def _lost(session: Session, run: DeploymentRun, error: AkashError) -> list[_Lost]:
    now = {lease.id: lease for lease in await session.chain.leases(run.id.owner, run.id.dseq)}
    delivered = {saved.id for saved in session.journal.leases(run.chain_id, run.id) if saved.delivered}
    lost: list[_Lost] = []
    for lease in run.leases:
        seen = now.get(lease.id, lease)
        if not seen.state.is_running:
            if not by_provider(seen):
                raise BadInput(
                    f"Its lease ended, and not by its provider: {why_ended(seen)}.",
                    f"akash-tui lease status {run.id.dseq} shows what is left.",
                )
            lost.append(_Lost(seen, GroupAction.START, why_ended(seen)))
        elif lease.id not in delivered and not isinstance(error, LeaseEnded):
            refused = isinstance(error, ManifestRefused)
            lost.append(_Lost(seen, GroupAction.REQUOTE, f"it {'refused' if refused else 'never took'} the manifest"))
    if not lost:
        raise BadInput("No lease of it can be given up for another.", "Look: akash-tui lease status.")
    return lost


async def _listed(session: Session, run: DeploymentRun, gseqs: set[int]) -> None:
    """Wait until the node lists an open order of each group: one that indexes late tells only of the old ones."""
    for _ in range(LISTED_WITHIN):
        orders = await session.chain.orders(run.id)
        if gseqs <= {order.id.gseq for order in orders if order.state is OrderState.OPEN}:
            return
        await session.clock.sleep(1.0)
    raise OrderGone("The next order is not there.", f"akash-tui lease status {run.id.dseq} shows what is open.")
