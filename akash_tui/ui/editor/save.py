"""Saving what was edited: back to its own preset or file, or under a name that is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.domain.text import clean
from akash_tui.services.drafts import preset_source
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.files import replace_text
from akash_tui.services.storage.presets import FileAsRead
from akash_tui.ui.deploy.sdl_files import CHANGED_SINCE, save_over, save_preset, says_replace

if TYPE_CHECKING:
    from akash_tui.ui.session.edited_sdl import EditedSdl
    from akash_tui.ui.session.session_app import SessionApp


async def save(app: SessionApp, edited: EditedSdl, text: str) -> EditedSdl | None:
    """Write the text where it came from; what came with the program, or from a deployment, is saved as an own preset
    under a name that is asked for. What was changed there meanwhile is replaced only after a question. Returns what is
    edited from now on; None if the person gave up.

    Raises `BadInput` or `DiskFault`.
    """
    kind, _, name = edited.source.partition(" ")
    presets = app.program.presets
    if kind == "file":
        path = Path(name)
        now = await asyncio.to_thread(FileAsRead.of(path, edited.saved).newer_text)
        if now is not None and not await says_replace(app, f"{clean(path.name, 60)} {CHANGED_SINCE}", now, text):
            return None
        try:
            await asyncio.to_thread(replace_text, path, text)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "its encoding has not all of these characters"
            raise BadInput(f"{path.name} cannot be written: {why}.", "The draft keeps the text.") from error
        app.status.say(f"✓ Saved to {path}.", "good")
        return replace(edited, saved=text)
    own = next((each for each in presets.list() if each.own and each.name == name), None)
    if kind == "preset" and own is not None:
        read = FileAsRead.of(own.path, edited.saved)
        if await save_over(app, name, text, read.fingerprint, read) is None:
            return None
        app.status.say(f"✓ Saved as {name}.", "good")
        return replace(edited, saved=text)
    new = await save_preset(app, text, edited.name)
    if new is None:
        return None
    app.status.say(f"✓ Saved as your own preset {new.name}.", "good")
    return replace(edited, name=new.name, source=preset_source(new.name), saved=text)
