"""One provider for its page: what the indexer or the chain says, its own status page now, our leases there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.market.gpu_rows import OwnLease
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.market.supply import GpuStock, ProviderSheet
from akash_tui.services.market import provider_survey
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError, BadInput


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
