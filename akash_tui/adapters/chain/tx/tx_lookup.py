"""Whether a transaction is in a block: found, not yet, or never.

A chain that stands still for an upgrade decides nothing: the first block after a halt of hours has a time shortly after
the last one before it, so what waits can still be included.

"Never" is reported only if its time-out has passed in block time by some blocks *and* by our own clock, and no
reachable endpoint, itself past that point and with a history back to before it, has the transaction: after "never"
the user will do it again, and pay again.

A failure in a block is reported with the number of endpoints that agree on it. Where they contradict each other,
nothing is decided.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from akash_tui.adapters.chain.endpoints.events import WakeStream
from akash_tui.adapters.chain.endpoints.head import CLOCK_TOLERANCE, HeadReader
from akash_tui.adapters.chain.endpoints.http import segment
from akash_tui.adapters.chain.endpoints.node_history import has_history
from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint
from akash_tui.adapters.chain.endpoints.upgrades import UpgradeReader
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.chain import AccountJson
from akash_tui.adapters.chain.rest_json.fields import value_of
from akash_tui.adapters.chain.rest_json.tx import OneTx
from akash_tui.services.ports import (
    LONGEST_LIFE,
    ONE_ENDPOINT_SAYS,
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
"""Blocks past the time-out before "never": a node commits a block first and indexes it later."""
PATIENCE_SECONDS: Final = 300.0
"""How long to wait for a decision; after that the journal takes over."""
STUCK: Final = timedelta(minutes=15)
"""A node whose newest block is this much older than a time-out, or than now, is stopped: nothing waits for it."""
HALT_WAIT: Final = timedelta(days=1)
"""How long after a time-out a node that stands at the last block before an upgrade makes one node alone undecided."""
AGREE_SECONDS: Final = 30.0
"""How long other endpoints may take to report a failure that one reports: they index a block some seconds later."""
SILENT_SECONDS: Final = 20.0
"""How long to wait for an unreachable node when those that answer have pruned that time."""
GONE_SECONDS: Final = 60.0
"""How long all nodes may be unreachable before waiting ends."""
_EVERYWHERE_EVERY: Final = 5


class TxLookup:
    """Looks transactions up, and waits for them."""

    def __init__(self, pool: Pool, heads: HeadReader, upgrades: UpgradeReader, wakes: WakeStream, clock: Clock) -> None:
        self._pool = pool
        self._heads = heads
        self._upgrades = upgrades
        self._wakes = wakes
        self._clock = clock

    async def find(self, tx_hash: str) -> TxResult | None:
        """Search at the first endpoint that answers; None if it does not have the transaction (yet)."""

        async def search(endpoint: RestEndpoint) -> TxResult | None:
            if not endpoint.indexes_txs:
                raise EndpointFault("it has no index of transactions")
            return await self._find_at(endpoint, tx_hash)

        try:
            return await self._pool.each(search)
        except Refused as error:
            raise _no_answer(error.detail) from error

    async def everywhere(self, tx_hash: str) -> TxResult | None:
        """Ask every endpoint that answers; None if none of them has it. `Unreachable` if none has an index."""
        indexed = False
        for endpoint in await self._pool.proven():
            try:
                found = await self._find_at(endpoint, tx_hash)
            except (EndpointFault, NodeError):
                continue
            if found is not None:
                return found
            indexed = indexed or endpoint.indexes_txs
        if not indexed:
            raise _no_answer()
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
                if found is None and tx.sequence is not None:
                    found = await self._overtaken(tx, tx.sequence, past)
                over = found is None and self._over(tx)
                if over and tx.expires is not None and (await self._heads.head()).time > tx.expires:
                    found = await self._settled(tx, tx.expires, past)
                if found is not None:
                    return _matching(await self._agreed(found), tx)
                answered = self._clock.monotonic()
                await self._pause()
            except (NeverIncluded, _Contradicted):
                raise
            except TxForgotten as forgotten:
                if not forgotten.silent or self._clock.monotonic() - started > SILENT_SECONDS:
                    raise
                await self._clock.sleep(1.0)  # a node that does not answer just now may have it
            except AkashError as error:
                # a node's error decides nothing about the transaction
                gone = self._clock.monotonic() - answered
                if gone > GONE_SECONDS and (tx.expires is None or self._over(tx)):
                    raise _unknown(tx, "The nodes cannot be reached", error) from error
                await self._clock.sleep(1.0)
            if self._clock.monotonic() - started > PATIENCE_SECONDS:
                raise _unknown(tx, await self._why_undecided())

    async def _why_undecided(self) -> str:
        """The beginning of a sentence."""
        try:
            head = await self._heads.head()
        except AkashError:
            return _NOT_YET
        upgrade = await self._upgrades.halting(head)
        if upgrade is None:
            return _NOT_YET
        return f"The chain is halted for upgrade {upgrade.name} since {head.time:%Y-%m-%d %H:%M:%S} UTC"

    def _over(self, tx: SignedTx) -> bool:
        """Whether the time-out has passed by our own clock, which no node can move."""
        if tx.over_at is not None:
            return self._clock.monotonic() >= tx.over_at
        return tx.expires is not None and self._clock.now() > tx.expires

    async def _agreed(self, found: TxResult) -> TxResult:
        """A success as it is; a failure with the number of hosts that report it, once the others have answered too.

        Raises `TxUnknown` where others report something else, or still nothing when they should have it.
        """
        if found.code == 0:
            return found
        deadline = self._clock.monotonic() + AGREE_SECONDS
        while True:
            reports = await self._reports(found.hash)
            good = [r for r in reports.values() if r is not None and r.code == 0]
            same = [r for r in reports.values() if r is not None and _outcome(r) == _outcome(found)]
            all_have_it = None not in reports.values() and len(reports) == len(self._hosts())
            if len(good) > 1:
                return replace(good[0], witnesses=len(good))
            if not good and len(same) > 1:
                return replace(found, witnesses=len(same))
            if all_have_it or self._clock.monotonic() >= deadline:
                if len(same) == len(reports):
                    return found  # nobody else can report on it
                raise _Contradicted(
                    "The endpoints contradict each other about the transaction; whether it counts is not known yet.",
                    "Do not repeat it by hand: `akash-tui resume` finds out.",
                    tx_hash=found.hash,
                    detail=", ".join(f"{host}: {_named(r)}" for host, r in reports.items()),
                )
            await self._clock.sleep(1.0)

    def _hosts(self) -> set[str]:
        return {e.host for e in self._pool.endpoints if e.indexes_txs}

    async def _reports(self, tx_hash: str) -> dict[str, TxResult | None]:
        """By host, what each endpoint that answers and has an index has; None for one that has nothing."""
        reports: dict[str, TxResult | None] = {}
        for endpoint in await self._pool.proven():
            if not endpoint.indexes_txs:
                continue
            try:
                reports[endpoint.host] = await self._find_at(endpoint, tx_hash)
            except (EndpointFault, NodeError):
                continue
        return reports

    async def _settled(self, tx: SignedTx, expires: datetime, past: dict[str, int]) -> TxResult | None:
        """The time-out has passed somewhere: found after all, still undecided (None), `NeverIncluded`, or
        `TxForgotten` where no node has that history."""
        absent = pruned = halted = 0
        absent_at: set[str] = set()
        proven = await self._pool.proven()
        silent = len(self._pool.endpoints) - len(proven)
        for endpoint in proven:
            try:
                head = await self._heads.own_head(endpoint)  # compared with one whose clock is fast, all others lag
                if head.time <= expires and max(expires, self._clock.now()) - head.time < STUCK:
                    return None  # this node is not past it yet: one with a fast clock must not decide alone
                if head.time <= expires and self._clock.now() - expires < HALT_WAIT:
                    halted += await self._upgrades.halts_at(endpoint, head)
                if head.time <= expires or not endpoint.indexes_txs:
                    continue
                first = past.setdefault(endpoint.url, head.height)
                found = await self._find_at(endpoint, tx.hash)
                if found is not None:
                    return found
                if head.height < first + GRACE_BLOCKS:
                    return None
                known = await has_history(
                    self._pool, self._heads, endpoint, head, expires - LONGEST_LIFE, self._find_at
                )
            except (EndpointFault, NodeError):
                silent += 1
                continue
            if known is True:
                absent += 1
                absent_at.add(endpoint.host)
            pruned += known is False
        if not absent and pruned:
            raise _forgotten(tx, "Its time-out has passed", silent)
        if not absent or (halted and len(absent_at) < 2):
            return None  # beside nodes that wait for an upgrade one alone may be ahead of the chain, or lie
        raise _never(
            tx,
            "The transaction never got into a block: its time-out has passed.",
            "Nothing was spent; it is safe to do it again.",
            absent_at,
        )

    async def _overtaken(self, tx: SignedTx, sequence: int, past: dict[str, int]) -> TxResult | None:
        """One in order that was not found, decided by the account's sequence: found after all, still possible (None),
        `NeverIncluded`, or `TxForgotten`. Every endpoint that answers must be past it by some blocks."""
        absent = pruned = 0
        absent_at: set[str] = set()
        proven = await self._pool.proven()
        silent = len(self._pool.endpoints) - len(proven)
        for endpoint in proven:
            try:
                head = await self._heads.own_head(endpoint)
                if head.time - self._clock.now() > CLOCK_TOLERANCE:
                    raise EndpointFault("its head is far ahead of our clock")  # its height decides nothing
                too_late = tx.last_height and head.height > tx.last_height
                if not too_late and await self._sequence_at(endpoint, tx.draft.signer) <= sequence:
                    return None
                if not endpoint.indexes_txs:
                    continue
                first = past.setdefault(endpoint.url, head.height)
                found = await self._find_at(endpoint, tx.hash)
                if found is not None:
                    return found
                if head.height < first + GRACE_BLOCKS:
                    return None
                since = (tx.since or self._clock.now()) - LONGEST_LIFE
                known = await has_history(self._pool, self._heads, endpoint, head, since, self._find_at)
            except (EndpointFault, NodeError):
                silent += 1
                continue
            if known is True:
                absent += 1
                absent_at.add(endpoint.host)
            pruned += known is False
        if not absent and pruned:
            raise _forgotten(tx, "Another transaction took its place", silent)
        if not absent:
            return None
        raise _never(
            tx,
            "The transaction never got into a block: its sequence was used by another one, or its last block is over.",
            "Nothing was spent by it; write and sign it again if you still want it.",
            absent_at,
        )

    async def _sequence_at(self, endpoint: RestEndpoint, address: str) -> int:
        """The account's next sequence, as one endpoint has it."""
        path = f"/cosmos/auth/v1beta1/accounts/{segment(address)}"
        return (await self._pool.get(endpoint, path, value_of(AccountJson))).sequence

    async def _find_at(self, endpoint: RestEndpoint, tx_hash: str) -> TxResult | None:
        try:
            found = await self._pool.get(endpoint, f"/cosmos/tx/v1beta1/txs/{segment(tx_hash)}", value_of(OneTx))
        except NodeError as error:
            if error.not_found:
                return None
            raise
        if found.hash != tx_hash.upper() or found.height <= 0:
            raise EndpointFault("its answer is about another transaction")
        return found

    async def _pause(self) -> None:
        """Wait for the next block's announcement, or a third of a block time, whichever comes first."""
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


