"""What GPUs there are, what they cost, how busy the network is: every figure with its source and its age.

The indexer is asked first; where it is missing or does not answer, the chain and the providers are. Opens with
what was known last time. Nothing else waits for any of this.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.market.daily_series import KINDS, Series
from akash_tui.domain.market.gpu_rows import GpuRow, OwnLease, gpu_rows
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuStock, ProviderSheet
from akash_tui.services.core.cached_answer import CachedAnswer, CachedValue
from akash_tui.services.core.provider_cache import PRICES_SECONDS, SHEETS_SECONDS
from akash_tui.services.core.session import Session
from akash_tui.services.market import price_history, provider_survey
from akash_tui.services.market.figure import MarketFigure
from akash_tui.services.market.gpu_history import GpuHistory
from akash_tui.services.market.own_leases import own_leases
from akash_tui.services.market.price_history import DailyPrice
from akash_tui.services.ports import (
    UNCHANGED,
    AkashError,
    BadInput,
    Conditions,
    Indexer,
    SourceAnswer,
    Unchanged,
    Unreachable,
)
from akash_tui.services.storage.disk_cache import CacheFormat, DiskCache, LineList, SingleLine

FRESH = {
    "gpus": PRICES_SECONDS,
    "providers": SHEETS_SECONDS,
    "capacity": 300.0,
    "days": 1800.0,
    "series": 900.0,
    "akt": 300.0,
    "stock": 300.0,
}
"""Seconds until a figure is asked for again where the indexer does not say how long its answer may be used."""
MOST_PAGES = 64
"""Providers' own pages cached at once; the one asked for longest ago goes first."""

T = TypeVar("T")


