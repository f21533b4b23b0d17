"""An SDL that is given to the editor, and what becomes of it; its draft, if it has one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from akash_tui.domain.text import local_time
from akash_tui.services.drafts import Drafts, DraftWriter

if TYPE_CHECKING:
    from akash_tui.ui.session.error_handling import ErrorHandlingApp


@dataclass(frozen=True, slots=True)
class EditedSdl:
    """What the editor works on."""

    name: str
    """As a person calls it; cleaned."""
    file: str
    """The file's name in problems."""
    source: str
    """What its draft is a draft of, see `services.drafts`."""
    saved: str
    """The text as the source has it: whatever differs from it is unsaved."""
    text: str
    done: Callable[[str], None]
    """Gets the text when the editor is left, if it differs from `text`."""
    renamed: Callable[[str, str, str], None] | None = None
    """Called after the text was saved, with its name, source and text; None if nobody needs to know."""


async def with_draft(app: ErrorHandlingApp, source: str, saved: str) -> str:
    """The draft of a source instead of its text, if there is one, with a word about it; else the text."""
    found = await asyncio.to_thread(Drafts(app.program.home).find, source)
    if found is None or found.text == saved:
        return saved
    app.status.say(f"Your unsaved draft of {local_time(found.at)} is here; e and then ctrl+r goes back.", "warn", 20)
    return found.text


async def keep_draft(app: ErrorHandlingApp, source: str, text: str, saved: str) -> None:
    """Write what was changed elsewhere than in the editor as the draft of its source; what equals it needs none."""
    async with app.guard("saving a draft", loud=False):
        writer = DraftWriter(Drafts(app.program.home), source, saved)
        await asyncio.to_thread(writer.write, 0, text, datetime.now(UTC))
