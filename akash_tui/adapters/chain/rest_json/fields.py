"""Field types of REST JSON, the base of its shapes, and pages of lists.

The gateway writes 64-bit integers as strings, 32-bit ones as numbers, bytes as base64, decimals with 18
places, absent messages as `null` and empty lists as `[]` (recordings/chain). Bounds are wide enough for every
value a chain can store, so that one odd record never makes a whole list unreadable.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    ValidationError,
)

from akash_tui.domain.text import LIMIT, clean

LONG: Final = 4000
"""Longest event value or log line, in characters."""
LATEST_YEAR: Final = 2999
"""A later time is refused, so that adding to one never leaves what a datetime can hold."""

T = TypeVar("T")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class JsonModel(BaseModel):
    """Base of all JSON shapes: only what is read; unknown keys are ignored, as newer nodes may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Shape(Protocol[V_co]):
    """A JSON shape that becomes a value."""

    @classmethod
    def model_validate_json(cls, json_data: bytes, /) -> Shape[V_co]: ...

    def value(self) -> V_co:
        """ValueError for what is not complete."""


def at(*path: str, default: Any = ...) -> Any:
    """A field that lies deeper in the JSON. Without a default it must be there."""
    return Field(default, validation_alias=AliasPath(*path))


def first_of(*paths: tuple[str, ...], default: Any = ...) -> Any:
    """A field of which the first place in the JSON counts that there is."""
    return Field(default, validation_alias=AliasChoices(*(AliasPath(*path) for path in paths)))


# --- types of fields --------------------------------------------------------------------------

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)")
_DURATION = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?s")


def _unbase64(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error


def _instant(value: Any) -> datetime:
    """An RFC 3339 time with up to nanoseconds → aware UTC, cut to microseconds."""
    found = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not an RFC 3339 UTC time")
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    if whole.year > LATEST_YEAR:
        raise ValueError("a time that no block can have")
    return whole + timedelta(microseconds=int((found[2] or "0").ljust(9, "0")[:6]))


def _instant_or_none(value: Any) -> datetime | None:
    try:
        return _instant(value)
    except ValueError:
        return None


def _seconds(value: Any) -> Decimal | None:
    """A protobuf duration in JSON (`3600s`) → seconds; None if absent or unreadable."""
    if not isinstance(value, str) or _DURATION.fullmatch(value) is None:
        return None
    return Decimal(value[:-1])


Text = Annotated[str, AfterValidator(lambda text: clean(text, LIMIT))]
"""Foreign text, cleaned to one printable line."""
LongText = Annotated[str, AfterValidator(lambda text: clean(text, LONG))]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**64 - 1)]
"""A 64-bit integer: a string in JSON."""
Int32 = Annotated[int, Field(ge=-(2**31), le=2**32 - 1)]
"""A 32-bit integer: a number in JSON."""
BigInt = Annotated[int, Field(ge=-(2**256), le=2**256)]
"""`cosmossdk.io/math.Int`: a string in JSON."""
Dec = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=120)]
"""`cosmossdk.io/math.LegacyDec`: a string with 18 places in JSON."""
Base64 = Annotated[bytes, BeforeValidator(_unbase64)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
InstantOrNone = Annotated[datetime | None, BeforeValidator(_instant_or_none)]
"""A time that nothing depends on: None for what cannot be read."""
Seconds = Annotated[Decimal | None, BeforeValidator(_seconds)]
Many = Annotated[tuple[T, ...], FailFast(), BeforeValidator(lambda value: () if value is None else value)]
"""A list; null is an empty one. The first bad row ends it: a million of them would cost seconds."""


def place_of(error: ValueError) -> str:
    """Where in the JSON something is wrong, in words that an error may show."""
    path = error.errors(include_url=False, include_input=False)[0]["loc"] if isinstance(error, ValidationError) else ()
    return ".".join(str(part) for part in path[:8] if not isinstance(part, str) or part.isidentifier()) or "malformed"


# --- values and pages -------------------------------------------------------------------------


def value_of(shape: type[Shape[V]]) -> Callable[[bytes], V]:
    """Reads JSON of this shape as its value."""
    return lambda body: shape.model_validate_json(body).value()


class Page(JsonModel, Generic[T]):
    """One page of any list. `pagination.total` counts the rows of this page only and is never read."""

    rows: Many[T] = first_of(
        ("allowances",),
        ("balances",),
        ("bids",),
        ("certificates",),
        ("deployments",),
        ("grants",),
        ("leases",),
        ("orders",),
        ("providers",),
        ("records",),
        default=(),
    )
    next_key: str | None = at("pagination", "next_key", default=None)


@cache
def page_type(row: Any) -> type[Page[Any]]:
    """The shape of a page of such rows."""
    return Page[row]


def page_of(row: type[Shape[V]]) -> Callable[[bytes], tuple[list[V], str | None]]:
    """Reads one page of a list: the values of its rows, and the key of the next page (None after the last one)."""

    def read(body: bytes) -> tuple[list[V], str | None]:
        page = page_type(row).model_validate_json(body)
        return [found.value() for found in page.rows], page.next_key or None

    return read
