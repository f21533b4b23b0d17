"""A market that never rests: thousands of bids, a thousand changes a second, the same for every table."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidId, BidState, Order, OrderId, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, BlockTime, DecCoin
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.akash.resources import Attribute, GroupSpec, ResourceOffer, Resources, ResourceUnit, Volume
from akash_tui.domain.bids.bid_book import BidBook

BIDS = 1_000
"""Where nothing else is said."""
CHANGES_PER_SECOND = 1_000
BATCHES_PER_SECOND = 20
OWNER = "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh"
DSEQ = 812_301
MODELS = tuple(GpuModel("nvidia", name, vram, None) for name, vram in (("rtx4090", 24), ("a100", 80), ("h100", 80)))


def _resources(model: GpuModel) -> Resources:
    return Resources(
        id=1,
        cpu_milli=8_000,
        memory=32 << 30,
        storage=(Volume("default", 100 << 30),),
        gpu_units=1,
        gpu_attributes=(Attribute(model.key(), "true"),),
    )


class Market:
    """The truth: a list of bids that changes. `book` follows it as the app's own book does."""

    def __init__(self, count: int = BIDS, seed: int = 7) -> None:
        self._dice = random.Random(seed)
        asked = Resources(1, 8_000, 32 << 30, (), 1, tuple(Attribute(m.key(), "true") for m in MODELS))
        spec = GroupSpec("dcloud", units=(ResourceUnit(asked, 1, DecCoin(UACT, Decimal(10_000))),))
        order = OrderId(OWNER, DSEQ, 1, 1)
        self.providers = [
            Provider(f"akash1{n:038d}", f"https://gpu{n}.example.com:8443", (Attribute("region", "us-west"),))
            for n in range(count)
        ]
        self.bids = [
            Bid(
                BidId(OWNER, DSEQ, 1, 1, provider.owner),
                BidState.OPEN,
                self._price(),
                812_302,
                (ResourceOffer(_resources(self._dice.choice(MODELS)), 1),),
            )
            for provider in self.providers
        ]
        self.orders = (Order(order, OrderState.OPEN, spec, 812_301),)
        self.book = BidBook({1: spec})
        self.book.set_money(BlockTime(Decimal("6.04"), True, 100), Decimal(5_000_000))
        self.book.learn(providers=self.providers)
        self.changes = 0
        self.publish()

    def _price(self) -> DecCoin:
        return DecCoin(UACT, Decimal(self._dice.randrange(60_000, 300_000)) / 100)

    def change(self, count: int) -> list[int]:
        """Give `count` bids another price; their places in `bids`."""
        places = [self._dice.randrange(len(self.bids)) for _ in range(count)]
        for place in places:
            self.bids[place] = replace(self.bids[place], price=self._price())
        self.changes += count
        return places

    def publish(self) -> None:
        """What the app does with an answer of the chain: the whole list into the book."""
        self.book.apply(self.bids, height=812_310, now=datetime.now(UTC), orders=self.orders)

    async def run(self, seconds: float, changed: Callable[[list[int]], None]) -> None:
        """Change at the stated rate, late batches made up for; `changed(places)` after each.

        Every table gets all changes, however slow it is: what its loop had no time for comes at the end.
        """
        began, before = time.perf_counter(), self.changes
        while (passed := time.perf_counter() - began) < seconds:
            self._catch_up(before + int(passed * CHANGES_PER_SECOND), changed)
            await asyncio.sleep(1 / BATCHES_PER_SECOND)
        self._catch_up(before + int(seconds * CHANGES_PER_SECOND), changed)

    def _catch_up(self, total: int, changed: Callable[[list[int]], None]) -> None:
        if total > self.changes:
            changed(self.change(total - self.changes))
