"""Choosing a new passphrase: typed twice, with how hard it is to guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label

from akash_tui.domain.passphrase import LEAST, strength
from akash_tui.domain.secret import Secret
from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import Tone

TONES: dict[str, Tone] = {"refused": "bad", "weak": "warn", "fair": "", "strong": "good"}


class NewPassphraseDialog(InputDialog[Secret | None]):
    """Returns the passphrase, None for esc. One that is too short is refused; a weak one takes a second enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "reveal", "show", show=False)]
    DEFAULT_CSS = """
    NewPassphraseDialog .field { height: 1; }
    NewPassphraseDialog .field Label { width: 14; color: $text-muted; }
    NewPassphraseDialog .field Input { width: 1fr; }
    NewPassphraseDialog #message { margin-bottom: 1; }
    NewPassphraseDialog #strength { margin-top: 1; }
    """

    def __init__(self, title: str, body: Sequence[LabelledLine | Content]) -> None:
        super().__init__(title, body)
        self._warned = False
        """Whether it was said that the passphrase is weak."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            for id, label in (("first", "Passphrase"), ("second", "Once more")):
                with Horizontal(classes="field"):
                    yield Label(label)
                    yield Input(password=True, id=id)
            yield LabelledLines(2, id="strength")
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query_one("#first").focus()
        self._show_strength()

    def key_hints(self) -> Sequence[KeyHint]:
        shown = not self.query_one("#first", Input).password
        return [
            KeyHint("enter", "OK"),
            KeyHint("escape", "cancel"),
            KeyHint("tab", "next field"),
            KeyHint("ctrl+r", "hide" if shown else "show"),
        ]

    @property
    def shows_secret(self) -> bool:
        """Whether a picture of it would show the passphrase."""
        return any(not field.password for field in self.query(Input))

    def action_reveal(self) -> None:
        """Show what was typed, or hide it again."""
        for field in self.query(Input):
            field.password = not field.password
        self.show_keys()

    @on(Input.Changed, "#first")
    def _show_strength(self) -> None:
        self._warned = False
        found = strength(Secret(self.query_one("#first", Input).value))
        if not found.characters:
            self._say("", f"At least {LEAST} characters. Four random words are good, and easy to remember.", "muted")
        else:
            self._say("✗" if found.fault else "", found.text[:1].upper() + found.text[1:], TONES[found.word])

    def submit(self) -> None:
        first, second = self.query_one("#first", Input), self.query_one("#second", Input)
        found = strength(Secret(first.value))
        if found.fault is not None:
            self._say("✗", found.fault, "bad")
            self.set_focus(first)
        elif not second.value:
            self.set_focus(second)  # at once: the next key of a burst is for it
        elif first.value != second.value:
            self._say("✗", "The two differ.", "bad")
            second.clear()
            self.set_focus(second)
        elif found.word == "weak" and not self._warned:
            self._warned = True
            self._say("!", f"{found.text[:1].upper()}{found.text[1:]} Enter once more takes it all the same.", "warn")
        else:
            answer = Secret(first.value)
            self.clear_fields()
            self.dismiss(answer)

    def _say(self, mark: str, text: str, tone: Tone) -> None:
        self.query_one("#strength", LabelledLines).show([LabelledLine(mark, text, tone, tone)])
