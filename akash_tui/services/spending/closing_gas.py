"""Gas for bids that may still come before a deployment is closed.

Closing a deployment closes every bid on its open orders, too, and gives each provider's deposit back. A simulation
counts the bids that are there; while more are coming, a close would run out of gas in its block. Where gas for all that
may come costs more than the bound on fees, or than its payer has, a close has gas for as many as can be paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from akash_tui.domain.akash.entities import BidState, Deployment, DeploymentId, GroupState, Lease
from akash_tui.domain.akash.money import Coin, named
from akash_tui.domain.text import plural
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Insufficient, TxDraft

GAS_PER_BID: Final = 60_000
"""Measured on the practice chain: 54,030 for each bid that a close has to close."""
BIDDING_BLOCKS: Final = 50
"""Five minutes from the order on: who bids at all has bid by then."""
MOST_BIDS: Final = 21
"""Room for more is not paid for, where a chain lets more bid: the chain takes the whole fee, used or not."""


async def gas_for_bids(
    session: Session, deployments: Iterable[Deployment], leases: Sequence[Lease], height: int
) -> int:
    """Units of gas that closing these at `height` may take beyond its simulation; 0 where no bid is awaited."""
    orders = Counter[DeploymentId]()
    for deployment in deployments:
        if height - deployment.created_at > BIDDING_BLOCKS:
            continue
        leased = {lease.id.gseq for lease in leases if lease.id.deployment == deployment.id and lease.state.is_running}
        groups = (group for group in deployment.groups if group.state is GroupState.OPEN)
        orders[deployment.id] += sum(group.id.gseq not in leased for group in groups)
    if not orders.total():
        return 0
    most = min(MOST_BIDS, (await session.chain.params()).most_bids)
    owners = {id.owner for id in orders}
    bids = [bid for owner in owners for bid in await session.chain.owner_bids(owner, BidState.OPEN)]
    there = Counter(bid.id.deployment for bid in bids)
    return GAS_PER_BID * sum(max(0, most * count - there[id]) for id, count in orders.items())


async def with_room(
    simulate: Callable[[int], Awaitable[TxDraft]], more_gas: int, most: Coin, unverified: list[str]
) -> TxDraft:
    """What `simulate` makes with `more_gas`; with less of it where the fee would be more than `most`, which
    `unverified` says. If the fee is more in any case, nothing is left away. Raises what simulating raises."""
    try:
        full = await simulate(more_gas)
        if not more_gas or full.fee.amount <= most.amount:
            return full
    except Insufficient:
        if not more_gas:
            raise
        full = None
    least = await simulate(0)
    spare = most.amount - least.fee.amount
    if spare < 0:
        return full or least
    bids = spare * least.gas_limit // max(1, least.fee.amount) // GAS_PER_BID
    unverified.append(
        f"How many bids still come is not known: a fee within {named(most)} pays for {plural(bids, 'more bid')} of up "
        f"to {more_gas // GAS_PER_BID}. If more come before its block it fails there, costs its fee, and can be tried "
        "again."
    )
    return await simulate(bids * GAS_PER_BID) if bids else least
