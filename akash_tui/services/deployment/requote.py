"""Replace failed leases: end each, or start its group again where its provider ended it, and take new bids.

A provider that failed is left out of the next choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from akash_tui.domain.akash.entities import GroupId, Lease, OrderState
from akash_tui.domain.akash.lease_end import by_provider, why_ended
from akash_tui.services.core.events import Requoted
from akash_tui.services.core.remembering import remember_failed
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.groups import GroupAction, GroupQuote, do_group, group_quote
from akash_tui.services.ports import (
    AkashError,
    BadInput,
    LeaseEnded,
    ManifestLost,
    ManifestRefused,
    OrderGone,
    PriceNotQuoted,
)

MOST_READS = 20
"""Reads, a second apart, until the node lists a group's next order."""


@dataclass(frozen=True, slots=True)
class _FailedLease:
    """One lease that is given up: what has to be done with its group, and what speaks against its provider."""

    lease: Lease
    step: GroupAction
    why: str

    @property
    def group(self) -> GroupId:
        """The group whose lease this was."""
        id = self.lease.id
        return GroupId(id.owner, id.dseq, id.gseq)


async def requote(
    session: Session,
    run: DeploymentRun,
    error: AkashError,
    show: Callable[[GroupQuote], None] = lambda quote: None,
) -> None:
    """Give up the leases that `error` is about; on return each of their groups has an order that takes bids.

    `show` gets the quote of each step before it is signed.

    Raises `BadInput` where that cannot be done (closed meanwhile, or a lease ended by someone other than its
    provider), `OrderGone` if the node never lists the next order, and what a spend raises.
    """
    failed = await _failed_leases(session, run, error)
    for each in failed:
        quote = await group_quote(session, each.group, each.step)
        show(quote)
        result = await do_group(session, quote, run, avoid={each.lease.id.provider: each.why})
        remember_failed(session, [each.lease.id], each.why)
        run.emit(Requoted(run.head(), each.lease.id, each.why, result.hash, result.height))
    gone = {each.lease.id for each in failed}
    run.leases = tuple(lease for lease in run.leases if lease.id not in gone)
    await _listed(session, run, {each.lease.id.gseq for each in failed})
    await read_once(session, run)


async def _failed_leases(session: Session, run: DeploymentRun, error: AkashError) -> list[_FailedLease]:
    now = {lease.id: lease for lease in await session.chain.leases(run.id.owner, run.id.dseq)}
    delivered = {saved.id for saved in session.journal.leases(run.chain_id, run.id) if saved.delivered}
    failed: list[_FailedLease] = []
    for lease in run.leases:
        seen = now.get(lease.id, lease)
        if not seen.state.is_running:
            if not by_provider(seen):
                raise BadInput(
                    f"Its lease ended, and not by its provider: {why_ended(seen)}.",
                    f"akash-tui lease status {run.id.dseq} shows what is left.",
                )
            failed.append(_FailedLease(seen, GroupAction.START, why_ended(seen)))
        elif lease.id not in delivered and not isinstance(error, LeaseEnded):
            why = "it refused the manifest" if isinstance(error, ManifestRefused) else "it never accepted the manifest"
            if isinstance(error, ManifestLost):
                why = "it accepted the manifest and did not run it"
            if isinstance(error, PriceNotQuoted):
                why = "its lease costs more than its bid"
            failed.append(_FailedLease(seen, GroupAction.REQUOTE, why))
    if not failed:
        raise BadInput("None of its leases can be replaced by another.", "See akash-tui lease status.")
    return failed


async def _listed(session: Session, run: DeploymentRun, gseqs: set[int]) -> None:
    """Wait until the node lists an open order of each group: one that indexes late still shows only the old ones."""
    for _ in range(MOST_READS):
        orders = await session.chain.orders(run.id)
        if gseqs <= {order.id.gseq for order in orders if order.state is OrderState.OPEN}:
            return
        await session.clock.sleep(1.0)
    raise OrderGone(
        "The node does not list the next order of this group yet.",
        f"See what is open: akash-tui lease status {run.id.dseq}.",
    )
