"""What to change where nobody bids on an order: by the providers that are known, and by what was seen of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.services.market.silent_providers import silence_of
from akash_tui.services.market.who_could_bid import of_session
from akash_tui.services.ports import AkashError

if TYPE_CHECKING:
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session


def change_advice(groups: Iterable[GroupSpec]) -> str:
    """What else to change in an SDL on which nobody bids."""
    if any(group.gpu_models for group in groups):
        return "Allow more GPU models or a higher price"
    return "Allow a higher price, or ask for less CPU, memory or storage"


async def advice_for(session: Session, run: DeploymentRun) -> str:
    """Why nobody has bid on the groups of a run that have no bid, and the change of the SDL that adds most; in general
    words where no provider can be read."""
    groups = [spec for gseq, spec in run.groups.items() if not run.book.count(gseq)] or list(run.groups.values())
    try:
        page = await silence_of(of_session(session), run, groups)
    except AkashError:  # nothing is known then
        return f"{change_advice(groups)}, and deploy again."
    best = page.best
    if best is not None and not best.drawback:
        return f"{page.sentence} {best.words[:1].upper()}{best.words[1:]} ({best.gain}), and deploy again."
    if page.answer.screening.fits:
        return f"{page.sentence} {change_advice(groups)}, and deploy again."
    return f"{page.sentence} Change that in the SDL, and deploy again."
