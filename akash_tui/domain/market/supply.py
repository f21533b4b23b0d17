"""What the network has and how much of it is taken: amounts, GPUs per day, providers with their hardware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import ProviderProfile


class FigureSource(StrEnum):
    """Where a figure comes from. The values are those of the JSON output."""

    INDEXER = "index"
    """The network's public indexer."""
    PROVIDERS = "providers"
    """The providers' own status pages, asked one by one."""
    CHAIN = "chain"
    """The chain's own records."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of one resource is leased, promised by open bids, and free; None is "unknown"."""

    active: int | None
    pending: int | None
    available: int | None
    total: int | None

    @property
    def taken_share(self) -> Decimal | None:
        """Leased part of the total, 0 to 1."""
        if self.active is None or not self.total:
            return None
        return min(Decimal(1), Decimal(self.active) / self.total)


UNKNOWN = Amounts(None, None, None, None)


def amounts(active: int | None, pending: int | None, available: int | None, total: int | None = None) -> Amounts:
    """With the total summed from its parts where it is not given."""
    if total is None and active is not None and available is not None:
        total = active + (pending or 0) + available
    return Amounts(active, pending, available, total)


@dataclass(frozen=True, slots=True)
class Quantities:
    """CPU in thousandths, GPUs in pieces, memory and storage in bytes."""

    cpu: int
    gpu: int
    memory: int
    storage: int


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a provider: what it has, and what of that is free."""

    total: Quantities
    free: Quantities


@dataclass(frozen=True, slots=True)
class SupplyResources:
    """CPU in thousandths, memory and storage in bytes, GPUs in pieces."""

    cpu: Amounts = UNKNOWN
    gpu: Amounts = UNKNOWN
    memory: Amounts = UNKNOWN
    storage: Amounts = UNKNOWN
    machines: tuple[Machine, ...] = ()
    """One by one, where a provider's own status lists them; empty is unknown."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Everything that answers on the network, added up."""

    providers: int | None
    """How many providers are counted in."""
    resources: SupplyResources
    source: FigureSource
    read_at: datetime
    asked: int | None = None
    """How many providers were asked, where each was asked itself."""


@dataclass(frozen=True, slots=True)
class GpuDay:
    """One GPU model on one day."""

    day: date
    vendor: str
    model: str
    providers: int | None
    nodes: int | None
    total: int | None
    leased: int | None
    utilization: Decimal | None
    """Percent, as the indexer states it."""


@dataclass(frozen=True, slots=True)
class GpuStock:
    """How many GPUs of one model and variant a provider has, and how many of them are free."""

    gpu: GpuModel
    free: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class SignedAttribute:
    """An attribute that a provider gives itself, and the auditors who signed it."""

    key: str
    value: str
    auditors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UptimeCheck:
    """Whether a provider answered when it was checked."""

    at: datetime
    online: bool


@dataclass(frozen=True, slots=True)
class ProviderSheet:
    """A provider with its hardware, its attributes and its last checks; empty parts are unknown."""

    profile: ProviderProfile
    resources: SupplyResources
    attributes: tuple[SignedAttribute, ...]
    checks: tuple[UptimeCheck, ...]
    """Newest first."""
    source: FigureSource
    read_at: datetime
    city: str | None = None
    window_s: int | None = None
    """Seconds between the announcement that it reclaims a lease and the end; 0 where it offers none."""

    @property
    def id(self) -> str:
        """As a row of a table."""
        return self.profile.owner

    @property
    def owner(self) -> str:
        return self.profile.owner


@dataclass(frozen=True, slots=True)
class AktMarket:
    """The price of AKT on exchanges, in USD."""

    usd: Decimal | None
    read_at: datetime
