"""Problems of prices: the token, and the highest price compared with the market."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.gpu import GpuModel, parse_gpu_key
from akash_tui.domain.akash.money import UACT, BlockTime, per_hour, rate
from akash_tui.domain.sdl.problem import SdlProblem, Severity, shown
from akash_tui.domain.sdl.read.model import Compute, Document, Price
from akash_tui.domain.sdl.read.nodes import plain_edit
from akash_tui.domain.sdl.read.reading import SdlReading

if TYPE_CHECKING:
    from akash_tui.domain.market.observations import MarketPrice

LOW = Decimal("0.5")
"""Below this fraction of the cheapest median hardly any provider bids."""
HIGH = Decimal(4)
"""Above this many times the highest median the limit has no effect."""


@dataclass(frozen=True, slots=True)
class Medians:
    """Usual prices in USD per GPU-hour by model name, and how old they are, in words."""

    by_model: Mapping[str, Decimal] = field(default_factory=dict)
    age: str = "age unknown"

    @classmethod
    def of_prices(cls, prices: Iterable[MarketPrice], now: datetime) -> Medians | None:
        """One price a model name: the median over its VRAM and interface variants. None if there is none."""
        import statistics

        known: dict[str, list[Decimal]] = {}
        oldest: datetime | None = None
        for price in prices:
            if price.median is not None and price.median > 0:
                known.setdefault(price.gpu.model, []).append(price.median)
                oldest = price.read_at if oldest is None else min(oldest, price.read_at)
        if oldest is None:
            return None
        minutes = max(0, int((now - oldest).total_seconds() // 60))
        age = "read just now" if minutes < 1 else f"{minutes} min old"
        return cls({name: statistics.median(values) for name, values in known.items()}, age)

    def price(self, model: GpuModel) -> Decimal | None:
        """USD per GPU-hour of the model, whatever its VRAM; None if it is not known."""
        return self.by_model.get(model.model)


def check_prices(
    document: Document, reading: SdlReading, medians: Medians | None, block_time: BlockTime
) -> Iterator[SdlProblem]:
    """Errors for a token that the chain rejects; warnings for limits far from the market."""
    seen: set[tuple[str, str]] = set()
    for use in document.uses():
        placement = document.placements.get(use.placement)
        price = placement.prices.get(use.profile or "") if placement else None
        compute = document.computes.get(use.profile or "")
        if price is None or price.amount is None or (use.placement, use.profile or "") in seen:
            continue
        seen.add((use.placement, use.profile or ""))
        path = f"profiles.placement.{shown(use.placement)}.pricing.{shown(use.profile or '')}"
        if price.denom and price.denom != UACT:
            yield reading.problem(
                "sdl.denom-old",
                price.denom_node,
                f"{path}.denom",
                f"The chain accepts prices in uact only, not in {shown(price.denom)}.",
                "Write denom: uact, and check the amount again: 1000000 uact is 1 ACT, about 1 USD of compute.",
                plain_edit(price.denom_node, UACT),
                severity=Severity.ERROR,
            )
        elif compute is not None and medians is not None:
            yield from _limit(reading, path, price, compute, medians, block_time)


def _limit(
    reading: SdlReading, path: str, price: Price, compute: Compute, medians: Medians, block_time: BlockTime
) -> Iterator[SdlProblem]:
    gpu = compute.gpu
    if gpu is None or not gpu.units or gpu.broken:
        return
    models = [m for m in (parse_gpu_key(a.key) for a in gpu.attributes) if m is not None]
    known = [p for p in (medians.price(m) for m in models) if p is not None and p > 0]
    if not known:
        return
    hourly = per_hour(Decimal(price.amount or 0).scaleb(-18), block_time)
    low, high = min(known) * gpu.units, max(known) * gpu.units
    node = price.amount_node
    if hourly < low * LOW:
        yield reading.problem(
            "sdl.price-low",
            node,
            f"{path}.amount",
            f"At most {rate(hourly)} an hour is far below the usual {rate(low)} for the cheapest of these GPUs "
            f"({medians.age}): expect no bids.",
            "Raise the amount: you still choose the bid, and pay the price of that bid.",
        )
    elif hourly > high * HIGH and not any(m.wildcard for m in models):
        yield reading.problem(
            "sdl.price-high",
            node,
            f"{path}.amount",
            f"Up to {rate(hourly)} an hour is far above the usual {rate(high)} for the most expensive of these GPUs "
            f"({medians.age}).",
            "Lower the amount to keep overpriced bids away.",
            severity=Severity.HINT,
        )
