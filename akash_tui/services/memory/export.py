"""The whole bid memory as rows to write, what it holds in numbers, and forgetting."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from akash_tui.domain.akash.money import MICRO, UACT
from akash_tui.domain.bids.bid_memory import BidOutcome
from akash_tui.domain.market.csv_tables import CsvTable
from akash_tui.services.memory.bid_memory import BidMemory
from akash_tui.services.memory.memory_file import FOLDER
from akash_tui.services.memory.writing import sum_up
from akash_tui.services.storage.home import unreadable_rows

PAGE = 5_000
"""Bids read at once: a million of them never stand in memory together."""


@dataclass(frozen=True, slots=True)
class RememberedBid:
    """One bid as it is exported."""

    owner: str
    dseq: int
    gseq: int
    oseq: int
    provider: str
    bseq: int
    vendor: str | None
    model: str | None
    vram_gib: int | None
    gpus: int
    denom: str
    price: str
    """Per block, exactly as the bid had it."""
    gpu_h: Decimal | None
    """ACT per GPU-hour at the block time of that moment."""
    delay: int | None
    """Seconds from the order to the bid."""
    seen_at: datetime
    outcome: str
    run_seconds: int | None
    why: str


@dataclass(frozen=True, slots=True)
class MemorySize:
    """What the memory of a chain holds."""

    path: Path
    bytes: int
    bids: int
    orders: int
    days: int
    """Rows that sum up a day of one provider and model."""
    providers: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class MemoryTable:
    """The bids of a memory, or those of one provider, as a CSV file has them: a page at a time."""

    memory: BidMemory
    provider: str | None = None
    name: str = "bids-seen"

    def pages(self) -> Iterator[CsvTable]:
        """`PAGE` bids in each; the first one has none, for a memory that is empty has a header too."""
        names = tuple(field.name for field in fields(RememberedBid))
        found, page = bids(self.memory, self.provider), list[RememberedBid]()
        while True:
            yield CsvTable(self.name, names, tuple(tuple(getattr(bid, name) for name in names) for bid in page))
            if not (page := list(islice(found, PAGE))):
                return


def bid_json(bid: RememberedBid) -> dict[str, object]:
    """A bid as the command line's JSON has it."""
    return {field.name: getattr(bid, field.name) for field in fields(bid)} | {"dseq": str(bid.dseq)}


def size(memory: BidMemory) -> MemorySize:
    """Counted now; all 0 without a file."""

    def count(db: sqlite3.Connection) -> list[int]:
        return list(
            int(db.execute(question).fetchone()[0])
            for question in (
                "SELECT COUNT(*) FROM bids",
                "SELECT COUNT(*) FROM orders",
                "SELECT COUNT(*) FROM days WHERE provider <> 0",
                "SELECT COUNT(DISTINCT provider) FROM bids",
                "SELECT COALESCE(MIN(seen_at), 0) FROM bids",
                "SELECT COALESCE(MAX(seen_at), 0) FROM bids",
            )
        )

    bids, orders, days, providers, oldest, newest = memory.file.read(count, [0] * 6)
    return MemorySize(memory.file.path, memory.file.size(), bids, orders, days, providers, _time(oldest), _time(newest))


def bids(memory: BidMemory, provider: str | None = None) -> Iterator[RememberedBid]:
    """Every bid that is remembered, or those of one provider, by order."""
    after = (-1, -1, -1)
    while True:
        page: list[tuple[Any, ...]] = memory.file.read(
            lambda db, after=after: db.execute(_PAGE, (*after, provider, PAGE)).fetchall(),  # type: ignore[misc]
            [],
        )
        for row in page:
            try:
                bid = _bid(row[3:])
            except (ValueError, OverflowError, OSError):  # a time or a state that is none
                words = f"A bid in {memory.file.path} cannot be read and is left out."
                unreadable_rows.add(memory.file.path, "memory", "bid", words)
            else:
                yield bid
        if len(page) < PAGE:
            return
        after = page[-1][:3]


_PAGE = """
SELECT order_key, bids.provider, bids.bseq, owners.address, dseq, gseq, oseq, accounts.address,
    bids.bseq, vendor, models.model, vram, bids.gpus, denom, price, gpu_h, delay, seen_at, outcome, run_seconds, why
FROM bids JOIN orders ON orders.key = order_key JOIN accounts ON accounts.key = bids.provider
    JOIN accounts AS owners ON owners.key = orders.owner LEFT JOIN models ON models.key = bids.model
WHERE (order_key, bids.provider, bids.bseq) > (?1, ?2, ?3) AND (?4 IS NULL OR accounts.address = ?4)
ORDER BY order_key, bids.provider, bids.bseq LIMIT ?5
"""


def _bid(row: tuple[Any, ...]) -> RememberedBid:
    owner, dseq, gseq, oseq, provider, bseq, vendor, model, vram, gpus, denom, price, *rest = row
    gpu_h, delay, seen, outcome, ran, why = rest
    return RememberedBid(
        owner=str(owner),
        dseq=_int(dseq),
        gseq=_int(gseq),
        oseq=_int(oseq),
        provider=str(provider),
        bseq=_int(bseq),
        vendor=None if vendor is None else str(vendor),
        model=None if model is None else str(model),
        vram_gib=_int(vram) or None,  # 0 is "not known"
        gpus=_int(gpus),
        denom=str(denom) or UACT,
        price=str(price),
        gpu_h=None if gpu_h is None else Decimal(_int(gpu_h)) / MICRO,
        delay=None if delay is None else _int(delay),
        seen_at=datetime.fromtimestamp(_int(seen), UTC),
        outcome=BidOutcome(_int(outcome)).name.lower(),
        run_seconds=None if ran is None else _int(ran),
        why=str(why or ""),
    )


def forget(memory: BidMemory, provider: str | None = None) -> int:
    """Remove every trace of one provider's bids, or (None) of all; how many bids that were. The file shrinks at once.

    Raises `MemoryOff` or `MemoryBusy`.
    """
    memory.flush()
    if not memory.file.path.exists():
        return 0

    def work(db: sqlite3.Connection) -> int:
        if provider is None:
            (count,) = db.execute("SELECT COUNT(*) FROM bids").fetchone()
            for table in ("bids", "days", "order_models", "orders", "models", "accounts"):
                db.execute(f"DELETE FROM {table}")
            return int(count)
        found = db.execute("SELECT key FROM accounts WHERE address = ?", (provider,)).fetchone()
        if found is None:
            return 0
        gone = db.execute("DELETE FROM bids WHERE provider = ?", found).rowcount
        days = db.execute("DELETE FROM days WHERE provider = ? RETURNING model, day", found).fetchall()
        for model, day in days:
            sum_up(db, model, day)
        db.execute(
            "DELETE FROM accounts WHERE key = ? AND NOT EXISTS (SELECT 1 FROM orders WHERE owner = accounts.key)", found
        )
        return int(gone)

    gone = memory.file.write(work)
    memory.file.shrink()
    memory.revision += 1
    return gone


def forget_other_chains(memory: BidMemory) -> list[str]:
    """Delete the files of all other chains, such as former practice networks, and damaged ones that were moved aside;
    their names."""
    folder, own = memory.file.path.parent, memory.file.path.name
    gone: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(folder.iterdir()):
            mine = path.name == own or path.name in (f"{own}-wal", f"{own}-shm")
            if folder.name == FOLDER and not mine and ".db" in path.name and path.is_file():
                path.unlink()
                gone.append(path.name)
    return gone


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _time(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):  # a damaged row
        return None
