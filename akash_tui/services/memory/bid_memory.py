"""The bid memory of one chain: written in batches by a thread of its own, asked from anywhere.

`put` never waits for the disk. What was put shows in look-ups a moment later, and at once after `flush`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_memory import LeaseRecord, OrdersAnswered, ProviderMemory, UsualDelay, UsualPrice
from akash_tui.services.memory import lookups
from akash_tui.services.memory.memory_file import MemoryBusy, MemoryFile, MemoryOff
from akash_tui.services.memory.thinning import KEEP_DAYS, thin
from akash_tui.services.memory.writing import BidResult, Item, write

BATCH_SECONDS: Final = 0.3
"""How long the thread waits for more before it writes, and then before it ends."""
MOST_WAITING: Final = 50_000
"""Items that wait for a file that another process writes; beyond that the oldest are dropped."""
PRICE_DAYS: Final = 30
"""How far back prices count as usual."""


class BidMemory:
    """What this machine remembers of the bids of one chain."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.file = MemoryFile(path)
        self.revision = 0
        """Moves when look-ups may find something else."""
        self._now = now
        self._waiting: list[Item] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()
        self._thinned = False
        self._known: set[BidResult] = set()

    # --- what comes in ---

    def put(self, items: Iterable[Item]) -> None:
        """Remember these; returns at once. An order must come before its bids."""
        new = list(items)
        if not new:
            return
        with self._lock:
            self._waiting += new
            del self._waiting[:-MOST_WAITING]
            if self._thread is None:
                self._hurry.clear()
                self._thread = threading.Thread(target=self._work, name="bid memory", daemon=True)
                self._thread.start()

    def put_once(self, results: Iterable[BidResult]) -> None:
        """Remember what is seen again and again: each once in a run of the program."""
        new = [result for result in results if result not in self._known]
        self._known.update(new)
        self.put(new)

    def flush(self) -> None:
        """Wait until all that was put is written, or cannot be."""
        with self._lock:
            thread = self._thread
            self._hurry.set()
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Write what waits, and close the file; safe to call twice."""
        self.flush()
        self.file.close()

    def _work(self) -> None:
        while True:
            hurry = self._hurry.wait(BATCH_SECONDS)
            with self._lock:
                batch, self._waiting = self._waiting, []
                if not batch:
                    self._thread = None
                    return
            try:
                self.file.write(lambda db, batch=batch: self._write(db, batch))  # type: ignore[misc]
                self._thinned = True  # only now: a transaction that fails is undone
                self.revision += 1
            except MemoryBusy:
                with self._lock:
                    self._waiting = (batch + self._waiting)[-MOST_WAITING:]
                    if hurry:  # the caller has already waited for the other process
                        self._thread = None
                        return
            except MemoryOff:
                with self._lock:
                    self._thread, self._waiting = None, []
                    return

    def _write(self, db: sqlite3.Connection, batch: list[Item]) -> None:
        write(db, batch)
        if not self._thinned:
            thin(db, self._now())

    # --- look-ups: a few rows each, under 5 ms with a million bids ---

    def usual_price(self, provider: str | None, gpu: GpuModel, days: int = PRICE_DAYS) -> UsualPrice | None:
        """What a model cost at one provider, or at all (None), in the last `days` days; None if none was seen."""
        return self.file.read(lambda db: lookups.usual_price(db, provider, gpu, days, self._now()), None)

    def usual_delay(self, provider: str) -> UsualDelay | None:
        """How long after an order this provider bids."""
        return self.file.read(lambda db: lookups.usual_delay(db, provider), None)

    def typical_delay(self) -> UsualDelay | None:
        """How long after an order bids come, over all providers."""
        return self.file.read(lambda db: lookups.usual_delay(db, None), None)

    def answered(self, provider: str, has: Collection[GpuModel], besides: DeploymentId | None = None) -> OrdersAnswered:
        """Of the orders asked from here in the last 90 days that one of the GPUs `has` fits, how many it has bid on;
        without those of the deployment `besides`.

        Orders whose bids were read for less than 30 seconds count only where it did bid.
        """
        since = self._now() - timedelta(days=KEEP_DAYS)
        return self.file.read(lambda db: lookups.answered(db, provider, has, since, besides), OrdersAnswered(0, 0))

    def providers_that_bid(self, models: Iterable[GpuModel], cap: Decimal, days: int = KEEP_DAYS) -> frozenset[str]:
        """Addresses of those who have bid one of the models at `cap` ACT per GPU-hour or less."""
        wanted = tuple(models)
        return self.file.read(
            lambda db: lookups.providers_that_bid(db, wanted, cap, days, self._now()), frozenset[str]()
        )

    def about(self, provider: str, gpu: GpuModel | None) -> ProviderMemory:
        """All that is remembered of one provider; None as `gpu`: its model is not known."""
        price = None if gpu is None else self.usual_price(provider, gpu)
        return ProviderMemory(price, self.usual_delay(provider), self.lease_record(provider))

    def lease_record(self, provider: str) -> LeaseRecord | None:
        """Our own leases with a provider; None if no bid of it was ever seen."""
        return self.file.read(lambda db: lookups.lease_record(db, provider), None)
