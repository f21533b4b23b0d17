"""The dialog that spends money: a frozen quote, shown before anything is signed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input

from akash_tui.services.ports import AkashError
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.dialogs.dialog_box import LABEL_WIDTH, TOO_EARLY, DialogBox, as_hint, error_lines, place_hints
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines, below
from akash_tui.ui.widgets.styles import Tone, toned
from akash_tui.ui.widgets.textual_private import refresh_layout

if TYPE_CHECKING:
    from akash_tui.ui.dialogs.quote_sheets import QuoteSheet

Q = TypeVar("Q")

TOO_LATE = "nothing was done; press esc and check the bids again"
BEYOND_LIMITS = "beyond your limits: press esc, then L shows and changes them"
CHECK_SECONDS = 0.5
"""How often an open quote is checked against what it rests on."""


class ConfirmSpend(DialogBox[Q | None], Generic[Q]):
    """Shows a frozen quote and returns it, or None. Cancel has the focus; yes works after a moment.

    `prepare` makes the quote while the dialog is open already; when it fails, the dialog shows why.
    """

    where: ClassVar[str] = "dialog"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog"), Binding("left,right", "app.focus_next", show=False)]

    def __init__(
        self,
        title: str,
        prepare: Callable[[], Awaitable[Q]],
        sheet: Callable[[Q], QuoteSheet],
        doing: str,
        overtaken: Callable[[Q], str] | None = None,
        remedy: Callable[[AkashError], str] | None = None,
    ) -> None:
        """`overtaken` is called while the dialog is open: why the quote is no longer valid, "" while it is. `remedy`
        names what may be done about an error that came in place of the quote, "" for nothing.

        `prepare` may raise `AkashError`, which is shown instead of a sheet; `doing` is shown until it has ended.
        """
        super().__init__(title)
        self._prepare = prepare
        self._make_sheet = sheet
        self._doing = doing
        self._overtaken = overtaken
        self._find_remedy = remedy
        self.remedy = ""
        """What the yes button does in place of the quote that could not be made."""
        self.remedy_taken = False
        """Whether the person wants it; the dialog then returns None."""
        self.stale = ""
        """Why the quote is no longer valid; once set, it stays."""
        self.quote: Q | None = None
        self.sheet: QuoteSheet | None = None
        self.payer_asked = False
        """True if the person wants another account to pay: the quote is then made again."""
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
        self.query_one("#sheet", LabelledLines).show([toned(f"{self._doing}…", "muted")])
        self.query_one("#typed").display = False
        self.query_one("#no").focus()
        self.run_worker(self._fill(), group="quote", exclusive=True, exit_on_error=True)

    async def _fill(self) -> None:
        try:
            quote = await self._prepare()
        except AkashError as error:
            self.error = error
            self.remedy = self._find_remedy(error) if self._find_remedy is not None else ""
            yes = self.query_one("#yes", Button)
            yes.display = bool(self.remedy)
            yes.label = Content(f"{self.remedy} (y)")
            refresh_layout(yes)
            no = self.query_one("#no", Button)
            no.label = "Close (esc)"
            refresh_layout(no)
            self.query_one("#sheet", LabelledLines).show(error_lines(error))
            self.arm_after_delay()
            return
        self.quote = quote
        self.sheet = self._make_sheet(quote)
        self.set_title(self.sheet.title)
        self.query_one("#sheet", LabelledLines).show(sheet_lines(self.sheet))
        yes = self.query_one("#yes", Button)
        yes.label = Content(f"{self.sheet.yes} (y)" if self.sheet.must_type is None else self.sheet.yes)
        refresh_layout(yes)
        if self.sheet.is_refused:
            yes.display = False
            self.set_hint(BEYOND_LIMITS, "bad")
        elif self.sheet.must_type is not None:
            typed = self.query_one("#typed", Input)
            typed.display = True
            typed.placeholder = f"type {self.sheet.must_type} to confirm"
            self.set_hint(f"type {self.sheet.must_type} and press enter")
            typed.focus()
        self.show_keys()
        self.arm_after_delay()
        if self._overtaken is not None:
            self.set_interval(CHECK_SECONDS, self._check_quote)

    def key_hints(self) -> Sequence[KeyHint]:
        if self.remedy:
            return [KeyHint("y", as_hint(self.remedy), self.armed), KeyHint("escape", "close")]
        if self.quote is None or self.sheet is None or self.stale or self.sheet.is_refused:
            return [KeyHint("escape", "close")]
        payer = [KeyHint("p", "who pays")] if self.sheet.payers else []
        if self.sheet.must_type is None:
            return [KeyHint("y", as_hint(self.sheet.yes), self.can_say_yes), KeyHint("n", "cancel"), *payer]
        if self.focused is not None and self.focused.id == "typed":
            keys = [KeyHint("enter", as_hint(self.sheet.yes), self.can_say_yes), KeyHint("escape", "cancel")]
            return [*keys, *place_hints("field")[2:4]]
        return [KeyHint("enter", "press the button"), KeyHint("escape", "cancel"), KeyHint("tab", "next field"), *payer]

    def _check_quote(self) -> None:
        """Mark the quote, once, when what it rests on has changed: a quote that is shown is never changed."""
        if self.stale or self.quote is None or self.sheet is None or self._overtaken is None:
            return
        self.stale = self._overtaken(self.quote)
        if self.stale:
            mark: list[LabelledLine | Content] = [LabelledLine("✕ too late", self.stale, "bad", "bad"), BLANK]
            self.query_one("#sheet", LabelledLines).show([*mark, *sheet_lines(self.sheet)])
            self.query_one("#typed").display = False
            self.query_one("#no").focus()
            self.set_hint(TOO_LATE, "bad")
            self._show_yes()

    def arm(self) -> None:
        super().arm()
        self._show_yes()

    def _show_yes(self) -> None:
        self.query_one("#yes", Button).disabled = not (self.can_say_yes or (self.remedy and self.armed))
        self.show_keys()

    @property
    def can_say_yes(self) -> bool:
        """True if the quote can be confirmed now: armed, still valid, and typed where that is required."""
        if not self.armed or self.quote is None or self.sheet is None or self.stale or self.sheet.is_refused:
            return False
        return self.sheet.must_type is None or self.query_one("#typed", Input).value.strip() == self.sheet.must_type

    @on(Input.Changed, "#typed")
    def _typing(self) -> None:
        self._show_yes()
        if self.sheet is not None and self.sheet.must_type is not None:
            self.set_hint(f"type {self.sheet.must_type} and press enter")

    @on(Input.Submitted, "#typed")
    def _typed(self) -> None:
        self.action_yes()

    def action_yes(self) -> None:
        if self.can_say_yes:
            self.dismiss(self.quote)
        elif self.remedy and self.armed:
            self.remedy_taken = True
            self.dismiss(None)
        elif self.quote is None or self.sheet is None:
            self.set_hint("" if self.error is not None else "wait: the figures are still being read", "warn")
        elif self.stale:
            self.set_hint(TOO_LATE, "bad")
        elif self.sheet.is_refused:
            self.set_hint(BEYOND_LIMITS, "bad")
        elif not self.armed:
            self.set_hint(TOO_EARLY, "warn")
        else:
            said = self.query_one("#typed", Input).value.strip()
            wrong = f"that is not {self.sheet.must_type}" if said else "nothing is typed yet"
            self.set_hint(f"{wrong}: nothing was done; type {self.sheet.must_type}", "bad")

    def action_payer(self) -> None:
        """Let another account pay, where one would: the dialog ends, and comes again with what was chosen."""
        if self.sheet is not None and self.sheet.payers and not self.stale:
            self.payer_asked = True
            self.dismiss(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self.action_yes()
        elif self.armed or self.quote is None:
            self.action_leave()


def sheet_lines(sheet: QuoteSheet) -> list[LabelledLine | Content]:
    """A sheet as lines: headline, figures, limits, what is not verified."""
    out: list[LabelledLine | Content] = []
    if sheet.notice:
        out += [LabelledLine("! real money", sheet.notice, "warn", "warn"), BLANK]
    out += [toned(line, "strong") for line in sheet.headline.split("\n")]
    out.append(BLANK)
    node = [excess for excess in sheet.beyond if not excess.own]
    if node:
        out += below("✕ too much", [excess.text for excess in node], tone="bad", label_tone="bad")
    own = [excess for excess in sheet.beyond if excess.own]
    if own:
        tone: Tone = "bad" if sheet.is_refused else "warn"
        out += below("✕ limit" if sheet.is_refused else "! limit", [e.text for e in own], tone=tone, label_tone=tone)
    if sheet.beyond:
        out.append(BLANK)
    out += sheet.lines
    if sheet.limits:
        out.append(LabelledLine("limits", sheet.limits, "muted"))
    if sheet.unverified:
        out.append(BLANK)
        out += below("not verified", sheet.unverified, label_tone="warn")
    return out
