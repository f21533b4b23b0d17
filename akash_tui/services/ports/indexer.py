"""The network's public indexer, as services see it (the open part of the Console API)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final, Generic, Literal, Protocol, TypeVar

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.daily_series import Series
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuDay, GpuStock, ProviderSheet

T = TypeVar("T")

Conditions = Mapping[str, str]
"""Request headers by which the indexer can answer that nothing changed (`If-None-Match`, `If-Modified-Since`)."""
UNCONDITIONAL: Final[Conditions] = MappingProxyType({})


class Unchanged(Enum):
    """In place of a value: nothing changed since the answer whose conditions were sent."""

    UNCHANGED = "unchanged"


UNCHANGED: Final[Literal[Unchanged.UNCHANGED]] = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class SourceAnswer(Generic[T]):
    """What was read, when, for how many seconds it may be used, and how to ask whether it changed."""

    value: T | Unchanged
    read_at: datetime
    lifetime: float | None = None
    """None: the source does not say."""
    conditions: Conditions = field(default_factory=dict)


class Indexer(Protocol):
    """A public indexer of the network: figures that no deployment needs.

    Every method asks the indexer itself and raises `Unreachable` if it does not answer in time or not as documented.
    Nothing is cached here: `services.core.cached_answer` does that.
    """

    async def gpu_prices(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[MarketPrice]]:
        """Prices and counts by GPU model and variant."""

    async def sheets(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[ProviderSheet]]:
        """Every provider with its hardware; without its last checks."""

    async def sheet(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[ProviderSheet | None]:
        """One provider with its last checks; None if the indexer does not know it. `BadInput` for no address."""

    async def stock(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuStock]]:
        """How many GPUs of each model one provider has; empty if the indexer counts none. `BadInput` for no address."""

    async def capacity(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Capacity]:
        """What all providers that answer have, added up."""

    async def gpu_days(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuDay]]:
        """Every GPU model on every day that the indexer remembers, oldest first."""

    async def series(self, name: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Series]:
        """One of `domain.market.daily_series.KINDS`, in the unit of its kind. `BadInput` for another name."""

    async def akt_market(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[AktMarket]:
        """The price of AKT on exchanges."""

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        """Addresses of those who could bid on a group now, by the indexer's own screening, where it offers one."""

    async def aclose(self) -> None:
        """Close the connections; safe to call twice."""
