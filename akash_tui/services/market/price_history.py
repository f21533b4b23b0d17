"""Prices as they were read here, day by day: the indexer has today's only, so the past is saved here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.storage.disk_cache import DiskCache, LineList

MOST_DAYS: Final = 400
MOST_MODELS: Final = 500
NAME: Final = "readings"


@dataclass(frozen=True, slots=True)
class DailyPrice:
    """USD per GPU-hour of one model as last read on one day."""

    day: date
    minimum: Decimal | None
    median: Decimal | None
    maximum: Decimal | None


PriceHistory = dict[str, list[DailyPrice]]
"""By the model's key, oldest first."""
_FORM: Final[LineList[tuple[str, list[DailyPrice]]]] = LineList(tuple[str, list[DailyPrice]])


def load(disk: DiskCache) -> PriceHistory:
    """What was read here so far."""
    found = disk.load(NAME, _FORM)
    return dict(found[1]) if found is not None else {}


def note(disk: DiskCache, prices: Iterable[MarketPrice], now: datetime) -> PriceHistory:
    """Save the prices under the day they were read; a later reading of the same day replaces the one before.
    Returns all that is saved now."""
    readings = load(disk)
    for price in prices:
        if price.source is not FigureSource.INDEXER or price.median is None:
            continue
        key = price.gpu.key()
        if key not in readings and len(readings) >= MOST_MODELS:
            continue
        earlier = [reading for reading in readings.get(key, []) if reading.day < price.read_at.date()]
        readings[key] = [*earlier, DailyPrice(price.read_at.date(), price.minimum, price.median, price.maximum)][
            -MOST_DAYS:
        ]
    if readings:
        disk.save(NAME, _FORM, now, list(readings.items()))
    return readings
