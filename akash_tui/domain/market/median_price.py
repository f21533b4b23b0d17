"""What providers usually ask for a deployment: of the medians of recent bids for the GPU models that it accepts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import rate
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import FigureSource


@dataclass(frozen=True, slots=True)
class MedianPrice:
    """USD an hour for the whole deployment: with the cheapest and the most expensive accepted model, and in between.

    Sums of medians: half of the recent bids for a model were below. What the deployment needs besides GPUs is in it as
    far as it was in those bids."""

    low: Decimal
    middle: Decimal
    high: Decimal
    source: FigureSource
    read_at: datetime

    @property
    def words(self) -> str:
        """`$0.40–1.20`; `about $0.42` where there is one figure only."""
        low, high = rate(self.low), rate(self.high)
        return f"about ${low}" if low == high else f"${low}–{high}"


def medians_of(model: GpuModel, prices: Iterable[MarketPrice]) -> list[Decimal]:
    """The medians of the variants that fulfil a request, in USD per GPU-hour, the lowest first."""
    return sorted(p.median for p in prices if p.median is not None and model.matches(p.gpu))


def median_price(groups: Sequence[GroupSpec], prices: Sequence[MarketPrice]) -> MedianPrice | None:
    """None if no GPU is asked for, or for one of its resource units no accepted model has a price."""
    low = middle = high = Decimal(0)
    used: list[MarketPrice] = []
    for unit in (unit for group in groups for unit in group.units):
        count = unit.resources.gpu_units * unit.count
        if not count:
            continue
        wanted = unit.resources.gpu_models or (GpuModel("nvidia", "*"),)
        found = [p for p in prices if p.median is not None and any(model.matches(p.gpu) for model in wanted)]
        medians = sorted(p.median for p in found if p.median is not None)
        if not medians:
            return None
        used += found
        low, high = low + medians[0] * count, high + medians[-1] * count
        middle += medians[(len(medians) - 1) // 2] * count
    if not used:
        return None
    oldest = min(used, key=lambda price: price.read_at)
    return MedianPrice(low, middle, high, oldest.source, oldest.read_at)
