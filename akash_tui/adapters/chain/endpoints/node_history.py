"""How far back a node's history goes: whether its "not found" proves that an old transaction never happened.

Nodes prune old blocks, start from a snapshot, or index transactions only from some day on. Such a node answers "not
found" for a transaction in a block that it does not have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from akash_tui.adapters.chain.endpoints.head import BLOCKS, HeadReader
from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import NodeError
from akash_tui.adapters.chain.rest_json.chain import BlockTxs
from akash_tui.services.ports import Head, TxResult

_STEPS: Final = 5
"""Most steps back in time, each twice as far, until a block is old enough."""
_SAMPLES: Final = 4
"""Blocks searched for a transaction that must be in the node's index."""

Find = Callable[[RestEndpoint, str], Awaitable[TxResult | None]]


async def has_history(
    pool: Pool, heads: HeadReader, endpoint: RestEndpoint, head: Head, since: datetime, find_at: Find
) -> bool | None:
    """Whether the endpoint has the blocks from `since` on, and an index of them; False if it has pruned them.

    None if that cannot be decided. Raises `EndpointFault`.
    """
    seconds = float((await heads.block_time()).seconds)
    back = int(max(0.0, (head.time - since).total_seconds()) / max(seconds, 0.001)) + 10
    for _ in range(_STEPS):
        height = max(1, head.height - back)
        try:
            first = await heads.time_of(endpoint, height)
        except NodeError:
            return False
        if height == 1 or first <= since:
            return await _indexed(pool, endpoint, height, min(head.height, height + _SAMPLES), find_at)
        back *= 2
    return None


async def _indexed(pool: Pool, endpoint: RestEndpoint, height: int, end: int, find_at: Find) -> bool:
    """Whether the first transaction from `height` on is in the node's index; True if those blocks have none."""
    for each in range(height, end):
        try:
            txs = (await pool.get(endpoint, f"{BLOCKS}/{each}", BlockTxs.model_validate_json)).txs
        except NodeError:
            return False
        if txs:
            return await find_at(endpoint, hashlib.sha256(txs[0]).hexdigest().upper()) is not None
    return True
