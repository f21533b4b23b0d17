"""Why nobody bids on an order, by the providers that are known."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.unmet import KnownProvider, known_by_record, known_by_sheet, unmet
from akash_tui.services.ports import AkashError

if TYPE_CHECKING:
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session

READ_SECONDS = 10.0
"""How long reading the providers may take; an order without bids has waited already."""


async def known_providers(session: Session) -> list[KnownProvider]:
    """Every provider by the indexer, with who audited it, else by the chain; empty if neither answers in time."""
    answer = session.provider_cache.sheet_answer
    try:
        async with asyncio.timeout(READ_SECONDS):
            if answer is not None:
                with contextlib.suppress(AkashError):  # the chain knows them too
                    return [known_by_sheet(sheet) for sheet in (await answer.get()).value]
            return [known_by_record(provider) for provider in await session.chain.providers()]
    except (AkashError, TimeoutError):  # nothing is known then
        return []


async def why_no_bids(session: Session, groups: Iterable[GroupSpec]) -> list[str]:
    """What the groups require and no known provider has, a sentence each; empty where none of that explains it."""
    return unmet(groups, await known_providers(session))


def change_advice(groups: Iterable[GroupSpec]) -> str:
    """What else to change in an SDL on which nobody bids."""
    if any(group.gpu_models for group in groups):
        return "Allow more GPU models or a higher price"
    return "Allow a higher price, or ask for less CPU, memory or storage"


async def advice_for(session: Session, run: DeploymentRun) -> str:
    """What to change in the SDL of a run without a bid: what no known provider has, or else in general."""
    groups = [spec for gseq, spec in run.groups.items() if not run.book.count(gseq)] or list(run.groups.values())
    reasons = await why_no_bids(session, groups)
    if reasons:
        return f"{' '.join(reasons)} Change that in the SDL, and deploy again."
    return f"{change_advice(groups)}, and deploy again."
