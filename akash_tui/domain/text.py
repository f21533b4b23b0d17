"""Foreign text, made safe to show on one line; and the sign for what is unknown."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Final

NOT_KNOWN: Final = "?"
"""Stands for a figure or a word that is unknown, on the screen as on the command line."""
LIMIT = 200
"""Longest cleaned text in characters; longer names are cut."""
_YEAR_FROM_HOURS: Final = 300 * 24
"""From here on a day and a month alone may be read as those of another year."""

_DROP = dict.fromkeys(
    (
        *range(0x00, 0x20),
        *range(0x7F, 0xA0),  # C0, DEL and C1: escape sequences live here
        0x00AD,
        0x034F,
        0x061C,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        *range(0x180B, 0x1810),
        *range(0x200B, 0x2010),  # zero width characters and direction marks
        *range(0x2028, 0x202F),  # line separators and bidi overrides
        *range(0x2060, 0x2070),
        0x3164,
        *range(0xD800, 0xE000),  # lone surrogates cannot be written to a terminal
        *range(0xFE00, 0xFE10),
        0xFEFF,
        0xFFA0,
        *range(0xFFF0, 0xFFFC),
        *range(0xE0000, 0xE1000),
    )
)
_SPACES = dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), " ")
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC with its body
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` as one printable line of at most `limit` characters.

    Escape sequences are removed whole (with the bodies that a terminal would act on), then all other control,
    zero-width and direction-changing characters; line breaks become spaces.
    """
    if text.isascii() and text.isprintable():
        return text if len(text) <= limit else text[: limit - 1] + "…"
    text = _ESCAPES.sub("", text[: limit * 8]).translate(_SPACES).translate(_DROP).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_lines(text: str, limit: int = 4000) -> str:
    """Like `clean`, but keeps line breaks; for provider and chain messages shown in a text view."""
    return "\n".join(clean(line, 500) for line in text[:limit].splitlines())


def plural(count: int | None, noun: str) -> str:
    """`1 bid`, `3 bids`, `? bids` where it is unknown."""
    return f"{NOT_KNOWN if count is None else f'{count:,}'} {noun if count == 1 else noun + 's'}"


def short_address(address: str) -> str:
    """`akash1qqu…kf3`: enough of an address to recognise it, never so much that it looks complete."""
    return address if len(address) <= 16 else f"{address[:9]}…{address[-3:]}"


def local_time(at: datetime) -> str:
    """A moment in the time zone of this machine: `Tue 24 Nov 11:40`."""
    return at.astimezone().strftime("%a %d %b %H:%M")


def end_time(at: datetime, hours: Decimal) -> str:
    """`local_time` of an end that is this many hours away; where its year would be unclear, the date: `19 Apr 2029`."""
    return local_time(at) if hours < _YEAR_FROM_HOURS else at.astimezone().strftime("%-d %b %Y")
