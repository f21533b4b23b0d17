"""What GPUs there are, what they cost, how busy the network is: every figure with its source and its age.

The index tells first; where it is missing or silent, the chain and the providers themselves tell what
they can. Opens with what was known last time. Nothing else waits for any of this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.market.daily_series import KINDS, Series
from akash_tui.domain.market.gpu_rows import GpuRow, gpu_rows
from akash_tui.domain.market.observations import MarketPrice, Reach
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuStock, ProviderSheet
from akash_tui.services.core.session import Session
from akash_tui.services.market import price_history as market_readings
from akash_tui.services.market import provider_survey as market_direct
from akash_tui.services.market.cached_value import CachedValue, ValueCache
from akash_tui.services.market.gpu_history import GpuHistory
from akash_tui.services.market.own_leases import OwnLease, own_leases, paid
from akash_tui.services.market.price_history import DailyPrice
from akash_tui.services.ports import AkashError, BadInput, Indexer, Unreachable
from akash_tui.services.storage.disk_cache import CacheFormat, DiskCache, LineList, SingleLine

FRESH = {"gpus": 300.0, "providers": 60.0, "capacity": 300.0, "days": 1800.0, "series": 900.0, "akt": 300.0}
"""Seconds until a figure is asked for again where the index does not say how long its answer may be used."""
_ASKED = {"gpus": "gpu_prices", "providers": "sheets", "days": "gpu_days", "akt": "akt_market"}
"""What the index's own word on that is kept under, where it has another name there."""
INDEX_FIRST = timedelta(hours=24)
"""An answer of the index this old is still better than what the providers say one by one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """One provider: what the index or the chain tells, what its own status page says now, and our leases there."""

    sheet: ProviderSheet
    reach: Reach | None
    audits: tuple[Audit, ...]
    leases: tuple[OwnLease, ...]
    fault: AkashError | None = None
    """Why the index told nothing of it."""
    stock: tuple[GpuStock, ...] = ()
    """Its GPUs by model, as the index counts them; empty where it does not."""


class Market:
    """The figures of one session. Ask `get` of a figure to have it renewed, `last` to have it at once."""

    def __init__(self, session: Session, home: Path | None) -> None:
        self.session = session
        self.revision = 0
        """Moves when a figure did."""
        self._shelf = DiskCache(home, session.network.chain_id) if home is not None else None
        self._series: dict[str, ValueCache[Series]] = {}
        self._past: market_readings.Readings | None = None
        """The prices read here: parsed once, however many variants are looked at."""
        self._one_parse = asyncio.Lock()
        self.gpus: ValueCache[list[MarketPrice]] = self._keep("gpus", LineList(MarketPrice), self._read_gpus)
        self.providers: ValueCache[list[ProviderSheet]] = self._keep(
            "providers", LineList(ProviderSheet), lambda: self._told(lambda i: i.sheets(), self.providers, self._direct)
        )
        self.capacity: ValueCache[Capacity] = self._keep(
            "capacity",
            SingleLine(Capacity),
            lambda: self._told(lambda i: i.capacity(), self.capacity, self._direct_capacity),
        )
        self.days: ValueCache[GpuHistory] = self._keep("days", GpuHistory, self._read_days)
        self.akt: ValueCache[AktMarket] = self._keep(
            "akt", SingleLine(AktMarket), lambda: self._index(lambda i: i.akt_market())
        )

    def series(self, name: str) -> ValueCache[Series]:
        """A daily series by the index's name for it. `BadInput` for one that is not known."""
        if name not in KINDS:
            raise BadInput(f"There is no series called {name}.", f"Series: {', '.join(KINDS)}.")
        if name not in self._series:
            self._series[name] = self._keep(
                f"series-{name}", SingleLine(Series), lambda: self._index(lambda i: i.series(name))
            )
        return self._series[name]

    async def rows(self) -> CachedValue[list[GpuRow]]:
        """The GPU table, renewed if due. Raises if nothing at all is known of it."""
        told = await self.gpus.get()
        return CachedValue(self.table(told.value, await self.leases()), told.read_at, told.old, told.fault)

    def table(self, prices: Iterable[MarketPrice], mine: Iterable[OwnLease] = ()) -> list[GpuRow]:
        """The GPU table of these prices, with what else is known now."""
        days = self.days.seen
        return gpu_rows(prices, days.value.changes if days is not None else {}, paid(mine))

    async def leases(self) -> list[OwnLease]:
        """Our own leases; a node that is away costs the measured block time, not the answer."""
        try:
            block_time = await self.session.chain.block_time()
        except AkashError:
            block_time = ASSUMED_BLOCK_TIME
        return self.own(block_time)

    def own(self, block_time: BlockTime) -> list[OwnLease]:
        """Our own leases, newest first, at this block time."""
        sheets = self.providers.seen
        gpus: dict[str, tuple[GpuModel, ...]] = {}
        for sheet in sheets.value if sheets is not None else ():
            gpus[sheet.owner] = sheet.profile.gpus
        return own_leases(self.session, block_time, gpus)

    async def provider(self, owner: str) -> ProviderPage:
        """Everything of one provider, asked now and side by side. `BadInput` if the chain does not know it."""
        chain, indexer = self.session.chain, self.session.indexer
        record = await chain.provider(owner)
        if record is None:
            raise BadInput(
                "The chain knows no provider of this address.", "akash-tui market providers lists those there are."
            )

        async def indexed() -> ProviderSheet | AkashError | None:
            try:
                return await indexer.sheet(owner) if indexer is not None else None
            except AkashError as fault:
                return fault

        async def audited() -> tuple[Audit, ...]:
            try:
                return tuple(await chain.audits(owner))
            except AkashError:
                return ()

        async def counted() -> tuple[GpuStock, ...]:
            try:
                return tuple(await indexer.stock(owner)) if indexer is not None else ()
            except AkashError:
                return ()

        asked = market_direct.ask_all(self.session.gateway, [record], self.session.clock)
        told, reached, audits, stock = await asyncio.gather(indexed(), asked, audited(), counted())
        reach = reached.get(owner)
        sheet = told if isinstance(told, ProviderSheet) else None
        leases = tuple(lease for lease in await self.leases() if lease.provider == owner)
        return ProviderPage(
            sheet=sheet
            or market_direct.signed(market_direct.sheet_of(record, reach, self.session.clock.now()), audits),
            reach=reach,
            audits=audits,
            leases=leases,
            fault=told if isinstance(told, AkashError) else None,
            stock=stock,
        )

    async def readings(self, gpu: GpuModel) -> list[DailyPrice]:
        """The prices of one variant as they were read here, oldest first."""
        if self._shelf is None:
            return []
        async with self._one_parse:
            if self._past is None:
                self._past = await asyncio.to_thread(market_readings.load, self._shelf)
        return self._past.get(gpu.key(), [])

    async def aclose(self) -> None:
        """Stop what is under way; the session stays open."""
        figures: list[ValueCache[Any]] = [self.gpus, self.providers, self.capacity, self.days, self.akt]
        for kept in [*figures, *self._series.values()]:
            await kept.aclose()

    # --- where figures come from --------------------------------------------------------------

    def _keep(self, name: str, form: CacheFormat[T], fetch: Callable[[], Awaitable[T]]) -> ValueCache[T]:
        def fresh() -> float:
            indexer, series = self.session.indexer, name.removeprefix("series-")
            told = indexer.lifetime(_ASKED.get(name, series)) if indexer is not None else None
            return told if told is not None else FRESH["series" if series != name else name]

        return ValueCache(name, form, fresh, fetch, self.session.clock, self._shelf, self._changed)

    def _changed(self) -> None:
        self.revision += 1

    async def _index(self, ask: Callable[[Indexer], Awaitable[T]]) -> T:
        if self.session.indexer is None:
            raise Unreachable(
                "This network has no index, and only an index knows that.",
                "Name one: --indexer URL; GPUs, providers and capacity are read without it.",
            )
        return await ask(self.session.indexer)

    async def _told(
        self, ask: Callable[[Indexer], Awaitable[T]], kept: ValueCache[T], direct: Callable[[], Awaitable[T]]
    ) -> T:
        """By the index; else first-hand, unless the index told it not long ago."""
        if self.session.indexer is None:
            return await direct()
        try:
            return await ask(self.session.indexer)
        except Unreachable:
            known = kept.seen
            if known is not None and self.session.clock.now() - known.read_at < INDEX_FIRST:
                raise
            return await direct()

    async def _read_days(self) -> GpuHistory:
        days = await self._index(lambda i: i.gpu_days())
        return await asyncio.to_thread(GpuHistory.of_days, days)

    async def _read_gpus(self) -> list[MarketPrice]:
        prices = await self._told(lambda i: i.gpu_prices(), self.gpus, self._direct_gpus)
        if self._shelf is not None:
            self._past = await asyncio.to_thread(market_readings.note, self._shelf, prices, self.session.clock.now())
        return prices

    async def _direct(self) -> list[ProviderSheet]:
        session = self.session
        return await market_direct.read_sheets(session.chain, session.gateway, session.clock)

    async def _direct_sheets(self) -> list[ProviderSheet]:
        """Of the providers, asked once for all figures that are added up from them."""
        return (await self.providers.get()).value

    async def _direct_gpus(self) -> list[MarketPrice]:
        return market_direct.gpus_of(await self._direct_sheets(), self.session.clock.now())

    async def _direct_capacity(self) -> Capacity:
        return market_direct.capacity_of(await self._direct_sheets(), self.session.clock.now())
