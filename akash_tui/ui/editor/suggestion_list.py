"""The list of suggestions at the cursor: drawn over everything, moved by the arrow keys, taken with tab or enter."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Offset, Size
from textual.widget import Widget

from akash_tui.domain.sdl.complete.completion import Completion, Suggestion
from akash_tui.domain.text import clean
from akash_tui.ui.widgets.styles import joined, toned
from akash_tui.ui.widgets.textual_private import refresh_layout

MOST_ROWS: Final = 8
MOST_WIDTH: Final = 60


class SuggestionList(Widget, can_focus=False):
    """Hidden until it has something to show; the keys come from the text, which keeps the focus."""

    DEFAULT_CSS = """
    SuggestionList {
        display: none; position: absolute; layer: suggestions; width: auto; height: auto;
        background: $panel; color: $text; border-left: outer $accent;
    }
    """
    KEYS: ClassVar = ("up", "down", "pageup", "pagedown", "tab", "escape")
    """Keys that it takes while it is open."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.completion: Completion | None = None
        self.at = 0
        self._anchor = Offset(0, 0)

    @property
    def open(self) -> bool:
        return self.completion is not None

    @property
    def suggestion(self) -> Suggestion | None:
        """What is chosen."""
        return None if self.completion is None else self.completion.suggestions[self.at]

    def show(self, completion: Completion, anchor: Offset, room: Size) -> None:
        """Show these below `anchor`, the place of the word in the parent, or above it where there is no room below."""
        before = self.suggestion
        self.completion = completion
        texts = [each.text for each in completion.suggestions]
        self.at = texts.index(before.text) if before is not None and before.text in texts else 0
        width, height = self._extent()
        below = anchor.y + 1 + height <= room.height
        y = anchor.y + 1 if below else max(0, anchor.y - height)
        self.styles.offset = (max(0, min(anchor.x - 2, room.width - width - 1)), y)
        self.display = True
        refresh_layout(self)

    def close(self) -> None:
        """Show nothing."""
        if self.completion is not None:
            self.completion = None
            self.display = False

    def move(self, key: str) -> None:
        """Choose another one by a key."""
        if self.completion is None:
            return
        count = len(self.completion.suggestions)
        step = {"up": -1, "down": 1, "pageup": -MOST_ROWS, "pagedown": MOST_ROWS}[key]
        self.at = (self.at + step) % count if abs(step) == 1 else max(0, min(count - 1, self.at + step))
        self.refresh()

    def _rows(self) -> tuple[Suggestion, ...]:
        if self.completion is None:
            return ()
        first = max(0, min(self.at - MOST_ROWS // 2, len(self.completion.suggestions) - MOST_ROWS))
        return self.completion.suggestions[first : first + MOST_ROWS]

    def _columns(self) -> tuple[int, int]:
        every = self.completion.suggestions if self.completion is not None else ()
        text = min(MOST_WIDTH, max((cell_len(clean(each.text, 60)) for each in every), default=0))
        note = max((cell_len(clean(each.note, 80)) for each in every), default=0)
        return text, max(0, min(note, MOST_WIDTH - text - 4))

    def _extent(self) -> tuple[int, int]:
        text, note = self._columns()
        return text + (note + 2 if note else 0) + 3, len(self._rows())

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return self._extent()[0] - 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._rows()))

    def render(self) -> Content:
        text_width, note_width = self._columns()
        lines = []
        for each in self._rows():
            text = clean(each.text, 60)
            text += " " * (text_width - cell_len(text))
            note = clean(each.note, 80)
            note = note if cell_len(note) <= note_width else note[: max(0, note_width - 1)] + "…"
            note = f"  {note}{' ' * (note_width - cell_len(note))}" if note_width else ""
            chosen = each is self.suggestion
            line = joined((f" {text}", "strong" if chosen else ""), (f"{note} ", "muted"))
            lines.append(line.stylize("on $block-cursor-background") if chosen else line)
        return Content("\n").join(lines) if lines else toned("")
