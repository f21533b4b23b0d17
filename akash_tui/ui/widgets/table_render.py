"""How lines of a table look: cells, tones, the cursor's line, what is gone, titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from akash_tui.domain.filtering.column_names import head
from akash_tui.ui.widgets.labelled_lines import wrap
from akash_tui.ui.widgets.styles import SHADES, Tone


class LiveRow(Protocol):
    """A row is anything with an id of our own making."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=LiveRow)
Cell = tuple[str, Tone]


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: what to draw (plain text and a tone), how wide, and how long it stays when space gets short."""

    key: str
    title: str
    width: int
    cell: Callable[[R], Cell]
    right: bool = False
    stays: int = 50
    """Columns with a lower number stay longer; equal ones give way from the right."""
    grow: int = 0
    """Cells it may take beyond `width` when there is room."""
    narrow: Callable[[R], str] | None = None
    """A shorter text, for where that of `cell` does not fit."""
    middle: bool = False
    """Whether a text that is too long loses its middle: where its end counts, as in a name with a number behind it."""

    def cell_in(self, row: R, width: int) -> Cell:
        """What to draw in `width` cells."""
        text, tone = self.cell(row)
        return (self.narrow(row), tone) if self.narrow is not None and cell_len(text) > width else (text, tone)


def named_column(
    key: str,
    width: int,
    cell: Callable[[R], Cell],
    *,
    right: bool = False,
    stays: int = 50,
    grow: int = 0,
    narrow: Callable[[R], str] | None = None,
    middle: bool = False,
    untitled: bool = False,
) -> Column[R]:
    """A column of a list that is filtered and sorted: above it stands the name that these use, or (`untitled`)
    nothing, where it is too narrow for its name."""
    return Column(key, "" if untitled else head(key), width, cell, right, stays, grow, narrow, middle)


def fit_columns(columns: Sequence[Column[R]], width: int, sorted_by: str | None = None) -> list[tuple[Column[R], int]]:
    """The columns that fit into `width` cells, in their own order, with the width each one gets. The one that is
    `sorted_by` gets a cell for its sign, where its title leaves none and one is free."""
    by_worth = sorted(range(len(columns)), key=lambda i: (columns[i].stays, i))
    chosen: set[int] = set()
    room = width - 1  # the mark's gutter
    for index in by_worth:
        need = columns[index].width + 1
        if need > room and chosen:
            break
        chosen.add(index)
        room -= need
    shown = [columns[index] for index in sorted(chosen)]
    signed = next((at for at, column in enumerate(shown) if column.key == sorted_by), None)
    sign = 0
    if signed is not None and room > 0 and not _has_room_for_sign(shown, [c.width for c in shown], signed):
        sign, room = 1, room - 1
    fitted: list[tuple[Column[R], int]] = []
    for at, column in enumerate(shown):
        extra = max(0, min(column.grow, room))
        room -= extra
        fitted.append((column, column.width + extra + (sign if at == signed else 0)))
    return fitted


def _has_room_for_sign(columns: Sequence[Column[Any]], sizes: Sequence[int], at: int) -> bool:
    """Whether a sign has room behind a title: in its column, or in the blank behind it where a second one follows."""
    left = sizes[at] - cell_len(columns[at].title)
    after = columns[at + 1] if at + 1 < len(columns) else None
    gap = after is None or not after.title or (after.right and cell_len(after.title) < sizes[at + 1])
    return left > 0 or (left == 0 and gap)


def fit_text(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells; a cut is shown by `…`."""
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    return " " * (width - size) + text if right else text + " " * (width - size)


def without_middle(text: str, width: int) -> str:
    """`text` in at most `width` cells, with `…` in place of its middle: `rtxpro6000…server ×8`."""
    if cell_len(text) <= width or width < 3:
        return text
    tail = ""
    for letter in reversed(text):
        if cell_len(letter + tail) > (width - 1) // 2:
            break
        tail = letter + tail
    return set_cell_size(text, width - 1 - cell_len(tail)).rstrip() + "…" + tail


Fitted = Sequence[tuple[Column[Any], int]]
"""Columns with the width that each one gets."""


