"""Numbers the way Go reads them: strconv, time.ParseDuration, and the chain's 18-place decimals.

The SDL's meaning is fixed by a Go program, so "1e3", "6." and "0x1p29" are sizes and "1_0" is not
(shared reference, SDL rules 1, 2, 13, 15). Every function returns None for text that Go rejects.
"""

from __future__ import annotations

import math
import re
from typing import Final

_DECIMAL_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_HEX_FLOAT = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)", re.ASCII)
_SPECIAL = re.compile(r"([+-]?)(inf|infinity)|nan", re.IGNORECASE | re.ASCII)
_UNSIGNED = re.compile(r"[0-9]+", re.ASCII)
_DEC_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DURATION_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")

_HTTP_TIMEOUT = re.compile(r"([0-9]+)(ms|s|m|h)?", re.ASCII)
_HTTP_UNITS = {None: 1, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
MAX_HTTP_TIMEOUT: Final = 2**32 - 1
"""Longest HTTP timeout in milliseconds: the manifest has 32 bits for it."""

_LONGEST: Final = 1000
"""No number needs more characters."""
TWO63: Final = 1 << 63
TWO64: Final = 1 << 64

DURATION_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}


def _underscores_ok(text: str) -> bool:
    """Go's rule: an underscore stands between digits, or right after a base prefix."""
    body = text.lstrip("+-") if text[:1] in ("+", "-") else text
    saw, start, hexadecimal = "^", 0, False
    if len(body) >= 2 and body[0] == "0" and body[1] in "bBoOxX":
        saw, start, hexadecimal = "0", 2, body[1] in "xX"
    for char in body[start:]:
        if "0" <= char <= "9" or (hexadecimal and char.lower() in "abcdef"):
            saw = "0"
        elif char == "_":
            if saw != "0":
                return False
            saw = "_"
        else:
            if saw == "_":
                return False
            saw = "!"
    return saw != "_"


def parse_float(text: str) -> float | None:
    """`strconv.ParseFloat(text, 64)`; out of range is an error there, and None here."""
    if len(text) > _LONGEST or ("_" in text and not _underscores_ok(text)):
        return None
    plain = text.replace("_", "")
    if _DECIMAL_FLOAT.fullmatch(plain):
        value = float(plain)
        return None if math.isinf(value) else value
    found = _HEX_FLOAT.fullmatch(plain)
    if found:
        return _hex_float(*found.groups(default=""))
    special = _SPECIAL.fullmatch(text)
    if special is None:
        return None
    if special[2] is None:
        return math.nan
    return -math.inf if special[1] == "-" else math.inf


def _hex_float(sign: str, whole: str, fraction: str, exponent: str) -> float | None:
    digits = whole + fraction
    if not digits:
        return None
    mantissa = int(digits, 16)
    power = max(-100_000, min(100_000, int(exponent[:12]))) - 4 * len(fraction)
    if mantissa == 0:
        return 0.0
    if mantissa.bit_length() + power > 1100:
        return None
    if mantissa.bit_length() + power < -1100:
        return 0.0
    try:
        value = float(mantissa << power) if power >= 0 else mantissa / (1 << -power)
    except OverflowError:
        return None
    return -value if sign == "-" else value


def parse_uint(text: str, bits: int) -> int | None:
    """`strconv.ParseUint(text, 10, bits)`: digits only, no sign."""
    if not _UNSIGNED.fullmatch(text):
        return None
    digits = text.lstrip("0") or "0"
    if len(digits) > 20:
        return None
    value = int(digits)
    return value if value < 1 << bits else None


def parse_integer(text: str) -> int | None:
    """`strconv.ParseInt(text, 0, 64)`, then `ParseUint`: base prefixes and leading-zero octal."""
    sign, body = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    base, digits = 10, body
    if len(body) > 1 and body[0] == "0":
        base, digits = {"x": (16, body[2:]), "o": (8, body[2:]), "b": (2, body[2:])}.get(body[1].lower(), (8, body[1:]))
    if not digits or not digits.isascii() or not digits.isalnum():
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > 64:
        return None
    try:
        value = int(digits, base)
    except ValueError:
        return None
    if sign == "-":
        return -value if value <= TWO63 else None
    if value < TWO63:
        return value
    return value if value < TWO64 and not sign else None


