"""The indexer of a network, as services see it."""

from __future__ import annotations

from typing import Protocol

from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.daily_series import Series
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuDay, GpuStock, ProviderSheet


class Indexer(Protocol):
    """A public indexer of the network: extra facts, never needed for the main job."""

    async def profiles(self) -> dict[str, ProviderProfile]:
        """By provider address."""

    async def gpu_prices(self) -> list[MarketPrice]: ...

    async def sheets(self) -> list[ProviderSheet]:
        """Every provider with its hardware; without its last checks."""

    async def sheet(self, owner: str) -> ProviderSheet | None:
        """One provider with its last checks; None if the indexer does not know it."""

    async def stock(self, owner: str) -> list[GpuStock]:
        """How many GPUs of each model one provider has; empty if the indexer counts none of it."""

    async def capacity(self) -> Capacity:
        """What all providers that answer have, added up."""

    async def gpu_days(self) -> list[GpuDay]:
        """Every GPU model on every day that the indexer remembers, oldest first."""

    async def series(self, name: str) -> Series:
        """One of `domain.series.KINDS`, in the unit of its kind. `BadInput` for another name."""

    async def akt_market(self) -> AktMarket: ...

    def lifetime(self, what: str) -> float | None:
        """For how many seconds the last answer may be used by the indexer's own headers; None where it gave none.
        `what` is the name of a method above without arguments, or of a series."""

    async def aclose(self) -> None: ...
