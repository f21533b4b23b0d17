"""Whether a transaction is in a block: found, not yet, or never.

"Never" is only said when its time-out has passed in block time by some blocks, and every endpoint that we can
reach, itself past that point and remembering back to before it, does not have it: whoever is told "never" will do
it again, with money.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from akash_tui.adapters.chain.endpoints.events import WakeStream
from akash_tui.adapters.chain.endpoints.head import HeadReader
from akash_tui.adapters.chain.endpoints.http import segment
from akash_tui.adapters.chain.endpoints.node_history import remembers
from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.tx import OneTx
from akash_tui.services.ports import (
    AkashError,
    Clock,
    NeverIncluded,
    Refused,
    SignedTx,
    TxForgotten,
    TxResult,
    TxUnknown,
    Unreachable,
)

GRACE_BLOCKS: Final = 5
"""Blocks past the time-out before "never": a node commits first and writes its index later."""
PATIENCE_SECONDS: Final = 300.0
"""How long to wait for a decision at all; after that the journal takes over."""
STUCK: Final = timedelta(minutes=15)
"""A node whose newest block is this much older than a time-out, or than now, has stopped, and is not waited for."""
LONGEST_LIFE: Final = timedelta(minutes=3)
"""Between signing and the time-out; see `preparing.time_to_live`."""
SILENT_SECONDS: Final = 20.0
"""How long to wait for a node that is away when those that answer have forgotten."""
GONE_SECONDS: Final = 60.0
"""How long nodes may be unreachable before we stop waiting for them."""
_EVERYWHERE_EVERY: Final = 5


class TxLookup:
    """Looks transactions up, and waits for them."""

    def __init__(self, pool: Pool, heads: HeadReader, wakes: WakeStream, clock: Clock) -> None:
        self._pool = pool
        self._heads = heads
        self._wakes = wakes
        self._clock = clock

    async def find(self, tx_hash: str) -> TxResult | None:
        """Ask the first endpoint that answers; None means "not (yet) known there"."""

        async def ask(endpoint: RestEndpoint) -> TxResult | None:
            if not endpoint.indexes_txs:
                raise EndpointFault("it keeps no index of transactions")
            return await self._find_at(endpoint, tx_hash)

        try:
            return await self._pool.each(ask)
        except Refused as error:
            raise _nobody_knows(error.detail) from error

    async def everywhere(self, tx_hash: str) -> TxResult | None:
        """Ask every endpoint that answers; None if none of them has it. Raises if none can tell."""
        told = False
        for endpoint in await self._pool.proven():
            try:
                found = await self._find_at(endpoint, tx_hash)
            except (EndpointFault, NodeError):
                continue
            if found is not None:
                return found
            told = told or endpoint.indexes_txs
        if not told:
            raise _nobody_knows()
        return None

    async def confirm(self, tx: SignedTx) -> TxResult:
        """Wait until the transaction is in a block, or never can be. See `ports.Chain.confirm`."""
        started = answered = self._clock.monotonic()
        past: dict[str, int] = {}
        """By endpoint, the first height that we saw past the time-out."""
        turn = 0
        while True:
            turn += 1
            try:
                found = await (self.everywhere if turn % _EVERYWHERE_EVERY == 0 else self.find)(tx.hash)
                if found is not None:
                    return _matching(found, tx)
                if tx.expires is not None and (await self._heads.head()).time > tx.expires:
                    found = await self._settled(tx, tx.expires, past)
                    if found is not None:
                        return _matching(found, tx)
                answered = self._clock.monotonic()
                await self._pause()
            except NeverIncluded:
                raise
            except TxForgotten as forgotten:
                if not forgotten.silent or self._clock.monotonic() - started > SILENT_SECONDS:
                    raise
                await self._clock.sleep(1.0)  # a node that does not answer just now may know
            except AkashError as error:
                # whatever a node says instead of an answer decides nothing about the transaction
                if self._clock.monotonic() - answered > GONE_SECONDS:
                    raise _unknown(tx, "The nodes cannot be reached", error) from error
                await self._clock.sleep(1.0)
            if self._clock.monotonic() - started > PATIENCE_SECONDS:
                raise _unknown(tx, "The chain has not decided yet")

    async def _settled(self, tx: SignedTx, expires: datetime, past: dict[str, int]) -> TxResult | None:
        """The time-out has passed somewhere: found after all, still undecided (None), `NeverIncluded`, or
        `TxForgotten` where nobody remembers."""
        absent = forgot = 0
        proven = await self._pool.proven()
        silent = len(self._pool.endpoints) - len(proven)
        for endpoint in proven:
            try:
                head = await self._heads.own_head(endpoint)  # beside one with a fast clock all others lag
                if head.time <= expires and max(expires, self._clock.now()) - head.time < STUCK:
                    return None  # this node has not got there yet: one with a fast clock must not decide alone
                if head.time <= expires or not endpoint.indexes_txs:
                    continue
                first = past.setdefault(endpoint.url, head.height)
                found = await self._find_at(endpoint, tx.hash)
                if found is not None:
                    return found
                if head.height < first + GRACE_BLOCKS:
                    return None
                knows = await remembers(self._pool, self._heads, endpoint, head, expires - LONGEST_LIFE, self._find_at)
            except (EndpointFault, NodeError):
                silent += 1
                continue
            absent += knows is True
            forgot += knows is False
        if not absent and forgot:
            raise TxForgotten(
                "Its time-out has passed, but no node that answers remembers back to then.",
                "It cannot count any more. Look at what is there now before you do it again.",
                tx_hash=tx.hash,
                silent=silent,
            )
        if not absent:
            return None
        raise NeverIncluded(
            "The transaction never made it into a block: its time-out has passed.",
            "Nothing was spent; it is safe to do it again.",
            detail=f"{tx.hash}, checked at {absent} node{'s' if absent > 1 else ''}",
        )

    async def _find_at(self, endpoint: RestEndpoint, tx_hash: str) -> TxResult | None:
        try:
            answer = await self._pool.get(endpoint, f"/cosmos/tx/v1beta1/txs/{segment(tx_hash)}", OneTx)
        except NodeError as said:
            if said.not_found:
                return None
            raise
        found = answer.tx_response.value()
        if found.hash != tx_hash.upper() or found.height <= 0:
            raise EndpointFault("its answer is about another transaction")
        return found

    async def _pause(self) -> None:
        """Until the next block is announced, or a third of a block time; whichever comes first."""
        block = (await self._heads.block_time()).seconds
        delay = min(2.0, max(0.05, float(block) / 3))
        if not self._wakes.connected:
            await self._clock.sleep(delay)
            return
        tasks = {asyncio.ensure_future(self._clock.sleep(delay)), asyncio.ensure_future(self._next_wake())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _next_wake(self) -> None:
        wakes = self._wakes.wakes()
        try:
            async for wake in wakes:
                if wake.reason in ("block", "tx"):
                    return
        finally:
            await wakes.aclose()


def _nobody_knows(detail: str = "") -> Unreachable:
    return Unreachable("No node can tell about the transaction.", "Try again, or use other endpoints.", detail=detail)


def _matching(found: TxResult, tx: SignedTx) -> TxResult:
    """Fill in the fee that we know we signed, where the node does not repeat it."""
    return found if found.fee is not None else replace(found, fee=tx.draft.fee)


def _unknown(tx: SignedTx, why: str, error: AkashError | None = None) -> TxUnknown:
    return TxUnknown(
        f"{why}; whether the transaction counts is not known yet.",
        "Do not repeat it by hand: `akash-tui resume` finds out.",
        tx_hash=tx.hash,
        detail=error.detail if error else "",
    )
