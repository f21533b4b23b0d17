"""Nothing is signed on a chain that stands still, and the reason is the upgrade, not a clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from akash_tui.services.ports import NothingNew, Unreachable
from tests.adapters.chain.scripted_node import Reply
from tests.adapters.chain.tx.test_broadcast import CLOSE, SIGNER, FakeNode, chain_of
from tests.adapters.chain.tx.test_tx_lookup import halting


async def test_a_halt_for_an_upgrade_is_named_with_what_it_means_for_leases() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        node.halt()
        clock.now = lambda: node.time + timedelta(minutes=20)  # type: ignore[method-assign]
        with pytest.raises(Unreachable) as caught:
            await chain.sign(draft, SIGNER)
        assert caught.value.title.startswith("test is halted for upgrade v2.2.0 since 2026-11-23 ")
        assert "nothing was signed" in caught.value.title
        assert "Leases keep running and cost nothing" in caught.value.advice
        assert "clock" not in caught.value.title


ENDED = Reply(500, {"code": 2, "message": "message MsgCreateLease is disabled: unauthorized", "details": []})


@pytest.mark.parametrize("liar", [0, 1])
async def test_one_endpoint_that_says_nothing_new_is_taken_stops_nothing(liar: int) -> None:
    nodes = FakeNode(), FakeNode()
    nodes[liar].on_simulate = lambda tx: ENDED
    async with chain_of(*nodes) as (chain, _, _clock):
        assert (await chain.simulate((CLOSE,), SIGNER)).gas_used == 100_000


@pytest.mark.parametrize("many", [1, 2])
async def test_nothing_new_is_the_chains_word_where_no_endpoint_takes_it(many: int) -> None:
    nodes = [FakeNode() for _ in range(many)]
    for node in nodes:
        node.on_simulate = lambda tx: ENDED
    async with chain_of(*nodes) as (chain, _, _clock):
        with pytest.raises(NothingNew):
            await chain.simulate((CLOSE,), SIGNER)


async def test_a_plan_stops_nothing_while_blocks_are_made() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, _clock):
        node.stands_at = node.height + 50
        tx = await chain.sign(await chain.simulate((CLOSE,), SIGNER), SIGNER)
        assert tx.draft.messages == (CLOSE,)
