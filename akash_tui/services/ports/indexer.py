"""The public index of the network, as services see it."""

from __future__ import annotations

from typing import Protocol

from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.daily_series import Series
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuDay, GpuStock, ProviderSheet


class Indexer(Protocol):
    """A public index of the network: extra facts, never needed for the main job."""

    async def profiles(self) -> dict[str, ProviderProfile]:
        """By provider address."""

    async def gpu_prices(self) -> list[MarketPrice]: ...

    async def sheets(self) -> list[ProviderSheet]:
        """Every provider with its hardware; without its last checks."""

    async def sheet(self, owner: str) -> ProviderSheet | None:
        """One provider with its last checks; None if the index does not know it."""

    async def stock(self, owner: str) -> list[GpuStock]:
        """How many GPUs of each model one provider has; empty if the index counts none of it."""

    async def capacity(self) -> Capacity:
        """What all providers that answer have, added up."""

    async def gpu_days(self) -> list[GpuDay]:
        """Every GPU model on every day that the index remembers, oldest first."""

    async def series(self, name: str) -> Series:
        """One of `domain.series.KINDS`, in the unit of its kind. `BadInput` for another name."""

    async def akt_market(self) -> AktMarket: ...

    def lifetime(self, what: str) -> float | None:
        """For how many seconds the index said that its last answer may be used; None where it said nothing.
        `what` is the name of a method above without arguments, or of a series."""

    async def aclose(self) -> None: ...
