"""Coins and 18-digit decimals of the practice chain, as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

ONE = 10**18


@dataclass(frozen=True, slots=True)
class DecCoin:
    """An amount with 18 decimal places: `atto` is the amount times 10**18 (may be negative)."""

    denom: str
    atto: int

    @property
    def json(self) -> dict[str, str]:
        """As REST and events write it."""
        return {"denom": self.denom, "amount": dec_text(self.atto)}


def coin_json(denom: str, amount: int) -> dict[str, str]:
    """A whole-number coin as REST writes it."""
    return {"denom": denom, "amount": str(amount)}


def dec_text(atto: int) -> str:
    """`6500.500000000000000000`: always 18 places."""
    sign, atto = ("-", -atto) if atto < 0 else ("", atto)
    return f"{sign}{atto // ONE}.{atto % ONE:018d}"


def dec_from_text(text: str) -> int:
    """The inverse of dec_text; shorter fractions are filled up, longer ones are a ValueError."""
    sign = -1 if text.startswith("-") else 1
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(fraction) > 18 or not (whole + fraction).isdecimal():
        raise ValueError(f"no decimal: {text!r}")
    return sign * int((whole or "0") + fraction.ljust(18, "0"))


def dec_from_wire(text: str) -> int:
    """A LegacyDec as protobuf carries it: an integer string already times 10**18; empty is zero."""
    return int(text) if text else 0