class Market:
    """The figures of one session. Ask `get` of a figure to have it read again when due, `last` to have it at once."""

    def __init__(self, session: Session, home: Path | None) -> None:
        self.session = session
        self._disk = DiskCache(home, session.network.chain_id) if home is not None else None
        self._series: dict[str, MarketFigure[Series]] = {}
        self._sheets: OrderedDict[str, CachedAnswer[ProviderSheet | None]] = OrderedDict()
        self._stocks: OrderedDict[str, CachedAnswer[list[GpuStock]]] = OrderedDict()
        self._history: price_history.PriceHistory | None = None
        """The prices read here: parsed once, however many variants are shown."""
        self._one_parse = asyncio.Lock()
        cache, indexer = session.provider_cache, session.indexer
        self.gpus = self._figure(
            "gpus", LineList[MarketPrice](MarketPrice), cache.price_answer, self._direct_gpus, self._note_prices
        )
        self.providers = self._figure(
            "providers", LineList[ProviderSheet](ProviderSheet), cache.sheet_answer, self._direct_sheets
        )
        self.capacity = self._figure(
            "capacity",
            SingleLine[Capacity](Capacity),
            self._answer("capacity", indexer.capacity) if indexer is not None else None,
            self._direct_capacity,
        )
        self.days = self._figure("days", GpuHistory, self._answer("days", self._read_days))
        self.akt = self._figure(
            "akt", SingleLine[AktMarket](AktMarket), self._answer("akt", lambda c: self._indexer.akt_market(c))
        )

    def series(self, name: str) -> MarketFigure[Series]:
        """A daily series by the indexer's name for it. `BadInput` for an unknown one."""
        if name not in KINDS:
            raise BadInput(f"There is no series called {name}.", f"Series: {', '.join(KINDS)}.")
        if name not in self._series:
            answer = self._answer("series", lambda c: self._indexer.series(name, c))
            self._series[name] = self._figure(f"series-{name}", SingleLine[Series](Series), answer)
        return self._series[name]

    async def rows(self) -> CachedValue[list[GpuRow]]:
        """The GPU table, renewed if due. Raises if nothing at all is known of it."""
        answer = await self.gpus.get()
        return CachedValue(self.table(answer.value, await self.leases()), answer.read_at, answer.old, answer.fault)

    def table(self, prices: Iterable[MarketPrice], mine: Sequence[OwnLease] = ()) -> list[GpuRow]:
        """The GPU table of these prices, with what else is known now."""
        days = self.days.cached
        return gpu_rows(prices, days.value.changes if days is not None else {}, mine)

    async def leases(self) -> list[OwnLease]:
        """Our own leases; a node that is away costs the measured block time, not the answer."""
        try:
            block_time = await self.session.chain.block_time()
        except AkashError:
            block_time = ASSUMED_BLOCK_TIME
        return self.own(block_time)

    def own(self, block_time: BlockTime) -> list[OwnLease]:
        """Our own leases, newest first, at this block time."""
        sheets = self.providers.cached
        gpus: dict[str, tuple[GpuModel, ...]] = {}
        for sheet in sheets.value if sheets is not None else ():
            gpus[sheet.owner] = sheet.profile.gpus
        return own_leases(self.session, block_time, gpus)

    async def sheet(self, owner: str) -> CachedValue[ProviderSheet | None] | None:
        """One provider with its last checks, by the indexer (None: it does not know it); None without an indexer."""
        indexer = self.session.indexer
        if indexer is None:
            return None
        return await self._page(self._sheets, owner, "providers", lambda c: indexer.sheet(owner, c))

    async def stock(self, owner: str) -> list[GpuStock]:
        """One provider's GPUs by model, as the indexer counts them now; empty where it does not, or without one.

        Raises rather than to give an old count, because counts are shown without their age."""
        indexer = self.session.indexer
        if indexer is None:
            return []
        answer = await self._page(self._stocks, owner, "stock", lambda c: indexer.stock(owner, c))
        if answer.fault is not None:
            raise answer.fault
        return answer.value

    async def readings(self, gpu: GpuModel) -> list[DailyPrice]:
        """The prices of one variant as they were read here, oldest first."""
        if self._disk is None:
            return []
        async with self._one_parse:
            if self._history is None:
                self._history = await asyncio.to_thread(price_history.load, self._disk)
        return self._history.get(gpu.key(), [])

    async def aclose(self) -> None:
        """Stop what is under way; the session stays open."""
        figures: list[MarketFigure[Any]] = [self.gpus, self.providers, self.capacity, self.days, self.akt]
        for figure in [*figures, *self._series.values()]:
            await figure.aclose()
        answers: list[CachedAnswer[Any]] = [*self._sheets.values(), *self._stocks.values()]
        for answer in answers:
            await answer.aclose()

    # --- where figures come from --------------------------------------------------------------

    @property
    def _indexer(self) -> Indexer:
        if self.session.indexer is None:
            raise Unreachable(
                "This network has no indexer, and only an indexer knows that.",
                "Name one: --indexer URL; GPUs, providers and capacity are read without it.",
            )
        return self.session.indexer

    def _answer(self, name: str, fetch: Callable[[Conditions], Awaitable[SourceAnswer[T]]]) -> CachedAnswer[T]:
        return CachedAnswer(self.session.clock, name, FRESH[name], fetch)

    def _figure(
        self,
        name: str,
        form: CacheFormat[T],
        indexed: CachedAnswer[T] | None,
        direct: Callable[[], Awaitable[T]] | None = None,
        on_read: Callable[[T], None] | None = None,
    ) -> MarketFigure[T]:
        """`direct` reads the same of the chain and the providers, where the indexer is missing or silent."""

        async def ask_directly(conditions: Conditions) -> SourceAnswer[T]:
            assert direct is not None
            value = await direct()
            return SourceAnswer(value, self.session.clock.now())

        kind = name.partition("-")[0]
        return MarketFigure(
            name,
            self.session.clock,
            FRESH[kind],
            indexed,
            self._answer(kind, ask_directly) if direct is not None else None,
            (self._disk, form) if self._disk is not None else None,
            on_read,
        )

    async def _page(
        self,
        pages: OrderedDict[str, CachedAnswer[T]],
        owner: str,
        kind: str,
        fetch: Callable[[Conditions], Awaitable[SourceAnswer[T]]],
    ) -> CachedValue[T]:
        """What the indexer answers of one provider; the one asked for longest ago makes room."""
        if owner not in pages:
            while len(pages) >= MOST_PAGES:
                pages.popitem(last=False)
            pages[owner] = self._answer(kind, fetch)
        pages.move_to_end(owner)
        return await pages[owner].get()

    async def _read_days(self, conditions: Conditions) -> SourceAnswer[GpuHistory]:
        answer = await self._indexer.gpu_days(conditions)
        days: GpuHistory | Unchanged = UNCHANGED
        if not isinstance(answer.value, Unchanged):
            days = await asyncio.to_thread(GpuHistory.of_days, answer.value)
        return SourceAnswer(days, answer.read_at, answer.lifetime, answer.conditions)

    def _note_prices(self, prices: list[MarketPrice]) -> None:
        if self._disk is not None:
            self._history = price_history.note(self._disk, prices, self.session.clock.now())

    async def _direct_sheets(self) -> list[ProviderSheet]:
        return await provider_survey.read_sheets(self.session)

    async def _direct_gpus(self) -> list[MarketPrice]:
        """Of the providers, asked once for all figures that are added up from them."""
        return provider_survey.gpus_of((await self.providers.get()).value, self.session.clock.now())

    async def _direct_capacity(self) -> Capacity:
        return provider_survey.capacity_of((await self.providers.get()).value, self.session.clock.now())
