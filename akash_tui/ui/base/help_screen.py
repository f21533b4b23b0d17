"""The help: every key of the screen behind it, from the registry."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from akash_tui.ui.actions import EVERYWHERE, PLACES, TABLE, at
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

LEGEND: dict[str, tuple[LabelledLine, ...]] = {
    "bids": (
        LabelledLine("a100 ×1", "stated in the bid"),
        LabelledLine("a100 ×1ᵖ", "not stated in the bid; the provider's attributes allow only this model"),
        LabelledLine("a100 or h100?", "the bid allows either model; which one is unknown"),
        LabelledLine("not disclosed", "the bid names no GPU, and no other source does"),
        LabelledLine("colours", "each GPU model has its own; the lowest $/GPU-h of a model are shaded"),
        LabelledLine("● ▲ ▼ ✕", "new, pricier, cheaper, gone"),
        LabelledLine("≈$/h", "ACT an hour at the measured block time; 1 ACT is about 1 USD"),
    ),
}
"""What the signs of a screen mean."""


class HelpScreen(TextDialog):
    """Keys of this screen first, then of lists, then everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "leave", "back", show=False)]

    def __init__(self, where: str) -> None:
        super().__init__("Help · esc closes", help_lines(where), 16)


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
