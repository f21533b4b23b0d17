"""A deployment is created: quote, dialog, exactly that; then its bids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.services.core.secret_values import filled
from akash_tui.services.ports import AkashError
from akash_tui.services.spending import quoting
from akash_tui.ui.dialogs.quote_sheets import create_sheet

if TYPE_CHECKING:
    from akash_tui.ui.session.draft import DeployForm, Draft
    from akash_tui.ui.session.session_app import SessionApp


async def create(app: SessionApp, draft: Draft, wish: DeployForm) -> None:
    """Ask for bids: quote, confirm, sign; then the bids screen."""
    runs = app.runs
    name, file, avoid = draft.name, draft.file, dict(draft.avoid)
    compiled, sdl = draft.compiled, draft.text
    if has_secrets(sdl):
        ready = await filled(draft.reader, runs.session.secrets, sdl, file, given=draft.secrets)
        compiled, sdl = ready.compiled, ready.sdl
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
