"""Why nobody bids on an order, by the providers that are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.unmet import unmet
from akash_tui.services.market.who_could_bid import of_session
from akash_tui.services.ports import AkashError

if TYPE_CHECKING:
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session


async def known_providers(session: Session) -> Sequence[KnownProvider]:
    """Every provider, as `who_could_bid` reads them; empty if nobody answers in time."""
    try:
        return (await of_session(session).providers()).providers
    except AkashError:  # nothing is known then
        return ()


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
