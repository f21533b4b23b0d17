"""Colours that can be read: the contrast of WCAG 2, and how a colour is changed until it has enough of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.color import Color

READABLE: Final = 4.5
"""The ratio that text needs against what it stands on (WCAG 2, level AA)."""
_STEPS: Final = 50


def contrast(one: Color, other: Color) -> float:
    """The ratio of two colours, 1 to 21."""
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(color: Color, backs: Iterable[Color], least: float = READABLE) -> Color:
    """The colour nearest to this one that can be read on all of `backs`: mixed with white or black as far as needed.

    The best there is, if none can be read on all of them.
    """
    behind = list(backs)
    ends = (Color.parse("white"), Color.parse("black"))
    best = color
    for step in range(_STEPS + 1):
        for end in ends:
            mixed = color.blend(end, step / _STEPS)
            if all(contrast(mixed, back) >= least for back in behind):
                return mixed
            best = max(best, mixed, key=lambda it: min(contrast(it, back) for back in behind))
    return best


def _light(color: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
