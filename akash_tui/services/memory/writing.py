"""Rows of the bid memory: how what was seen is written, and what became of it. Writing twice changes nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.entities import BidId, OrderId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import MICRO, UACT, plain
from akash_tui.domain.bids.bid_memory import BidOutcome, SeenBid, SeenOrder
from akash_tui.domain.text import clean

DAY_SECONDS = 86_400
ALL = 0
"""Stands for all providers together in the table of days; no account has this key."""
LONGEST_REASON = 200
"""Characters of a failure's reason that are kept."""
_UNFIT = (ValueError, TypeError, ArithmeticError)
"""What costs one item, never the batch: SQLite lets any column hold any type."""
_MOST_PRICE = 10**15
"""Micro-ACT per GPU-hour; what is above is none that can be meant, and would not fit into a row."""


@dataclass(frozen=True, slots=True)
class BidResult:
    """What became of a bid that was taken."""

    id: BidId
    outcome: BidOutcome
    seconds: int | None = None
    """From accept to running."""
    why: str = ""


Item = SeenOrder | SeenBid | BidResult


def write(db: sqlite3.Connection, items: Iterable[Item]) -> None:
    """Write a batch, in one transaction of the caller's."""
    touched: set[tuple[int, int, int]] = set()
    for item in items:
        with contextlib.suppress(*_UNFIT):  # a node gives numbers that no column holds; what was there is damaged
            match item:
                case SeenOrder():
                    _order(db, item)
                case SeenBid():
                    touched |= _bid(db, item)
                case BidResult():
                    _result(db, item)
    for provider, model, day in touched:
        with contextlib.suppress(*_UNFIT):
            count_day(db, provider, model, day)


def account(db: sqlite3.Connection, address: str) -> int:
    """The key of an address, made if it is new."""
    return _key(db, "accounts", ("address",), (address,))


def _model(db: sqlite3.Connection, gpu: GpuModel) -> int:
    """Prices differ by VRAM, and not by the interface that few bids name: 0 GiB is "not known"."""
    return _key(db, "models", ("vendor", "model", "vram"), (gpu.vendor, gpu.model, gpu.vram_gib or 0))


def _key(db: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[object, ...]) -> int:
    where = " AND ".join(f"{name} = ?" for name in columns)
    found = db.execute(f"SELECT key FROM {table} WHERE {where}", values).fetchone()
    if found is None:
        marks = ", ".join("?" * len(columns))
        found = db.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) RETURNING key", values
        ).fetchone()
    return int(found[0])


def _order(db: sqlite3.Connection, order: SeenOrder) -> None:
    id, asked_at = order.id, int(order.asked_at.timestamp())
    read_at = asked_at if order.read_at is None else int(order.read_at.timestamp())
    (key,) = db.execute(
        "INSERT INTO orders (owner, dseq, gseq, oseq, asked_at, collected, gpus) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (owner, dseq, gseq, oseq) DO UPDATE SET collected = MAX(collected, ? - asked_at)"
        " RETURNING key",
        (
            account(db, id.owner), id.dseq, id.gseq, id.oseq, asked_at, max(0, read_at - asked_at), order.gpus,
            0 if order.read_at is None else read_at,
        ),
    ).fetchone()  # fmt: skip
    for gpu in order.models:
        db.execute("INSERT OR IGNORE INTO order_models VALUES (?, ?)", (_model(db, gpu), key))


def _order_key(db: sqlite3.Connection, id: OrderId) -> int | None:
    found = db.execute(
        "SELECT orders.key FROM orders JOIN accounts ON accounts.key = owner"
        " WHERE address = ? AND dseq = ? AND gseq = ? AND oseq = ?",
        (id.owner, id.dseq, id.gseq, id.oseq),
    ).fetchone()
    return None if found is None else int(found[0])


