"""SDL files: the path of one to load, its text, and an SDL saved as a preset."""

from __future__ import annotations

import asyncio
import shlex
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from textual.content import Content

from akash_tui.domain.sdl.edit.text_diff import TextDiff, fingerprint, short_diff
from akash_tui.domain.text import clean
from akash_tui.services.storage.files import read_user_text
from akash_tui.services.storage.presets import SUFFIX, FileAsRead, PresetChanged, name_fault
from akash_tui.ui.dialogs.questions import ask_text, says_yes
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import Tone, toned

if TYPE_CHECKING:
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.session_app import SessionApp

MAX_FILE = 1_000_000
"""Bytes; an SDL larger than this is not an SDL."""
CHANGED_SINCE = "was changed after it was read here: by an editor, or another akash-tui."
LONGEST = 60
"""Signs of a changed line that are shown."""


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


async def save_preset(session_app: SessionApp, text: str, name: str, read: FileAsRead | None = None) -> Preset | None:
    """Save an SDL as an own preset, under a name that is asked for; None if nothing was saved. `read` is the file that
    it came from.

    Over another text only after a question that shows what differs: again, if the file is changed meanwhile.
    """
    body = [LabelledLine("", "Name of the preset:")]
    answer = await ask_text(
        session_app, "Save as your own preset", body, value=name, check=lambda text: name_fault(text.strip())
    )
    if answer is None:
        return None
    async with session_app.guard("saving a preset"):
        return await save_over(session_app, answer.strip(), text, fingerprint(text), read)
    return None


async def save_over(
    session_app: SessionApp, name: str, text: str, over: str, read: FileAsRead | None = None
) -> Preset | None:
    """Save an SDL as this own preset. Where there is another text than the one with the fingerprint `over`, ask first:
    again, if the file is changed meanwhile; None if the person keeps it. Raises `BadInput` or `DiskFault`."""
    while True:
        try:
            return await asyncio.to_thread(session_app.program.presets.save, name, text, over=over)
        except PresetChanged as changed:
            words = f"A preset named {name} exists already."
            if read is not None and read.path.name == f"{name}{SUFFIX}" and read.newer(changed.now):
                words = f"The preset {name} {CHANGED_SINCE}"
            if not await says_replace(session_app, words, changed.now, text):
                return None
            over = fingerprint(changed.now)


async def says_replace(session_app: SessionApp, words: str, now: str, text: str) -> bool:
    """Ask whether what is saved, `now`, is replaced, with what differs from `text`."""
    diff = await asyncio.to_thread(short_diff, now, text)
    body = [toned(words), BLANK, *diff_lines(diff, "the saved one", "yours")]
    return await says_yes(session_app, "Replace?", body, "Replace it", "Keep the old one")


def diff_lines(diff: TextDiff, before: str, after: str) -> list[LabelledLine | Content]:
    """A difference as lines of a dialog; `before` and `after` name the two texts."""
    if diff.removed < 0:
        return [LabelledLine("", "They differ; they are too long to be compared here.", "muted")]
    if not diff.changes:
        return [LabelledLine("", "Only spaces at line ends or the line breaks differ.", "muted")]
    out: list[LabelledLine | Content] = [toned(f"-  only in {before}      +  only in {after}", "muted")]
    for change in diff.changes:
        tone: Tone = "bad" if change.sign == "-" else "good"
        text = change.text.replace("\t", "  ")
        indent = " " * min(20, len(text) - len(text.lstrip(" ")))
        out.append(toned(f"{change.sign} {change.line:>4}  {indent}{clean(text, LONGEST)}", tone))
    if diff.left_out:
        out.append(toned(f"… and {formatting.plural(diff.left_out, 'more changed line')}", "muted"))
    return out
