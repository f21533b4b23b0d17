"""The last steps of drawing: plain characters only, and no colour at all.

Filters instead of a second way to draw, so that nothing can be forgotten: what Textual draws goes through them too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from akash_tui.domain.plain_text import to_plain
from akash_tui.ui.widgets.textual_private import line_filters

_ENDING = re.compile(r"…  (?= |$)")
_CUT = re.compile(r"[!-~]…")


@lru_cache(maxsize=8192)
def to_ascii(text: str) -> str:
    """`text` in ASCII with the same width in terminal cells."""
    return to_plain(text, cell_len)


def dots(line: str) -> str:
    """`…` as dots that are seen: three where the line has room behind it, else two at the cost of a letter."""
    return _CUT.sub("..", _ENDING.sub("...", line))


class PlainFilter(LineFilter):
    """The last step of drawing where only plain characters can be shown."""

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
    return any(isinstance(each, PlainFilter) for each in line_filters(app))


@lru_cache(maxsize=1024)
def _colourless(style: Style) -> Style:
    return style.without_color


class ColourlessFilter(LineFilter):
    """Takes all colours away; bold, reverse and underline stay. Textual's own answer to NO_COLOR is shades of grey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, _colourless(style) if style is not None else None, control)
            for text, style, control in segments
        ]
