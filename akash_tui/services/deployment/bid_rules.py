"""Rules that choose a bid without a person, and why each other bid was not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.money import coin_name, plain
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.filtering.filter import EVERYTHING, Filter
from akash_tui.services.core.events import Rejection
from akash_tui.services.ports import BadInput

ANY = "any"


MORE_EXPENSIVE = "dearer"
"""The code, as events carry it, of a bid that was acceptable but cost more than the chosen one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`kind`: cheapest, prefer or none. `budget_h` caps the whole deployment in ACT per hour."""

    kind: str = "cheapest"
    prefer: tuple[str, ...] = ()
    """Models in order of preference, `any` for the rest: `("h100", "a100", "any")`."""
    budget_h: Decimal | None = None
    allow_undisclosed: bool = False
    audited_only: bool = False
    only: Filter = EVERYTHING
    """What a bid must surely be to be taken."""
    avoid: frozenset[str] = frozenset()
    """Providers never taken, by address."""

    def __post_init__(self) -> None:
        if self.kind not in ("cheapest", "prefer", "none"):
            raise BadInput(f"There is no rule {self.kind!r}.", "Use cheapest, prefer or none.")
        if self.kind == "prefer" and not self.prefer:
            raise BadInput("The rule prefer needs a list of models.", "For example --prefer h100,a100,any.")

    @property
    def words(self) -> str:
        """The rule as the `choice` event names it."""
        return f"prefer {','.join(self.prefer)}" if self.kind == "prefer" else self.kind


@dataclass(frozen=True, slots=True)
class BidChoice:
    """One bid a group, and the others with their reasons."""

    picks: dict[int, BidRow]
    rejected: dict[int, tuple[Rejection, ...]]
    missing: tuple[int, ...]
    """Groups without an acceptable bid; not empty means there is no choice."""


def choose(
    book: BidBook, rule: Rule, *, without: frozenset[BidId] = frozenset(), avoid: Mapping[str, str] | None = None
) -> BidChoice:
    """Apply the rule to the open bids; `without` are bids that already failed, `avoid` providers with the reason.

    Groups are independent but for the budget, which caps their sum: a group's choice may cost what the
    cheapest acceptable bids of the others leave of it.
    """
    groups = [g for g in book.groups if book.order_open(g) is not False]
    fit: dict[int, list[BidRow]] = {}
    rejected: dict[int, list[Rejection]] = {}
    for gseq in groups:
        fit[gseq], rejected[gseq] = [], []
        newest = book.newest_order(gseq)
        for row in book.rows(group=gseq):
            if row.id.order != newest:
                continue  # a bid on an order that is over, from before the group was opened again
            reason = unfit(row, rule, without, avoid or {})
            if reason is None:
                fit[gseq].append(row)
            else:
                rejected[gseq].append(Rejection(row.id.provider, *reason))
    cheapest = {g: min(price(r) for r in rows) for g, rows in fit.items() if rows}
    picks: dict[int, BidRow] = {}
    spent = Decimal(0)
    for gseq in groups:
        others = sum((p for g, p in cheapest.items() if g != gseq and g not in picks), Decimal(0))
        allowed = None if rule.budget_h is None else rule.budget_h - spent - others
        within = [r for r in fit[gseq] if allowed is None or price(r) <= allowed]
        rejected[gseq] += [
            Rejection(r.id.provider, "over_budget", f"costs {_h(r)} an hour; the budget leaves {_amount(allowed)}")
            for r in fit[gseq]
            if r not in within
        ]
        if not within:
            continue
        best = min(within, key=lambda r: _rank(r, rule))
        picks[gseq] = best
        spent += price(best)
        rejected[gseq] += [Rejection(r.id.provider, *_why_not_best(r, best, rule)) for r in within if r is not best]
    missing = tuple(g for g in groups if g not in picks)
    return BidChoice(picks, {g: tuple(r) for g, r in rejected.items()}, missing)


def price(row: BidRow) -> Decimal:
    """ACT per hour of a bid that a rule may choose (its price is known)."""
    return row.price_h if row.price_h is not None else Decimal("Infinity")


def unfit(
    row: BidRow, rule: Rule, without: frozenset[BidId] = frozenset(), avoid: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, str] | None:
    """Code and reason why the rule cannot take a bid, whatever the others cost; None if it can."""
    if row.state is not RowState.OPEN:
        return row.state.value, row.gone_reason
    if row.id.provider in avoid:
        return "avoided", f"its provider is avoided: {avoid[row.id.provider]}"
    if row.id in without:
        return "failed_before", "it was tried and failed"
    if row.price_h is None and row.oddity:
        return "absurd_price", row.oddity
    if row.price_h is None:
        return "other_denom", f"it is priced in {coin_name(row.bid.price.denom)}"
    if not rule.allow_undisclosed and any(g.source is not GpuSource.BID for g in row.gpus):
        # what the provider's attributes say is good to know, but this bid does not promise it
        return "undisclosed_gpu", "the bid does not say which GPU it gives"
    if rule.kind == "prefer" and ANY not in rule.prefer and _preference(row, rule.prefer) is None:
        return "not_preferred", f"its GPU is not among {', '.join(rule.prefer)}"
    if rule.audited_only and row.audited is not True:
        return (
            "not_audited",
            "its provider is not audited" if row.audited is False else "whether it is audited is not known",
        )
    if row.id.provider in rule.avoid:
        return "avoided", "the policy avoids its provider"
    hidden = rule.only.why_hidden(row)
    if hidden is not None:
        by, unknown = hidden
        return "filtered", f"the policy's filter does not let it through: {by}" + (" is not known" if unknown else "")
    return None


def _rank(row: BidRow, rule: Rule) -> tuple[int, Decimal, int, str]:
    preference = _preference(row, rule.prefer) if rule.kind == "prefer" else 0
    place = len(rule.prefer) if preference is None else preference
    return place, price(row), row.created_at, row.id.provider


def _preference(row: BidRow, prefer: Sequence[str]) -> int | None:
    """Place in the list of the least liked GPU of the bid; None if one of them is not in it (`any` is not a name)."""
    if not row.disclosure.count:
        return 0  # a group without GPUs: the list says nothing about it
    known = [g.model.model for g in row.gpus if g.source in (GpuSource.BID, GpuSource.PROVIDER)]
    if not known or len(known) != len(row.gpus):
        return prefer.index(ANY) if ANY in prefer else None
    places = [prefer.index(m) if m in prefer else prefer.index(ANY) if ANY in prefer else None for m in known]
    return None if None in places else max(p for p in places if p is not None)


def _why_not_best(row: BidRow, best: BidRow, rule: Rule) -> tuple[str, str]:
    if rule.kind == "prefer" and _rank(row, rule)[0] > _rank(best, rule)[0]:
        return "less_preferred", "its GPU comes later in the list"
    if price(row) > price(best):
        return MORE_EXPENSIVE, f"costs {_h(row)} an hour, the chosen one {_h(best)}"
    return "later", "costs the same and came later"


def _h(row: BidRow) -> str:
    return _amount(row.price_h)


def _amount(value: Decimal | None) -> str:
    return "?" if value is None else f"{plain(round(value, 6))} ACT"
