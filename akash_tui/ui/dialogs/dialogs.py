"""Dialogs: a question, a text to read or to type, and the one that spends money."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import AkashError
from akash_tui.ui.actions import bindings
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import Tone, toned

if TYPE_CHECKING:
    from akash_tui.ui.dialogs.quote_sheets import QuoteSheet

Q = TypeVar("Q")
T = TypeVar("T")

ARM_SECONDS = 0.4
"""A dialog's yes sleeps this long after its figures appear, so that a held-down key cannot buy."""
TOO_EARLY = "that was too quick: press it again"
TOO_LATE = "nothing was done; esc, then look at the bids again"
LOOK_SECONDS = 0.5
"""How often a quote that is open is held against what it rests on."""
LABEL_WIDTH = 14


class DialogBox(ModalScreen[T]):
    """A framed box in the middle of the screen."""

    DEFAULT_CSS = """
    DialogBox { align: center middle; }
    DialogBox > .box {
        width: 74; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $border; border-title-color: $text-accent;
        padding: 1 2;
    }
    DialogBox .buttons { height: auto; align-horizontal: right; margin-top: 1; }
    DialogBox .buttons Button { margin-left: 2; }
    DialogBox VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """

    def say_title(self, title: str) -> None:
        self.query_one(".box").border_title = Content(title)

    def say_below(self, text: str, tone: Tone = "muted") -> None:
        """A word in the lower border: why a key did nothing, what is still to type."""
        self.query_one(".box").border_subtitle = toned(text, tone)


