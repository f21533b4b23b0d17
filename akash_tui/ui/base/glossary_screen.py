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
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import joined

LARGEST = 1_000_000
"""Bytes; the file that comes with the program is far smaller."""


@lru_cache(maxsize=1)
def glossary() -> tuple[GlossaryEntry, ...]:
    """All entries, read once. Raises `BadFile` if the file that comes with the program cannot be read."""
    return parse_glossary(read_user_text(packaged("GLOSSARY.md"), "the glossary", LARGEST))


def word_columns(width: int, *, all_names: bool) -> list[Column[GlossaryEntry]]:
    """A word of at most `width` columns, alone or with its other names, and what it means in short."""
    return [
        Column("name", "", width, lambda entry: (", ".join(entry.names) if all_names else entry.id, "strong")),
        Column("short", "", 20, lambda entry: (entry.short, "muted"), grow=140),
    ]


class GlossaryScreen(DialogBox[None]):
    """All words; opens with the cursor on `word`, if that is one. Letters search, arrows move through the list."""

    where: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "words('move', 1)", "next word", show=False, priority=True),
        Binding("up", "words('move', -1)", "word before", show=False, priority=True),
        Binding("pagedown", "words('page', 1)", "next page", show=False, priority=True),
        Binding("pageup", "words('page', -1)", "page before", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    GlossaryScreen > .box { width: 110; height: 100%; padding: 0 2; }
    GlossaryScreen #words { height: 1fr; }
    GlossaryScreen #meaning-pane { height: 9; border-top: solid $border-blurred; }
    """

    def __init__(self, word: str = "") -> None:
        super().__init__("Glossary")
        self._word = word

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Input(placeholder="type to search words and meanings", id="search")
            yield LiveTable[GlossaryEntry](
                word_columns(22, all_names=True), header=False, empty="No word matches.\nesc shows all", id="words"
            )
            with VerticalScroll(id="meaning-pane", can_focus=False):
                yield LabelledLines(0, id="meaning")

    def on_mount(self) -> None:
        self.words.can_focus = False
        self.words.show(glossary())
        self.words.move_to_id(self._word)

    @property
    def words(self) -> LiveTable[GlossaryEntry]:
        return self.query_one("#words", LiveTable)

    def key_hints(self) -> Sequence[KeyHint]:
        searched = self.query_one("#search", Input).value
        hints = [KeyHint("down", "next word"), KeyHint("up", "word before"), KeyHint("pagedown", "next page")]
        return [KeyHint("escape", "show all" if searched else "close"), *hints, KeyHint("ctrl+u", "clear")]

    @on(LiveTable.Highlighted)
    def _highlighted(self) -> None:
        entry = self.words.cursor_row
        lines: list[LabelledLine | Content] = []
        if entry is not None:
            source = "a word of this program" if entry.source == "ours" else f"a word of {entry.source}"
            lines = [
                joined((", ".join(entry.names), "accent"), (f"   {entry.part} · {source}", "muted")),
                LabelledLine("", entry.meaning),
            ]
        self.query_one("#meaning", LabelledLines).show(lines)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self.words.show(search_glossary(glossary(), event.value))
        self.words.move_to_id(self._word) if not event.value else self.words.move_to(0)
        self._highlighted()
        self.show_keys()

    @on(Input.Submitted, "#search")
    def _entered(self) -> None:
        self.words.action_move(1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """False for moves in the list before it is there: keys may come in one piece with the one that opens this."""
        return self.is_mounted if action == "words" else super().check_action(action, parameters)

    def action_words(self, how: str, step: int) -> None:
        """Move through the list while the search has the focus."""
        self.words.action_page(step) if how == "page" else self.words.action_move(step)

    def action_leave(self) -> None:
        searches = [search for search in self.query("#search").results(Input) if search.value]
        for search in searches:
            search.clear()
        if not searches:
            self.dismiss(None)
