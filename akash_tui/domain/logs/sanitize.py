"""Log lines of a workload, made safe to show: at most their colours stay.

Logs come from the program in the container and go to a terminal: cursor movement, titles, clipboard writes and
hidden text must not get there. Of escape sequences only SGR colours, bold, dim, italic and underline stay.
"""

from __future__ import annotations

import re

from akash_tui.domain.text import clean

LINE_LIMIT = 4_000
"""Longest line in characters; longer ones are cut and end in "…"."""
_READ = 16_000
"""Characters read of one line."""
_MOST_COLOURS = 64
"""Changes of colour in one line; the rest keeps the last one. Each costs the screen as much as a word."""
_SGR = re.compile(r"\x1b\[([0-9;:]{0,64})m")
RESET = "\x1b[0m"
_PLAIN = frozenset(
    str(n)
    for n in (0, 1, 2, 3, 4, 22, 23, 24, *range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108))
)
"""Parameters that stand alone. No blinking (5, 6), no reverse (7), no hidden text (8)."""


def clean_log(text: str) -> str:
    """One line with only its colours left; it ends without colour. `without_colours` removes them.

    After a carriage return only what follows counts, as on a terminal: progress bars become their last state.
    """
    text = text[:_READ].rstrip("\r\n")
    if "\r" in text:
        text = text.rpartition("\r")[2]
    text = text.expandtabs(8)
    if text.isascii() and text.isprintable():
        return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"
    parts: list[str] = []
    room, coloured, colours, at = LINE_LIMIT, False, 0, 0
    for found in (*_SGR.finditer(text), None):
        words = _words(text[at : found.start() if found else len(text)])
        if len(words) > room:
            parts.append(words[: room - 1] + "…" if room else "…")
            break
        parts.append(words)
        room -= len(words)
        if found is None:
            break
        at = found.end()
        colour = _colour(found[1]) if colours < _MOST_COLOURS else None
        if colour is not None:
            parts.append(colour)
            colours += 1
            coloured = colour != RESET
    return "".join(parts) + (RESET if coloured else "")


def without_colours(line: str) -> str:
    """A cleaned line without its colours."""
    return _SGR.sub("", line)


def _words(text: str) -> str:
    """`clean` without its trimming: spaces between colours belong to the line."""
    if not text.strip(" "):
        return text
    head, tail = len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))
    return " " * head + clean(text[head : len(text) - tail], _READ) + " " * tail


def _colour(parameters: str) -> str | None:
    """The sequence with its harmless parameters only; None if it has none."""
    given = parameters.replace(":", ";").split(";")
    safe: list[str] = []
    at = 0
    while at < len(given):
        one = given[at].lstrip("0") or "0"
        if one in ("38", "48"):
            size = {"5": 3, "2": 5}.get(given[at + 1] if at + 1 < len(given) else "", 0)
            values = given[at : at + size]
            if not size or len(values) < size or not all(v.isdigit() and int(v) < 256 for v in values[1:]):
                break
            safe += values
            at += size
            continue
        if one in _PLAIN:
            safe.append(one)
        at += 1
    return f"\x1b[{';'.join(safe)}m" if safe else None
