"""The path of an SDL file to load, and the name of a preset to save."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.ui.deploy.sdl_files import path_fault
from akash_tui.ui.dialogs.questions import ask_text, says_yes
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def ask_sdl_path(session_app: SessionApp) -> Path | None:
    """The absolute path of a file that can be read; None if the person gave up."""
    body = [LabelledLine("", "Path of the file; ~ is your home folder.")]
    answer = await ask_text(session_app, "Which SDL file?", body, check=path_fault)
    if answer is None:
        return None
    return await asyncio.to_thread(lambda: Path(answer.strip()).expanduser().resolve())


async def save_preset(session_app: SessionApp, text: str, name: str) -> str | None:
    """Save an SDL as an own preset, under a name that is asked for; returns it, None if nothing was saved."""
    presets = session_app.entry.presets
    body = [LabelledLine("", "Name of the preset:")]
    answer = await ask_text(session_app, "Save as your own preset", body, value=name, check=_no_name)
    if answer is None:
        return None
    name = answer.strip()
    async with session_app.guard("saving a preset"):
        taken = any(p.own and p.name == name for p in presets.list())
        body = [LabelledLine("", f"A preset named {name} exists already.")]
        if taken and not await says_yes(session_app, "Replace?", body, "Replace it", "Keep the old one"):
            return None
        await asyncio.to_thread(presets.save, name, text, replace=taken)
        return name
    return None


def _no_name(text: str) -> str | None:
    return None if text.strip() else "Type a name."
