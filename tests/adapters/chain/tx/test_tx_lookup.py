"""A chain that stands still for an upgrade decides nothing about a transaction: the next block may still include it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from akash_tui.adapters.chain.tx.tx_lookup import HALT_WAIT, STUCK
from akash_tui.services.ports import NeverIncluded, TxUnknown
from tests.adapters.chain.scripted_node import Asked, Reply
from tests.adapters.chain.tx.test_broadcast import FakeNode, chain_of, signed


class Halting(FakeNode):
    """Makes no block from `stands_at` on, for the upgrade at the next height."""

    stands_at: int | None = None

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.endswith("/current_plan") and not self.dead:
            plan = None
            if self.stands_at is not None:
                plan = {"name": "v2.2.0", "height": str(self.stands_at + 1), "info": ""}
            return Reply(json={"plan": plan})
        return super().__call__(asked)

    def halt(self) -> None:
        self.stands_at = self.height

    def _block(self, which: str) -> Reply:
        if which == "latest" and self.stands_at is not None and self.height >= self.stands_at:
            return super()._block(str(self.stands_at))
        return super()._block(which)


def halting() -> Halting:
    node = Halting()
    node.include_after = 0
    return node


async def test_a_head_that_stands_before_the_time_out_is_never_never() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        node.halt()
        began = node.time
        clock.now = lambda: began + timedelta(seconds=sum(clock.slept)) + timedelta(hours=3)  # type: ignore[method-assign]
        with pytest.raises(TxUnknown, match=r"halted for upgrade v2.2.0 since 2026-11-23 \d\d:\d\d:\d\d UTC") as caught:
            await chain.confirm(tx)
        assert caught.value.tx_hash == tx.hash
        assert "Do not repeat it" in caught.value.advice


@pytest.mark.parametrize("past", [1, 4])
async def test_one_that_stands_shortly_after_it_is_not_either(past: int) -> None:
    node = halting()
    async with chain_of(node) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert tx.expires is not None
        while node.time <= tx.expires:
            node.height += 1
        node.height += past - 1
        node.halt()
        began = node.time
        clock.now = lambda: began + timedelta(seconds=sum(clock.slept)) + timedelta(hours=3)  # type: ignore[method-assign]
        with pytest.raises(TxUnknown, match="halted for upgrade"):
            await chain.confirm(tx)


async def test_when_the_chain_continues_it_is_found_in_the_first_block() -> None:
    node = halting()
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        node.halt()
        with pytest.raises(TxUnknown):
            await chain.confirm(tx)
        node.stands_at = None
        node.blocks[tx.hash] = node.height + 1
        assert (await chain.confirm(tx)).code == 0


async def test_one_node_ahead_of_those_that_wait_for_the_upgrade_does_not_decide() -> None:
    ahead, waits = halting(), halting()
    async with chain_of(ahead, waits) as (chain, _, clock):
        clock.now = lambda: ahead.time  # type: ignore[method-assign]
        tx = await signed(chain)
        waits.halt()
        ahead.height += 200
        assert ahead.time - waits.time > STUCK
        with pytest.raises(TxUnknown):
            await chain.confirm(tx)


async def test_two_nodes_ahead_of_it_do() -> None:
    one, two, waits = halting(), halting(), halting()
    async with chain_of(one, two, waits) as (chain, servers, clock):
        assert len({s.url for s in servers}) == 3
        clock.now = lambda: one.time  # type: ignore[method-assign]
        tx = await signed(chain)
        waits.halt()
        one.height += 200
        two.height += 200
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)


async def test_a_day_later_one_decides_again() -> None:
    """A node may say for ever that it waits: it must not make a transaction undecided for good."""
    ahead, waits = halting(), halting()
    async with chain_of(ahead, waits) as (chain, _, clock):
        tx = await signed(chain)
        waits.halt()
        ahead.height += int(HALT_WAIT.total_seconds() / 6) + 100
        clock.now = lambda: ahead.time  # type: ignore[method-assign]
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)
