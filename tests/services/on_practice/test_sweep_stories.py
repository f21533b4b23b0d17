"""A sweep on the practice network: a lease whose manifest never arrived and an order are closed, to the last unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from akash_tui.compose import Program
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.deployment.close import bulk_close, bulk_close_quote
from akash_tui.services.deployment.create import create
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.sweep.items import SweepReason
from akash_tui.services.sweep.reader import read_sweep
from tests.fakes.session import compiled
from tests.helpers.worlds import Practice
from tests.services.on_practice.test_flow import SDL
from tests.services.on_practice.test_lease_stories import leased

Worlds = Callable[[str], Practice]


async def test_a_lease_that_never_ran_and_an_order_are_swept_to_the_unit(worlds: Worlds) -> None:
    practice = worlds("calm")
    async with practice.session():
        program = Program(practice.home)
    # blocks that come in a blink count as six seconds each, so that a quarter of an hour passes in some seconds
    network = replace(program.networks.find("practice"), block_seconds=Decimal(6), stated_block_seconds=Decimal(6))
    session = await program.open(network, None, False)
    try:
        before = {c.denom: c.amount for c in await session.chain.balances(session.owner)}
        began = session.clock.now()
        _, run, _ = await leased(session, deposit=5_000_000)  # and its manifest is not sent
        order = await create(session, await create_quote(session, compiled(SDL), SDL, "order", deposit=2_000_000))
        found = await read_sweep(session, practice.home)
        while run.id not in {item.id for item in found.items if item.sure}:
            found = await read_sweep(session, practice.home)
        items = {item.id: item for item in found.items}
        assert (items[run.id].reason, items[run.id].leases) == (SweepReason.NOT_RUNNING, 1)
        assert items[order.id].locked.amount == 2_000_000

        quote = await bulk_close_quote(session, [run.id, order.id])
        result = await bulk_close(session, quote)
        assert (result.failed, result.refund_known) == ([], True)
        after = {c.denom: c.amount for c in await session.chain.balances(session.owner)}
        fees = [
            int(str(intent.about["fee"]).removesuffix(UAKT))
            for intent in session.journal.intents(network.chain_id, session.owner)
            if intent.created_at >= began and "fee" in intent.about
        ]
        assert len(fees) == 4  # two deployments, a lease, and one close of both
        assert before[UAKT] - after[UAKT] == sum(fees)
        assert before[UACT] - after[UACT] == 7_000_000 - result.refund
        over = await Leases(session).one(run.id, services=False)
        paid = sum(coin.amount for coin in over.deployment.escrow.transferred if coin.denom == UACT)
        assert 7_000_000 - result.refund == paid > 0  # what its provider got, as the chain's own books have it
    finally:
        await session.aclose()
