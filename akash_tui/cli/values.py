"""Durations, hours and amounts as people write them on the command line."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from akash_tui.services.ports import BadInput

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}


def seconds(text: str, option: str) -> float:
    """`30s`, `5m`, `1.5h`, or plain seconds."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise BadInput(f"{option}: {text!r} is not a duration.", f"Write it like {option} 30s, 5m or 1h.")
    return float(Decimal(found[1]) * _SECONDS[found[2] or "s"])


def positive(text: str | None, option: str, unit: str) -> Decimal | None:
    """A decimal above zero, `24` or `1.20`; for hours also with an `h` at the end. None stays None."""
    if text is None:
        return None
    number = text.strip().removesuffix("h") if unit == "hours" else text.strip()
    try:
        value = Decimal(number)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0 or value > Decimal(10) ** 9:
        raise BadInput(f"{option}: {text!r} is not a number of {unit} above zero.", f"Write it like {option} 24.")
    return value


def address(text: str) -> str:
    """An Akash account address by its shape; the vault verifies the checksum."""
    if not re.fullmatch(r"akash1[02-9ac-hj-np-z]{38,58}", text):
        raise BadInput(f"{text!r} is not an Akash address.", "An address starts with akash1 and has 44 characters.")
    return text


def dseq_of(text: str) -> int:
    """A deployment's sequence number (dseq): digits only, as the chain writes it."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**64):
        raise BadInput(f"{text!r} is not a dseq.", "akash-tui lease list shows the dseq of each deployment.")
    return int(text)
