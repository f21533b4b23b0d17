"""A million remembered bids: the look-ups' p95 and the file's size."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.services.memory.bid_memory import BidMemory
from akash_tui.services.memory.writing import count_day
from tests.bench.figures import HEAD, Figures

BIDS = 1_000_000
A_ORDER = 16
DAYS = 90
PROVIDERS = 80
MODELS = ("a100", "h100", "h200", "rtx4090", "rtx3090", "l40s", "a6000", "v100", "t4", "rtx5090", "b200", "l4")
LOOK_UPS = 400


def run() -> Iterator[str]:
    """Lines of the report: bids of 90 days, most of them of one model and of a few providers, as a tenant sees them."""
    with tempfile.TemporaryDirectory() as folder:
        memory = BidMemory(Path(folder) / "memory" / "bench.db", lambda: datetime.now(UTC))
        chance = random.Random(7)
        began = time.monotonic()
        memory.file.write(lambda db: _fill(db, chance))
        filled = time.monotonic() - began
        yield HEAD
        for name, look_up in _look_ups(memory, chance).items():
            seconds = []
            for _ in range(LOOK_UPS):
                begun = time.perf_counter()
                look_up()
                seconds.append((time.perf_counter() - begun) * 1000)
            yield Figures.of(seconds).line(name, "ms")
        memory.file.read(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), [])
        yield f"    {BIDS:,} bids on {BIDS // A_ORDER:,} orders: a file of {memory.file.size() / 1e6:,.0f} MB"
        yield f"    (filled in {filled:.0f} s)"
        memory.close()


def _look_ups(memory: BidMemory, chance: random.Random) -> dict[str, Callable[[], object]]:
    def who() -> str:
        return _address(min(int(chance.expovariate(0.1)), PROVIDERS - 1))

    def gpu() -> GpuModel:
        return GpuModel("nvidia", chance.choice(MODELS), chance.choice((None, 80)))

    return {
        "usual price of a provider and model": lambda: memory.usual_price(who(), gpu()),
        "usual price of a model at all": lambda: memory.usual_price(None, gpu()),
        "usual delay of a provider": lambda: memory.usual_delay(who()),
        "typical delay": memory.typical_delay,
        "orders that a provider answered": lambda: memory.answered(who(), [gpu(), GpuModel("nvidia", "a100")]),
        "who has bid at a price": lambda: memory.providers_that_bid([gpu()], Decimal(1)),
        "record of our leases": lambda: memory.lease_record(who()),
        "all about a provider (the detail pane)": lambda: memory.about(who(), gpu()),
    }


def _address(number: int) -> str:
    return f"akash1{number:038d}"


def _fill(db: sqlite3.Connection, chance: random.Random) -> None:
    """Rows as `writing` makes them, at the speed of plain inserts."""
    now = int(time.time())
    db.executemany("INSERT INTO accounts VALUES (?, ?)", [(k + 1, _address(k)) for k in range(PROVIDERS)])
    db.execute("INSERT INTO accounts VALUES (?, 'akash1me')", (PROVIDERS + 1,))
    db.executemany("INSERT INTO models VALUES (?, 'nvidia', ?, 80)", [(k + 1, m) for k, m in enumerate(MODELS)])
    orders = BIDS // A_ORDER
    span = DAYS * 86_400
    keys: set[tuple[int, int, int]] = set()
    weights = [60, *(40 / (len(MODELS) - 1) for _ in MODELS[1:])]
    ranks = [1 / (k + 3) for k in range(PROVIDERS)]
    for key in range(1, orders + 1):
        at = now - span + key * span // orders
        model = chance.choices(range(1, len(MODELS) + 1), weights)[0]
        db.execute("INSERT INTO orders VALUES (?, ?, ?, 1, 1, ?, 120, 1)", (key, PROVIDERS + 1, 10_000 + key, at))
        db.execute("INSERT INTO order_models VALUES (?, ?)", (model, key))
        # who is early in the list bids most often
        order = sorted(range(1, PROVIDERS + 1), key=lambda k: chance.random() ** (1 / ranks[k - 1]), reverse=True)
        for provider in order[:A_ORDER]:
            price = chance.randint(300_000, 900_000)
            db.execute(
                "INSERT INTO bids VALUES (?, ?, 0, ?, 1, '', ?, ?, ?, ?, ?, ?, NULL)",
                (
                    key, provider, model, f"{price / 600:.6f}", price, chance.randint(6, 60), at + 12,
                    2 if chance.random() < 0.02 else 0, 40,
                ),
            )  # fmt: skip
            keys.add((provider, model, (at + 12) // 86_400))
    for provider, model, day in keys:
        count_day(db, provider, model, day)