_NOT_YET: Final = "The chain has not decided yet"


class _Contradicted(TxUnknown):
    """Endpoints report different things about one transaction."""


def _forgotten(tx: SignedTx, why: str, silent: int) -> TxForgotten:
    return TxForgotten(
        f"{why}, but no node that answers has blocks from that time.",
        "It cannot go through any more. Check what is on chain now before you do it again.",
        tx_hash=tx.hash,
        silent=silent,
    )


def _never(tx: SignedTx, title: str, advice: str, hosts: Collection[str]) -> NeverIncluded:
    """What one host alone says is no reason to pay again: it may hide the transaction, and what it did."""
    detail = f"{tx.hash}, checked at {', '.join(sorted(hosts))}"
    if len(hosts) > 1:
        return NeverIncluded(title, advice, detail=detail)
    check = "Before you do it again, look at another one for what is on chain."
    return NeverIncluded(f"{title} {ONE_ENDPOINT_SAYS}", check, detail=detail)


def _outcome(result: TxResult) -> tuple[str, int]:
    return result.codespace, result.code


def _named(result: TxResult | None) -> str:
    return "not found" if result is None else f"{result.codespace} {result.code}".strip()


def _no_answer(detail: str = "") -> Unreachable:
    return Unreachable("No node can report on the transaction.", "Try again, or use other endpoints.", detail=detail)


def _matching(found: TxResult, tx: SignedTx) -> TxResult:
    """The result with the fee that was signed, where the node does not repeat it."""
    return found if found.fee is not None else replace(found, fee=tx.draft.fee)


def _unknown(tx: SignedTx, why: str, error: AkashError | None = None) -> TxUnknown:
    return TxUnknown(
        f"{why}; whether the transaction went through is not known yet.",
        "Do not repeat it by hand: `akash-tui resume` finds out.",
        tx_hash=tx.hash,
        detail=error.detail if error else "",
    )
