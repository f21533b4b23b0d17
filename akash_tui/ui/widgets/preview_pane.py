"""The line under the cursor in full, beside its list or below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size

from akash_tui.ui.widgets.bars import TitledScroll
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

LABELS = 10
"""Columns of the labels."""
BESIDE = Size(140, 24)
"""From this size of the window on there is room beside a list."""
BELOW = Size(80, 30)
"""From this one on there is room below it."""


def has_room(window: Size, *, below: bool = True) -> bool:
    """Whether a preview leaves its list enough of the window; `below`: whether it may also stand below the list."""
    sizes = (BESIDE, BELOW) if below else (BESIDE,)
    return any(window.width >= size.width and window.height >= size.height for size in sizes)


class PreviewPane(TitledScroll, can_focus=False):
    """Labelled lines in a frame; keys stay with the list."""

    DEFAULT_CSS = "PreviewPane { display: none; }"

    def compose(self) -> ComposeResult:
        yield LabelledLines(LABELS)

    def show(self, title: Content, lines: Sequence[LabelledLine | Content]) -> None:
        """Draw these."""
        self.name_edges(title)
        self.query_one(LabelledLines).show(lines)
