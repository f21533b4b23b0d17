"""The newest block, and the block time.

The block time decides what prices mean per hour, so it is measured on the chain itself: over the last
hundred blocks, in two halves, so that a halt of the chain in one of them does not make everything
look cheap.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError, ServesOtherChain
from akash_tui.adapters.chain.rest_json.chain import BlockJson
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.services.ports import AkashError, Clock, Head, WrongChain

BLOCKS: Final = "/cosmos/base/tendermint/v1beta1/blocks"
SPAN: Final = 100
"""Blocks over which the block time is measured."""
LAG: Final = timedelta(minutes=1)
"""An endpoint whose newest block is this much older than one seen elsewhere is not used."""
CLOCK_TOLERANCE: Final = timedelta(minutes=2)
"""A node whose newest block differs more than this from our clock is not signed for: its time would set a time-out
that is far away, or already over. Blocks are some seconds apart; a longer gap is a halted chain or a wrong clock."""
_COMPARE_EVERY: Final = 60.0
"""Seconds between two comparisons of all endpoints while the newest block looks old or ahead: the chain itself may have
stopped, or our own clock may be wrong."""
_CACHE_SECONDS: Final = 300.0
_SHORT_CACHE_SECONDS: Final = 5.0
"""A chain younger than the span is measured again soon."""
_LONGEST: Final = Decimal(3600)


class HeadReader:
    """Reads blocks; remembers the newest block seen and the measured block time."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._newest: Head | None = None
        """Of all endpoints; one that is near our clock counts more than any that is not."""
        self._compare_at = 0.0
        self._block_time = ASSUMED_BLOCK_TIME
        self._measured_at: float | None = None
        self._measuring = asyncio.Lock()

    async def head(self) -> Head:
        """The newest block of the first endpoint that is neither behind nor ahead; raises `Unreachable`, `WrongChain`.

        One that looks old or ahead by our clock is compared with all others: a node that has stopped still answers.
        """
        found = await self._pool.each(self.head_at)
        now = self._clock.monotonic()
        if (
            -CLOCK_TOLERANCE <= found.read_at - found.time <= LAG
            or len(self._pool.endpoints) < 2
            or now < self._compare_at
        ):
            return found
        self._compare_at = now + _COMPARE_EVERY
        await asyncio.gather(*map(self.head_at, await self._pool.proven()), return_exceptions=True)
        return await self._pool.each(self.head_at)

    async def head_at(self, endpoint: RestEndpoint) -> Head:
        """The newest block of one endpoint; `EndpointFault` if it lags, is ahead or serves another chain.

        A block far from our clock never makes one that is near it look late, or the other way round. Where none is
        near, our clock is wrong or the chain stands still: then blocks are compared with each other.
        """
        head = await self.own_head(endpoint)
        newest = self._newest
        if newest is None or (_is_near(head) and not _is_near(newest)):
            self._newest = head
            return head
        if newest.time - head.time > LAG:
            raise EndpointFault(f"it is {(newest.time - head.time).total_seconds():.0f} s behind the chain")
        if _is_near(newest) and head.time - head.read_at > CLOCK_TOLERANCE:
            # the only endpoint is used all the same, and so are all if our clock has just been changed
            if len(self._pool.endpoints) > 1 and timedelta(0) <= head.read_at - newest.read_at <= LAG:
                raise EndpointFault(f"it is {(head.time - newest.time).total_seconds():.0f} s ahead of the chain")
        elif head.time > newest.time:
            self._newest = head
        return head

    async def own_head(self, endpoint: RestEndpoint) -> Head:
        """Like `head_at`, whatever others show; `EndpointFault` if it serves another chain."""
        header = await self._latest(endpoint)
        if header.chain_id != self._pool.network.chain_id:
            raise ServesOtherChain(header.chain_id)
        return Head(header.height, header.time, header.chain_id, self._clock.now())

    async def time_of(self, endpoint: RestEndpoint, height: int) -> datetime:
        """The time of one block at one endpoint; `NodeError` if the endpoint does not have it (any more)."""
        return (await self._header(endpoint, str(height))).time

    async def block_time(self) -> BlockTime:
        """Measured, and cached for some minutes; the last measured one, or the assumed one, if measuring fails.

        Not measured where the network states for which block time its prices are meant.
        """
        stated = self._pool.network.stated_block_seconds
        if stated is not None:
            return BlockTime(stated, measured=True, stated=True)
        async with self._measuring:
            now = self._clock.monotonic()
            max_age = _CACHE_SECONDS if self._block_time.blocks >= SPAN else _SHORT_CACHE_SECONDS
            if self._measured_at is None or now - self._measured_at > max_age:
                measured = await self._measured()
                if measured is not None:
                    self._block_time = measured
                self._measured_at = now
            return self._block_time

    async def _measured(self) -> BlockTime | None:
        """The measured block time, by the first endpoint whose figure can be true; without any the expected one.

        None if it cannot be measured.
        """
        network = self._pool.network
        try:
            first = await self._pool.each(self._measure)
        except WrongChain:
            raise
        except AkashError:
            return None
        if first is None or network.plausible_block_time(first.seconds):
            return first
        for endpoint in self._pool.endpoints:
            try:
                await self._pool.prove(endpoint)
                other = await self._measure(endpoint)
            except (EndpointFault, NodeError):
                continue
            if other is not None and network.plausible_block_time(other.seconds):
                return other
        expected = network.expected_block_seconds
        return None if expected is None else BlockTime(expected, measured=False)

    async def _measure(self, endpoint: RestEndpoint) -> BlockTime | None:
        last = await self._latest(endpoint)
        span = min(SPAN, last.height - 2)  # block 1 carries the time of the genesis file, not its own
        while span >= 2:
            try:
                middle = await self._header(endpoint, str(last.height - span // 2))
                first = await self._header(endpoint, str(last.height - span))
            except NodeError:
                span //= 4  # the node has pruned the older blocks
                continue
            return _mean(first, middle, last)
        return None

    async def _latest(self, endpoint: RestEndpoint) -> BlockJson:
        try:
            return await self._header(endpoint, "latest")
        except NodeError as error:
            raise EndpointFault(f"it has no newest block: {error.message}") from error

    async def _header(self, endpoint: RestEndpoint, which: str) -> BlockJson:
        return await self._pool.get(endpoint, f"{BLOCKS}/{which}", BlockJson.model_validate_json)


def _is_near(head: Head) -> bool:
    """Whether its time is about that of our own clock when it was read."""
    return abs(head.time - head.read_at) <= CLOCK_TOLERANCE


def _mean(first: BlockJson, middle: BlockJson, last: BlockJson) -> BlockTime | None:
    """The mean over all blocks; that of the faster half where the halves differ a lot. None if it is not plausible."""
    halves = [_seconds_per_block(first, middle), _seconds_per_block(middle, last)]
    whole = _seconds_per_block(first, last)
    seconds = min(halves) if max(halves) > min(halves) * Decimal("1.3") else whole
    if not 0 < seconds < _LONGEST:
        return None
    return BlockTime(seconds, measured=True, blocks=last.height - first.height)


def _seconds_per_block(first: BlockJson, last: BlockJson) -> Decimal:
    took = last.time - first.time
    micro = (took.days * 86_400 + took.seconds) * 1_000_000 + took.microseconds
    return Decimal(micro) / max(1, last.height - first.height) / 1_000_000
