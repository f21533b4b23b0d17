"""A rule for choosing bids: preferred GPUs with a price each, how long it waits, and what a bid must be.

Preferences are one line, the first one that a bid meets counts:

    h100 <= 1.50, a100 <= 1.00, any >= 40 GB <= 0.80

A price is ACT (about USD) an hour for the whole bid of one group, all its GPUs together: as a budget's price is for the
whole deployment. `>= 40 GB` is what each GPU must have at least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.amounts import AmountError, parse_act_per_hour, parse_seconds, read_amount
from akash_tui.domain.akash.money import plain, rate
from akash_tui.domain.filtering.filter import EVERYTHING, Filter

ANY = "any"
MOST_PREFERENCES = 50
LONGEST = 2000
"""Characters of a line of preferences; nobody types more."""
BIDS_ALONE_SECONDS = Decimal(120)
"""How long a number of bids is waited for where no time is named: bids that wait are withdrawn after five minutes."""

_HOW = "Write it like h100 <= 1.50, a100 <= 1.00, any >= 40 GB <= 0.80."
_WAIT = "Write 45s, 5 bids, or both: 45s or 5 bids."
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
_OPERATOR = re.compile(r"<=|=<|≤|>=|=>|≥|[<>=]")
_VRAM = re.compile(r"([0-9]{1,5})\s*gi?b?", re.ASCII | re.IGNORECASE)
_PER_GPU = re.compile(r"/\s*gpu", re.IGNORECASE)
_BIDS = re.compile(r"([0-9]{1,4})\s*bids?", re.ASCII | re.IGNORECASE)
_UP_TO = ("<=", "=<", "≤")
_AT_LEAST = (">=", "=>", "≥")


class RuleError(AmountError):
    """What cannot be read in a rule: `message` says where, `advice` what to write."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Bids of one GPU model, or of any; each part that is left out asks for nothing."""

    model: str = ANY
    """As the network writes it, or `any`."""
    vram_gib: int | None = None
    """What each GPU must have at least. A bid whose VRAM is not known does not have it."""
    cap_h: Decimal | None = None
    """The most that a bid of it may cost: ACT per hour for the whole group, all its GPUs together."""

    @property
    def words(self) -> str:
        """`any ≥ 40 GB ≤ 0.80`."""
        return self.typed.replace("<=", "≤").replace(">=", "≥")

    @property
    def typed(self) -> str:
        """As `parse_preferences` reads it."""
        vram = "" if self.vram_gib is None else f" >= {self.vram_gib} GB"
        cap = "" if self.cap_h is None else f" <= {_price(self.cap_h)}"
        return f"{self.model}{vram}{cap}"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long bids are collected before one is chosen: of time and number, what comes first."""

    seconds: Decimal | None = None
    """Of reads that went well. None with a number of bids: at most `BIDS_ALONE_SECONDS`."""
    bids: int | None = None
    """Open bids that every group must have."""

    @property
    def longest(self) -> float:
        """Seconds after which it is over, however many bids there are."""
        return float(self.seconds if self.seconds is not None else BIDS_ALONE_SECONDS if self.bids else 0)

    def is_over(self, passed: float, fewest: int) -> bool:
        """Whether enough has come: `passed` seconds of collecting, `fewest` open bids of the group with fewest."""
        return passed >= self.longest or (self.bids is not None and fewest >= self.bids)

    @property
    def words(self) -> str:
        """`45 s or 5 bids`."""
        parts = [] if self.seconds is None else [f"{plain(self.seconds)} s"]
        return " or ".join(parts + ([] if self.bids is None else [f"{self.bids} bid{'s' * (self.bids != 1)}"]))

    @property
    def typed(self) -> str:
        """As `parse_wait` reads it."""
        return self.words.replace(" s", "s")


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be taken without a person, and in which order of preference. Every part only narrows the choice.

    `kind`: cheapest, prefer (by `prefer`, then the cheapest) or none. Raises `ValueError` for any other.
    """

    kind: str = "cheapest"
    prefer: tuple[Preference, ...] = ()
    """In order: the first that a bid meets is its place. What meets none is not taken."""
    budget_h: Decimal | None = None
    """The most that all groups together may cost, in ACT per hour."""
    allow_undisclosed: bool = False
    audited_only: bool = False
    only: Filter = EVERYTHING
    """What a bid must surely be to be taken."""
    avoid: frozenset[str] = frozenset()
    """Providers never taken, by address."""
    wait: Wait | None = None
    """None: as long as is usual where it is used."""
    uptime_7d: Decimal | None = None
    """Per cent of the last 7 days that a provider was up, at least. One whose uptime is not known is not taken."""
    reachable: bool = False
    """Only providers that answer on their status page now. One that was not asked yet is not taken."""
    same_provider: bool = False
    """All groups at one provider."""

    def __post_init__(self) -> None:
        if self.kind not in ("cheapest", "prefer", "none"):
            raise ValueError(f"there is no rule {self.kind!r}")
        if (self.kind == "prefer") != bool(self.prefer):
            raise ValueError("the rule prefer and a list of preferences belong together")

    @property
    def words(self) -> str:
        """The rule as the `choice` event names it."""
        return f"prefer {','.join(p.typed for p in self.prefer)}" if self.kind == "prefer" else self.kind

    @property
    def summary(self) -> str:
        """`h100 ≤ 1.50, any ≤ 0.80 · wait 45 s · audited`: everything that it asks for."""
        parts = [", ".join(p.words for p in self.prefer) or "the cheapest"]
        if self.wait is not None:
            parts.append(f"wait {self.wait.words}")
        if self.audited_only:
            parts.append("audited")
        if self.uptime_7d is not None:
            parts.append(f"up ≥ {plain(self.uptime_7d)} %")
        if self.reachable:
            parts.append("reachable")
        if self.same_provider:
            parts.append("one provider")
        if self.budget_h is not None:
            parts.append(f"≤ ${rate(self.budget_h)}/h in all")
        if self.avoid:
            parts.append(f"avoids {len(self.avoid)}")
        if self.only.terms:
            parts.append(self.only.text)
        if self.allow_undisclosed:
            parts.append("undisclosed too")
        return " · ".join(parts)


