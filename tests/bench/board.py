"""Filter, sort and score 10,000 bids, as a key on the bids screen does, beside Textual's DataTable sorting as many."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from akash_tui.domain.akash.money import UACT, BlockTime, DecCoin
from akash_tui.domain.akash.provider import Audit, ProviderProfile
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.bid_view import BidView
from akash_tui.domain.bids.budget import NO_BUDGET
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.score import ProviderHistory
from akash_tui.domain.bids.sorting import CHEAPEST, parse_sort
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, parse_filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.ui.bids.bid_list import BidList
from tests.bench.figures import HEAD, Figures, ratio
from tests.bench.load import Market

COUNT = 10_000
ROUNDS = 40
GOAL_MS = 50.0
FILTER = "gpu:h100|a100 usd_gpu_h<1.2 vram>=48 uptime7>99 audited !region:eu"


def _book() -> BidBook:
    """Ten thousand different bids with all that an indexer knows of their providers."""
    dice = random.Random(5)
    seed, now = Market(), datetime.now(UTC)
    bids = []
    for n in range(COUNT):
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
    return book


def _times(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> Figures:
    found = []
    for _ in range(ROUNDS):
        before()
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


class _Live:
    """A bid list on a live book, as the bids screen has it; each question is a new one, as after a key."""

    def __init__(self, book: BidBook) -> None:
        self.bid_list = BidList(time.monotonic)
        self.run = SimpleNamespace(id=None, book=book, block_time=None, avoid={})

    def forget(self) -> None:
        """Nothing is computed yet."""
        self.bid_list.view = BidView(self.run.book)

    def ask(
        self, *, wanted: Filter = EVERYTHING, sort: tuple[SortKey, ...] = CHEAPEST, scored: bool = False
    ) -> BidList:
        self.bid_list.filter = wanted
        self.bid_list.order_by(*sort)
        self.bid_list.by_score = scored
        self.bid_list.history = (
            {"somebody else": ProviderHistory(1, 1)} if self.bid_list.history == {} else {}
        )  # new points for all
        lines = self.bid_list.lines(self.run, NO_BUDGET, datetime.now(UTC))  # type: ignore[arg-type]
        assert len(lines[:48]) == min(48, len(lines))
        return self.bid_list


def run() -> Iterator[str]:
    """Lines of the report."""
    book = _book()
    rows = book.rows()
    live = _Live(book)
    gc.collect()
    wanted = [parse_filter(text, BIDS) for text in (FILTER, "gpu77")]
    sorts = [parse_sort(text) for text in ("-price", "region,-uptime,price")]
    yield HEAD
    found: list[Figures] = []
    for name, ask in (
        ("another filter of six terms", lambda: live.ask(wanted=wanted[0])),
        ("one plain word in everything", lambda: live.ask(wanted=wanted[1])),
        ("another order, by price", lambda: live.ask(sort=sorts[0])),
        ("another order, by three columns", lambda: live.ask(sort=sorts[1])),
        ("six terms and three columns", lambda: live.ask(wanted=wanted[0], sort=sorts[1])),
        ("by score, all points again", lambda: live.ask(scored=True)),
    ):
        found.append(_times(ask, live.forget))
        yield found[-1].line(f"  {name}", "ms")
    stock = asyncio.run(_stock(list(rows)))
    yield stock.line("  DataTable.sort of as many rows", "ms")
    for name, figures in zip(("filter", "word", "order", "order of three", "both", "score"), found, strict=True):
        yield ratio(f"{name}: p95 of {GOAL_MS:g} ms", figures.p95, GOAL_MS, 1)
    yield ratio("order p95, ours / DataTable", found[2].p95, stock.p95)
    yield f"    {live.ask(wanted=wanted[0]).view.shown.words}"
