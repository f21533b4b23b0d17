"""Drawing with ASCII only: every other character is replaced at the last step before the terminal.

One filter instead of a second set of glyphs, so that nothing can be forgotten: borders, Textual's own
widgets and strangers' names go through it too. A wide character becomes two signs, so columns stay put.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from akash_tui.ui.widgets.textual_private import line_filters

_PAIRS = {
    "▲": "^",
    "▼": "v",
    "●": "*",
    "◐": "o",
    "○": ".",
    "✓": "+",
    "✕": "x",
    "✗": "x",
    "★": "*",
    "▌": ">",
    "×": "x",
    "≈": "~",
    "…": ".",
    "·": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": ">",
    "←": "<",
    "▸": ">",
    "ᵖ": "p",
    "“": '"',
    "”": '"',
    "’": "'",
    "█": "#",
    "░": ".",
    "┃": "|",
    "│": "|",
    "║": "|",
    "▊": "|",
    "▎": "|",
    "─": "-",
    "━": "-",
    "═": "=",
    "▔": "-",
    "▁": "_",
    **dict(zip("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\|/-\\|/", strict=True)),
}
_ENDING = re.compile(r"…  (?= |$)")
_CUT = re.compile(r"[!-~]…")
_PARTS = "▂▃▄▅▆▇"
"""Ends of a scrollbar's thumb."""
_CORNERS = "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝┏┓┗┛┣┫╞╡╪"
_TABLE = str.maketrans(_PAIRS | dict.fromkeys(_CORNERS, "+") | dict.fromkeys(_PARTS, "."))


@lru_cache(maxsize=8192)
def to_ascii(text: str) -> str:
    """`text` in ASCII with the same width in terminal cells."""
    if text.isascii():
        return text
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in text)


def dots(line: str) -> str:
    """`…` as dots that are seen: three where the line has room behind it, else two at the cost of a letter."""
    return _CUT.sub("..", _ENDING.sub("...", line))


class AsciiFilter(LineFilter):
    """The last step of drawing when ASCII glyphs were asked for."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        line = "".join(text for text, _, control in segments if not control)
        if "…" not in line:
            return [Segment(to_ascii(text), style, control) for text, style, control in segments]
        dotted = dots(line)
        out: list[Segment] = []
        at = 0
        for text, style, control in segments:
            if not control:
                text, at = dotted[at : at + len(text)], at + len(text)
            out.append(Segment(to_ascii(text), style, control))
        return out


def plain_glyphs(app: App[Any]) -> bool:
    """Whether this app shows plain glyphs only, so that a drawing must be made of them."""
    return any(isinstance(each, AsciiFilter) for each in line_filters(app))
