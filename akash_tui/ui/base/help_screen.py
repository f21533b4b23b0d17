"""The help: every key of the screen behind it, from the registry."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from akash_tui.ui.actions import EVERYWHERE, PLACES, TABLE, at
from akash_tui.ui.dialogs.dialogs import Box
from akash_tui.ui.widgets.labelled_lines import BLANK, Fields, Line
from akash_tui.ui.widgets.styles import toned

LEGEND: dict[str, tuple[Line, ...]] = {
    "bids": (
        Line("a100 ×1", "the bid itself names this GPU"),
        Line("a100 ×1ᵖ", "the bid does not say; the provider's own attributes leave only this one"),
        Line("a100 or h100?", "the bid may mean either; nobody says which"),
        Line("not disclosed", "the bid names no GPU and nothing else tells"),
        Line("● ▲ ▼ ✕", "new, dearer, cheaper, gone"),
        Line("≈$/h", "ACT an hour by the block time; 1 ACT is meant to be 1 USD"),
    ),
}
"""What the signs of a screen mean."""


class HelpScreen(Box[None]):
    """Keys of this screen first, then of lists, then everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "leave", "back", show=False)]
    DEFAULT_CSS = "HelpScreen > .box { width: 92; }"

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"), VerticalScroll():
            yield Fields(16, id="keys")

    def on_mount(self) -> None:
        self.say_title("Help · esc leaves")
        self.query_one("#keys", Fields).show(help_lines(self._where))
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def help_lines(where: str) -> list[Line | Content]:
    """The keys of one screen and those that work everywhere."""
    out: list[Line | Content] = []
    places = [p for p in (where, TABLE, EVERYWHERE, "dialog") if p in PLACES]
    for place in places:
        if out:
            out.append(BLANK)
        out.append(toned(PLACES[place], "accent"))
        out += [Line("  " + " ".join(action.shown), action.help, "", "strong") for action in at(place)]
        if place == where and place in LEGEND:
            out.append(BLANK)
            out += [Line("  " + line.label, line.value) for line in LEGEND[place]]
    return out
