"""What one person sees of a bid book: filtered, sorted or scored, with the best price per model.

Everything is computed from all bids whenever one of them changed, or the person asked for something else: the
chain allows an order about twenty bids, for which that takes a tenth of a millisecond. Of a book with more than
`MANY` bids, changes are shown at most twice a second, so that a key waits a tenth of a second at most; another question
is answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import rate
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BestPrice, BidRow, RowState
from akash_tui.domain.bids.budget import NO_BUDGET, Budget
from akash_tui.domain.bids.score import ProviderHistory, ScoreReference, points, reference
from akash_tui.domain.bids.sorting import CHEAPEST, in_order
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, FilterResult
from akash_tui.domain.filtering.sorting import SortKey

MANY = 2_000
"""This many bids are filtered and sorted in about 5 ms, ten times a second, without a key having to wait."""
PAUSE = timedelta(seconds=0.5)
"""Time between two computations for a changed book of more bids."""
GONE = timedelta(seconds=120)
"""How long a bid that is gone stays at the end of the list, struck through."""
_WENT = (RowState.GONE, RowState.LOST)


@dataclass(frozen=True, slots=True)
class BidQuery:
    """What a person asks of the bids; None is all groups, and all deployments (a saved answer may have several).
    `by_score` comes before `sort`."""

    group: int | None = None
    sort: tuple[SortKey, ...] = CHEAPEST
    filter: Filter = EVERYTHING
    budget: Budget = NO_BUDGET
    by_score: bool = False
    history: Mapping[str, ProviderHistory] = field(default_factory=dict)
    deployment: DeploymentId | None = None

    def covered(self, rows: Iterable[BidRow]) -> list[BidRow]:
        """Those of the group and deployment that are asked for, whatever the filter hides."""
        group, deployment = self.group, self.deployment
        of_group = list(rows) if group is None else [row for row in rows if row.gseq == group]
        return of_group if deployment is None else [row for row in of_group if row.id.deployment == deployment]


class OpenBids:
    """All bids of a group that can be taken, whatever the filter hides; what is not read costs nothing."""

    def __init__(self, rows: Iterable[BidRow] = (), asked: Sequence[GpuModel] = ()) -> None:
        """Of the open ones among `rows`; `asked` are the models that their orders name."""
        self._rows = [row for row in rows if row.state is RowState.OPEN]
        self._asked = asked

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    @cached_property
    def all_disclosed(self) -> bool:
        """Whether the model of every GPU is known; True without bids."""
        return all(row.disclosure.known for row in self._rows)

    @cached_property
    def best(self) -> tuple[BestPrice, ...]:
        """Best price per acceptable model; an order for any GPU lists the models that are offered."""
        return best_prices(self._rows, self._asked)

    @cached_property
    def reference(self) -> ScoreReference:
        """What scores are measured against."""
        return reference(self._rows)

    @cached_property
    def range_h(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest price in dollars per hour, absurd ones left out; None without one."""
        prices = [row.price_h for row in self._rows if row.price_h is not None and not row.oddity]
        return (min(prices), max(prices)) if prices else None


class BidView:
    """The rows to show of one book. `shown` and `open` are replaced by `update`, never altered."""

    def __init__(self, book: BidBook) -> None:
        self.book = book
        self.shown = FilterResult((), 0, ())
        """Bids that can be taken first, those that went within the last two minutes after them."""
        self.over_budget = 0
        """Bids shown that can be taken and are above the budget."""
        self.points: dict[str, int] = {}
        """The score of each row shown by its key, if the query is by score."""
        self.in_akt = False
        """Whether any bid shown is priced in AKT."""
        self.open = OpenBids()
        self._query: BidQuery | None = None
        self._revision = -1
        self._at: datetime | None = None
        """When it was computed last."""
        self._leaves: datetime | None = None
        """When the next bid that went leaves the list."""

    def update(self, query: BidQuery, now: datetime) -> bool:
        """Bring everything up to date; True if it was computed again."""
        same = query == self._query
        if same and not self._due(now):
            return False
        book = self.book
        rows = query.covered(book.all())
        before = None if self._query is None else (self._query.group, self._query.deployment)
        if before != (query.group, query.deployment) or self._revision != book.revision:
            self.open = OpenBids(rows, book.asked_models(query.group))
        self._query, self._revision, self._at = query, book.revision, now
        self._show(rows, query, now)
        return True

    def _due(self, now: datetime) -> bool:
        """Whether bids changed or left, and enough time has passed."""
        changed = self._revision != self.book.revision or (self._leaves is not None and now >= self._leaves)
        # the clock of the computer may have been set back, so the distance counts
        return changed and (len(self.book) <= MANY or self._at is None or abs(now - self._at) >= PAUSE)

    def _show(self, rows: Sequence[BidRow], query: BidQuery, now: datetime) -> None:
        there = [row for row in rows if row.state not in _WENT]
        went = [row for row in rows if row.gone_at is not None and now - row.gone_at < GONE]
        self._leaves = min((row.gone_at + GONE for row in went if row.gone_at is not None), default=None)
        found = query.filter.apply([*there, *went])
        ordered = in_order(found.rows, query.sort)
        self.points = {}
        if query.by_score:
            self.points = {row.key: points(row, self.open.reference, query.history) for row in ordered}
            ordered.sort(key=lambda row: (row.state is not RowState.OPEN, -self.points[row.key]))
        ordered.sort(key=lambda row: row.state in _WENT)
        self.shown = FilterResult(tuple(ordered), found.total, found.hidden)
        self.in_akt = any(map(_AKT_PRICE, ordered))
        self.over_budget = sum(row.state is RowState.OPEN and query.budget.is_over(row.price_h) for row in ordered)


