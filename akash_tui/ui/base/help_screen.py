"""The help: every key of the screen behind it, from the registry."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from akash_tui.ui.actions import EVERYWHERE, PLACES, TABLE, at
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import toned

LEGEND: dict[str, tuple[LabelledLine, ...]] = {
    "bids": (
        LabelledLine("a100 ×1", "the bid itself names this GPU"),
        LabelledLine("a100 ×1ᵖ", "the bid does not say; the provider's own attributes leave only this one"),
        LabelledLine("a100 or h100?", "the bid may mean either; nobody says which"),
        LabelledLine("not disclosed", "the bid names no GPU, and its provider's attributes name none"),
        LabelledLine("● ▲ ▼ ✕", "new, dearer, cheaper, gone"),
        LabelledLine("≈$/h", "ACT an hour by the block time; 1 ACT is meant to be 1 USD"),
    ),
}
"""What the signs of a screen mean."""


class HelpScreen(DialogBox[None]):
    """Keys of this screen first, then of lists, then everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "leave", "back", show=False)]
    DEFAULT_CSS = "HelpScreen > .box { width: 92; }"

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"), VerticalScroll():
            yield LabelledLines(16, id="keys")

    def on_mount(self) -> None:
        self.say_title("Help · esc leaves")
        self.query_one("#keys", LabelledLines).show(help_lines(self._where))
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def help_lines(where: str) -> list[LabelledLine | Content]:
    """The keys of one screen and those that work everywhere."""
    out: list[LabelledLine | Content] = []
    places = [p for p in (where, TABLE, EVERYWHERE, "dialog") if p in PLACES]
    for place in places:
        if out:
            out.append(BLANK)
        out.append(toned(PLACES[place], "accent"))
        out += [LabelledLine("  " + " ".join(action.shown), action.help, "", "strong") for action in at(place)]
        if place == where and place in LEGEND:
            out.append(BLANK)
            out += [LabelledLine("  " + line.label, line.value) for line in LEGEND[place]]
    return out
