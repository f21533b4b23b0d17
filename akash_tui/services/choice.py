"""Rules that choose a bid without a person, and why each other bid was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.book import BidBook, BidRow
from akash_tui.domain.market import BidId
from akash_tui.services.events import Rejection


@dataclass(frozen=True, slots=True)
class Rule:
    """`kind`: cheapest, prefer or none. `budget_h` caps the whole deployment in ACT per hour."""

    kind: str = "cheapest"
    prefer: tuple[str, ...] = ()
    """Models in order of liking, `any` for the rest: `("h100", "a100", "any")`."""
    budget_h: Decimal | None = None
    allow_undisclosed: bool = False
    audited_only: bool = False

    @property
    def words(self) -> str:
        """The rule as the `choice` event names it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Choice:
    """One bid a group, and the others with their reasons."""

    picks: dict[int, BidRow]
    rejected: dict[int, tuple[Rejection, ...]]
    missing: tuple[int, ...]
    """Groups without an acceptable bid; not empty means there is no choice."""


def choose(book: BidBook, rule: Rule, *, without: frozenset[BidId] = frozenset()) -> Choice:
    """Apply the rule to the open bids; `without` are bids that already failed."""
    raise NotImplementedError
