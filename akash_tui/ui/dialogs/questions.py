"""Dialogs without money: a question with answers, a text to read, a line of text to type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input

from akash_tui.domain.akash.amounts import AmountError
from akash_tui.domain.secret import Secret
from akash_tui.ui.dialogs.dialog_box import (
    LABEL_WIDTH,
    TOO_EARLY,
    DialogBox,
    InputDialog,
    as_hint,
    ok_buttons,
    place_hints,
)
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.textual_private import bind_key


@dataclass(frozen=True, slots=True)
class DialogAnswer:
    """One answer of a question: what is returned, what is shown, its key."""

    id: str
    label: str
    key: str = ""


class QuestionDialog(DialogBox[str | None]):
    """A question with answers; the first has the focus, and `n` if there are more. Returns the id, None for esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("left,right", "app.focus_next", show=False)]

    def __init__(
        self,
        title: str,
        body: Sequence[LabelledLine | Content],
        choices: Sequence[DialogAnswer] = (DialogAnswer("ok", "OK"),),
    ) -> None:
        super().__init__(title, body)
        self._choices = tuple(choices)
        if len(choices) > 1 and not choices[0].key and all(choice.key != "n" for choice in choices):
            self._choices = (replace(choices[0], key="n"), *choices[1:])
        for choice in self._choices:
            if choice.key:
                bind_key(self, choice.key, f"choose('{choice.id}')", choice.label)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=False):
                yield LabelledLines(5, id="message")
            with Horizontal(classes="buttons"):
                for choice in self._choices:
                    yield Button(
                        Content(f"{choice.label} ({choice.key})" if choice.key else choice.label), id=choice.id
                    )

    def on_mount(self) -> None:
        self.query(Button).first().focus()
        self.arm_after_delay()

    def key_hints(self) -> Sequence[KeyHint]:
        focused = next((c for c in self._choices if self.focused is not None and c.id == self.focused.id), None)
        others = [choice for choice in self._choices if choice.key and choice is not focused]
        return [
            *([KeyHint("enter", as_hint(focused.label), self.armed)] if focused is not None else []),
            *(KeyHint(choice.key, as_hint(choice.label), self.armed) for choice in others),
            *([KeyHint("tab", "next button")] if len(self._choices) > 1 else []),
            KeyHint("escape", "back"),
        ]

    def action_choose(self, id: str) -> None:
        if self.armed:
            self.dismiss(id)
        else:
            self.set_hint(TOO_EARLY, "warn")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if self.armed and event.button.id is not None:
            self.dismiss(event.button.id)


class TextDialog(DialogBox[None]):
    """A longer text to read: it scrolls by keys and asks nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,enter", "leave", "back", show=False)]
    DEFAULT_CSS = "TextDialog > .box { width: 92; }"

    def __init__(self, title: str, body: Sequence[LabelledLine | Content], label_width: int = LABEL_WIDTH) -> None:
        super().__init__(title, body)
        self._label_width = label_width

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"), VerticalScroll():
            yield LabelledLines(self._label_width, id="message")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def key_hints(self) -> Sequence[KeyHint]:
        return [KeyHint("escape", "close"), KeyHint("down", "scroll"), KeyHint("pagedown", "next page")]


class TextInputDialog(InputDialog[str | Secret | None]):
    """One line of text; `check` returns what is wrong with it, or None. A `secret` is hidden and comes as `Secret`."""

    def __init__(
        self,
        title: str,
        body: Sequence[LabelledLine | Content],
        *,
        value: str = "",
        secret: bool = False,
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__(title, body)
        self._value = value
        self._secret = secret
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            yield Input(self._value, password=self._secret, id="text")
            yield LabelledLines(2, id="wrong")
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query_one("#text").focus()

    def key_hints(self) -> Sequence[KeyHint]:
        if self.focused is not None and self.focused.id == "text":
            return [KeyHint("enter", "OK"), KeyHint("escape", "cancel"), *place_hints("field")[2:]]
        return [KeyHint("enter", "press the button"), KeyHint("escape", "cancel"), KeyHint("tab", "next field")]

    def submit(self) -> None:
        field = self.query_one("#text", Input)
        wrong = self._check(field.value) if self._check is not None else None
        if wrong is not None:
            self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", wrong, "", "bad")])
            return
        answer = Secret(field.value) if self._secret else field.value
        self.clear_fields()
        self.dismiss(answer)


async def says_yes(
    app: App[Any], title: str, body: Sequence[LabelledLine | Content], yes: str, no: str = "Cancel"
) -> bool:
    """Ask a question with two answers: True for `yes`, by its key y; False for `no` and esc."""
    answers = (DialogAnswer("no", no), DialogAnswer("yes", yes, "y"))
    return await app.push_screen_wait(QuestionDialog(title, body, answers)) == "yes"


async def ask_text(
    app: App[Any],
    title: str,
    body: Sequence[LabelledLine | Content],
    *,
    value: str = "",
    check: Callable[[str], str | None] | None = None,
    read: Callable[[str], object] | None = None,
) -> str | None:
    """One line of text; None if the person gave up. `read` is a parser: text that it refuses is not taken."""
    if read is not None:
        check = partial(fault_of, read)
    answer = await app.push_screen_wait(TextInputDialog(title, body, value=value, check=check))
    return answer if isinstance(answer, str) else None


def fault_of(read: Callable[[str], object], text: str) -> str | None:
    """What `read` says is wrong with a text; None if it takes it."""
    try:
        read(text)
    except AmountError as error:
        return error.text
    except ValueError as error:
        return str(error)
    return None
