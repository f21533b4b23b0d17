"""An index of a large network: 2,000 providers, 80 GPU models, 1,000 days; the same at every call."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.daily_series import KINDS, Point, Series
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import (
    AktMarket,
    Capacity,
    FigureSource,
    GpuDay,
    ProviderSheet,
    SignedAttribute,
    SupplyResources,
    amounts,
)
from akash_tui.services.errors import Unreachable
from akash_tui.services.ports import UNCONDITIONAL, Conditions, SourceAnswer

PROVIDERS, MODELS, DAYS = 2_000, 80, 1_000


class BigIndex:
    """Implements `ports.Indexer`; every figure was read an hour before it was made."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - timedelta(hours=1)
        self.gpus = [
            GpuModel("nvidia", f"model{n:02d}", (16, 24, 48, 80)[n % 4], ("pcie", "sxm")[n % 2]) for n in range(MODELS)
        ]

    @cached_property
    def _sheets(self) -> list[ProviderSheet]:
        dice = random.Random(1)
        return [self._sheet(n, dice) for n in range(PROVIDERS)]

    def _sheet(self, n: int, dice: random.Random) -> ProviderSheet:
        names = ("location-region", "country", "tier", "organization", *(f"capabilities/part/{k}" for k in range(26)))
        profile = ProviderProfile(
            owner=f"akash1{n:038d}",
            name=f"provider{n}.example.com",
            host_uri=f"https://provider{n}.example.com:8443",
            online=n % 9 != 0,
            audited=n % 2 == 0,
            uptime_1d=1.0,
            uptime_7d=round(dice.uniform(0.9, 1), 4),
            uptime_30d=0.98,
            region=("eu-west", "us-west", "ap-east")[n % 3],
            country="DE",
            organization=f"org{n}",
            version="0.10.5",
            leases=n % 70,
            gpus=tuple(dice.sample(self.gpus, 2)),
            auditors=("akash1auditor",) if n % 2 == 0 else (),
            read_at=self.now,
        )
        return ProviderSheet(
            profile=profile,
            resources=self._resources(dice),
            attributes=tuple(SignedAttribute(name, f"value {n % 40}", ("akash1auditor",)) for name in names),
            checks=(),
            source=FigureSource.INDEXER,
            read_at=self.now,
        )

    @staticmethod
    def _resources(dice: random.Random) -> SupplyResources:
        cpu, gpu, memory, storage = (amounts(dice.randrange(9), 0, dice.randrange(9)) for _ in range(4))
        return SupplyResources(cpu, gpu, memory, storage)

    async def sheets(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[ProviderSheet]]:
        return SourceAnswer(self._sheets, self.now)

    async def sheet(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[ProviderSheet | None]:
        found = next((sheet for sheet in self._sheets if sheet.owner == owner), None)
        return SourceAnswer(found, self.now)

    async def gpu_prices(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[MarketPrice]]:
        prices = [
            MarketPrice(
                gpu=gpu,
                minimum=Decimal(n) / 100,
                median=Decimal(n + 20) / 100,
                maximum=Decimal(n + 90) / 100,
                free=n % 7,
                total=100,
                read_at=self.now,
                average=Decimal(n + 30) / 100,
                providers=25,
                providers_free=9,
            )
            for n, gpu in enumerate(self.gpus)
        ]
        return SourceAnswer(prices, self.now)

    async def capacity(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Capacity]:
        parts = SupplyResources(
            amounts(480_000, 0, 520_000), amounts(612, 4, 255), amounts(39, 0, 61), amounts(1, 0, 3)
        )
        return SourceAnswer(Capacity(PROVIDERS, parts, FigureSource.INDEXER, self.now), self.now)

    async def gpu_days(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuDay]]:
        dice = random.Random(2)
        days = [
            GpuDay(
                day=(self.now - timedelta(days=back)).date(),
                vendor=gpu.vendor,
                model=gpu.model,
                providers=25,
                nodes=40,
                total=100,
                leased=(leased := dice.randrange(101)),
                utilization=Decimal(leased),
            )
            for back in range(DAYS, -1, -1)
            for gpu in self.gpus
        ]
        return SourceAnswer(days, self.now)

    async def series(self, name: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Series]:
        dice = random.Random(name)
        level = {"%": 60}.get(KINDS[name].unit, 3000)
        points = tuple(
            Point((self.now - timedelta(days=back)).date(), Decimal(level + dice.randrange(30)))
            for back in range(DAYS, -1, -1)
        )
        return SourceAnswer(Series(name, points, points[-1].value, self.now), self.now)

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        raise Unreachable("It offers no screening.", "")

    async def akt_market(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[AktMarket]:
        return SourceAnswer(AktMarket(Decimal("1.21"), self.now), self.now)

    async def aclose(self) -> None:
        return None