@dataclass(frozen=True, slots=True)
class BestOffer:
    """The first bid of each group that can be taken."""

    rows: tuple[BidRow, ...] = ()
    """One for each group that has one, by its number."""
    missing: tuple[int, ...] = ()
    """Groups that have none."""
    bids: int = 0
    """Bids that can be taken, of all groups."""

    @property
    def price_h(self) -> Decimal | None:
        """All groups together, in ACT an hour; None while a group has no bid, or one asks in another token."""
        prices = [row.price_h for row in self.rows if row.price_h is not None]
        if self.missing or not prices or len(prices) < len(self.rows):
            return None
        return sum(prices, Decimal(0))


def best_offer(ranked: Sequence[BidRow], groups: Sequence[int]) -> BestOffer:
    """The best offer of an order: `ranked` are its bids, the best first; `groups` those that need one."""
    can_be_taken = [row for row in ranked if row.state is RowState.OPEN]
    first: dict[int, BidRow] = {}
    for row in can_be_taken:
        first.setdefault(row.gseq, row)
    rows = tuple(first[gseq] for gseq in groups if gseq in first)
    return BestOffer(rows, tuple(gseq for gseq in groups if gseq not in first), len(can_be_taken))


def difference_words(a: BestOffer, b: BestOffer) -> str:
    """`B costs ≈ $0.50/h less (54 %)`: the cheaper one of two orders called A and B; "" where it is not known."""
    if a.price_h is None or b.price_h is None:
        return ""
    if a.price_h == b.price_h:
        return "A and B cost the same"
    name, low, high = ("A", a.price_h, b.price_h) if a.price_h < b.price_h else ("B", b.price_h, a.price_h)
    share = round((high - low) * 100 / high)
    return f"{name} costs ≈ ${rate(high - low)}/h less ({share} %)"


def best_prices(rows: Iterable[BidRow], asked: Sequence[GpuModel]) -> tuple[BestPrice, ...]:
    """The cheapest of `rows` for each model in `asked`, in that order; equal ones as they stand in `rows`.

    A price in AKT is best only where none is in ACT: the two cannot be compared.

    Where nothing or any GPU (a wildcard) was asked for, every other model follows, the cheapest first.
    """
    models = [model for model in asked if not model.wildcard]
    anything = not asked or len(models) < len(asked)
    bids: dict[GpuModel, list[BidRow]] = {model: [] for model in models}
    for row in rows:
        if (row.price_h is None and row.akt_h is None) or not row.disclosure.known:
            continue
        for offer in row.disclosure.gpus:
            found = _bids_for(offer.model, models, bids, anything)
            if not found or found[-1] is not row:
                found.append(row)
    best = [BestPrice(model, _cheapest(found), len(found)) for model, found in bids.items()]
    others = sorted((price for price in best[len(models) :]), key=_worth)
    return (*best[: len(models)], *others)


def _bids_for(
    offered: GpuModel, models: Sequence[GpuModel], bids: dict[GpuModel, list[BidRow]], anything: bool
) -> list[BidRow]:
    """The list for the acceptable model that `offered` counts for; its own where any GPU will do."""
    for model in models:
        if model.matches(offered):
            return bids[model]
    return bids.setdefault(GpuModel(offered.vendor, offered.model), []) if anything else []


def _cheapest(rows: Sequence[BidRow]) -> BidRow | None:
    """An absurd price is best only where it is alone."""
    fair = [row for row in rows if row.price_h is not None and not row.oddity]
    if fair:
        return min(fair, key=_PRICE)
    in_act = [row for row in rows if row.price_h is not None]
    among, price = (in_act, _PRICE) if in_act else (rows, _AKT_PRICE)
    return min((row for row in among if not row.oddity), key=price, default=None) or min(among, key=price, default=None)


def _worth(price: BestPrice) -> tuple[bool, Decimal, int]:
    best = price.best
    if best is None:
        return True, Decimal(0), 0
    return bool(best.oddity) or best.price_h is None, best.price_h or best.akt_h or Decimal(0), best.number


_PRICE = attrgetter("price_h")
_AKT_PRICE = attrgetter("akt_h")
