"""A deployment made and closed: quote, dialog, exactly that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment import close as closing
from akash_tui.services.ports import AkashError
from akash_tui.services.spending import quoting
from akash_tui.ui.dialogs.quote_sheets import close_sheet, create_sheet
from akash_tui.ui.widgets import formatting

if TYPE_CHECKING:
    from akash_tui.ui.session.draft import DeployForm, Draft
    from akash_tui.ui.session.session_app import SessionApp


async def create(app: SessionApp, draft: Draft, wish: DeployForm) -> None:
    """Ask for bids: quote, confirm, sign; then the bids screen."""
    runs = app.runs
    compiled, sdl, name, file, avoid = draft.compiled, draft.text, draft.name, draft.file, dict(draft.avoid)
    quote = await app.confirmed(
        "Ask for bids?",
        lambda: quoting.create_quote(
            runs.session, compiled, sdl, name, file=file, deposit=wish.deposit, hours=wish.hours
        ),
        lambda quote: create_sheet(quote, wish.budget),
        "Checking the SDL and its cost",
        "Nothing was sent.",
    )
    if quote is None:
        return
    app.status.start("money", f"Creating {quote.name or quote.file}: signed, waiting for its block")
    await app.show_bids_screen()
    try:
        await runs.create(quote, wish.budget, avoid, draft.only_at)
    except AkashError as error:
        if error.certain:
            await app.switch_mode("deploy")
        raise


async def close(app: SessionApp, id: DeploymentId, after: Callable[[], None] | None = None) -> None:
    """End a deployment: quote with the refund, confirm (typed while a lease runs), sign."""
    runs = app.runs
    doing, refused = "Reading what comes back", "Nothing was closed."
    quote = await app.confirmed(
        "Close this deployment?", lambda: quoting.close_quote(runs.session, id), close_sheet, doing, refused
    )
    if quote is None:
        return
    app.status.start("money", f"Closing {quote.name or id.dseq}: signed, waiting for its block")
    tracked = runs.tracked_runs.get(id)
    result = await closing.close(runs.session, quote, tracked.run if tracked is not None else None)
    runs.forget(id)
    back = (
        f"{formatting.amount(result.refund)} came back" if result.refund is not None else "the refund is not known yet"
    )
    app.status.say(f"✓ {quote.name or id.dseq} is closed; {back}.", "good", 20)
    if after is not None:
        after()
