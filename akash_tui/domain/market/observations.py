"""What was read of a provider or of the market at some moment and may be old: always with its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.supply import FigureSource, SupplyResources


@dataclass(frozen=True, slots=True)
class Reach:
    """One probe of a provider's public status page."""

    ok: bool
    latency_ms: float | None
    at: datetime
    note: str = ""
    resources: SupplyResources | None = None
    """What its status page says it has, where that was readable."""
    window_s: int | None = None
    """Its reclamation window in seconds by that page, 0 where it names none; None where the page was not readable."""


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """USD per GPU-hour of one model and variant over recent bids, as an indexer publishes it; None is "not known"."""

    gpu: GpuModel
    minimum: Decimal | None
    median: Decimal | None
    maximum: Decimal | None
    free: int | None
    total: int | None
    read_at: datetime
    average: Decimal | None = None
    """Mean over the bids, not weighted."""
    providers: int | None = None
    """How many providers have the model."""
    providers_free: int | None = None
    """How many of them have one free."""
    source: FigureSource = FigureSource.INDEXER
