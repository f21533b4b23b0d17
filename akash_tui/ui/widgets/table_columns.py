"""Columns of a table of rows: what a cell says, how wide it is, and which ones give way when space gets short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rich.cells import cell_len, set_cell_size

from akash_tui.ui.widgets.styles import Tone


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


def fit_columns(columns: Sequence[Column[R]], width: int) -> list[tuple[Column[R], int]]:
    """The columns that fit into `width` cells, in their own order, with the width each one gets."""
    by_worth = sorted(range(len(columns)), key=lambda i: (columns[i].stays, i))
    kept: set[int] = set()
    room = width - 1  # the mark's gutter
    for index in by_worth:
        need = columns[index].width + 1
        if need > room and kept:
            break
        kept.add(index)
        room -= need
    fitted: list[tuple[Column[R], int]] = []
    for index, column in enumerate(columns):
        if index in kept:
            extra = max(0, min(column.grow, room))
            room -= extra
            fitted.append((column, column.width + extra))
    return fitted


def fit_text(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells; a cut is shown by `…`."""
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    return " " * (width - size) + text if right else text + " " * (width - size)
