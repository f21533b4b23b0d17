"""SDL files: the path of one to load, its text, and an SDL saved as a preset."""

from __future__ import annotations

import asyncio
import shlex
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from akash_tui.domain.text import clean
from akash_tui.services.storage.files import read_user_text
from akash_tui.ui.dialogs.questions import ask_text, says_yes
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

MAX_FILE = 1_000_000
"""Bytes; an SDL larger than this is not an SDL."""


class PathFault(ValueError):
    """Text that is no path of a file on this machine, with what to do."""


def typed_path(text: str) -> Path:
    """The path in a line of text: as typed, or as terminals insert a dropped file (in quotes, with backslashes, or as a
    `file://` address). A file whose name really has such signs comes first. Raises `PathFault`, also for the address
    of another machine."""
    text = text.strip()
    path = Path(text).expanduser()
    if _is_file(path):
        return path
    address = text.strip("'\"")
    scheme, found, rest = address.partition("://")
    if address.lower().startswith("file:/"):
        host, _, name = rest.partition("/") if found else ("", "", address[len("file:/") :])
        if host.lower() not in ("", "localhost", socket.gethostname().lower()):
            raise PathFault(f"That file is on {clean(host, 60)}: copy it to this machine first.")
        return Path("/" + unquote(name))
    if found and scheme.isalnum():
        raise PathFault("An address is not read: download the file, then give its path.")
    try:
        words = shlex.split(text)
    except ValueError:  # a quote or a backslash at the end: part of the name
        return path
    if len(words) > 1 and all(_is_file(Path(word).expanduser()) for word in words):
        raise PathFault("These are several files: give the path of one.")
    return Path(words[0]).expanduser() if len(words) == 1 else path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with a null byte
        return False


def path_fault(text: str) -> str | None:
    """Why this path cannot be loaded as a file; None if it can."""
    if not text.strip():
        return "Type the path of a file."
    try:
        path = typed_path(text)
        if path.is_dir():
            return "That is a folder: name a file in it."
        if path.is_file():
            return None
        return (
            "There is no such file." if path.parent.is_dir() else f"There is no folder {clean(str(path.parent), 60)}."
        )
    except PathFault as fault:
        return str(fault)
    except (OSError, ValueError, RuntimeError):  # a null byte; a home folder of nobody
        return "That is not a path."


def read_file(path: Path) -> str:
    """The text of an SDL file. Raises `BadInput`."""
    return read_user_text(path, "an SDL file", MAX_FILE, utf16=True)


async def ask_sdl_path(session_app: SessionApp) -> Path | None:
    """The absolute path of a file that can be read; None if the person gave up."""
    body = [LabelledLine("", "Path of the file; ~ is your home folder.")]
    answer = await ask_text(session_app, "Which SDL file?", body, check=path_fault)
    if answer is None:
        return None
    return await asyncio.to_thread(lambda: typed_path(answer).resolve())


async def save_preset(session_app: SessionApp, text: str, name: str) -> str | None:
    """Save an SDL as an own preset, under a name that is asked for; returns it, None if nothing was saved."""
    presets = session_app.program.presets
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
