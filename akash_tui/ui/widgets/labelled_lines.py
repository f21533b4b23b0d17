"""Labelled lines: the label left, the value wrapped beside it. Used by money dialogs and detail panes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from akash_tui.ui.widgets.styles import Tone, joined
from akash_tui.ui.widgets.textual_private import refresh_layout


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """One labelled line; without a label it continues the one above, with neither it is a blank line."""

    label: str
    value: str
    tone: Tone = ""
    label_tone: Tone = "muted"


BLANK = LabelledLine("", "")


def below(label: str, values: Iterable[object], tone: Tone = "", label_tone: Tone = "muted") -> list[LabelledLine]:
    """One line per value, the label before the first."""
    return [LabelledLine("" if at else label, str(value), tone, label_tone) for at, value in enumerate(values)]


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words where that is possible."""
    width = max(1, width)
    out: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if cell_len(candidate) <= width:
            line = candidate
            continue
        if line:
            out.append(line)
        pieces = chop_cells(word, width) or [""]
        out += pieces[:-1]
        line = pieces[-1]
    out.append(line)
    return out


def lay_out(rows: Iterable[LabelledLine | Content], width: int, label_width: int) -> list[Content]:
    """Lines on the screen, one Content each; a Content among the rows stands as it is, wrapped. The column of labels is
    `label_width` wide, wider where a label needs it."""
    width, rows = max(1, width), list(rows)
    # a label as wide as its column would touch the value
    longest = max((cell_len(row.label) for row in rows if isinstance(row, LabelledLine)), default=0)
    label_width = max(label_width, min(longest + 1, width // 2) if longest else 0)
    out: list[Content] = []
    for row in rows:
        if isinstance(row, Content):
            out += row.wrap(width) if row.cell_length > width else [row]
            continue
        for index, part in enumerate(wrap(row.value, width - label_width)):
            label = row.label if index == 0 else ""
            out.append(joined((label.ljust(label_width), row.label_tone), (part, row.tone)))
    return out


class LabelledLines(Widget):
    """Labelled lines that are replaced as a whole."""

    DEFAULT_CSS = "LabelledLines { height: auto; }"

    def __init__(self, label_width: int = 14, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: tuple[LabelledLine | Content, ...] = ()
        self._label_width = label_width

    def show(self, rows: Sequence[LabelledLine | Content]) -> None:
        """Draw these; lays the screen out again only when the number of lines changes."""
        new = tuple(rows)
        if self._key(new) == self._key(self.rows):
            return
        width = self.content_size.width
        before = len(lay_out(self.rows, width, self._label_width))
        self.rows = new
        if width == 0 or len(lay_out(new, width, self._label_width)) != before:
            refresh_layout(self)
        else:
            self.refresh()

    @staticmethod
    def _key(rows: Sequence[LabelledLine | Content]) -> list[object]:
        return [(row.plain, tuple(row.spans)) if isinstance(row, Content) else row for row in rows]

    @property
    def text(self) -> str:
        """All its text, for tests."""
        return "\n".join(row.plain if isinstance(row, Content) else f"{row.label} {row.value}" for row in self.rows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(lay_out(self.rows, width, self._label_width)))

    def render(self) -> Content:
        return Content("\n").join(lay_out(self.rows, self.content_size.width, self._label_width))
