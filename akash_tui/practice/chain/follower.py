"""Another node of the same chain, some blocks behind: it executes every block of the first one again, later.

Nothing is decided here: the leader makes the blocks. What is broadcast here goes on to the leader.
"""

from __future__ import annotations

from collections import deque

from akash_tui.practice.chain import snapshots
from akash_tui.practice.chain.blocks import Block, CheckTxAnswer
from akash_tui.practice.chain.world import World


class Follower(World):
    """A node that is `behind` blocks behind `leader`; it begins with the leader's state of now."""

    def __init__(self, leader: World, behind: int) -> None:
        super().__init__(leader.chain_id, block_time=leader.block_time, seed=leader.seed)
        self._leader = leader
        self._behind = behind
        self._waiting: deque[Block] = deque()
        snapshots.restore(self, snapshots.take(leader) | {"mempool": []})
        self.pace = leader.pace
        leader.subscribe(self._on_block)

    def submit(self, raw: bytes) -> CheckTxAnswer:
        """Pass it on, as nodes do."""
        return self._leader.submit(raw)

    def _on_block(self, block: Block) -> None:
        self._waiting.append(block)
        while len(self._waiting) > self._behind:
            self.replay(self._waiting.popleft())
