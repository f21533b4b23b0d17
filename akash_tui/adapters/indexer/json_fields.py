"""Single parts of the indexer's JSON: what is missing, null, absurd or of another type becomes None, never an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from akash_tui.adapters.system import bounded_json
from akash_tui.adapters.system.bounded_json import JsonLimits
from akash_tui.domain.text import clean

ADDRESS = re.compile(r"akash1[02-9ac-hj-np-z]{38,58}\Z")
MOST_ROWS = 2_000
LIMITS = JsonLimits(8 << 20, parts=150_000, values=400_000)
"""Some 200 providers take 1.5 million bytes: 40 attributes each, with two objects or lists and four values. Room for
five times as many."""


def loads(body: bytes, limits: JsonLimits = LIMITS) -> object:
    """JSON with decimal fractions; NaN, infinities and numbers of more than 40 characters are read as null.

    ValueError for anything else, and for more than any real answer has.
    """
    return bounded_json.loads(
        body,
        limits,
        parse_float=_decimal,
        parse_int=lambda text: int(text) if len(text) <= 40 else None,
        parse_constant=lambda _: None,
    )


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if len(text) <= 40 else None
    except InvalidOperation:
        return None


def dicts(value: object, most: int = MOST_ROWS) -> Iterator[dict[str, object]]:
    """The objects of a list, at most this many."""
    yield from (item for item in value[:most] if isinstance(item, dict)) if isinstance(value, list) else ()


def text_of(value: object, limit: int = 200) -> str | None:
    """A cleaned string; None if it is none, or empty."""
    return clean(value, limit) or None if isinstance(value, str) else None


def truth(value: object) -> bool | None:
    """A real boolean."""
    return value if isinstance(value, bool) else None


def number(value: object, most: int, least: int = 0) -> Decimal | None:
    """`least` to `most`; compared before it is converted, so that 1e999999 stays harmless."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    found = Decimal(value)
    return found if found.is_finite() and least <= found <= most else None


def share(value: object) -> float | None:
    """Zero to one."""
    found = number(value, 1)
    return None if found is None else float(found)


def count(value: object, most: int = 1_000_000) -> int | None:
    """A whole number of things."""
    found = number(value, most)
    return int(found) if found is not None and found == found.to_integral_value() else None


def usd(value: object) -> Decimal | None:
    """USD an hour; zero and prices above 10,000 say nothing about a market."""
    found = number(value, 10_000)
    return found if found else None


def day(value: object) -> date | None:
    """The day of `2021-07-01` or `2021-07-01T00:00:00.000Z`."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return found if 2015 <= found.year <= 2200 else None


def instant(value: object) -> datetime | None:
    """A time with its zone, in UTC."""
    if not isinstance(value, str) or len(value) > 40 or day(value) is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
