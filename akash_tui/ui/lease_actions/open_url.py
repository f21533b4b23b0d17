"""An address opened in the person's browser; where there is none it is copied, and that is said."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import webbrowser
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from akash_tui.ui.dialogs.choice_dialog import choose_one

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

IN_TERMINAL = {"www-browser", "links", "links2", "elinks", "lynx", "w3m", "browsh", "carbonyl", "edbrowse"}
"""Browsers that would draw over the app."""


def open_one_of(session_app: SessionApp, links: Sequence[tuple[str, str]]) -> None:
    """Open one of (what it is, URL); which one is asked where there are several."""
    session_app.background(_open(session_app, links), "browser")


async def _open(session_app: SessionApp, links: Sequence[tuple[str, str]]) -> None:
    picked = await choose_one(session_app, "Open in the browser", links)
    if picked is None:
        return
    _, url = links[picked]
    async with session_app.guard("opening a browser"):
        if await asyncio.to_thread(show, url):
            session_app.status.say(f"Opened {url} in your browser.", "good")
        else:
            session_app.copy_to_clipboard(url)
            session_app.status.say(f"No browser was found here; copied {url} (if your terminal allows it).", "warn", 20)


def show(url: str) -> bool:
    """Hand a checked URL to a browser with a window of its own; False if there is none. May wait some seconds."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(found) is webbrowser.GenericBrowser:  # it would run in this terminal, or is a helper named by BROWSER
        return _apart(found, url)
    return found.open(url, new=2)


def _apart(found: webbrowser.GenericBrowser, url: str) -> bool:
    """Start it without this terminal; text browsers are refused, for they need one."""
    program = shutil.which(found.name)
    if program is None or PurePath(program).name in IN_TERMINAL:
        return False
    words = [word.replace("%s", url) for word in found.args]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen([program, *words], start_new_session=True, env=dict(os.environ), **quiet)  # type: ignore[call-overload]
    return True
