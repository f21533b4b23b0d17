"""The bid memory on the screen: how much it is, and exporting or forgetting it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from akash_tui.domain.text import plural
from akash_tui.services.memory import export as memory_export
from akash_tui.services.memory.memory_file import MemoryBusy, MemoryOff
from akash_tui.services.memory.thinning import RULE
from akash_tui.services.ports import BadInput
from akash_tui.ui.base.csv_export import export
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.questions import says_yes
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def show_memory(app: SessionApp) -> None:
    """What is remembered of the bids on this network, and what can be done with it."""
    session = app.session
    if session is None:
        return
    async with app.guard("reading the bid memory"):
        found = await asyncio.to_thread(memory_export.size, session.memory)
        decided = len(session.provider_notes.all())
        period = "" if found.oldest is None else f" since {found.oldest.astimezone():%-d %b %Y}"
        lines = [
            LabelledLine(
                "seen",
                f"{plural(found.bids, 'bid')} on {plural(found.orders, 'order')}{period}, "
                f"{plural(found.providers, 'provider')}",
            ),
            LabelledLine("notes", f"{decided} on providers: favourites, blocks, notes"),
            LabelledLine("file", f"{found.path}, {found.bytes / 1_000_000:,.1f} MB"),
            BLANK,
            LabelledLine("", RULE, "muted"),
        ]
        options = [
            ChoiceOption("export", "export CSV", "all bids that are remembered, to a file in your home folder", "e"),
            ChoiceOption("forget", "forget all", "bids, favourites, blocks and notes of this network", "x"),
        ]
        chosen = await app.push_screen_wait(ChoiceDialog("Bid memory", options, lines))
        if chosen == "export":
            export(app, memory_export.MemoryTable(session.memory))
        elif chosen == "forget":
            body = [
                LabelledLine(
                    "",
                    f"{plural(found.bids, 'bid')} and {plural(decided, 'note')} on providers go for good, blocks too.",
                )
            ]
            if await says_yes(app, "Forget all bids and notes of this network?", body, "Forget them"):
                try:
                    bids = await asyncio.to_thread(memory_export.forget, session.memory)
                except (MemoryBusy, MemoryOff):
                    raise BadInput("The bid memory cannot be written now.", "Try again in a moment.") from None
                notes = session.provider_notes.forget()
                app.status.say(f"Forgotten: {plural(bids, 'bid')}, {plural(notes, 'note')}.", "muted")
