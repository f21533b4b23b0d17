"""Durations, sums of ACT and hourly prices as people write them: one rule for screens, command line and files.

    30s 5m 1.5h 2d 1h30m   a duration; its parts add up, larger units first
    5   $5   5 ACT         a sum; 1 ACT is about 1 USD of compute
    1.20/h                 a price per hour

A number is ASCII: `24`, `1.5`, `1,5` (a decimal comma; `1,000` is refused as ambiguous), `+2`, `.5`, `1_000` or `1e3`,
and below 10^9. The unit follows in capitals or not, with or without a blank. What a bare number means is said by
the caller: seconds, hours, ACT.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final

from akash_tui.domain.akash.money import MICRO, plain, rounded

LIMIT: Final = Decimal(10) ** 9
"""Every number, and every duration in the unit that is asked for, lies below it."""
SMALLEST: Final = Decimal("1e-12")
"""What is above zero but less than this is no figure that a person means."""
MOST_CHARACTERS: Final = 64
MOST_DIGITS: Final = 28
"""Significant ones: the precision of `Decimal`, so that what is read is what was written."""
UNIT_SECONDS: Final = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
}
_NUMBER = r"\+?[0-9.,_]+(?:e[+-]?[0-9]{1,2})?"
_AMOUNT = re.compile(rf"(\$?)\s*({_NUMBER})(?:\s*(act|/\s*h))?", re.ASCII)
_DURATION = re.compile(rf"\$?\s*((?:{_NUMBER}\s*(?:ms|[smhd])\s*)+)", re.ASCII)
_PART = re.compile(rf"({_NUMBER})\s*(ms|[smhd])\s*", re.ASCII)
_BEFORE_UNIT = re.compile(r"(?<=[0-9])\s+(?=(?:ms|[smhd]|act|/\s*h)(?:\s|$))", re.ASCII | re.IGNORECASE)
_THOUSANDS = re.compile(r"\+?[1-9][0-9]{0,2}(?:,[0-9]{3})+", re.ASCII)
_SHOWN = 20


class AmountError(ValueError):
    """Text that is no such amount: `message` without a full stop, `advice` a sentence with what to write."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    @property
    def text(self) -> str:
        """Both as sentences."""
        return f"{self.message[:1].upper()}{self.message[1:]}. {self.advice}"


