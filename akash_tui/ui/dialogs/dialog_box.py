"""The framed box that every dialog is, and what dialogs share: the arming delay and how an error is shown."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input

from akash_tui.services.ports import AkashError
from akash_tui.ui.actions.registry import in_bar
from akash_tui.ui.widgets.dismiss_once import DismissOnce
from akash_tui.ui.widgets.key_bar import KeyBar, KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import Tone, toned

T = TypeVar("T")

TOO_EARLY = "that was too quick: press it again"
LABEL_WIDTH = 14
FIELD_SECONDS = 5.0
"""Longest wait until a field has what was typed before an enter."""


class DialogBox(ModalScreen[T], DismissOnce[T]):
    """A framed box in the middle of the screen; `body` stands in its `#message`. Esc dismisses it with None.

    Its own key bar covers that of the screen below.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", show=False),
        Binding("question_mark,f1", "app.open_help", "help", show=False),
        Binding("down", "scroll(1)", "down", show=False),
        Binding("up", "scroll(-1)", "up", show=False),
        Binding("pagedown", "scroll(8)", "page down", show=False),
        Binding("pageup", "scroll(-8)", "page up", show=False),
    ]
    DEFAULT_CSS = """
    DialogBox { align: center middle; }
    DialogBox > .box {
        width: 74; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $border; border-title-color: $text-accent;
        padding: 1 2;
    }
    DialogBox > KeyBar { dock: bottom; }
    DialogBox .buttons { height: auto; align-horizontal: right; margin-top: 1; }
    DialogBox .buttons Button { margin-left: 2; }
    DialogBox VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """
    where: ClassVar[str] = "question"
    """The place of the registry whose keys and words its help shows; "" has no help."""

    arm_seconds: ClassVar[float] = 0.4
    """A yes works only this long after what it answers is shown, so that a held-down key cannot buy."""

    armed = False
    """Whether a yes works now."""

    def __init__(self, title: str = "", body: Sequence[LabelledLine | Content] = ()) -> None:
        super().__init__()
        self._title = title
        self._body = body

    def on_mount(self) -> None:
        if self._title:
            self.set_title(self._title)
        if self._body:
            self.query_one("#message", LabelledLines).show(self._body)
        self.mount(KeyBar(id="dialog-keys"))
        self.watch(self, "focused", self.show_keys, init=False)
        for scroll in self.query(VerticalScroll):
            self.watch(scroll, "virtual_size", self.on_resize, init=False)
        # what is below a text also changes when its neighbours take or leave room
        self.screen_layout_refresh_signal.subscribe(self, lambda screen: self.show_keys())
        self.call_after_refresh(self.show_keys)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give a long text what the buttons and fields leave of the screen: it scrolls, they are always in sight."""
        for scroll in self.query(VerticalScroll):
            box = scroll.parent
            if not isinstance(box, Widget):
                continue
            rest = [child for child in box.children if child is not scroll and child.display]
            taken = sum(child.outer_size.height + child.styles.margin.height for child in rest)
            frame = box.outer_size.height - box.content_size.height
            scroll.styles.max_height = max(3, self.size.height - len(self.query(KeyBar)) - frame - taken)
        self.call_after_refresh(self.show_keys)

    @property
    def lines_below(self) -> int:
        """How many lines of a text that scrolls are below what is seen of it."""
        return sum(int(scroll.max_scroll_y - scroll.scroll_offset.y) for scroll in self.query(VerticalScroll))

    def action_scroll(self, lines: int) -> None:
        """Move a text that has no room."""
        for scroll in self.query(VerticalScroll):
            scroll.scroll_relative(y=lines, animate=False, force=True)
        self.call_after_refresh(self.show_keys)

    def key_hints(self) -> Sequence[KeyHint]:
        """What works here now, the most important first."""
        return [KeyHint("escape", "close")]

    def show_keys(self) -> None:
        """Draw the key bar as it is now; call it when what works has changed."""
        below = self.lines_below
        more = [KeyHint("pagedown", f"{below} more line{'s' if below > 1 else ''}")] if below > 0 else []
        for bar in self.query(KeyBar):
            help_key = "f1" if isinstance(self.focused, Input) else "question_mark"
            bar.show_keys([*more, *self.key_hints()], [KeyHint(help_key, "help")] if self.where else [])

    def action_leave(self) -> None:
        self.dismiss(None)

    def arm_after_delay(self) -> None:
        """Let a yes work from `arm_seconds` on."""
        self.run_worker(self._arm_later(), group="arm", exclusive=True)

    async def _arm_later(self) -> None:
        await asyncio.sleep(self.arm_seconds)  # Textual's timer is lost if the processor comes back too late to it
        self.arm()

    def arm(self) -> None:
        """Let a yes work from now on."""
        self.armed = True
        self.show_keys()

    def set_title(self, title: str) -> None:
        """Set the title in the upper border, taken literally."""
        self.query_one(".box").border_title = Content(title)

    def set_hint(self, text: str, tone: Tone = "muted") -> None:
        """A word in the lower border: why a key did nothing, what is still to type."""
        for box in self.query(".box"):  # none yet, if the key came with the one that opened the dialog
            box.border_subtitle = toned(text, tone)


class InputDialog(DialogBox[T]):
    """Fields to type into, with the buttons of `ok_buttons` below them: enter in a field or the button "yes" submits,
    the other button and esc cancel. Nothing that was typed stays behind in a field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take_field", "OK", show=False, priority=True)]

    async def action_take_field(self) -> None:
        """Enter in a field. What is typed after it, in one burst, waits: it is for the field that has the focus then.
        What was typed before it is in the field first."""
        field = self.focused
        if not isinstance(field, Input):
            raise SkipAction
        arrived = asyncio.Event()
        if field.call_later(arrived.set):
            with contextlib.suppress(TimeoutError):  # a field that is being removed takes nothing any more
                await asyncio.wait_for(arrived.wait(), FIELD_SECONDS)
        self.submit()

    def submit(self) -> None:
        """Take what is typed, or say what is wrong with it."""
        raise NotImplementedError

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self.submit()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        self.clear_fields()
        super().action_leave()

    def clear_fields(self) -> None:
        """Delete what was typed."""
        with self.prevent(Input.Changed):
            for field in self.query(Input):
                field.clear()


def ok_buttons(cancel: str = "Cancel (esc)") -> Horizontal:
    """The row of buttons of an `InputDialog`."""
    return Horizontal(Button(cancel, id="no"), Button("OK (enter)", id="yes"), classes="buttons")


def as_hint(label: str) -> str:
    """A button's label as a title in the key bar, where titles begin small; "OK" and "SDL" stay."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def place_hints(where: str, usable: Callable[[str], bool] = lambda action_id: True) -> list[KeyHint]:
    """The keys of a place of the registry, in the order of its key bar."""
    return [KeyHint(action.keys[0], action.title, usable(action.id)) for action in in_bar(where)]


def error_lines(error: AkashError) -> list[LabelledLine | Content]:
    """An error for people: what happened, what to do."""
    out: list[LabelledLine | Content] = [LabelledLine("✗", error.title, "strong", "bad")]
    if error.advice:
        out += [BLANK, LabelledLine("try", error.advice)]
    return out