def to_uint64(value: float) -> int:
    """Go's conversion on amd64: truncation; what does not fit comes out as 2^63."""
    if math.isnan(value) or math.isinf(value) or abs(value) >= TWO64:
        return TWO63
    whole = int(value)
    return whole if whole >= 0 else whole % TWO64 if whole >= -TWO63 else TWO63


def to_uint32(value: float) -> int:
    """Go's conversion on amd64: through a 64-bit integer, of which the low half is kept."""
    if math.isnan(value) or math.isinf(value) or abs(value) >= TWO63:
        return 0
    return int(value) & 0xFFFF_FFFF


def parse_duration(text: str) -> int | None:
    """`time.ParseDuration` in nanoseconds: `1h30m`, `1.5h`, `300ms`; a bare number has no unit."""
    body = text[1:] if text[:1] in ("-", "+") else text
    if body == "0":
        return 0
    total, at = 0, 0
    while at < len(body):
        found = _DURATION_PART.match(body, at)
        if not found or not (found[1] or found[2]) or found[3] not in DURATION_UNITS:
            return None
        unit = DURATION_UNITS[found[3]]
        if len(found[1]) > 40 or int(found[1] or "0") > TWO63 // unit:
            return None
        part = int(found[1] or "0") * unit
        fraction, scale = 0, 1.0
        for digit in found[2] or "":
            if fraction > (TWO63 - 1) // 10 or fraction * 10 + int(digit) > TWO63:
                break
            fraction = fraction * 10 + int(digit)
            scale *= 10
        if fraction:
            part += int(float(fraction) * (float(unit) / scale))
        total += part
        if part > TWO63 or total > TWO63:
            return None
        at = found.end()
    if at == 0:
        return None
    if text[0] == "-":
        return -total
    return total if total < TWO63 else None


def parse_http_timeout(text: str) -> int | None:
    """A timeout written as text, in milliseconds: digits with ms, s, m or h, without a unit milliseconds."""
    found = _HTTP_TIMEOUT.fullmatch(text)
    if not found:
        return None
    digits = found[1].lstrip("0") or "0"
    return int(digits) * _HTTP_UNITS[found[2]] if len(digits) <= 20 else MAX_HTTP_TIMEOUT + 1


def suggest_http_timeout(text: str) -> str | None:
    """The spelling that a refused timeout certainly means: `60 S` is `60s`, `1m30s` is `90s`, `60000.0` is 60000."""
    plain = text.strip().lower().replace(" ", "")
    plain = plain.removesuffix(".0") if plain.replace(".", "", 1).isdigit() else plain
    for word, unit in (("seconds", "s"), ("second", "s"), ("secs", "s"), ("sec", "s"), ("minutes", "m"), ("min", "m")):
        plain = f"{plain.removesuffix(word)}{unit}" if plain.endswith(word) else plain
    milliseconds = parse_http_timeout(plain)
    if plain != text and milliseconds is not None:
        return plain if milliseconds <= MAX_HTTP_TIMEOUT else None
    whole = parse_duration(plain)
    if whole is None or whole <= 0 or whole % 1_000_000 or whole // 1_000_000 > MAX_HTTP_TIMEOUT:
        return None
    milliseconds = whole // 1_000_000
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"


def parse_decimal(text: str) -> int | None:
    """`math.LegacyNewDecFromStr`: the value times 10^18. Plain decimals of at most 18 places."""
    negative = text.startswith("-")
    body = text[1:] if negative else text
    whole, point, fraction = body.partition(".")
    if not body or len(body) > 200 or (point and (not whole or not fraction)) or len(fraction) > 18:
        return None
    digits = whole + fraction
    if not _DEC_INTEGER.fullmatch(digits):
        return None
    value = int(digits + "0" * (18 - len(fraction)))
    if value.bit_length() > 315:
        return None
    return -value if negative else value
