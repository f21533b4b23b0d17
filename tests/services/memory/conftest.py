"""A bid memory with made-up bids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import BidId, OrderId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.bids.bid_memory import SeenBid, SeenOrder
from akash_tui.services.memory.bid_memory import BidMemory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
A100 = GpuModel("nvidia", "a100", 80, "sxm4")
H100 = GpuModel("nvidia", "h100", 80)
OWNER = "akash1owner"


class Story:
    """Orders and bids, each with what a test is about; the rest is as usual."""

    def __init__(self, path: Path) -> None:
        self.now = NOW
        self.memory = BidMemory(path, lambda: self.now)
        self.orders = 0

    def order(self, *models: GpuModel, ago: timedelta = timedelta(0), read_for: int | None = 120) -> OrderId:
        self.orders += 1
        id = OrderId(OWNER, 1000 + self.orders, 1, 1)
        asked = NOW - ago
        read = None if read_for is None else asked + timedelta(seconds=read_for)
        self.memory.put([SeenOrder(id, asked, read, models or (A100,), 1)])
        return id

    def bid(
        self,
        provider: str,
        price: str | None = "0.50",
        *,
        gpu: GpuModel | None = A100,
        ago: timedelta = timedelta(0),
        delay: int | None = 12,
        order: OrderId | None = None,
    ) -> BidId:
        of = order or self.order(ago=ago)
        id = BidId(of.owner, of.dseq, of.gseq, of.oseq, provider)
        gpu_h = None if price is None else Decimal(price)
        self.memory.put([SeenBid(id, NOW - ago, delay, gpu, 1, DecCoin(UACT, Decimal("833.25")), gpu_h)])
        return id


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    story = Story(tmp_path / "memory" / "akashnet-2.db")
    yield story
    story.memory.close()
