"""The question for the path of an SDL file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.ui.deploy.sdl_files import path_fault
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def ask_sdl_path(session_app: SessionApp) -> Path | None:
    """The absolute path of a file that can be read; None if the person gave up."""
    body = [LabelledLine("", "Path of the file; ~ is your home folder.")]
    answer = await session_app.push_screen_wait(TextInputDialog("Which SDL file?", body, check=path_fault))
    if not isinstance(answer, str):
        return None
    return await asyncio.to_thread(lambda: Path(answer.strip()).expanduser().resolve())
