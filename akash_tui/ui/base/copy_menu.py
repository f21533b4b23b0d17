"""Copying to the clipboard: a short list of what there is, then the terminal is asked to take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from akash_tui.ui.dialogs.choice_dialog import choose_one

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


def copy_one_of(app: SessionApp, options: Sequence[tuple[str, str]]) -> None:
    """Let the person choose one of (what it is, text) to copy; a single one is copied at once."""
    app.background(_copy(app, options), "copy")


async def _copy(app: SessionApp, options: Sequence[tuple[str, str]]) -> None:
    found = [(what, text) for what, text in options if text]
    if not found:
        app.status.say("There is nothing to copy here yet.", "muted")
        return
    picked = await choose_one(app, "Copy", [(what, on_one_line(text)) for what, text in found])
    if picked is None:
        return
    what, text = found[picked]
    app.copy_to_clipboard(text)
    lines = text.count("\n") + 1
    shown = text if lines == 1 else f"{lines} lines"
    app.status.say(f"Copied {what}: {shown} (if your terminal allows it)", "good")


def on_one_line(text: str) -> str:
    """What the list shows of `text`: without tabs and line ends, which would break the box open."""
    lines = text.strip("\n").count("\n") + 1
    first = " ".join(text.strip("\n").split("\n", 1)[0].split())
    return first if lines == 1 else f"{lines} lines: {first}"
