"""Who could bid on the draft of the Deploy screen; the change that is chosen is made in its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME
from akash_tui.services.market.silent_providers import WhoPage, who_page
from akash_tui.services.market.who_could_bid import window_of
from akash_tui.ui.dialogs.who_could_bid import WhoDialog

if TYPE_CHECKING:
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp


async def who_on_deploy(app: SessionApp, draft: Draft, changed: Callable[[], None]) -> None:
    """Show it; on return the draft has the change, if one was chosen and can be made without a person."""
    run_manager, who = app.run_manager, app.who_could_bid
    block_time = (run_manager.block_time if run_manager is not None else None) or ASSUMED_BLOCK_TIME

    async def load() -> WhoPage:
        compiled = draft.compiled
        return await who_page(who, compiled.groups, window_s=window_of(compiled), block_time=block_time)

    chosen = await app.push_screen_wait(WhoDialog(draft.name, load, action="make this change"))
    if chosen is None:
        return
    try:
        text = draft.reader.with_change(draft.text, chosen.change, block_time)
    except ValueError as error:
        app.status.say(f"{error} e edits the SDL here.", "warn", 20)
        return
    draft.replace(text)
    changed()
    app.status.say(
        f"✓ {chosen.words[:1].upper()}{chosen.words[1:]}: {chosen.gain}. w shows who could bid now.", "good", 20
    )
