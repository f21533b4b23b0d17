"""A line drawn with characters: braille dots, or plain ASCII where those are not to be had."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

_DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Braille bits of the left and the right column, from the top."""


def squeeze(values: Sequence[Decimal], width: int) -> list[Decimal]:
    """At most `width` values: the mean of each stretch, the last stretch ending with the last value."""
    count = len(values)
    if count <= width:
        return list(values)
    edges = [count * i // width for i in range(width + 1)]
    return [sum(values[a:b], Decimal(0)) / (b - a) for a, b in pairwise(edges)]


def line(
    values: Sequence[Decimal], width: int, height: int, *, ascii_only: bool = False, floor: Decimal | None = None
) -> list[str]:
    """`height` lines of `width` characters, top first; `floor` is drawn as the bottom where values stay above it."""
    if not values or width < 1 or height < 1:
        return []
    return _ascii(values, width, height, floor) if ascii_only else _braille(values, width, height, floor)


def scale(values: Sequence[Decimal], floor: Decimal | None) -> tuple[Decimal, Decimal]:
    """The figures at the bottom and at the top of a drawing."""
    low, high = min(values), max(values)
    if floor is not None:
        low = min(floor, low)
    return (low, high) if high > low else (low, low + 1)


def _levels(values: Sequence[Decimal], steps: int, floor: Decimal | None) -> list[int]:
    low, high = scale(values, floor)
    return [int(((value - low) * (steps - 1) / (high - low)).to_integral_value()) for value in values]


def _spread(values: Sequence[Decimal], columns: int) -> list[Decimal]:
    """One value a column: means where there are too many, the nearest one where there are too few."""
    if len(values) >= columns:
        return squeeze(values, columns)
    if len(values) == 1:
        return [values[0]] * columns
    return [values[round(Decimal(i * (len(values) - 1)) / (columns - 1))] for i in range(columns)]


def _braille(values: Sequence[Decimal], width: int, height: int, floor: Decimal | None) -> list[str]:
    levels = _levels(_spread(values, 2 * width), 4 * height, floor)
    cells = [[0] * width for _ in range(height)]
    before = levels[0]
    for x, level in enumerate(levels):
        for y in range(min(before, level), max(before, level) + 1) if abs(level - before) > 1 else (level,):
            row, dot = divmod(4 * height - 1 - y, 4)
            cells[row][x // 2] |= _DOTS[x % 2][dot]
        before = level
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _ascii(values: Sequence[Decimal], width: int, height: int, floor: Decimal | None) -> list[str]:
    levels = _levels(_spread(values, width), height, floor)
    return ["".join("*" if level == row else " " for level in levels) for row in range(height - 1, -1, -1)]


def bar(share: Decimal | None, width: int, *, ascii_only: bool = False) -> str:
    """A filled share of `width` characters; all of it open where the share is not known."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    filled = 0 if share is None else int((min(max(share, Decimal(0)), Decimal(1)) * width).to_integral_value())
    return full * filled + empty * (width - filled)