class ConfirmSpend(DialogBox[Q | None], Generic[Q]):
    """Shows a frozen quote and returns it, or None. Cancel has the focus; yes sleeps for a moment.

    `prepare` makes the quote while the dialog already stands there; when it fails, the dialog says why.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog"), Binding("left,right", "app.focus_next", show=False)]
    armed: var[bool] = var(False)

    def __init__(
        self,
        title: str,
        prepare: Callable[[], Awaitable[Q]],
        sheet: Callable[[Q], QuoteSheet],
        doing: str,
        overtaken: Callable[[Q], str] | None = None,
    ) -> None:
        """`overtaken` is asked while the dialog stands: why the quote does not hold any more, "" while it does."""
        super().__init__()
        self._title = title
        self._prepare = prepare
        self._make_sheet = sheet
        self._doing = doing
        self._overtaken = overtaken
        self.stale = ""
        """Why what is shown cannot be done any more; it stays so, whatever comes after."""
        self.quote: Q | None = None
        self.sheet: QuoteSheet | None = None
        self.error: AkashError | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=False):
                yield LabelledLines(LABEL_WIDTH, id="sheet")
            yield Input(id="typed")
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="no")
                yield Button("…", id="yes", disabled=True)

    def on_mount(self) -> None:
        self.say_title(self._title)
        self.query_one("#sheet", LabelledLines).show([toned(f"{self._doing}…", "muted")])
        self.query_one("#typed").display = False
        self.query_one("#no").focus()
        self.run_worker(self._fill(), group="quote", exclusive=True, exit_on_error=True)

    async def _fill(self) -> None:
        try:
            quote = await self._prepare()
        except AkashError as error:
            self.error = error
            self.query_one("#yes").display = False
            no = self.query_one("#no", Button)
            no.label = "Close (esc)"
            no.refresh(layout=True)
            self.query_one("#sheet", LabelledLines).show(told(error))
            self.set_timer(ARM_SECONDS, self._wake)
            return
        self.quote = quote
        self.sheet = self._make_sheet(quote)
        self.say_title(self.sheet.title)
        self.query_one("#sheet", LabelledLines).show(drawn(self.sheet))
        yes = self.query_one("#yes", Button)
        yes.label = Content(f"{self.sheet.yes} (y)" if self.sheet.typed is None else self.sheet.yes)
        yes.refresh(layout=True)
        if self.sheet.typed is not None:
            typed = self.query_one("#typed", Input)
            typed.display = True
            typed.placeholder = f"type {self.sheet.typed} to confirm"
            self.say_below(f"type {self.sheet.typed} and press enter")
            typed.focus()
        self.set_timer(ARM_SECONDS, self._wake)
        if self._overtaken is not None:
            self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Mark the quote, once, when what it rests on has changed: it is never mended under the eyes."""
        if self.stale or self.quote is None or self.sheet is None or self._overtaken is None:
            return
        self.stale = self._overtaken(self.quote)
        if self.stale:
            mark: list[LabelledLine | Content] = [LabelledLine("✕ too late", self.stale, "bad", "bad"), BLANK]
            self.query_one("#sheet", LabelledLines).show([*mark, *drawn(self.sheet)])
            self.query_one("#typed").display = False
            self.query_one("#no").focus()
            self.say_below(TOO_LATE, "bad")
            self._show_yes()

    def _wake(self) -> None:
        self.armed = True
        self._show_yes()

    def _show_yes(self) -> None:
        self.query_one("#yes", Button).disabled = not self.can_say_yes

    @property
    def can_say_yes(self) -> bool:
        if not self.armed or self.quote is None or self.sheet is None or self.stale:
            return False
        return self.sheet.typed is None or self.query_one("#typed", Input).value.strip() == self.sheet.typed

    @on(Input.Changed, "#typed")
    def _typing(self) -> None:
        self._show_yes()
        if self.sheet is not None and self.sheet.typed is not None:
            self.say_below(f"type {self.sheet.typed} and press enter")

    @on(Input.Submitted, "#typed")
    def _typed(self) -> None:
        self.action_yes()

    def action_yes(self) -> None:
        if self.can_say_yes:
            self.dismiss(self.quote)
        elif self.quote is None or self.sheet is None:
            self.say_below("" if self.error is not None else "wait: the figures are still being read", "warn")
        elif self.stale:
            self.say_below(TOO_LATE, "bad")
        elif not self.armed:
            self.say_below(TOO_EARLY, "warn")
        else:
            said = self.query_one("#typed", Input).value.strip()
            wrong = f"that is not {self.sheet.typed}" if said else "nothing is typed yet"
            self.say_below(f"{wrong}: nothing was done; type {self.sheet.typed}", "bad")

    def action_no(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self.action_yes()
        elif self.armed or self.quote is None:
            self.action_no()


def drawn(sheet: QuoteSheet) -> list[LabelledLine | Content]:
    """A sheet as lines: headline, figures, what is not verified."""
    out: list[LabelledLine | Content] = [toned(line, "strong") for line in sheet.headline.split("\n")]
    out.append(BLANK)
    out += sheet.lines
    if sheet.unverified:
        out.append(BLANK)
        out += [
            LabelledLine("not verified" if index == 0 else "", text, label_tone="warn")
            for index, text in enumerate(sheet.unverified)
        ]
    return out


def told(error: AkashError) -> list[LabelledLine | Content]:
    """An error for people: what happened, what to do."""
    out: list[LabelledLine | Content] = [LabelledLine("✗", error.title, "strong", "bad")]
    if error.advice:
        out += [BLANK, LabelledLine("try", error.advice)]
    return out


@dataclass(frozen=True, slots=True)
class DialogAnswer:
    """One answer of a question: what is returned, what is shown, its key."""

    id: str
    label: str
    key: str = ""


class QuestionDialog(DialogBox[str | None]):
    """A question with answers; the first has the focus, and `n` if there are more. Returns the id, None for esc."""

    def __init__(
        self,
        title: str,
        body: Sequence[LabelledLine | Content],
        choices: Sequence[DialogAnswer] = (DialogAnswer("ok", "OK"),),
    ) -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._choices = tuple(choices)
        if len(choices) > 1 and not choices[0].key and all(choice.key != "n" for choice in choices):
            self._choices = (replace(choices[0], key="n"), *choices[1:])
        self._awake = False
        for choice in self._choices:
            if choice.key:
                self._bindings.bind(choice.key, f"choose('{choice.id}')", choice.label, show=False)
        self._bindings.bind("escape", "leave", "back", show=False)
        self._bindings.bind("left,right", "app.focus_next", show=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=False):
                yield LabelledLines(5, id="told")
            with Horizontal(classes="buttons"):
                for choice in self._choices:
                    yield Button(
                        Content(f"{choice.label} ({choice.key})" if choice.key else choice.label), id=choice.id
                    )

    def on_mount(self) -> None:
        self.say_title(self._title)
        self.query_one("#told", LabelledLines).show(self._body)
        self.query(Button).first().focus()
        self.set_timer(ARM_SECONDS, self._wake)

    def _wake(self) -> None:
        self._awake = True

    def action_choose(self, id: str) -> None:
        if self._awake:
            self.dismiss(id)
        else:
            self.say_below(TOO_EARLY, "warn")

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if self._awake and event.button.id is not None:
            self.dismiss(event.button.id)


class TextDialog(DialogBox[None]):
    """A longer text to read: it scrolls by keys and asks nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "leave", "back", show=False)]
    DEFAULT_CSS = "TextDialog > .box { width: 92; }"

    def __init__(self, title: str, body: Sequence[LabelledLine | Content], label_width: int = LABEL_WIDTH) -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._label_width = label_width

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"), VerticalScroll():
            yield LabelledLines(self._label_width, id="told")

    def on_mount(self) -> None:
        self.say_title(self._title)
        self.query_one("#told", LabelledLines).show(self._body)
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


class TextInputDialog(DialogBox[str | Secret | None]):
    """One line of text; `check` returns what is wrong with it, or None. A `secret` is hidden and comes as `Secret`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", show=False)]

    def __init__(
        self,
        title: str,
        body: Sequence[LabelledLine | Content],
        *,
        value: str = "",
        secret: bool = False,
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._value = value
        self._secret = secret
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="told")
            yield Input(self._value, password=self._secret, id="text")
            yield LabelledLines(2, id="wrong")
            with Horizontal(classes="buttons"):
                yield Button("Cancel (esc)", id="no")
                yield Button("OK (enter)", id="yes")

    def on_mount(self) -> None:
        self.say_title(self._title)
        self.query_one("#told", LabelledLines).show(self._body)
        self.query_one("#text").focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        field = self.query_one("#text", Input)
        wrong = self._check(field.value) if self._check is not None else None
        if wrong is not None:
            self.query_one("#wrong", LabelledLines).show([LabelledLine("✗", wrong, "", "bad")])
            return
        answer = Secret(field.value) if self._secret else field.value
        field.clear()
        self.dismiss(answer)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self._submitted()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        self.query_one("#text", Input).clear()
        self.dismiss(None)
