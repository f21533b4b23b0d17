"""An index with a script, for the market's screens: two months of days, a few GPUs, three providers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.akash.resources import Attribute, GroupSpec
from akash_tui.domain.market.daily_series import KINDS, Point, Series
from akash_tui.domain.market.gpu_rows import OwnLease
from akash_tui.domain.market.observations import MarketPrice, Reach
from akash_tui.domain.market.supply import (
    AktMarket,
    Capacity,
    FigureSource,
    GpuDay,
    GpuStock,
    ProviderSheet,
    SignedAttribute,
    SupplyResources,
    UptimeCheck,
    amounts,
)
from akash_tui.services.market import market_data as market_service
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.own_leases import own_leases
from akash_tui.services.market.price_history import DailyPrice
from akash_tui.services.ports import UNCONDITIONAL, Clock, Conditions, SourceAnswer, Unreachable
from tests.ui.fakes import FakeChain, FakeSession

NAMES = ("europlots", "hyper.gpu", "bigiron")
OWNERS = tuple(f"akash1{'q' * 36}{number:02d}" for number in range(3))
GPUS = (
    ("a100", 80, "sxm4", 3, 40, "0.81", "0.92", "1.30"),
    ("h100", 80, "sxm5", 0, 64, "1.52", "1.85", "2.40"),
    ("rtx4090", 24, "pcie", 31, 120, "0.31", "0.42", "0.80"),
    ("b200", None, None, None, None, None, None, None),
)


class FakeIndex:
    """Answers at once with the same figures; `fault` makes it fail."""

    def __init__(self) -> None:
        self.fault: Unreachable | None = None
        self.asked: list[str] = []
        self.free: dict[str, int] = {}
        """Free GPUs by model, where a test sets other ones; they are read just now."""
        self.clock: Clock | None = None

    @property
    def now(self) -> datetime:
        assert self.clock is not None
        return self.clock.now()

    def _ask(self, name: str) -> datetime:
        self.asked.append(name)
        if self.fault is not None:
            raise self.fault
        return self.now

    async def gpu_prices(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[MarketPrice]]:
        now = self._ask("gpus")
        prices = [
            MarketPrice(
                gpu=GpuModel("nvidia", model, vram, interface),
                minimum=_decimal(low),
                median=_decimal(middle),
                maximum=_decimal(high),
                free=self.free.get(model, free),
                total=total,
                read_at=now - timedelta(minutes=0 if self.free else 9),
                average=_decimal(middle),
                providers=None if total is None else 14,
                providers_free=None if total is None else 9,
            )
            for model, vram, interface, free, total, low, middle, high in GPUS
        ]
        return SourceAnswer(prices, prices[0].read_at)

    async def capacity(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Capacity]:
        gpu, cpu = amounts(612, 4, 255), amounts(480_000, 0, 520_000)
        memory, storage = amounts(39 * 2**40, 0, 61 * 2**40), amounts(2**50, 0, 3 * 2**50)
        now = self._ask("capacity")
        return SourceAnswer(Capacity(62, SupplyResources(cpu, gpu, memory, storage), FigureSource.INDEXER, now), now)

    async def gpu_days(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuDay]]:
        now = self._ask("days")
        days = [
            GpuDay(
                day=(now - timedelta(days=back)).date(),
                vendor="nvidia",
                model=model,
                providers=14,
                nodes=20,
                total=total or 0,
                leased=(total or 0) // 2 + back % 7,
                utilization=Decimal(50 + back % 7),
            )
            for back in range(60, -1, -1)
            for model, _, _, _, total, *_ in GPUS
        ]
        return SourceAnswer(days, now)

    async def series(self, name: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Series]:
        now = self._ask(name)
        level = {"%": 60, "USD": 3000}.get(KINDS[name].unit, 400)
        points = tuple(
            Point((now - timedelta(days=back)).date(), Decimal(level + (back * 37) % 29 - back))
            for back in range(90, -1, -1)
        )
        return SourceAnswer(Series(name, points, points[-1].value, now), now)

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        raise Unreachable("It offers no screening.", "")

    async def akt_market(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[AktMarket]:
        now = self._ask("akt")
        return SourceAnswer(AktMarket(Decimal("1.21"), now), now)

    async def sheets(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[ProviderSheet]]:
        now = self._ask("providers")
        return SourceAnswer([self._sheet(number, now) for number in range(3)], now)

    async def stock(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuStock]]:
        now = self._ask("stock")
        if owner not in OWNERS:
            return SourceAnswer([], now)
        model, vram, interface, free, total, *_ = GPUS[OWNERS.index(owner)]
        return SourceAnswer([GpuStock(GpuModel("nvidia", model, vram, interface), free, total)], now)

    async def sheet(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[ProviderSheet | None]:
        now = self._ask("sheet")
        return SourceAnswer(self._sheet(OWNERS.index(owner), now) if owner in OWNERS else None, now)

    def _sheet(self, number: int, now: datetime) -> ProviderSheet:
        model, vram, interface, *_ = GPUS[number]
        profile = ProviderProfile(
            owner=OWNERS[number],
            name=NAMES[number],
            host_uri=f"https://provider.{NAMES[number]}:8443",
            online=number != 2,
            audited=number == 0,
            uptime_1d=1.0,
            uptime_7d=0.9989 - number / 50,
            uptime_30d=0.98,
            region=("eu-east", "us-west", None)[number],
            country="PL",
            organization=NAMES[number],
            version="0.10.5",
            leases=212,
            gpus=(GpuModel("nvidia", model, vram, interface),),
            auditors=("akash1auditor",) if number == 0 else (),
            read_at=now,
        )
        return ProviderSheet(
            profile=profile,
            resources=SupplyResources(gpu=amounts(12, 0, 4 - number)),
            attributes=(
                SignedAttribute("location-region", "eu-east", ("akash1auditor",)),
                SignedAttribute("tier", "community", ()),
                SignedAttribute("organization", NAMES[number], ()),
            ),
            checks=tuple(UptimeCheck(now - timedelta(minutes=15 * at), at % 11 != 3) for at in range(96)),
            source=FigureSource.INDEXER,
            read_at=now,
        )

    async def aclose(self) -> None:
        return None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


class FakeProbe:
    """Every provider answers its status page."""

    async def probe(self, provider: Provider) -> Reach:
        return Reach(True, 84.0, INDEX.now, "", SupplyResources(gpu=amounts(13, 0, 3)))

    async def aclose(self) -> None:
        return None


INDEX = FakeIndex()


def install(patch: Any) -> FakeIndex:
    """Give every scripted session this index; a fresh one each time."""
    INDEX.__init__()  # type: ignore[misc]

    async def provider(self: FakeChain, owner: str) -> Provider | None:
        return Provider(owner, "https://provider.example:8443", (Attribute("tier", "community"),))

    async def audits(self: FakeChain, owner: str) -> list[Audit]:
        return [Audit(owner, "akash1auditor", ())] if owner == OWNERS[0] else []

    real_mine, real_readings = own_leases, Market.readings

    def mine(session: Any, *args: Any) -> list[OwnLease]:
        if not isinstance(session, FakeSession):
            return real_mine(session, *args)
        at = datetime(2026, 11, 12, 9, tzinfo=UTC)
        gpu = GpuModel("nvidia", "a100", 80, "sxm4")
        return [
            OwnLease(OWNERS[0], 700_100 - back, at - timedelta(days=back), Decimal("0.41"), gpu, 1) for back in (0, 30)
        ]

    async def readings(self: Market, gpu: GpuModel) -> list[DailyPrice]:
        if not isinstance(self.session, FakeSession):
            return await real_readings(self, gpu)
        if gpu.model != "a100":
            return []
        days = (datetime(2026, 11, 24).date() - timedelta(days=back) for back in range(20, -1, -1))
        return [
            DailyPrice(d, Decimal("0.81"), Decimal("0.88") + Decimal(d.day % 7) / 100, Decimal("1.3")) for d in days
        ]

    def indexer(self: FakeSession) -> FakeIndex:
        INDEX.clock = self.clock
        return INDEX

    patch.setattr(FakeSession, "indexer", property(indexer), raising=False)
    patch.setattr(FakeSession, "gateway", FakeProbe(), raising=False)
    patch.setattr(market_service, "own_leases", mine)
    patch.setattr(Market, "readings", readings)
    patch.setattr(FakeChain, "provider", provider, raising=False)
    patch.setattr(FakeChain, "audits", audits, raising=False)
    return INDEX
