"""Which bids a rule takes, and why it does not take the others: the same for the screen and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.gpu import GpuOffer, GpuSource
from akash_tui.domain.akash.money import coin_name, plain
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.rule import ANY, Preference, Rule


class Reason(StrEnum):
    """Why a bid was not taken: the only codes there are. Events and answers carry them as they stand here."""

    GONE = "gone"
    LOST = "lost"
    TAKEN = "taken"
    AVOIDED = "avoided"
    FAILED_BEFORE = "failed_before"
    ABSURD_PRICE = "absurd_price"
    OTHER_DENOM = "other_denom"
    UNDISCLOSED_GPU = "undisclosed_gpu"
    NOT_PREFERRED = "not_preferred"
    TOO_LITTLE_VRAM = "too_little_vram"
    VRAM_UNKNOWN = "vram_unknown"
    ABOVE_CAP = "above_cap"
    NOT_AUDITED = "not_audited"
    LOW_UPTIME = "low_uptime"
    UPTIME_UNKNOWN = "uptime_unknown"
    UNREACHABLE = "unreachable"
    REACH_UNKNOWN = "reach_unknown"
    FILTERED = "filtered"
    OTHER_PROVIDER = "other_provider"
    OVER_BUDGET = "over_budget"
    LESS_PREFERRED = "less_preferred"
    MORE_EXPENSIVE = "more_expensive"
    LATER = "later"

    @property
    def words(self) -> str:
        """The code as a person reads it."""
        return _WORDS.get(self, self.value.replace("_", " "))


_WORDS: Final = {
    Reason.UNDISCLOSED_GPU: "GPU not stated",
    Reason.TOO_LITTLE_VRAM: "too little VRAM",
    Reason.VRAM_UNKNOWN: "VRAM unknown",
    Reason.OTHER_DENOM: "in another token",
    Reason.REACH_UNKNOWN: "not known to answer",
    Reason.UNREACHABLE: "does not answer",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a bid was not taken: a code and a clause for a person."""

    provider: str
    code: Reason
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One bid a group, and every other one with its reason."""

    picks: dict[int, BidRow]
    rejected: dict[int, tuple[Rejection, ...]]
    missing: tuple[int, ...]
    """Groups without an acceptable bid; not empty means that nothing is taken."""
    waited: bool = True
    """Whether the rule has waited long enough."""

    @property
    def usable(self) -> bool:
        """True if there is a bid for every group that needs one."""
        return bool(self.picks) and not self.missing

    @property
    def choice(self) -> dict[int, BidId] | None:
        """What to lease now: the whole set; None while nothing is."""
        return {gseq: row.id for gseq, row in self.picks.items()} if self.usable and self.waited else None

    @property
    def total_h(self) -> Decimal:
        """ACT per hour of all that is picked."""
        return sum((price(row) for row in self.picks.values()), Decimal(0))


def decide(
    book: BidBook,
    rule: Rule,
    *,
    waited: float | None = None,
    tried: Mapping[BidId, str] = MappingProxyType({}),
    avoid: Mapping[str, str] = MappingProxyType({}),
    beside: frozenset[str] = frozenset(),
) -> Decision:
    """Apply the rule to the open bids of every group that still needs one.

    `waited` is for how many seconds bids have been collected; None: long enough. `tried` are bids that failed, `avoid`
    providers, each with the reason; `beside` the providers of leases that run already. The rule's budget is for these
    groups alone. Groups are independent but for the budget, which caps their sum (a group's choice may cost what the
    cheapest acceptable bids of the others leave of it), and for `same_provider`.
    """
    groups = [g for g in book.groups if book.order_open(g) is not False]
    fit: dict[int, list[BidRow]] = {}
    rejected: dict[int, list[Rejection]] = {}
    fewest: int | None = None
    for gseq in groups:
        fit[gseq], rejected[gseq] = [], []
        newest = book.newest_order(gseq)
        rows = [row for row in book.rows(group=gseq) if row.id.order == newest]  # not of an order that is over
        count = sum(row.state is RowState.OPEN for row in rows)
        fewest = count if fewest is None else min(fewest, count)
        for row in rows:
            reason = unfit(row, rule, tried, avoid, beside)
            if reason is None:
                fit[gseq].append(row)
            else:
                rejected[gseq].append(Rejection(row.id.provider, *reason))
    picks = _at_one_provider(fit, rule, rejected) if rule.same_provider else _picks(fit, rule, rejected)
    enough = waited is None or rule.wait is None or rule.wait.is_over(waited, fewest or 0)
    missing = tuple(g for g in groups if g not in picks)
    return Decision(picks, {g: tuple(r) for g, r in rejected.items()}, missing, enough)


def _picks(fit: Mapping[int, Sequence[BidRow]], rule: Rule, rejected: dict[int, list[Rejection]]) -> dict[int, BidRow]:
    """The best bid of each group within the budget; what is not picked goes to `rejected`."""
    cheapest = {g: min(price(r) for r in rows) for g, rows in fit.items() if rows}
    picks: dict[int, BidRow] = {}
    spent = Decimal(0)
    for gseq, rows in fit.items():
        others = sum((p for g, p in cheapest.items() if g != gseq and g not in picks), Decimal(0))
        allowed = None if rule.budget_h is None else rule.budget_h - spent - others
        within: list[BidRow] = []
        for r in rows:
            if allowed is None or price(r) <= allowed:
                within.append(r)
            else:
                over = f"costs {_h(r)} an hour; the budget leaves {_amount(allowed)}"
                rejected[gseq].append(Rejection(r.id.provider, Reason.OVER_BUDGET, over))
        if not within:
            continue
        best = min(within, key=lambda r: _rank(r, rule))
        picks[gseq] = best
        spent += price(best)
        rejected[gseq] += [Rejection(r.id.provider, *_why_not_best(r, best, rule)) for r in within if r is not best]
    return picks


def _at_one_provider(
    fit: Mapping[int, Sequence[BidRow]], rule: Rule, rejected: dict[int, list[Rejection]]
) -> dict[int, BidRow]:
    """The best set of bids of one provider: by its places in the list together, then by its price."""
    offers: dict[str, dict[int, list[BidRow]]] = {}
    for gseq, rows in fit.items():
        for row in rows:
            offers.setdefault(row.id.provider, {g: [] for g in fit})[gseq].append(row)
    best: dict[int, BidRow] = {}
    refused: dict[str, dict[int, list[Rejection]]] = {}
    sets: dict[str, dict[int, BidRow]] = {}
    for owner, mine in offers.items():
        refused[owner] = {g: [] for g in fit}
        sets[owner] = _picks(mine, rule, refused[owner])
        if len(sets[owner]) == len(fit) and (not best or _set_rank(sets[owner], rule) < _set_rank(best, rule)):
            best = sets[owner]
    chosen = next(iter(best.values())).id.provider if best else ""
    for gseq, rows in fit.items():
        over = {r.provider for found in refused.values() for r in found[gseq]}
        for row in rows:
            owner = row.id.provider
            if owner in over:
                rejected[gseq] += refused[owner][gseq]
            elif len(sets[owner]) < len(fit):
                rejected[gseq].append(
                    Rejection(owner, Reason.OTHER_PROVIDER, "its provider has no acceptable bid for every group")
                )
            elif owner != chosen:
                rejected[gseq].append(Rejection(owner, *_why_not_best_set(sets[owner], best, rule)))
    return best


def _set_rank(rows: Mapping[int, BidRow], rule: Rule) -> tuple[int, Decimal, int, str]:
    ranks = [_rank(row, rule) for row in rows.values()]
    first = min(ranks, key=lambda rank: rank[2:])
    return sum(rank[0] for rank in ranks), sum((rank[1] for rank in ranks), Decimal(0)), first[2], first[3]


def _why_not_best_set(mine: Mapping[int, BidRow], best: Mapping[int, BidRow], rule: Rule) -> tuple[Reason, str]:
    (place, cost, *_), (best_place, best_cost, *_) = _set_rank(mine, rule), _set_rank(best, rule)
    if place > best_place:
        return Reason.LESS_PREFERRED, "the GPUs of its provider come later in the list"
    if cost > best_cost:
        return Reason.MORE_EXPENSIVE, (
            f"the bids of its provider cost {_amount(cost)} an hour together, the chosen ones {_amount(best_cost)}"
        )
    return Reason.LATER, "the bids of its provider cost the same and came later"


def price(row: BidRow) -> Decimal:
    """ACT per hour of a bid that a rule may choose (its price is known)."""
    return row.price_h if row.price_h is not None else Decimal("Infinity")


def unfit(
    row: BidRow,
    rule: Rule,
    tried: Mapping[BidId, str] = MappingProxyType({}),
    avoid: Mapping[str, str] = MappingProxyType({}),
    beside: frozenset[str] = frozenset(),
) -> tuple[Reason, str] | None:
    """Code and clause why the rule cannot take a bid, whatever the others cost; None if it can."""
    if row.state is not RowState.OPEN:
        return Reason(row.state.value), row.gone_reason or row.state.value
    if row.id.provider in avoid:
        return Reason.AVOIDED, f"its provider is avoided: {avoid[row.id.provider]}"
    if row.id in tried:
        return Reason.FAILED_BEFORE, f"it was tried: {tried[row.id]}"
    if row.price_h is None and row.oddity:
        return Reason.ABSURD_PRICE, row.oddity
    if row.price_h is None:
        return Reason.OTHER_DENOM, f"it is priced in {coin_name(row.bid.price.denom)}"
    if not rule.allow_undisclosed and any(g.source is not GpuSource.BID for g in row.gpus):
        # what the provider's attributes say is good to know, but this bid does not promise it
        return Reason.UNDISCLOSED_GPU, "the bid does not say which GPU it gives"
    if rule.kind == "prefer" and isinstance(place := _place(row, rule), tuple):
        return place
    return _below_floor(row, rule) or _excluded(row, rule, beside)


def _below_floor(row: BidRow, rule: Rule) -> tuple[Reason, str] | None:
    """What is not known is not above a floor."""
    if rule.audited_only and row.audited is not True:
        return Reason.NOT_AUDITED, (
            "its provider is not audited" if row.audited is False else "whether it is audited is not known"
        )
    if rule.uptime_7d is not None:
        if row.uptime is None:
            return Reason.UPTIME_UNKNOWN, "the uptime of its provider is unknown"
        uptime = Decimal(str(row.uptime)) * 100
        if uptime < rule.uptime_7d:
            return Reason.LOW_UPTIME, (
                f"its provider was up {plain(round(uptime, 2))} % of 7 days; "
                f"the rule asks for {plain(rule.uptime_7d)} %"
            )
    if rule.reachable:
        if row.reach is None:
            return Reason.REACH_UNKNOWN, "whether its provider answers is unknown"
        if not row.reach.ok:
            return Reason.UNREACHABLE, "its provider does not answer"
    return None


def _excluded(row: BidRow, rule: Rule, beside: frozenset[str]) -> tuple[Reason, str] | None:
    if row.id.provider in rule.avoid:
        return Reason.AVOIDED, "the rule avoids its provider"
    hidden = rule.only.why_hidden(row)
    if hidden is not None:
        by, unknown = hidden
        clause = f"the rule's filter excludes it: {by}"
        return Reason.FILTERED, clause + (" is not known" if unknown else "")
    if rule.same_provider and beside and {row.id.provider} != beside:
        return Reason.OTHER_PROVIDER, "the other groups run at another provider"
    return None


def _place(row: BidRow, rule: Rule) -> int | tuple[Reason, str]:
    """Where a bid stands in the list of preferences, or why it is not in it.

    Each of its GPUs counts by the first preference that it meets at the price of the whole bid; the least preferred one
    decides. In a group without GPUs only plain `any` says something.
    """
    if not row.disclosure.count:
        plain_any = [(at, p) for at, p in enumerate(rule.prefer) if p.model == ANY and p.vram_gib is None]
        return _first(plain_any, row) if plain_any else 0
    worst = 0
    for offer in row.gpus:
        place = _place_of(offer, row, rule)
        if isinstance(place, tuple):
            return place
        worst = max(worst, place)
    return worst


def _place_of(offer: GpuOffer, row: BidRow, rule: Rule) -> int | tuple[Reason, str]:
    sure = offer.source in (GpuSource.BID, GpuSource.PROVIDER)
    vram = offer.fullest.vram_gib if sure else None
    named = [
        (at, p)
        for at, p in enumerate(rule.prefer)
        if p.model == ANY or (sure and p.model == offer.model.model.casefold())
    ]
    if not named:
        listed = ", ".join(dict.fromkeys(p.model for p in rule.prefer))
        return Reason.NOT_PREFERRED, f"its GPU is not among {listed}"
    large = [(at, p) for at, p in named if p.vram_gib is None or (vram is not None and vram >= p.vram_gib)]
    if large:
        return _first(large, row)
    if vram is None:
        return Reason.VRAM_UNKNOWN, "the VRAM of its GPU is unknown"
    asked = min(p.vram_gib for _, p in named if p.vram_gib is not None)
    return Reason.TOO_LITTLE_VRAM, f"its GPU has {vram} GB; the rule asks for {asked} GB"


def _first(found: Sequence[tuple[int, Preference]], row: BidRow) -> int | tuple[Reason, str]:
    """The first of these whose price the bid does not exceed."""
    for at, preference in found:
        if preference.cap_h is None or price(row) <= preference.cap_h:
            return at
    most = max(p.cap_h for _, p in found if p.cap_h is not None)
    return Reason.ABOVE_CAP, f"costs {_h(row)} an hour; the rule pays at most {_amount(most)} for it"


def _rank(row: BidRow, rule: Rule) -> tuple[int, Decimal, int, str]:
    place = _place(row, rule) if rule.kind == "prefer" else 0
    return len(rule.prefer) if isinstance(place, tuple) else place, price(row), row.created_at, row.id.provider


def _why_not_best(row: BidRow, best: BidRow, rule: Rule) -> tuple[Reason, str]:
    if _rank(row, rule)[0] > _rank(best, rule)[0]:
        return Reason.LESS_PREFERRED, "its GPU comes later in the list"
    if price(row) > price(best):
        return Reason.MORE_EXPENSIVE, f"costs {_h(row)} an hour, the chosen one {_h(best)}"
    return Reason.LATER, "costs the same and came later"


def _h(row: BidRow) -> str:
    return _amount(row.price_h)


def _amount(value: Decimal | None) -> str:
    return "?" if value is None else f"{plain(round(value, 6))} ACT"
