"""A world can be put down as JSON and taken up again."""

from __future__ import annotations

import json

import pytest

from akash_tui.practice.chain.snapshots import restore, take
from akash_tui.practice.chain.world import World
from tests.practice.small_world import SmallWorld


def eventful() -> SmallWorld:
    small = SmallWorld()
    small.do(small.tenant, small.deployment(1))
    for provider in small.providers:
        small.do(provider, small.bid(1, provider))
    small.do(small.tenant, small.lease(1, small.providers[1]))
    small.check(small.tenant, small.deployment(2))  # still waits
    return small


def test_nothing_is_lost_on_the_way() -> None:
    small = eventful()
    kept = json.loads(json.dumps(take(small.world)))
    again = World("something else", now=lambda: small.clock)
    restore(again, kept)
    assert take(again) == kept
    assert again.chain_id == small.world.chain_id
    assert again.height == small.world.height


def test_a_restored_world_goes_on() -> None:
    small = eventful()
    committed = small.world.blocks[-1].txs[0]
    small.world, old = World("something else", now=lambda: small.clock, index_lag=0.0), small.world
    restore(small.world, json.loads(json.dumps(take(old))))
    found = small.world.find_tx(committed.hash)
    assert found == committed
    assert small.world.submit(committed.raw).code == 19
    block = small.block()
    assert [tx.outcome.code for tx in block.txs] == [0]
    assert (small.tenant.address, 2) in small.world.books.deployments
    assert small.do(small.tenant, small.close(1)).code == 0


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        restore(World("x"), {"v": 99})


def test_the_same_seed_and_story_give_the_same_world() -> None:
    assert json.dumps(take(eventful().world)) == json.dumps(take(eventful().world))
