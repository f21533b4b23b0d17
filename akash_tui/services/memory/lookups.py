"""Questions to the bid memory. Each reads a bounded number of rows, whatever the file holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import MICRO
from akash_tui.domain.bids.bid_memory import BidOutcome, LeaseRecord, OrdersAnswered, UsualDelay, UsualPrice
from akash_tui.services.memory.writing import ALL, DAY_SECONDS

ENOUGH_SECONDS = 30
"""An order whose bids were read for less says nothing about who did not bid: most bids come within that."""
MOST_ORDERS = 200
"""Newest orders of a model that are looked at for who answered."""
MOST_DELAYS = 500
"""Newest bids whose delay counts."""
MOST_LEASES = 200
"""Newest leases with a provider that its record counts."""


def usual_price(
    db: sqlite3.Connection, provider: str | None, gpu: GpuModel, days: int, now: datetime
) -> UsualPrice | None:
    """The prices of a model at one provider, or at all (None), in this many days; None if none was seen."""
    day = _day(now) - days
    found: list[tuple[int, int, int, int, int]] = []
    who = ALL if provider is None else _account(db, provider)
    for model in _models(db, gpu) if who is not None else ():
        found += db.execute(
            "SELECT low, high, last, last_at, count FROM days WHERE provider = ? AND model = ? AND day > ?",
            (who, model, day),
        )
    if not found:
        return None
    newest = max(found, key=lambda row: row[3])
    return UsualPrice(
        low=_act(min(row[0] for row in found)),
        high=_act(max(row[1] for row in found)),
        last=_act(newest[2]),
        last_at=datetime.fromtimestamp(newest[3], UTC),
        count=sum(row[4] for row in found),
        days=days,
    )


def usual_delay(db: sqlite3.Connection, provider: str | None) -> UsualDelay | None:
    """The median delay of the newest bids of a provider, or of all (None); None if none is known."""
    if provider is None:
        rows = db.execute(
            "SELECT delay FROM bids WHERE delay IS NOT NULL ORDER BY order_key DESC LIMIT ?", (MOST_DELAYS,)
        )
    else:
        rows = db.execute(
            "SELECT delay FROM bids WHERE provider = ? AND delay IS NOT NULL ORDER BY seen_at DESC LIMIT ?",
            (_account(db, provider), MOST_DELAYS),
        )
    delays = [int(delay) for (delay,) in rows]
    return UsualDelay(round(median(delays)), len(delays)) if delays else None


def answered(
    db: sqlite3.Connection,
    provider: str,
    has: Collection[GpuModel],
    since: datetime,
    besides: DeploymentId | None = None,
) -> OrdersAnswered:
    """Of the newest orders that one of the GPUs `has` fits, and whose bids were read for long enough, how many the
    provider has bid on; without those of the deployment `besides`."""
    owner, dseq = (None, None) if besides is None else (_account(db, besides.owner), besides.dseq)
    fitting = {key for gpu in has for key, asked in _models_named(db, gpu.vendor, gpu.model, "*") if asked.matches(gpu)}
    orders: dict[int, int] = {}
    for model in fitting:
        orders |= dict(
            db.execute(
                "SELECT order_key, collected FROM order_models JOIN orders ON orders.key = order_key"
                " WHERE model = ? AND asked_at >= ? AND (owner, dseq) IS NOT (?, ?) ORDER BY order_key DESC LIMIT ?",
                (model, int(since.timestamp()), owner, dseq, MOST_ORDERS),
            ).fetchall()
        )
    newest = sorted(orders, reverse=True)[:MOST_ORDERS]
    who = _account(db, provider)
    bid_on = {
        order
        for order in newest
        if who is not None
        and db.execute("SELECT 1 FROM bids WHERE order_key = ? AND provider = ? LIMIT 1", (order, who)).fetchone()
    }
    asked = {order for order in newest if orders[order] >= ENOUGH_SECONDS} | bid_on
    return OrdersAnswered(len(bid_on), len(asked))


def providers_that_bid(
    db: sqlite3.Connection, models: Iterable[GpuModel], cap: Decimal, days: int, now: datetime
) -> frozenset[str]:
    """Addresses of those who have bid one of the models at `cap` ACT per GPU-hour or less in this many days."""
    day, most = _day(now) - days, min(int(cap * MICRO), 1 << 62)
    keys = {key for gpu in models for key in _models(db, gpu)}
    found: set[str] = set()
    for model in keys:
        found |= {
            str(address)
            for (address,) in db.execute(
                "SELECT address FROM accounts WHERE EXISTS"
                " (SELECT 1 FROM days WHERE provider = accounts.key AND model = ? AND day > ? AND low <= ?)",
                (model, day, most),
            )
        }
    return frozenset(found)


def lease_record(db: sqlite3.Connection, provider: str) -> LeaseRecord | None:
    """Our own leases with a provider; None if no bid of it was ever seen."""
    who = _account(db, provider)
    if who is None:
        return None
    taken = db.execute(
        "SELECT outcome, run_seconds, why FROM bids WHERE provider = ? AND outcome > 0 ORDER BY seen_at DESC LIMIT ?",
        (who, MOST_LEASES),
    ).fetchall()
    (bids,) = db.execute("SELECT COALESCE(SUM(count), 0) FROM days WHERE provider = ?", (who,)).fetchone()
    if not bids and not taken:
        return None
    seconds = [int(row[1]) for row in taken if row[1] is not None]
    failed = [row for row in taken if row[0] == BidOutcome.FAILED]
    return LeaseRecord(
        bids=bids,
        taken=len(taken),
        running=sum(row[0] == BidOutcome.RUNNING or row[1] is not None for row in taken),
        failed=len(failed),
        seconds=round(median(seconds)) if seconds else None,
        why=str(failed[0][2] or "") if failed else "",
    )


def _account(db: sqlite3.Connection, address: str) -> int | None:
    found = db.execute("SELECT key FROM accounts WHERE address = ?", (address,)).fetchone()
    return None if found is None else int(found[0])


def _models_named(db: sqlite3.Connection, vendor: str, *names: str) -> Sequence[tuple[int, GpuModel]]:
    """The models of a vendor with one of these names, each with every VRAM; without a name all of the vendor. `*` is
    the name of those that an order leaves open."""
    where = f" AND model IN ({', '.join('?' * len(names))})" if names else ""
    rows = db.execute(f"SELECT key, vendor, model, vram FROM models WHERE vendor = ?{where}", (vendor, *names))
    return [(int(key), GpuModel(vendor, model, vram or None)) for key, vendor, model, vram in rows]


def _models(db: sqlite3.Connection, gpu: GpuModel) -> list[int]:
    """Keys of the models that `gpu` may be; the VRAM decides where both name it. A wildcard is no model."""
    names = () if gpu.wildcard else (gpu.model,)
    return [key for key, known in _models_named(db, gpu.vendor, *names) if gpu.matches(known) and not known.wildcard]


def _day(now: datetime) -> int:
    return int(now.timestamp()) // DAY_SECONDS


def _act(micro: int) -> Decimal:
    return Decimal(micro) / MICRO
