"""The glossary: every word of the program, searched as it is typed, with its whole meaning below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from akash_tui.domain.glossary import GlossaryEntry, parse_glossary, search_glossary
from akash_tui.services.storage.files import packaged, read_user_text
from akash_tui.ui.dialogs.dialog_box import DialogBox, place_hints
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import toned

LARGEST = 1_000_000
"""Bytes; the file that comes with the program is far smaller."""


@lru_cache(maxsize=1)
def glossary() -> tuple[GlossaryEntry, ...]:
    """All entries, read once. Raises `BadFile` if the file that comes with the program cannot be read."""
    return parse_glossary(read_user_text(packaged("GLOSSARY.md"), "the glossary", LARGEST))


def word_columns(width: int) -> list[Column[GlossaryEntry]]:
    """A word of at most `width` columns, and what it means in short."""
    return [
        Column("name", "", width, lambda entry: (", ".join(entry.names), "strong")),
        Column("short", "", 20, lambda entry: (entry.short, "muted"), grow=140),
    ]


class GlossaryScreen(DialogBox[None]):
    """All words; opens with the cursor on `word`, if that is one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,W", "leave", "close", show=False),
        Binding("slash", "search", "search", show=False),
        Binding("down", "list", "list", show=False),
    ]
    DEFAULT_CSS = """
    GlossaryScreen > .box { width: 110; height: 100%; padding: 0 2; }
    GlossaryScreen #search { margin: 0 0 1 0; }
    GlossaryScreen #words { height: 1fr; }
    GlossaryScreen #meaning-pane { height: 8; margin-top: 1; }
    """

    def __init__(self, word: str = "") -> None:
        super().__init__("Glossary")
        self._word = word

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Input(placeholder="/ searches words and meanings", id="search")
            yield LiveTable[GlossaryEntry](
                word_columns(22), header=False, empty="No word is like this.\nesc shows all", id="words"
            )
            with VerticalScroll(id="meaning-pane", can_focus=False):
                yield LabelledLines(0, id="meaning")

    def on_mount(self) -> None:
        self.words.show(glossary())
        self.words.move_to_id(self._word)
        self.words.focus()

    @property
    def words(self) -> LiveTable[GlossaryEntry]:
        return self.query_one("#words", LiveTable)

    def key_hints(self) -> Sequence[KeyHint]:
        if self.words.has_focus:
            return [KeyHint("slash", "search"), KeyHint("down", "next word"), KeyHint("escape", "close")]
        escape = "show all" if self.query_one("#search", Input).value else "close"
        return [KeyHint("enter", "to the list"), KeyHint("escape", escape), *place_hints("field")[3:]]

    @on(LiveTable.Highlighted)
    def _highlighted(self) -> None:
        entry = self.words.cursor_row
        lines: list[LabelledLine | Content] = []
        if entry is not None:
            source = "a word of ours" if entry.source == "ours" else f"source: {entry.source}"
            lines = [
                toned(", ".join(entry.names), "accent"),
                LabelledLine("", entry.meaning),
                BLANK,
                LabelledLine("", f"{entry.part} · {source}", "muted"),
            ]
        self.query_one("#meaning", LabelledLines).show(lines)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self.words.show(search_glossary(glossary(), event.value))
        self.words.move_to(0)
        self._highlighted()
        self.show_keys()

    @on(Input.Submitted, "#search")
    def action_list(self) -> None:
        """From the search to the list."""
        self.words.focus()

    def action_search(self) -> None:
        self.query_one("#search", Input).focus()

    def action_leave(self) -> None:
        search = self.query_one("#search", Input)
        if search.value:
            search.clear()
            self.words.focus()
        else:
            self.dismiss(None)