def parse_preferences(text: str) -> tuple[Preference, ...]:
    """`h100 <= 1.50, any >= 40 GB <= 0.80`, in order of preference; nothing for nothing. Raises `RuleError` that names
    the place, counted from 1."""
    if len(text) > LONGEST:
        raise RuleError(f"these are more than {LONGEST} characters", _HOW)
    found: list[Preference] = []
    start = 0
    if not text.strip():
        return ()
    for entry in text.split(","):
        found.append(_preference(entry, start))
        start += len(entry) + 1
    if len(found) > MOST_PREFERENCES:
        raise RuleError(f"these are more than {MOST_PREFERENCES} preferences", _HOW)
    return tuple(found)


def _preference(entry: str, start: int) -> Preference:
    """One part between commas, which begins at `start` of the whole text."""
    operators = list(_OPERATOR.finditer(entry))
    head = entry[: operators[0].start()] if operators else entry
    at = start + len(entry) - len(entry.lstrip()) + 1
    name = head.strip().lower()
    if not name and not operators:
        raise RuleError(f"nothing is written at {at}", _HOW)
    if name and not (_NAME.fullmatch(name) and re.search("[a-z]", name)):
        advice = "A price has a point, not a comma: 1.50." if name.isdecimal() else _HOW
        raise RuleError(f"{name[:20]!r} at {at} is not a GPU model", advice)
    vram: int | None = None
    cap: Decimal | None = None
    for number, operator in enumerate(operators, 1):
        value = entry[operator.end() : operators[number].start() if number < len(operators) else None].strip()
        place = start + operator.start() + 1
        if operator[0] not in _UP_TO + _AT_LEAST:
            raise RuleError(
                f"{operator[0]!r} at {place} is not understood", "Write <= before a price and >= before GB of VRAM."
            )
        if operator[0] in _UP_TO:
            if cap is not None:
                raise RuleError(f"the second price at {place} is one too many", _HOW)
            cap = _cap(value, place)
        else:
            if vram is not None:
                raise RuleError(f"the second VRAM at {place} is one too many", _HOW)
            vram = _vram(value, place)
    return Preference(name or ANY, vram, cap)


def _cap(value: str, place: int) -> Decimal:
    if _VRAM.fullmatch(value):
        raise RuleError(f"{value!r} at {place} is VRAM", f"VRAM is asked for as >= {value}; <= is for a price.")
    if _PER_GPU.search(value):
        raise RuleError(
            f"{value[:20]!r} at {place} is a price for one GPU",
            "Write the price of the whole bid an hour, all its GPUs together: 3.00 for two GPUs at 1.50 each.",
        )
    try:
        return parse_act_per_hour(value.removeprefix("≈").strip().removeprefix("$"))
    except AmountError as error:
        raise RuleError(f"{error.message} at {place}", "Write a price per hour like <= 1.50.") from None


def _vram(value: str, place: int) -> int:
    match = _VRAM.fullmatch(value)
    if match is None or not int(match[1]):
        raise RuleError(
            f"{value[:20]!r} at {place} is not an amount of VRAM",
            "Write >= 40 GB; a price is the most to pay: <= 1.50.",
        )
    return int(match[1])


def parse_wait(text: str) -> Wait | None:
    """`45s`, `5 bids`, `45s or 5 bids`; None for nothing. Raises `RuleError`."""
    if not text.strip():
        return None
    seconds: Decimal | None = None
    bids: int | None = None
    rest = text
    if match := _BIDS.search(text):
        bids = int(match[1])
        rest = f"{text[: match.start()]} {text[match.end() :]}"
    rest = " ".join(word for word in rest.split() if word.lower() != "or")
    if rest:
        try:
            seconds = parse_seconds(rest)
        except AmountError as error:
            raise RuleError(error.message, _WAIT) from None
        if seconds > 3600:
            raise RuleError(f"{rest!r} is more than an hour", "Bids that wait are withdrawn after five minutes.")
    if bids == 0:
        raise RuleError("no bid is nothing to wait for", _WAIT)
    return Wait(seconds, bids)


def parse_percent(text: str) -> Decimal | None:
    """`99`, `99.5 %`; None for nothing. Raises `RuleError`."""
    word = text.strip().removesuffix("%").strip()
    if not word:
        return None
    try:
        value = read_amount(word).value
    except AmountError as error:
        raise RuleError(error.message, "Write per cent, like 99 or 99.5.") from None
    if not 0 < value <= 100:
        raise RuleError(f"{word[:20]!r} is not above 0 and at most 100", "Write per cent, like 99 or 99.5.")
    return value


def _price(value: Decimal) -> str:
    """A price with two decimals at least, so that it reads as money: `1.50`."""
    text = plain(value)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"
