"""What the market asks for each GPU model, in the form that the SDL's doctor compares with."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.sdl.lint.prices import Medians


def medians(prices: Iterable[MarketPrice], now: datetime) -> Medians | None:
    """One price a model name: the median over its VRAM and interface variants. None if there is none."""
    known: dict[str, list[Decimal]] = {}
    oldest: datetime | None = None
    for price in prices:
        if price.median is not None and price.median > 0:
            known.setdefault(price.model, []).append(price.median)
            oldest = price.read_at if oldest is None else min(oldest, price.read_at)
    if oldest is None:
        return None
    minutes = max(0, int((now - oldest).total_seconds() // 60))
    age = "read just now" if minutes < 1 else f"{minutes} min old"
    return Medians({name: statistics.median(values) for name, values in known.items()}, age)