class AmountKind(Enum):
    """What the unit behind a number says; NUMBER has none."""

    NUMBER = "number"
    ACT = "ACT"
    PER_HOUR = "/h"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as written: `value` in seconds for a DURATION, else as it stands. Zero or more."""

    value: Decimal
    kind: AmountKind
    dollar: bool = False
    """True with `$` before a bare number: a sum, never hours or a price."""


def read_amount(text: str, advice: str = "Write a number like 24 or 1.5.") -> Amount:
    """Read one amount of any kind; zero is one. Raises `AmountError` with `advice` as the remedy."""
    word = text.strip().removeprefix("≈").strip()
    if not word:
        raise AmountError("nothing is written", advice)
    if word.isascii():  # asked before lower(), which makes ASCII of some other letters
        word = word.lower()
        if match := _DURATION.fullmatch(word):
            parts = [(_number(number, text, advice), UNIT_SECONDS[unit]) for number, unit in _PART.findall(match[1])]
            factors = [factor for _, factor in parts]
            if factors != sorted(set(factors), reverse=True):
                raise AmountError(f"{_shown(text)} does not go from larger units to smaller ones", advice)
            return Amount(sum((number * factor for number, factor in parts), Decimal(0)), AmountKind.DURATION)
        if match := _AMOUNT.fullmatch(word):
            unit = match[3] or ""
            kind = AmountKind.ACT if unit == "act" else AmountKind.PER_HOUR if unit else AmountKind.NUMBER
            return Amount(_number(match[2], text, advice), kind, bool(match[1]) and kind is AmountKind.NUMBER)
    if word.lstrip("$ ").startswith("-"):
        raise AmountError(f"{_shown(text)} is below zero", advice)
    raise AmountError(f"{_shown(text)} is not an amount", advice)


def split_amounts(text: str) -> list[str]:
    """The amounts that stand side by side, a unit that is set apart joined to its number: `24 h 5 ACT`."""
    return [word for part in _BEFORE_UNIT.sub("", text).split() if (word := part.removeprefix("≈"))]


def parse_seconds(text: str) -> Decimal:
    """A duration in seconds, zero included; a bare number is seconds. Raises `AmountError`."""
    advice = "Write 30s, 5m or 1h."
    return _below_limit(_of_kind(text, AmountKind.DURATION, "a duration", advice).value, text, advice)


def parse_hours(text: str) -> Decimal:
    """Hours, more than zero; a bare number is hours. Raises `AmountError`."""
    advice = "Write 36h or 3d."
    found = _of_kind(text, AmountKind.DURATION, "a number of hours", advice)
    hours = found.value / UNIT_SECONDS["h"] if found.kind is AmountKind.DURATION else found.value
    return _below_limit(_above_zero(hours, text, advice), text, advice)


def parse_act(text: str) -> Decimal:
    """A sum in ACT, more than zero. Raises `AmountError`."""
    advice = "Write 5 or 5.25 for ACT."
    return _above_zero(_of_kind(text, AmountKind.ACT, "a sum of ACT", advice).value, text, advice)


def parse_act_per_hour(text: str) -> Decimal:
    """A price in ACT per hour, more than zero; the `/h` may be left out. Raises `AmountError`."""
    advice = "Write 1.20 or 1.20/h."
    return _above_zero(_of_kind(text, AmountKind.PER_HOUR, "a price per hour", advice).value, text, advice)


def parse_number(text: str) -> Decimal:
    """A number without a unit, more than zero. Raises `AmountError`."""
    advice = "Write a number like 2 or 0.5."
    return _above_zero(_of_kind(text, AmountKind.NUMBER, "a number", advice).value, text, advice)


def parse_uact(text: str) -> int:
    """A sum in ACT as whole micro-ACT, more than zero. Raises `AmountError`, also beyond six decimals."""
    micro = parse_act(text) * MICRO
    if micro != micro.to_integral_value():
        raise AmountError(f"{_shown(text)} has more than six decimals", "One millionth of an ACT is the smallest part.")
    return int(micro)


def parse_deposit(text: str) -> tuple[int | None, Decimal | None]:
    """A sum or what it must pay for: micro-ACT (`5`, `5 ACT`) or hours (`24h`, `3d`), the other one None.

    Raises `AmountError`.
    """
    if read_amount(text, "Write 5 for ACT, or 24h for hours.").kind is AmountKind.DURATION:
        return None, parse_hours(text)
    return parse_uact(text), None


_LIMIT = "Write 8h for a time, $10 for a sum, or both: 8h $10."


@dataclass(frozen=True, slots=True)
class RuntimeLimit:
    """When a deployment is to end: after some hours of running, or when its leases have cost a sum. Of both, what
    comes first."""

    hours: Decimal | None = None
    amount: int | None = None
    """Micro-ACT."""

    @property
    def words(self) -> str:
        """`8 h`, `$10`, `8 h or $10`."""
        return " or ".join(
            f"{number}{' min' if unit == 'm' else f' {unit}' if unit else ''}" for number, unit in self._parts
        )

    @property
    def typed(self) -> str:
        """As `parse_runtime_limit` reads it."""
        return " ".join(number + unit for number, unit in self._parts)

    @property
    def _parts(self) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = []
        if self.hours is not None:
            seconds = self.hours * 3600
            unit = next((unit for unit in "hm" if seconds >= UNIT_SECONDS[unit]), "s")
            parts.append((plain(rounded(seconds / UNIT_SECONDS[unit], 6)), unit))
        if self.amount is not None:
            parts.append((f"${plain(Decimal(self.amount) / MICRO)}", ""))
        return parts


def parse_runtime_limit(text: str) -> RuntimeLimit:
    """`8h`, `$10`, `10 ACT`, `8h $10`; a number alone is refused, since it may mean either. Raises `AmountError`."""
    found: dict[str, Decimal | int] = {}
    for word in split_amounts(text):
        if word.lower() == "or":
            continue
        amount = read_amount(word, _LIMIT)
        is_long = amount.kind is AmountKind.DURATION
        if not (is_long or amount.kind is AmountKind.ACT or amount.dollar):
            raise AmountError(f"{_shown(word)} is neither a time nor a sum", _LIMIT)
        name = "hours" if is_long else "amount"
        if name in found:
            raise AmountError(f"{_shown(word)} repeats what is already set", _LIMIT)
        found[name] = parse_hours(word) if is_long else parse_uact(word)
    if not found:
        raise AmountError("nothing is written", _LIMIT)
    return RuntimeLimit(**found)  # type: ignore[arg-type]  # each name has the type that its parser gives


def _of_kind(text: str, kind: AmountKind, name: str, advice: str) -> Amount:
    """An amount of this kind or a bare number; only a sum may have a dollar sign."""
    found = read_amount(text, advice)
    if found.kind not in (kind, AmountKind.NUMBER) or (found.dollar and kind is not AmountKind.ACT):
        raise AmountError(f"{_shown(text)} is not {name}", advice)
    return found


def _number(digits: str, text: str, advice: str) -> Decimal:
    if _THOUSANDS.fullmatch(digits):  # 1,000 is one to some and a thousand to others: never guessed about money
        raise AmountError(f"{_shown(text)} may mean a thousand or a decimal", "Write 1000, or 1.0 with a point.")
    try:
        value = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        raise AmountError(f"{_shown(text)} is not an amount", advice) from None
    if len(digits) > MOST_CHARACTERS or len(value.as_tuple().digits) > MOST_DIGITS:
        raise AmountError(f"{_shown(text)} has too many digits", advice)
    if 0 < value < SMALLEST:
        raise AmountError(f"{_shown(text)} is too small", advice)
    return _below_limit(value, text, advice)


def _below_limit(value: Decimal, text: str, advice: str) -> Decimal:
    if value >= LIMIT:
        raise AmountError(f"{_shown(text)} is too large", advice)
    return value


def _above_zero(value: Decimal, text: str, advice: str) -> Decimal:
    if value <= 0:
        raise AmountError(f"{_shown(text)} is not above zero", advice)
    return value


def _shown(text: str) -> str:
    return repr(text.strip()[:_SHOWN])
