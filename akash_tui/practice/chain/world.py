"""The practice chain: one object that takes transactions, makes blocks and notifies its actors.

Everything is synchronous; only run() knows asyncio. A provider actor looks like this:

    def on_block(block: Block) -> None:
        for event in block.all_events:
            if event.type == "akash.market.v1.EventOrderCreated":
                order_id = event.field("id")           # {"owner": ..., "dseq": "274", "gseq": 1, "oseq": 1}
                order = world.books.orders[order_key(order_id)]
                world.submit(signed(world, key, MsgCreateBid(...)))     # practice/signing.py
    world.subscribe(on_block)

Callbacks run after the block is committed; what they submit goes into the next block.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from akash_tui.practice.chain.ante import run_ante
from akash_tui.practice.chain.blocks import Block, CheckTxAnswer, Outcome, TxRecord, tx_hash
from akash_tui.practice.chain.execution import execute, simulate_tx
from akash_tui.practice.chain.pace import Pace
from akash_tui.practice.chain.tx import decode_tx
from akash_tui.practice.rules.bme import end_block, give_coins
from akash_tui.practice.rules.upgrade import carried_out, is_due
from akash_tui.practice.state import genesis
from akash_tui.practice.state.books import Books, Params
from akash_tui.practice.state.refusal import Refusal

log = logging.getLogger(__name__)

MAX_TXS_PER_BLOCK = 400
MEMPOOL_CACHE = 10_000
KEPT_BLOCKS = 10_000
KEPT_TXS = 50_000
SPEED_SECONDS = 0.5
"""How soon a change of speed is noticed while a block is waited for."""


def order_key(order_id: Mapping[str, Any]) -> tuple[str, int, int, int]:
    """The book key of an order id as events and REST write it."""
    return (order_id["owner"], int(order_id["dseq"]), int(order_id["gseq"]), int(order_id["oseq"]))


def bid_key(bid_id: Mapping[str, Any]) -> tuple[str, int, int, int, str]:
    """The book key of a bid or lease id as events and REST write it."""
    return (*order_key(bid_id), bid_id["provider"])


class World:
    """One practice chain. `block_time` in seconds; `now` gives nanoseconds since 1970 (tests pass their own clock)."""

    def __init__(
        self,
        chain_id: str,
        *,
        block_time: float = 6.0,
        seed: int = 0,
        order_max_bids: int = 20,
        now: Callable[[], int] = time.time_ns,
        index_lag: float | None = None,
        speed: float = 1.0,
        first_height: int = 1,
    ) -> None:
        """An empty chain at height 0; `index_lag`: seconds until a committed tx can be read (default: a fifth of a
        block). With a `speed`, time passes that many times as fast: blocks come more often. A `first_height` above 1 is
        that of a chain that has gone on from another."""
        self._first = first_height
        self.chain_id = chain_id
        self.pace = Pace(block_time, now, speed)
        self.block_time = block_time
        self.seed = seed
        self.params = Params(order_max_bids=order_max_bids)
        self.books = Books()
        self.blocks: list[Block] = []
        self._index_lag = index_lag
        self.ticks = itertools.count()  # makes each transaction of signing.signed() different
        self._now = now
        self._txs: dict[str, TxRecord] = {}
        self._mempool: dict[str, bytes] = {}
        self._seen: dict[str, None] = {}  # the mempool cache: refuses the same bytes again
        self.verified: set[tuple[str, int, int]] = set()  # signatures of waiting transactions found good
        self._listeners: list[Callable[[Block], None]] = []
        self._check: Books | None = None
        self._gifts: list[tuple[str, str, int]] = []
        genesis.begin(self.books)

    # the chain's head

    @property
    def height(self) -> int:
        """Height of the last block; before the first, one less than its (0, as a rule)."""
        return self.blocks[-1].height if self.blocks else self._first - 1

    @property
    def time_ns(self) -> int:
        """Time of the last block in nanoseconds since 1970 (the clock's, before the first)."""
        return self.blocks[-1].time_ns if self.blocks else self._now()

    def block(self, height: int) -> Block | None:
        """The block of a height, if it is still known."""
        if not self.blocks:
            return None
        index = height - self.blocks[0].height
        return self.blocks[index] if 0 <= index < len(self.blocks) else None

    # transactions

    def submit(self, raw: bytes) -> CheckTxAnswer:
        """Broadcast: check and put into the mempool. Never raises for a bad transaction."""
        name = tx_hash(raw)
        if name in self._seen:
            return CheckTxAnswer(name, 19, "sdk", "")
        try:
            run_ante(self, self.pending_books(), decode_tx(raw), check=True)
        except Refusal as refusal:
            return CheckTxAnswer(name, refusal.code, refusal.codespace, refusal.text)
        self._seen[name] = None
        if len(self._seen) > MEMPOOL_CACHE:
            del self._seen[next(iter(self._seen))]
        self._mempool[name] = raw
        return CheckTxAnswer(name)

    def pending_books(self) -> Books:
        """The books as the mempool sees them: fees and sequences of what waits are taken off already."""
        if self._check is None:
            self._check = self.books.branch()
        return self._check

    def simulate(self, raw: bytes) -> Outcome:
        """Run without signatures, limits or effects; a refusal is raised as Refusal with `gas_used` set."""
        # on what the mempool sees: the next sequence after one that still waits is right
        return simulate_tx(self, self.pending_books(), raw)

    def find_tx(self, name: str) -> TxRecord | None:
        """A committed and indexed transaction by its hash (hex, any case)."""
        record = self._txs.get(name.upper())
        lag = self.pace.interval / 5 if self._index_lag is None else self._index_lag
        if record is None or 0 <= self._now() - record.time_ns < lag * 1e9:
            return None
        return record

    def waiting(self) -> list[bytes]:
        """The transactions in the mempool, in order."""
        return list(self._mempool.values())

    def take_up(self, records: Sequence[TxRecord]) -> None:
        """Make committed transactions findable again, after a restore."""
        self._txs.update((record.hash, record) for record in records)
        self._seen.update((record.hash, None) for record in records)

    def records(self) -> list[TxRecord]:
        """All committed transactions, oldest first."""
        return list(self._txs.values())

    def txs(self) -> list[TxRecord]:
        """All indexed transactions, oldest first."""
        return [record for record in self._txs.values() if self.find_tx(record.hash)]

    def give(self, address: str, denom: str, amount: int) -> None:
        """Create coins for an account in the next block, through the mint module: for the faucet only."""
        self._gifts.append((address, denom, amount))

    # blocks

    def make_block(self) -> Block:
        """Execute waiting transactions, settle the ledger, commit, and notify the listeners."""
        height = self.height + 1
        now = max(self._now(), self.blocks[-1].time_ns + 1 if self.blocks else 0)
        if is_due(self.params, height):
            if self.blocks:  # its time is that of the votes on the last block, from before the halt
                now = min(now, self.blocks[-1].time_ns + int(self.pace.interval * 1e9))
            self.params = carried_out(self.params, height, self.block_time)
        gifts, self._gifts = self._gifts, []
        return self._execute(now, gifts, [self._mempool.pop(name) for name in list(self._mempool)[:MAX_TXS_PER_BLOCK]])

    def replay(self, block: Block) -> None:
        """Make the same block as another node."""
        if is_due(self.params, block.height):
            self.params = carried_out(self.params, block.height, self.block_time)
        self._execute(block.time_ns, block.gifts, [record.raw for record in block.txs])

    def _execute(self, now: int, gifts: Sequence[tuple[str, str, int]], raws: Sequence[bytes]) -> Block:
        """The next block, at this time, with these transactions: executed, committed, announced."""
        height = self.height + 1
        events = give_coins(self.books, self.params, height, now, gifts)
        records = []
        for index, raw in enumerate(raws):
            done = execute(self, self.books, raw, height, now)
            records.append(TxRecord(tx_hash(raw), raw, height, index, now, done))
        events += end_block(self.books, self.params, height, now)
        last = self.blocks[-1].hash if self.blocks else b""
        self._forget_nonces(now)
        app_hash = hashlib.sha256(b"app/%d/" % height + last).digest()
        block = Block(height, now, last, app_hash, tuple(records), tuple(events), tuple(gifts))
        self.blocks.append(block)
        self._txs.update((record.hash, record) for record in records)
        while len(self._txs) > KEPT_TXS:
            del self._txs[next(iter(self._txs))]
        self._check = None
        if not self._mempool:
            self.verified.clear()
        if len(self.blocks) > 2 * KEPT_BLOCKS:
            del self.blocks[:KEPT_BLOCKS]
        self._recheck()
        for listener in list(self._listeners):
            try:
                listener(block)
            except Exception:  # an actor's bug must not stop the chain
                log.exception("a block listener failed at height %d", height)
        return block

    def _forget_nonces(self, now: int) -> None:
        for key in self.books.nonces.keys():  # noqa: SIM118 (a Table is no dict)
            if key[0] > now:
                return
            self.books.nonces.drop(key)

    def _recheck(self) -> None:
        """Re-run the ante checks of what is still waiting; what no longer passes is dropped, as a node does."""
        waiting = list(self._mempool.items())
        self._mempool.clear()
        for name, raw in waiting:
            self._seen.pop(name, None)
            self.submit(raw)

    def subscribe(self, callback: Callable[[Block], None]) -> Callable[[], None]:
        """Call back after every block; the answer unsubscribes."""
        self._listeners.append(callback)

        def cancel() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return cancel

    async def run(self) -> None:
        """Make a block every `block_time` seconds of its own until cancelled; none for a while before an upgrade."""
        due = time.monotonic()
        while True:
            if self.params.plan is not None and is_due(self.params, self.height + 1):
                await self._pass(time.monotonic(), self.params.plan.halt_blocks)
            self.make_block()
            due = await self._pass(due)

    async def _pass(self, since: float, blocks: int = 1) -> float:
        """Wait for this many block times, at whatever speed is set meanwhile; when they were over (monotonic)."""
        await asyncio.sleep(0)
        while (left := since + blocks * self.pace.interval - time.monotonic()) > 0:  # noqa: ASYNC110 - time is not ours
            await asyncio.sleep(min(left, SPEED_SECONDS))
        return max(since + blocks * self.pace.interval, time.monotonic())
