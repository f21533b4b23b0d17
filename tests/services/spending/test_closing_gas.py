"""A close has gas for the bids that come between its quote and its block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import BidState, DeploymentId, GroupState
from akash_tui.domain.akash.money import MICRO, UAKT, Coin, named
from akash_tui.services.deployment.close import bulk_close_quote, close
from akash_tui.services.deployment.create import create
from akash_tui.services.spending.closing_gas import BIDDING_BLOCKS, GAS_PER_BID
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.settings import Bounds
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled
from tests.helpers.worlds import Practice


async def room(bench: Bench, id: DeploymentId) -> int:
    """For how many bids more than there are, by the quotes of one close and of several."""
    quote = await close_quote(bench.session(), id)
    (batch,) = (await bulk_close_quote(bench.session(), [id])).batches
    assert batch.gas_limit == quote.gas_limit
    more, rest = divmod(quote.gas_limit - bench.chain.gas_simulated * 3 // 2, GAS_PER_BID)
    assert rest == 0
    return more


async def test_there_is_room_for_bids_while_they_may_come(bench: Bench) -> None:
    session = bench.session()
    id = (await create(session, await create_quote(session, compiled(SDL), SDL, "web"))).id
    most = (await bench.chain.params()).most_bids
    there = [bid for bid in bench.chain.bids_.values() if bid.state is BidState.OPEN]
    assert there
    assert await room(bench, id) == most - len(there)

    deployment = bench.chain.deployments_[id]
    paused = tuple(replace(group, state=GroupState.PAUSED) for group in deployment.groups)
    bench.chain.deployments_[id] = replace(deployment, groups=paused)
    assert await room(bench, id) == 0
    height = (await session.head()).height
    bench.chain.deployments_[id] = replace(deployment, created_at=height - BIDDING_BLOCKS - 1)
    assert await room(bench, id) == 0, "who bids at all has bid by then"


@pytest.mark.parametrize("poor", [False, True], ids=["a low bound", "little AKT"])
async def test_a_close_has_gas_for_as_many_bids_as_its_fee_may_pay_for(bench: Bench, poor: bool) -> None:
    session = bench.session()
    id = (await create(session, await create_quote(session, compiled(SDL), SDL, "web"))).id
    least = bench.chain.gas_simulated * 3 // 2
    most = (least + 2 * GAS_PER_BID) // 40 + 1
    if poor:
        bench.chain.balances_[OWNER][UAKT] = most
    else:
        session = bench.session(bounds=Bounds(max_fee=Decimal(most) / MICRO))
    quote = await close_quote(session, id)
    assert not quote.beyond
    assert quote.gas_limit == least + 2 * GAS_PER_BID
    (said,) = quote.unverified
    assert f"within {named(Coin(UAKT, most))} pays for 2 more bids of up to" in said
    assert (await close(session, quote)).refund is not None


async def test_a_fee_that_is_beyond_the_bound_in_any_case_is_refused_with_room_for_all(bench: Bench) -> None:
    session = bench.session()
    id = (await create(session, await create_quote(session, compiled(SDL), SDL, "web"))).id
    full = await close_quote(session, id)
    quote = await close_quote(bench.session(bounds=Bounds(max_fee=Decimal("0.000001"))), id)
    assert (quote.gas_limit, quote.unverified) == (full.gas_limit, ())
    assert [excess.option for excess in quote.beyond] == ["--max-fee 0.0308"]


async def test_a_close_that_is_quoted_before_the_bids_come_succeeds_after_them(
    worlds: Callable[[str], Practice],
) -> None:
    async with worlds("rush").session() as session:
        run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
        quote = await close_quote(session, run.id)
        while len(await session.chain.bids(run.id, BidState.OPEN)) < 12:
            await session.clock.sleep(0.05)
        assert (await close(session, quote, run)).refund is not None
