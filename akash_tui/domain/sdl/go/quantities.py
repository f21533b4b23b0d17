"""Sizes, CPU shares and prices as the SDL spells them, with a suggestion where Go rejects the spelling.

Go's suffixes are exactly k Ki M Mi G Gi T Ti P Pi E Ei, case and all; the number before them is
whatever ParseFloat takes; the product is cut to a whole number (shared reference, SDL rules 1, 2, 5).
"""

from __future__ import annotations

import re
from typing import Final

from akash_tui.domain.sdl.go.numbers import parse_float, parse_uint, to_uint32, to_uint64

Ki: Final = 1 << 10
Mi: Final = 1 << 20
Gi: Final = 1 << 30
Ti: Final = 1 << 40

SUFFIXES: Final[dict[str, int]] = {
    "k": 10**3, "Ki": Ki, "M": 10**6, "Mi": Mi, "G": 10**9, "Gi": Gi,
    "T": 10**12, "Ti": Ti, "P": 10**15, "Pi": 1 << 50, "E": 10**18, "Ei": 1 << 60,
}  # fmt: skip
BINARY: Final[dict[str, int]] = {name: size for name, size in SUFFIXES.items() if name.endswith("i")}

_BLANKS = " \t\n\r\f\v"
"""Taken off both ends before the next two match, which then read long blanks inside in one way only."""
_LOOSE = re.compile(r"([+-]?[0-9][0-9_]*(?:[.,][0-9]+)?|[+-]?\.[0-9]+)\s*([kmgtpe])?i?(?:b|bytes?)?", re.I | re.A)
_LOOSE_CPU = re.compile(r"([0-9]+(?:[.,][0-9]+)?|\.[0-9]+)\s*(m|c|cpus?|v?cores?|vcpus?)?", re.I | re.A)


def parse_size(text: str, suffixes: dict[str, int] = SUFFIXES) -> int | str:
    """Bytes; or the reason, `spelling` or `negative`, why Go rejects the text."""
    factor = 1
    number = text
    for length in (2, 1):
        if text[-length:] in suffixes and len(text) >= length:
            factor, number = suffixes[text[-length:]], text[:-length]
            break
    value = parse_float(number)
    if value is None:
        return "spelling"
    value *= float(factor)
    return "negative" if value < 0 else to_uint64(value)


def parse_cpu(text: str) -> int | str:
    """Thousandths of a core; or the reason, `spelling` or `negative`."""
    if text.endswith("m"):
        milli = parse_uint(text[:-1], 32)
        return "spelling" if milli is None else milli
    value = parse_float(text)
    if value is None:
        return "spelling"
    value *= 1000
    return "negative" if value < 0 else to_uint32(value)


def suggest_size(text: str) -> str | None:
    """The spelling most likely meant: `6GB` → `6Gi`, `512mi` → `512Mi`, `1 Gi` → `1Gi`, `64B` → `64`."""
    found = _LOOSE.fullmatch(text.strip(_BLANKS))
    if not found:
        return None
    unit = f"{found[2].upper()}i" if found[2] else ""
    better = found[1].replace(",", ".") + unit
    return better if better != text and isinstance(parse_size(better), int) else None


def suggest_cpu(text: str) -> str | None:
    """`2 cores` → `2`, `0,5` → `0.5`, `500M` → `500m`, `100.5m` → `100m`."""
    found = _LOOSE_CPU.fullmatch(text.strip(_BLANKS))
    if not found:
        return None
    number = found[1].replace(",", ".")
    milli = (found[2] or "").lower() == "m"
    better = f"{number.partition('.')[0] or '0'}m" if milli else number
    return better if better != text and isinstance(parse_cpu(better), int) else None


def size_text(size: int) -> str:
    """Bytes in the largest binary unit that divides them: 536870912 → `512Mi`."""
    for name in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        if size and size % SUFFIXES[name] == 0:
            return f"{size // SUFFIXES[name]}{name}"
    return str(size)
