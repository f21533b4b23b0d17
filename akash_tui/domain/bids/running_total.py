"""What a choice for several groups costs so far, and what each open group would add to it at least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.decision import price, unfit
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.bids.rule import Rule


@dataclass(frozen=True, slots=True)
class GroupCost:
    """One group that needs a bid: the chosen one, or the cheapest that could be chosen."""

    gseq: int
    name: str
    chosen: BidRow | None
    cheapest: BidRow | None
    """The cheapest acceptable bid; None without one."""


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """All groups of a deployment that need a bid. Prices are ACT (about USD) an hour."""

    groups: tuple[GroupCost, ...]
    running_h: Decimal
    """What the leases cost that the deployment has already."""
    cap_h: Decimal | None
    """The most that the whole deployment may cost; None without a budget."""

    @property
    def chosen_h(self) -> Decimal | None:
        """What is chosen, together; None if a price is not in ACT."""
        prices = [group.chosen.price_h for group in self.groups if group.chosen is not None]
        known = [price_h for price_h in prices if price_h is not None]
        return sum(known, Decimal(0)) if len(known) == len(prices) else None

    @property
    def least_h(self) -> Decimal | None:
        """What is chosen with the cheapest bid of every other group; None if one has no acceptable bid."""
        chosen = self.chosen_h
        open_groups = [group for group in self.groups if group.chosen is None]
        cheapest = [price(group.cheapest) for group in open_groups if group.cheapest is not None]
        if chosen is None or len(cheapest) < len(open_groups):
            return None
        return chosen + sum(cheapest, Decimal(0))

    @property
    def left_h(self) -> Decimal | None:
        """What the budget leaves beside the running leases and what is chosen; below zero if it is exceeded."""
        chosen = self.chosen_h
        return None if self.cap_h is None or chosen is None else self.cap_h - self.running_h - chosen

    @property
    def too_little(self) -> bool:
        """Whether the budget does not pay for what is chosen and the cheapest bids of the open groups."""
        least = self.least_h if self.least_h is not None else self.chosen_h
        return self.cap_h is not None and least is not None and self.running_h + least > self.cap_h

    @property
    def sums(self) -> tuple[str, ...]:
        """`1 of 2 chosen ≈$0.92/h`, `all ≈$0.95/h`, `budget leaves ≈$0.28/h`: each that is known."""
        count = sum(group.chosen is not None for group in self.groups)
        parts = [f"{count} of {len(self.groups)} chosen" + (f" ≈${act(self.chosen_h)}/h" if count else "")]
        if count < len(self.groups) and self.least_h is not None:
            parts.append(f"all ≈${act(self.least_h)}/h")
        if self.left_h is not None:
            left = f"{act(abs(self.left_h))}/h"
            parts.append(f"≈${left} over budget" if self.left_h < 0 else f"budget leaves ≈${left}")
        return tuple(parts)

    @property
    def open_words(self) -> tuple[str, ...]:
        """What each group without a choice adds at least: `web adds ≈$0.03/h`, `db: no acceptable bid`."""
        return tuple(
            f"{group.name}: no acceptable bid"
            if group.cheapest is None
            else f"{group.name} adds ≈${act(group.cheapest.price_h)}/h"
            for group in self.groups
            if group.chosen is None
        )

    @property
    def words(self) -> str:
        """All of it in one line."""
        return " · ".join((*self.sums, *self.open_words))


def running_total(
    book: BidBook,
    picks: Mapping[int, BidId],
    rule: Rule,
    names: Mapping[int, str],
    *,
    running_h: Decimal = Decimal(0),
    avoid: Mapping[str, str] = MappingProxyType({}),
) -> RunningTotal:
    """Of the groups whose newest order is not known to be closed. `picks` are chosen, one bid a group; `rule` and
    `avoid` say which bids are acceptable, and the rule's budget is that of the whole deployment. `names` are those of
    the groups."""
    groups, rows = [], book.all()
    for gseq in book.groups:
        if book.order_open(gseq) is False:
            continue
        newest = book.newest_order(gseq)
        acceptable = [row for row in rows if row.id.order == newest and unfit(row, rule, avoid=avoid) is None]
        chosen = book.row(picks[gseq]) if gseq in picks else None
        groups.append(
            GroupCost(
                gseq,
                names.get(gseq) or f"group {gseq}",
                chosen if chosen is not None and chosen.state is RowState.OPEN else None,
                min(acceptable, key=price, default=None),
            )
        )
    return RunningTotal(tuple(groups), running_h, rule.budget_h)
