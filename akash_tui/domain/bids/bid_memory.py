"""What was learned of providers from bids that this machine has seen: usual prices, delays, answers, leases.

Figures of our own, never the network's: each says how many bids it comes from, and how old the newest is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from akash_tui.domain.akash.entities import BidId, OrderId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import DecCoin, rate, rate_span
from akash_tui.domain.text import plural


class BidOutcome(IntEnum):
    """What became of a bid here; a later one replaces an earlier one."""

    SEEN = 0
    TAKEN = 1
    """Leased."""
    RUNNING = 2
    """Leased, and its workload ran."""
    FAILED = 3
    """Leased, and given up or ended by its provider: the reason is kept with it."""


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """An order whose bids were read here."""

    id: OrderId
    asked_at: datetime
    read_at: datetime | None
    """When its bids were read while it took any; None if it was over by then."""
    models: tuple[GpuModel, ...]
    """The GPUs that it accepts, wildcards too."""
    gpus: int


@dataclass(frozen=True, slots=True)
class SeenBid:
    """A bid that was read here."""

    id: BidId
    seen_at: datetime
    """When it came into a block, as far as its height says."""
    delay: int | None
    """Seconds from its order to it; None where the order's height is not known."""
    gpu: GpuModel | None
    """The one model that it gives; None if that is not known."""
    gpus: int
    price: DecCoin
    """Per block, as on the chain."""
    gpu_h: Decimal | None
    """ACT per GPU-hour at the block time of that moment; None for a price that cannot be meant."""


@dataclass(frozen=True, slots=True)
class UsualPrice:
    """ACT per GPU-hour of one model, from bids seen here."""

    low: Decimal
    high: Decimal
    last: Decimal
    """The newest bid's."""
    last_at: datetime
    count: int
    days: int
    """How far back was looked."""

    def line(self, now: Decimal | None = None) -> str:
        """`0.41–0.55 here in 30 days, now 0.46`; without a price of now the newest one: `last 0.46`."""
        newest = f"last {rate(self.last)}" if now is None else f"now {rate(now)}"
        return f"{rate_span(self.low, self.high)} here in {self.days} days, {newest}"

    @property
    def basis(self) -> str:
        """`14 bids seen here`: whose figure it is and of how many."""
        return f"{plural(self.count, 'bid')} seen here"


@dataclass(frozen=True, slots=True)
class UsualDelay:
    """How long after an order bids came here: the median."""

    seconds: int
    count: int


@dataclass(frozen=True, slots=True)
class OrdersAnswered:
    """Of the orders asked from here that a provider's GPUs fit, how many it has bid on."""

    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """Our own leases with a provider, as far as they are remembered."""

    bids: int
    """Bids of it that were seen here, of known models."""
    taken: int
    running: int
    failed: int
    seconds: int | None
    """Median from accept to running; None if none ran."""
    why: str
    """Why the newest that failed did; empty if none did."""

    def line(self) -> str:
        """`2 leases taken here: 1 ran (after 41 s), 1 failed (it refused the manifest)`; "" without any."""
        if not self.taken:
            return ""
        parts = [f"{self.running} ran" + (f" (after {self.seconds} s)" if self.seconds is not None else "")]
        if self.failed:
            parts.append(f"{self.failed} failed" + (f" ({self.why})" if self.why else ""))
        return f"{plural(self.taken, 'lease')} taken here: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class ProviderMemory:
    """What is remembered of one provider, with its prices for one model."""

    price: UsualPrice | None
    delay: UsualDelay | None
    record: LeaseRecord | None
