"""What the pages of one GPU model and of one provider show.

A model: variants, days, the providers that have it. A provider: what the indexer or the chain says, its own status
page now, our leases there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.market.daily_series import MONTH_DAYS, Range
from akash_tui.domain.market.gpu_rows import GpuRow, OwnLease
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.market.supply import FigureSource, GpuDay, GpuStock, ProviderSheet
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.services.market import provider_survey
from akash_tui.services.market.figure import MarketFigure
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.price_history import DailyPrice
from akash_tui.services.market.provider_survey import sum_if_all_known
from akash_tui.services.ports import AkashError, BadInput, Unreachable

MOST_ASKED = 24
"""Providers with several models that are asked, one by one, how many of this one they have."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A provider that has the model: how many of it, and our own leases there."""

    sheet: ProviderSheet
    free: int | None
    total: int | None
    leases: tuple[OwnLease, ...]


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One model by name, of one vendor or of all."""

    name: str
    answer: CachedValue[list[GpuRow]]
    """Its variants, with when they were read."""
    days: tuple[GpuDay, ...]
    """Oldest first; empty if unknown."""
    readings: dict[str, list[DailyPrice]]
    """Prices as they were read here, by variant."""
    holders: tuple[Holder, ...]
    """Those that answer first, then by free GPUs."""
    asked: CachedValue[list[ProviderSheet]] | None
    """The providers it was taken from; None if unknown."""

    @property
    def rows(self) -> list[GpuRow]:
        return self.answer.value


async def read_model(market: Market, name: str, vendor: str | None = None) -> ModelPage:
    """Read it all side by side. `BadInput` if nobody on the market has such a model."""
    wanted = name.casefold()
    await asyncio.gather(_quiet(market.providers.get()), _quiet(market.days.get()))
    answer = await market.rows()
    rows = [row for row in answer.value if row.gpu.model == wanted and vendor in (None, row.gpu.vendor)]
    if not rows:
        raise unknown_model(name, answer.value)
    mine, having = await market.leases(), _having(market, wanted, vendor)
    mixed = [sheet.owner for sheet in having if len({gpu.model for gpu in sheet.profile.gpus}) > 1][:MOST_ASKED]
    counts = dict(zip(mixed, await asyncio.gather(*(_stock(market, owner) for owner in mixed)), strict=True))
    return replace(
        _page(market, replace(answer, value=rows), wanted, vendor),
        readings={row.id: await market.readings(row.gpu) for row in rows},
        holders=tuple(_holders(having, counts, wanted, vendor, mine)),
    )


async def known_model(market: Market, name: str, vendor: str | None = None) -> ModelPage | None:
    """What is cached of it, also on the disk, without a request. None if that is nothing."""
    figures: tuple[MarketFigure[Any], ...] = (market.gpus, market.providers, market.days)
    for figure in figures:
        await figure.last()
    page = seen_model(market, name, vendor)
    return page and replace(page, readings={row.id: await market.readings(row.gpu) for row in page.rows})


def seen_model(market: Market, name: str, vendor: str | None = None) -> ModelPage | None:
    """The same of what is in memory, at once; without the prices read here."""
    answer, wanted = market.gpus.cached, name.casefold()
    if answer is None:
        return None
    rows = [r for r in market.table(answer.value) if r.gpu.model == wanted and vendor in (None, r.gpu.vendor)]
    if not rows:
        return None
    page = _page(market, CachedValue(rows, answer.read_at, answer.old, answer.fault), wanted, vendor)
    return replace(page, holders=tuple(_holders(_having(market, wanted, vendor), {}, wanted, vendor, ())))


def _page(market: Market, answer: CachedValue[list[GpuRow]], name: str, vendor: str | None) -> ModelPage:
    days = market.days.cached
    past = days.value.named(name) if days is not None else []
    return ModelPage(
        name=name,
        answer=answer,
        days=tuple(day for day in past if vendor in (None, day.vendor)),
        readings={},
        holders=(),
        asked=market.providers.cached,
    )


def _having(market: Market, name: str, vendor: str | None) -> list[ProviderSheet]:
    sheets = market.providers.cached
    return [sheet for sheet in (sheets.value if sheets is not None else ()) if _has(sheet, name, vendor)]


def unknown_model(name: str, rows: Sequence[GpuRow]) -> BadInput:
    """The error for it, with the names that there are."""
    names = ", ".join(dict.fromkeys(row.gpu.model for row in rows))
    return BadInput(
        f"Nobody on the market has {name!r}.", f"Models: {names}." if names else "Run: akash-tui market gpus."
    )


def within(days: Sequence[GpuDay], span: Range) -> list[GpuDay]:
    """The days of a range, oldest first."""
    found = list(days)
    if span is Range.ALL or not found:
        return found
    return [d for d in found if d.day > found[-1].day - timedelta(days=MONTH_DAYS)]


def _has(sheet: ProviderSheet, name: str, vendor: str | None) -> bool:
    return any(gpu.model == name and vendor in (None, gpu.vendor) for gpu in sheet.profile.gpus)


def _holders(
    sheets: Sequence[ProviderSheet],
    counts: Mapping[str, list[GpuStock] | None],
    name: str,
    vendor: str | None,
    mine: Iterable[OwnLease],
) -> list[Holder]:
    mine = list(mine)
    found = []
    for sheet in sheets:
        free, total = _count(sheet, counts.get(sheet.owner), name, vendor)
        leases = tuple(lease for lease in mine if lease.provider == sheet.owner)
        found.append(Holder(sheet, free, total, leases))
    return sorted(found, key=lambda h: (h.sheet.profile.online is False, h.free is None, -(h.free or 0), h.sheet.owner))


def _count(
    sheet: ProviderSheet, stock: list[GpuStock] | None, name: str, vendor: str | None
) -> tuple[int | None, int | None]:
    """Free and in all of this model: all its GPUs where it has no other, else what the indexer counts of the model."""
    if len({gpu.model for gpu in sheet.profile.gpus}) == 1:
        known = sheet.source is not FigureSource.CHAIN
        return (sheet.resources.gpu.available, sheet.resources.gpu.total) if known else (None, None)
    rows = [s for s in stock or () if s.gpu.model == name and vendor in (None, s.gpu.vendor)]
    if not rows:
        return None, None
    return sum_if_all_known([row.free for row in rows]), sum_if_all_known([row.total for row in rows])


async def _stock(market: Market, owner: str) -> list[GpuStock] | None:
    try:
        return await market.stock(owner)
    except AkashError:
        return None


async def _quiet(read: Awaitable[object]) -> None:
    """What cannot be read is shown as unknown on the page."""
    try:
        await read
    except Unreachable:
        return


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """One provider. `sheet` is the indexer's, else made of the chain's record and the status page."""

    sheet: ProviderSheet
    reach: Reach | None
    audits: tuple[Audit, ...]
    leases: tuple[OwnLease, ...]
    fault: AkashError | None = None
    """Why the indexer does not answer about it now; `sheet` may be its answer of before."""
    stock: tuple[GpuStock, ...] = ()
    """Its GPUs by model, as the indexer counts them; empty where it does not."""


async def read_provider(market: Market, owner: str) -> ProviderPage:
    """Everything of one provider, asked now and side by side. `BadInput` if the chain does not know it."""
    session, chain = market.session, market.session.chain
    record = await chain.provider(owner)
    if record is None:
        raise BadInput(
            "The chain knows no provider of this address.", "akash-tui market providers lists those there are."
        )

    async def indexed() -> tuple[ProviderSheet | None, AkashError | None]:
        try:
            answer = await market.sheet(owner)
        except AkashError as fault:
            return None, fault
        return (answer.value, answer.fault) if answer is not None else (None, None)

    async def audited() -> tuple[Audit, ...]:
        try:
            return tuple(await chain.audits(owner))
        except AkashError:
            return ()

    async def counted() -> tuple[GpuStock, ...]:
        try:
            return tuple(await market.stock(owner))
        except AkashError:
            return ()

    asked = provider_survey.ask_all(session.gateway, [record], session.clock)
    (sheet, fault), reached, audits, stock = await asyncio.gather(indexed(), asked, audited(), counted())
    reach = reached.get(owner)
    leases = tuple(lease for lease in await market.leases() if lease.provider == owner)
    return ProviderPage(
        sheet=sheet or provider_survey.signed(provider_survey.sheet_of(record, reach, session.clock.now()), audits),
        reach=reach,
        audits=audits,
        leases=leases,
        fault=fault,
        stock=stock,
    )
