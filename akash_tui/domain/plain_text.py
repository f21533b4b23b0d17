"""Text in plain characters, for terminals that have no others: the one place where each is chosen.

Every text goes through here last, whatever it is, so that nothing can be forgotten: borders, the toolkit's own parts
and strangers' names too. A wide character becomes two signs, so columns stay put.
"""

from __future__ import annotations

from collections.abc import Callable

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
    "±": "+",
    "≤": "<",
    "≥": ">",
    "•": "*",
    "▮": "|",
    "▯": ".",
    "⏎": " ",
    "⇥": ">",
    "…": ".",
    "·": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
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
_PARTS = "▂▃▄▅▆▇"
"""Ends of a scrollbar's thumb."""
_CORNERS = "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝┏┓┗┛┣┫╞╡╪"
_TABLE = str.maketrans(_PAIRS | dict.fromkeys(_CORNERS, "+") | dict.fromkeys(_PARTS, "."))


def to_plain(text: str, width: Callable[[str], int] = len) -> str:
    """`text` in ASCII. `width` counts terminal cells: what has no likeness becomes that many question marks."""
    if text.isascii():
        return text
    text = text.replace("≤ ", "<=").replace("≥ ", ">=").translate(_TABLE)
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * width(c) for c in text)
