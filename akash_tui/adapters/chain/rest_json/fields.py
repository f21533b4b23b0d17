"""Field types of REST JSON: numbers as the gateway writes them, and foreign text, cleaned.

The gateway writes 64-bit integers as strings, 32-bit ones as numbers, bytes as base64, decimals with 18
places, absent messages as `null` and empty lists as `[]` (recordings/chain). Bounds are wide enough for every
value a chain can store, so that one odd record never makes a whole list unreadable.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo

from akash_tui.domain.text import clean

RAW: Final = {"raw": True}
"""Validation context under which nothing is cleaned: tests use it to prove that reading loses nothing."""
LONG: Final = 4000
"""Longest event value or log line, in characters."""


class JsonModel(BaseModel):
    """Base of all JSON shapes; unknown keys are ignored, as newer nodes may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _is_raw(info: ValidationInfo) -> bool:
    return bool(info.context and info.context.get("raw"))


def _short(value: str, info: ValidationInfo) -> str:
    return value if _is_raw(info) else clean(value)


def _long(value: str, info: ValidationInfo) -> str:
    return value if _is_raw(info) else clean(value, LONG)


def _unbase64(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error


def _plain(value: Decimal) -> str:
    return format(value, "f")


Text = Annotated[str, AfterValidator(_short)]
"""Foreign text, cleaned to one printable line."""
LongText = Annotated[str, AfterValidator(_long)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**64 - 1), PlainSerializer(str)]
"""A 64-bit integer: a string in JSON."""
Int32 = Annotated[int, Field(ge=-(2**31), le=2**32 - 1)]
"""A 32-bit integer: a number in JSON."""
BigInt = Annotated[int, Field(ge=-(2**256), le=2**256), PlainSerializer(str)]
"""`cosmossdk.io/math.Int`: a string in JSON."""
Dec = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=120), PlainSerializer(_plain)]
"""`cosmossdk.io/math.LegacyDec`: a string with 18 places in JSON."""
Base64 = Annotated[
    bytes, BeforeValidator(_unbase64), PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str)
]

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)")
_DURATION = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?s")


def instant(text: str) -> datetime:
    """An RFC 3339 time with up to nanoseconds → aware UTC, cut to microseconds; ValueError for anything else."""
    found = _STAMP.fullmatch(text)
    if found is None:
        raise ValueError("not an RFC 3339 UTC time")
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return whole + timedelta(microseconds=int((found[2] or "0").ljust(9, "0")[:6]))


def instant_or_none(text: str | None) -> datetime | None:
    """Like `instant`, but None for what cannot be read."""
    try:
        return instant(text) if text else None
    except ValueError:
        return None


def seconds(text: str | None) -> Decimal | None:
    """A protobuf duration in JSON (`3600s`) → seconds; None if absent or unreadable."""
    if text is None or _DURATION.fullmatch(text) is None:
        return None
    return Decimal(text[:-1])