def _bid(db: sqlite3.Connection, bid: SeenBid) -> set[tuple[int, int, int]]:
    """Write a bid; the days of which figures change by it."""
    order = _order_key(db, bid.id.order)
    if order is None:  # orders are written first; one that is not there was forgotten meanwhile
        return set()
    provider = account(db, bid.id.provider)
    where = (order, provider, bid.id.bseq)
    before = db.execute(
        "SELECT model, seen_at FROM bids WHERE order_key = ? AND provider = ? AND bseq = ?", where
    ).fetchone()
    model = None if bid.gpu is None else _model(db, bid.gpu)
    gpu_h = _micro(bid.gpu_h)
    if before is not None:
        seen_at = int(before[1])
        db.execute(
            "UPDATE bids SET model = ?, gpus = ?, denom = ?, price = ?, gpu_h = ?, delay = COALESCE(delay, ?)"
            " WHERE order_key = ? AND provider = ? AND bseq = ?",
            (model, bid.gpus, _denom(bid), plain(bid.price.amount), gpu_h, bid.delay, *where),
        )
    else:
        seen_at = int(bid.seen_at.timestamp())
        db.execute(
            "INSERT INTO bids (order_key, provider, bseq, model, gpus, denom, price, gpu_h, delay, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*where, model, bid.gpus, _denom(bid), plain(bid.price.amount), gpu_h, bid.delay, seen_at),
        )
    models = {model, None if before is None else before[0]} - {None}
    return {(provider, int(each), seen_at // DAY_SECONDS) for each in models if each is not None}


def _denom(bid: SeenBid) -> str:
    """Empty for the usual one: it stands in every row."""
    return "" if bid.price.denom == UACT else bid.price.denom


def _micro(gpu_h: Decimal | None) -> int | None:
    if gpu_h is None or not gpu_h.is_finite() or not 0 < gpu_h * MICRO < _MOST_PRICE:
        return None
    return int(gpu_h * MICRO)


def _result(db: sqlite3.Connection, result: BidResult) -> None:
    order = _order_key(db, result.id.order)
    if order is None:
        return
    db.execute(
        "UPDATE bids SET outcome = ?, run_seconds = COALESCE(?, run_seconds), why = COALESCE(?, why)"
        " WHERE order_key = ? AND bseq = ? AND provider = (SELECT key FROM accounts WHERE address = ?)"
        " AND (outcome = 0 OR ? <> 1)",  # that it was taken is known once more when it runs or has failed
        (
            int(result.outcome), result.seconds, clean(result.why, LONGEST_REASON) or None, order, result.id.bseq,
            result.id.provider, int(result.outcome),
        ),
    )  # fmt: skip


def count_day(db: sqlite3.Connection, provider: int, model: int, day: int) -> None:
    """Count a day's bids of one provider and model again, and those of all providers together."""
    begin = day * DAY_SECONDS
    found = db.execute(
        "SELECT gpu_h, seen_at FROM bids WHERE provider = ? AND seen_at >= ? AND seen_at < ? AND model = ?"
        " AND gpu_h IS NOT NULL ORDER BY seen_at",
        (provider, begin, begin + DAY_SECONDS, model),
    ).fetchall()
    where = (provider, model, day)
    if found:
        prices = sorted(price for price, _ in found)
        last, last_at = found[-1]
        db.execute(
            "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*where, prices[0], prices[len(prices) // 2], prices[-1], len(prices), last, last_at),
        )
    else:
        db.execute("DELETE FROM days WHERE provider = ? AND model = ? AND day = ?", where)
    sum_up(db, model, day)


def sum_up(db: sqlite3.Connection, model: int, day: int) -> None:
    """The row of a day for all providers together; its median is that of the providers' medians."""
    found = db.execute(
        "SELECT low, median, high, count, last, last_at FROM days WHERE model = ? AND day = ? AND provider <> ?",
        (model, day, ALL),
    ).fetchall()
    if not found:
        db.execute("DELETE FROM days WHERE provider = ? AND model = ? AND day = ?", (ALL, model, day))
        return
    medians = sorted(row[1] for row in found)
    newest = max(found, key=lambda row: row[5])
    db.execute(
        "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ALL, model, day, min(row[0] for row in found), medians[len(medians) // 2], max(row[2] for row in found),
            sum(row[3] for row in found), newest[4], newest[5],
        ),
    )  # fmt: skip
