"""The recovery words of a wallet: shown, and some of them asked back."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from akash_tui.domain.recovery_words import is_word, numbered, places_to_ask
from akash_tui.domain.secret import Secret
from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines


class WordsDialog(QuestionDialog):
    """The words, each with its number; no picture of it is ever made. Returns "done", None for esc."""

    shows_secret = True

    def __init__(self, title: str, words: Secret, before: str, after: str, done: str, leave: str = "") -> None:
        """`done` is what its button says, `leave` what esc does if that is something else."""
        lines = [LabelledLine("", line, "strong") for line in numbered(words)]
        body = [LabelledLine("", before), BLANK, *lines, BLANK, LabelledLine("", after, "muted")]
        super().__init__(title, body, (DialogAnswer("done", done, "y"),))
        self._done = done
        self._leave = leave

    def key_hints(self) -> Sequence[KeyHint]:
        leave = [KeyHint("escape", self._leave)] if self._leave else []
        return [KeyHint("y", self._done, self.armed), *leave]


class WordsCheckDialog(InputDialog[bool | None]):
    """Asks some of the words back. Returns True when all are right, None for esc: show the words again."""

    shows_secret = True
    DEFAULT_CSS = """
    WordsCheckDialog .field { height: 1; }
    WordsCheckDialog .field Label { width: 10; color: $text-muted; }
    WordsCheckDialog .field Input { width: 20; }
    WordsCheckDialog #message { margin-bottom: 1; }
    WordsCheckDialog #wrong { margin-top: 1; }
    """

    def __init__(self, words: Secret, places: Sequence[int] | None = None) -> None:
        """`places` are numbers of words, from 1; None: drawn by chance."""
        rows = [LabelledLine("", "To be sure that they are on paper: type these words of the list.")]
        super().__init__("Check your words", rows)
        self._words = words
        self.places = tuple(places or places_to_ask(len(words.reveal().split())))

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            for place in self.places:
                with Horizontal(classes="field"):
                    yield Label(f"Word {place}")
                    yield Input(id=f"word{place}")
            yield LabelledLines(2, id="wrong")
            yield ok_buttons("Show them again (esc)")

    def on_mount(self) -> None:
        self.query(Input).first().focus()

    def key_hints(self) -> Sequence[KeyHint]:
        return [KeyHint("enter", "next, OK"), KeyHint("escape", "show the words again"), KeyHint("tab", "next field")]

    def submit(self) -> None:
        for place in self.places:
            field = self.query_one(f"#word{place}", Input)
            if is_word(self._words, place, Secret(field.value)):
                continue
            if field.value.strip():
                text = f"This is not word {place}. Esc shows the words again."
                self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", text, "", "bad")])
            self.set_focus(field)
            return
        self.clear_fields()
        self.dismiss(True)