class LineRenderer:
    """Draws lines with the styles that `read` gives by name ("" is the table's own); each is read once."""

    def __init__(self, read: Callable[[str], Style]) -> None:
        self._read = read
        self._styles: dict[str, Style] = {}
        self._mixed: dict[tuple[bool, str], Style] = {}

    def forget(self) -> None:
        """The theme or the focus is another."""
        self._styles.clear()
        self._mixed.clear()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self._read(name)
        return style

    def _mix(self, cursor: bool, tone: str) -> Style:
        """How a cell with this tone looks, on the cursor's line or off it."""
        style = self._mixed.get((cursor, tone))
        if style is None:
            style = self._style("")
            if cursor:
                style += self._style("cursor")
            if tone:
                toned = self._style(tone)
                plain = cursor and style.reverse  # without colours a reversed line keeps one look
                style += Style(
                    color=None if plain else toned.color,
                    bgcolor=toned.bgcolor if tone in SHADES and not cursor else None,
                    bold=toned.bold,
                    strike=toned.strike,
                )
            self._mixed[cursor, tone] = style
        return style

    def line(
        self, fitted: Fitted, cells: Sequence[Cell], width: int, *, cursor: bool, marked: bool, gone: bool
    ) -> Strip:
        """A row."""
        base = self._mix(cursor, "")
        accent = base + Style(color=self._style("accent").color)
        runs: list[tuple[str, Style]] = [("▌" if marked else " ", accent)]
        used = 1
        for (column, size), (text, tone) in zip(fitted, cells, strict=True):
            fitted_text = fit_text(without_middle(text, size) if column.middle else text, size, column.right)
            used += size + 1
            # the strike goes over the text only, not over the blanks around it
            if gone and text.strip():
                left = fitted_text[: len(fitted_text) - len(fitted_text.lstrip())]
                right = fitted_text[len(fitted_text.rstrip()) :]
                runs += [(left, base), (fitted_text.strip(), self._mix(cursor, "gone")), (right + " ", base)]
            else:
                runs.append((fitted_text + " ", self._mix(cursor, tone)))
        if used < width:
            runs.append((" " * (width - used), base))
        strip = Strip(_joined(runs), max(used, width))
        return strip if used <= width else strip.crop(0, width)

    def header(self, fitted: Fitted, width: int, sorted_by: tuple[str, bool] | None) -> Strip:
        """The titles; the sorted column's key and whether it is descending make its sign."""
        style = self._style("muted")
        segments = [Segment(" ", style)]
        shown, sizes = [column for column, _ in fitted], [size for _, size in fitted]
        for at, (column, size) in enumerate(fitted):
            if sorted_by is None or sorted_by[0] != column.key:
                segments.append(Segment(fit_text(column.title, size, column.right) + " ", style))
                continue
            sign = "▼" if sorted_by[1] else "▲"
            if cell_len(column.title) < size:
                text = fit_text(column.title + sign, size, column.right) + " "
            elif _has_room_for_sign(shown, sizes, at):
                text = column.title + sign
            else:  # beside the next title it would be that one's
                text = set_cell_size(column.title, size - 1) + sign + " "
            segments.append(Segment(text, style + Style(bold=True)))
        return Strip(segments).adjust_cell_length(width, style)

    def message(self, text: str, width: int) -> Strip:
        """A line of the text of an empty table, in the middle."""
        text = fit_text(text, min(width, cell_len(text)))
        left = max(0, width - cell_len(text)) // 2
        style = self._style("") + Style(color=self._style("muted").color)
        return Strip([Segment(" " * left + text, style)]).adjust_cell_length(width, self._style(""))

    def blank(self, width: int) -> Strip:
        """A line without text."""
        return Strip.blank(width, self._style(""))


def message_lines(text: str, width: int) -> list[str]:
    """The lines of an empty table's text; one that is too long is broken, what fits stays aligned as it is."""
    return [part for line in text.split("\n") for part in ([line] if cell_len(line) <= width else wrap(line, width))]


def _joined(runs: Sequence[tuple[str, Style]]) -> list[Segment]:
    """Neighbours that look alike as one: every segment costs on its way to the terminal."""
    segments: list[Segment] = []
    text, style = runs[0]
    for more, other in runs[1:]:
        if other is style or other == style:
            text += more
        else:
            segments.append(Segment(text, style))
            text, style = more, other
    segments.append(Segment(text, style))
    return segments
