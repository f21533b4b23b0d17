"""The market without an indexer: the chain's list of providers, and each provider's own status page.

Less than an indexer knows (no prices, no uptime), but first-hand. Each provider is asked once, a few at
a time, and none for long; who has not answered by the end is "unknown", never "offline".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.market.observations import MarketPrice, Reach
from akash_tui.domain.market.supply import (
    UNKNOWN,
    Amounts,
    Capacity,
    FigureSource,
    ProviderSheet,
    SignedAttribute,
    SupplyResources,
)
from akash_tui.services.core.concurrency import for_a_while
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Clock, Gateway

AT_ONCE = 4
"""Half of what the gateway allows at once: the providers of bids are asked first."""
ONE_SECONDS = 5.0
"""How long one provider may take."""
ALL_SECONDS = 30.0
"""How long all of them together may take."""


async def ask_all(gateway: Gateway, providers: Sequence[Provider], clock: Clock) -> dict[str, Reach]:
    """The status of each that answered, or failed to, in time; by address."""
    found: dict[str, Reach] = {}

    async def one(provider: Provider) -> None:
        try:
            async with asyncio.timeout(ONE_SECONDS):
                found[provider.owner] = await gateway.probe(provider)
        except TimeoutError:
            found[provider.owner] = Reach(False, None, clock.now(), f"no answer within {ONE_SECONDS:g} s")

    await for_a_while((partial(one, provider) for provider in providers), at_once=AT_ONCE, seconds=ALL_SECONDS)
    return found


async def read_sheets(session: Session) -> list[ProviderSheet]:
    """Every provider on the chain with what it says of itself. Raises what the chain raises."""
    providers = await session.chain.providers()
    reached = await ask_all(session.gateway, providers, session.clock)
    return [sheet_of(provider, reached.get(provider.owner), session.clock.now()) for provider in providers]


def sheet_of(provider: Provider, reach: Reach | None, now: datetime) -> ProviderSheet:
    """A provider by its chain record and its status page, if that was asked for."""
    stock = reach.resources if reach is not None else None
    return ProviderSheet(
        profile=ProviderProfile(
            owner=provider.owner,
            name=None,
            host_uri=provider.host_uri,
            online=None if reach is None else reach.ok,
            audited=None,
            uptime_1d=None,
            uptime_7d=None,
            uptime_30d=None,
            region=provider.region,
            country=provider.attribute("country"),
            organization=provider.organization,
            version=None,
            leases=None,
            gpus=provider.gpus,
            auditors=(),
            read_at=now,
        ),
        resources=stock or SupplyResources(),
        attributes=tuple(SignedAttribute(a.key, a.value, ()) for a in provider.attributes),
        checks=(),
        source=FigureSource.PROVIDERS if stock is not None else FigureSource.CHAIN,
        read_at=reach.at if reach is not None else now,
        city=provider.attribute("city"),
        window_s=reach.window_s if reach is not None else None,
    )


def signed(sheet: ProviderSheet, audits: Sequence[Audit]) -> ProviderSheet:
    """The same with who has signed each attribute, as the chain has it."""
    by = [(audit.auditor, {(each.key, each.value) for each in audit.attributes}) for audit in audits]
    attributes = tuple(
        replace(a, auditors=tuple(auditor for auditor, has in by if (a.key, a.value) in has)) for a in sheet.attributes
    )
    return replace(sheet, attributes=attributes)


def capacity_of(sheets: Sequence[ProviderSheet], now: datetime) -> Capacity:
    """What the providers that answered have, added up."""
    answered = [sheet for sheet in sheets if sheet.source is FigureSource.PROVIDERS]

    def part(read: Callable[[SupplyResources], Amounts]) -> Amounts:
        each = [read(sheet.resources) for sheet in answered]
        names = ("active", "pending", "available", "total")
        return Amounts(*(sum_if_all_known([getattr(one, name) for one in each]) for name in names))

    return Capacity(
        providers=len(answered),
        resources=SupplyResources(
            part(lambda r: r.cpu), part(lambda r: r.gpu), part(lambda r: r.memory), part(lambda r: r.storage)
        )
        if answered
        else SupplyResources(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        source=FigureSource.PROVIDERS,
        read_at=now,
        asked=len(sheets),
    )


def gpus_of(sheets: Sequence[ProviderSheet], now: datetime) -> list[MarketPrice]:
    """The models that providers say they have. Counts only where every provider of a model has no other model:
    a status page counts GPUs, it does not name them. Prices are not known without an indexer."""
    owners: dict[GpuModel, list[ProviderSheet]] = {}
    for sheet in sheets:
        for gpu in sheet.profile.gpus:
            owners.setdefault(gpu, []).append(sheet)
    rows = []
    for gpu, those in owners.items():
        sure = all(len(sheet.profile.gpus) == 1 and sheet.source is FigureSource.PROVIDERS for sheet in those)
        free = sum_if_all_known([s.resources.gpu.available for s in those]) if sure else None
        rows.append(
            MarketPrice(
                gpu=gpu,
                minimum=None,
                median=None,
                maximum=None,
                free=free,
                total=sum_if_all_known([s.resources.gpu.total for s in those]) if sure else None,
                read_at=now,
                providers=len(those),
                providers_free=sum(1 for s in those if s.resources.gpu.available) if sure else None,
                source=FigureSource.PROVIDERS if sure else FigureSource.CHAIN,
            )
        )
    return rows


def sum_if_all_known(values: Sequence[int | None]) -> int | None:
    """Of all of them; None if one is unknown, for a part of a sum would look like the whole."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) and values else None
