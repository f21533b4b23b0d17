"""Filter, sort and score 10,000 bids, as a key on the board does, beside Textual's own DataTable sorting as many."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from akash_tui.domain.bid_row import BidRow
from akash_tui.domain.book import BidBook
from akash_tui.domain.book_order import in_order, parse_sort
from akash_tui.domain.filter import parse_filter
from akash_tui.domain.money import UACT, BlockTime, DecCoin
from akash_tui.domain.provider import Audit, ProviderProfile
from akash_tui.domain.score import field_of, score
from tests.bench.figures import HEAD, Figures, ratio
from tests.bench.load import Market

BIDS = 10_000
ROUNDS = 40
GOAL_MS = 50.0
FILTER = "gpu:h100|a100 usd_gpu_h<1.2 vram>=48 uptime7>99 audited !region:eu"


def _rows() -> list[BidRow]:
    """Ten thousand different bids with all that an index tells of their providers."""
    dice = random.Random(5)
    seed, now = Market(), datetime.now(UTC)
    bids = []
    for n in range(BIDS):
        bid = seed.bids[n % len(seed.bids)]
        price = DecCoin(UACT, Decimal(dice.randrange(60_000, 300_000)) / 100)
        bids.append(replace(bid, id=replace(bid.id, provider=f"akash1{n:038d}"), price=price))
    profiles = {
        b.id.provider: ProviderProfile(
            b.id.provider, f"gpu{n}.example.com", "https://x:8443", True, dice.random() < 0.8, 0.99,
            round(dice.uniform(0.9, 1), 4), 0.99,
            dice.choice(("eu-west", "us-west", "ap-east")), None, None, "0.6.4", 9, (), (), now,
        )
        for n, b in enumerate(bids)
    }  # fmt: skip
    book = BidBook()
    book.set_money(BlockTime(Decimal("6.04"), True, 100), Decimal(5_000_000))
    book.apply(bids, height=812_310, now=now)
    audits = {o: (Audit(o, "akash1auditor", ()),) if p.audited else () for o, p in profiles.items()}
    book.learn(profiles=profiles, audits=audits)
    return list(book.rows())


def _times(work: Callable[[], object]) -> Figures:
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return Figures.of(found)


class _Stock(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable()


async def _stock(rows: list[BidRow]) -> Figures:
    """The same number of bids in a DataTable, sorted by price."""
    app = _Stock()
    async with app.run_test(size=(160, 48)):
        table: DataTable[str] = app.query_one(DataTable)
        for title in ("gpu", "price", "provider"):
            table.add_column(title, key=title)
        for row in rows:
            table.add_row(row.gpus[0].model.model, f"{row.price_h:.3f}", row.name)
        return _times(lambda: table.sort("price", key=float))


def run() -> Iterator[str]:
    """Lines of the report."""
    rows = _rows()
    gc.collect()
    wanted, words = parse_filter(FILTER), parse_filter("gpu77")
    price, several = parse_sort("price"), parse_sort("region,-uptime,price")
    field = field_of(rows)
    yield HEAD
    filtered = _times(lambda: wanted.apply(rows))
    yield filtered.line("  filter of six terms", "ms")
    yield _times(lambda: words.apply(rows)).line("  one plain word in everything", "ms")
    ordered = _times(lambda: in_order(rows, price))
    yield ordered.line("  order by price", "ms")
    multi = _times(lambda: in_order(rows, several))
    yield multi.line("  order by three columns", "ms")
    yield _times(lambda: [score(row, field) for row in rows]).line("  a score for each (off by default)", "ms")
    stock = asyncio.run(_stock(rows))
    yield stock.line("  DataTable.sort of as many rows", "ms")
    yield ratio("order p95, ours / DataTable", ordered.p95, stock.p95)
    yield f"    aim: filter or order under {GOAL_MS:g} ms p95; {wanted.apply(rows).words}"
