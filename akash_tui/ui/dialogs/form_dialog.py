"""Several labelled fields that are taken together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label

from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons, place_hints
from akash_tui.ui.dialogs.questions import fault_of
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

LABEL = 14
"""Columns of the labels; more if one is longer."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: a label before it, its first value, and after it what is meant. `read` is a parser: text that it
    refuses with a `ValueError` is not taken."""

    id: str
    label: str
    value: str
    note: str
    read: Callable[[str], object]
    width: int = 12
    secret: bool = False
    """Whether what is typed is hidden."""


class FormDialog(InputDialog[tuple[str, ...] | None]):
    """Returns the texts of all fields, None for esc. A text that is refused gets the focus, with the reason below."""

    DEFAULT_CSS = """
    FormDialog .field { height: 1; }
    FormDialog .field Label { width: 14; color: $text-muted; }
    FormDialog .field Input { width: 12; }
    FormDialog .field .note { width: 1fr; }
    FormDialog #message { margin-bottom: 1; }
    FormDialog #wrong { margin-top: 1; }
    """

    def __init__(self, title: str, body: Sequence[LabelledLine | Content], fields: Sequence[FormField]) -> None:
        super().__init__(title, body)
        self._fields = tuple(fields)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            longest = max(len(field.label) for field in self._fields)
            for field in self._fields:
                with Horizontal(classes="field"):
                    label = Label(field.label)
                    if longest >= LABEL:
                        label.styles.width = longest + 1
                    yield label
                    entry = Input(field.value, id=field.id, password=field.secret)
                    entry.styles.width = field.width
                    yield entry
                    yield Label(field.note, classes="note")
            yield LabelledLines(2, id="wrong")
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query(Input).first().focus()

    def key_hints(self) -> Sequence[KeyHint]:
        if isinstance(self.focused, Input):
            return [KeyHint("enter", "OK"), KeyHint("escape", "cancel"), *place_hints("field")[2:]]
        return [KeyHint("enter", "press the button"), KeyHint("escape", "cancel"), KeyHint("tab", "next field")]

    def submit(self) -> None:
        texts = []
        for field in self._fields:
            text = self.query_one(f"#{field.id}", Input).value
            wrong = fault_of(field.read, text)
            if wrong is not None:
                self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", f"{field.label}: {wrong}", "", "bad")])
                self.set_focus(self.query_one(f"#{field.id}"))
                return
            texts.append(text)
        self.clear_fields()
        self.dismiss(tuple(texts))
