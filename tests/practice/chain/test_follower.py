"""A node that is some blocks behind has the state of then, and gets there."""

from __future__ import annotations

from akash_tui.practice.chain import snapshots
from akash_tui.practice.chain.follower import Follower
from tests.practice.small_world import SmallWorld


def test_it_is_the_same_chain_some_blocks_ago() -> None:
    small = SmallWorld()
    leader = small.world
    node = Follower(leader, behind=3)
    small.do(small.tenant, small.deployment(5))
    leader.give(small.tenant.address, "uact", 7)
    here = small.do(small.providers[0], small.bid(5, small.providers[0]))
    assert here.code == 0
    assert (node.height, leader.height - node.height, node.chain_id) == (1, 2, leader.chain_id)
    assert not node.books.deployments.keys()
    books, newest = snapshots.take(leader)["books"], leader.blocks[-1]
    small.block(3)
    assert (node.height, node.blocks[-1].hash, snapshots.take(node)["books"]) == (newest.height, newest.hash, books)


def test_what_is_broadcast_there_is_in_the_leaders_next_block() -> None:
    small = SmallWorld()
    node = Follower(small.world, behind=2)
    assert node.submit(small.sign(small.tenant, small.deployment(5))).code == 0
    assert [record.outcome.code for record in small.block().txs] == [0]
