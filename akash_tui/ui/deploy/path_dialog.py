"""The path of an SDL file, typed with the help of what is there: tab completes, the files stand below."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from akash_tui.domain.text import clean, plural
from akash_tui.ui.deploy.sdl_files import path_fault, typed_path
from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Cell, Column, LiveTable

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

SUFFIXES = (".yaml", ".yml")
MOST = 500
"""Entries of a folder that are looked at; more are none that a person looks through."""


@dataclass(frozen=True, slots=True)
class PathEntry:
    """A folder or an SDL file that what is typed may become."""

    id: str
    """The text that names it, as typed so far."""
    name: str
    folder: bool


def entries(typed: str) -> list[PathEntry]:
    """What the folder of the typed path has that begins so: folders, then files of SDLs. Reads the disk."""
    folder, name = os.path.split(typed)
    if typed[:1] in ("'", '"') or typed.startswith("file:"):  # as a terminal inserts a file that is dropped
        return [PathEntry(typed, typed_path(typed).name, False)] if path_fault(typed) is None else []
    try:
        with os.scandir(Path(folder or ".").expanduser()) as found:
            listed = [one for one, _ in zip(found, range(MOST), strict=False)]
        here = [(one.name, one.is_dir()) for one in listed if one.name.startswith(name) and one.name.isprintable()]
    except (OSError, ValueError, RuntimeError):  # no such folder, a null byte, a home folder of nobody
        return []
    shown = [(each, is_folder) for each, is_folder in here if is_folder or each.lower().endswith(SUFFIXES)]
    shown = [(each, is_folder) for each, is_folder in shown if name.startswith(".") or not each.startswith(".")]
    shown.sort(key=lambda one: (not one[1], one[0].lower()))
    return [PathEntry(os.path.join(folder, each) + "/" * is_folder, each, is_folder) for each, is_folder in shown]


def completed(typed: str, found: Sequence[PathEntry]) -> str:
    """What all entries have in common, at least what is typed."""
    ids = [one.id for one in found]
    first, last = min(ids, default=typed), max(ids, default=typed)  # what these two share, all between them do
    length = next((at for at, sign in enumerate(first) if last[at : at + 1] != sign), len(first))
    return first[:length] if first[:length].startswith(typed) else typed


def _name(entry: PathEntry) -> Cell:
    return (f"{clean(entry.name)}/", "") if entry.folder else (clean(entry.name), "strong")


class PathDialog(InputDialog[str | None]):
    """One path; returns its text, None for esc."""

    DEFAULT_CSS = """
    PathDialog #entries { height: auto; max-height: 10; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False, priority=True),
        Binding("down", "below", show=False),
    ]

    def __init__(self, start: str = "") -> None:
        super().__init__("Which SDL file?", [LabelledLine("", "Path of the file, or drop it here; ~ is your home.")])
        self._start = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            yield Input(self._start, id="text")
            yield LabelledLines(2, id="wrong")
            yield LiveTable[PathEntry](
                [Column("name", "", 20, _name, grow=60)],
                header=False,
                empty="No SDL file here.",
                id="entries",
            )
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query_one("#text").focus()
        self._look()

    def key_hints(self) -> Sequence[KeyHint]:
        if isinstance(self.focused, Input):
            keys = [KeyHint("enter", "load"), KeyHint("tab", "complete"), KeyHint("down", "choose below")]
            return [*keys, KeyHint("escape", "cancel")]
        if isinstance(self.focused, LiveTable):
            return [KeyHint("enter", "take it"), KeyHint("tab", "next"), KeyHint("escape", "cancel")]
        return [KeyHint("enter", "press the button"), KeyHint("tab", "next"), KeyHint("escape", "cancel")]

    @on(Input.Changed, "#text")
    def _look(self) -> None:
        self.run_worker(self._list(self.query_one("#text", Input).value), group="entries", exclusive=True)

    async def _list(self, typed: str) -> None:
        found = await asyncio.to_thread(entries, typed)
        table = self.query_one("#entries", LiveTable)
        table.styles.height = min(10, max(1, len(found)))
        table.show(found)

    def action_complete(self) -> None:
        field, found = self.query_one("#text", Input), self.query_one("#entries", LiveTable).rows
        if self.focused is not field:
            self.focus_next()
            return
        text = completed(field.value, found)
        if text != field.value:
            field.value = text
            field.cursor_position = len(text)
        elif len(found) > 1:
            self._say(f"{plural(len(found), 'name')} begin like this: ↓ chooses one.", "muted")
        else:
            self.focus_next()

    def action_below(self) -> None:
        table = self.query_one("#entries", LiveTable)
        if self.focused is self.query_one("#text") and table.rows:
            table.focus()

    @on(LiveTable.Opened)
    def _taken(self, event: LiveTable.Opened) -> None:
        field = self.query_one("#text", Input)
        field.value = event.row_id
        field.cursor_position = len(field.value)
        field.focus()
        if not event.row_id.endswith("/"):
            self.submit()

    def _say(self, text: str, tone: str) -> None:
        self.query_one("#wrong", LabelledLines).show([LabelledLine("", text, "bad" if tone == "bad" else "muted")])

    def submit(self) -> None:
        text = self.query_one("#text", Input).value
        wrong = path_fault(text)
        if wrong is not None:
            self._say(wrong, "bad")
            return
        self.clear_fields()
        self.dismiss(text)


async def ask_sdl_path(app: SessionApp) -> Path | None:
    """The absolute path of a file that can be read; None if the person gave up."""
    answer = await app.push_screen_wait(PathDialog())
    return None if answer is None else await asyncio.to_thread(lambda: typed_path(answer).resolve())
