"""Durations, hours and amounts as people write them on the command line."""

from __future__ import annotations

import re
from decimal import Decimal

from akash_tui.domain.akash.amounts import AmountError, parse_act, parse_act_per_hour, parse_hours, parse_seconds
from akash_tui.services.ports import BadInput

_PARSERS = {"hours": parse_hours, "ACT": parse_act, "ACT per hour": parse_act_per_hour}


def seconds(text: str, option: str) -> float:
    """`30s`, `5m`, `1.5h`, or plain seconds. Raises `BadInput` that names the option."""
    try:
        return float(parse_seconds(text))
    except AmountError as error:
        raise BadInput(f"{option}: {error.message}.", f"Write it like {option} 30s, 5m or 1h.") from None


def positive(text: str | None, option: str, unit: str) -> Decimal | None:
    """A number above zero of `unit`: "hours", "ACT" or "ACT per hour"; None for no text. Raises `BadInput`."""
    if text is None:
        return None
    try:
        return _PARSERS[unit](text)
    except AmountError as error:
        raise BadInput(f"{option}: {error.message}; it takes {unit}.", f"Write it like {option} 24.") from None


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
