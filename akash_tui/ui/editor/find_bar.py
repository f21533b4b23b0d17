"""Finding a word in the text: a field below it, the place of the hit and how many there are."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label, TextArea

from akash_tui.ui.widgets.styles import toned


def hits(text: str, word: str) -> list[tuple[int, int]]:
    """Row and column of every place where `word` stands; capitals count only where the word has some."""
    if not word:
        return []
    exact = word != word.lower()
    found: list[tuple[int, int]] = []
    for row, line in enumerate(text.split("\n")):
        where = line if exact else line.lower()
        at = where.find(word)
        while at >= 0:
            found.append((row, at))
            at = where.find(word, at + len(word))
    return found


class FindBar(Horizontal):
    """Hidden until it is opened. Enter goes to the next hit, escape back to the text."""

    DEFAULT_CSS = """
    FindBar { display: none; height: 1; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0; }
    FindBar Label { width: auto; }
    """

    class Wanted(Message):
        """Go to a hit: the next one, or the first at or behind the cursor while the word is still typed."""

        def __init__(self, word: str, *, onward: bool) -> None:
            super().__init__()
            self.word = word
            self.onward = onward

    def compose(self) -> ComposeResult:
        yield Label("find ")
        yield Input(id="find-word", compact=True)
        yield Label("", id="find-count")

    def open(self, word: str) -> None:
        """Show the field with this word in it; an empty one leaves what was looked for last."""
        self.display = True
        field = self.query_one(Input)
        if word:
            field.value = word
        field.focus()
        field.select_all()

    def close(self) -> None:
        """Hide it."""
        self.display = False

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Wanted(event.value, onward=False))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Wanted(event.value, onward=True))

    def go(self, area: TextArea, word: str, *, onward: bool) -> None:
        """Select a hit in the text: the next one, or the first at or behind the cursor. Says how many there are."""
        found = hits(area.text.replace("\r\n", "\n"), word)
        if not found:
            self._show_count(0, 0)
            return
        start, end = sorted(area.selection)
        behind = end if onward and start != end else start
        at = next((n for n, place in enumerate(found) if place >= behind), 0)
        row, column = found[at]
        area.move_cursor((row, column), center=True)
        area.move_cursor((row, column + len(word)), select=True)
        self._show_count(at + 1, len(found))

    def _show_count(self, at: int, count: int) -> None:
        """`3 of 12`; `at` counts from 1."""
        words = f" {at} of {count} " if count else " not found " if self.query_one(Input).value else ""
        self.query_one("#find-count", Label).update(toned(words, "muted" if count else "warn"))
