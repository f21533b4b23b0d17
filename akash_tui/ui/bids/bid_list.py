"""The bid list without a screen: which bids are shown, in which order, and what the filter hides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import is_not
from types import MappingProxyType

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.bid_view import MANY, BidQuery, BidView
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.score import ProviderHistory
from akash_tui.domain.bids.sorting import CHEAPEST
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, parse_filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.provider_note import ProviderNote
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.ui.bids.columns import BidLine, RowContext
from akash_tui.ui.session import gc_pauses
from akash_tui.ui.widgets.gpu_colours import PriceRanks

SCORE = "score"
"""Key of the column that is there only while bids are ordered by score."""


PIN_SECONDS = 1.5
"""How long a key pins the order, so that no row slides away from under the cursor."""
NO_NOTES: Mapping[str, ProviderNote] = MappingProxyType({})
SPARE = 1_000
"""Rows that went and whose place is remembered at least, should they come back."""


class PinnedOrder:
    """Arranges rows: as they are sorted, or while pinned in the order before, new ones at the end."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._place: dict[str, int] = {}
        """Where each row stands while the order is pinned."""
        self._given: Sequence[BidRow] = ()
        self._arranged: Sequence[BidRow] = ()
        """What `arrange` got and gave last."""
        self.until_unpinned = False
        self.waiting = 0
        """Rows that are not where the sort would put them."""

    @property
    def active(self) -> bool:
        """Whether the order is pinned now."""
        return self.until_unpinned or self._monotonic() < self._until

    def pin(self) -> None:
        """A key moved the cursor: pin the order for a moment."""
        self._until = self._monotonic() + PIN_SECONDS

    def unpin(self) -> None:
        """Another order was asked for: it comes next, even when a key follows at once."""
        self._until = 0.0
        self._place, self._given, self._arranged = {}, (), ()

    def arrange(self, rows: Sequence[BidRow]) -> Sequence[BidRow]:
        """The rows in the order to show: the same object as before, if `rows` is and the pin has not changed."""
        if not self.active or not self._arranged:
            self._place, self.waiting = {}, 0
            self._given = self._arranged = rows
        elif rows is not self._given:
            place = self._place or {row.key: at for at, row in enumerate(self._arranged)}
            for row in rows:
                place.setdefault(row.key, len(place))
            arranged = sorted(rows, key=lambda row: place[row.key])
            if len(place) > 2 * len(rows) + SPARE:  # many came and went while it is pinned
                place = {row.key: at for at, row in enumerate(arranged)}
            self._place, self._given, self._arranged = place, rows, arranged
            self.waiting = sum(map(is_not, arranged, rows))
        return self._arranged


def model_of(row: BidRow) -> str:
    """The one GPU model that a bid offers; "" if there are several, or it is not known."""
    models = {offer.model.model for offer in row.disclosure.gpus} if row.disclosure.known else set()
    return models.pop() if len(models) == 1 else ""


def price_ranks(rows: Sequence[BidRow]) -> PriceRanks:
    """The prices per GPU-hour of the bids that can be taken, by model."""
    open_rows = [row for row in rows if row.state is RowState.OPEN and row.gpu_h is not None]
    return PriceRanks((model_of(row), row.gpu_h) for row in open_rows if row.gpu_h is not None)


class BidList:
    """What one person chose to see of the bids, and the lines that follow from it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.pinned = PinnedOrder(monotonic)
        self.sort: tuple[SortKey, ...] = CHEAPEST
        self.by_score = False
        self.group: int | None = None
        self.deployment: DeploymentId | None = None
        """The only one whose bids are shown, where a saved answer has those of several; None: all."""
        self.filter: Filter = EVERYTHING
        self.history: Mapping[str, ProviderHistory] = {}
        self.view = BidView(BidBook())
        self.context = RowContext()
        """What all lines share."""
        self.changes = 0
        """Bids that changed since the order was pinned until further notice."""
        self._pinned_at: int | None = None
        """The book's revision then."""
        self._run: DeploymentId | None = None
        self._only: Filter | None = None
        """The filter that `show_run` set."""
        self._rows: Sequence[BidRow] = ()
        self._lines: list[BidLine] = []

    @property
    def choices(self) -> tuple[object, ...]:
        """Differs when another list is to be shown."""
        return (self.pinned.active, self.sort, self.by_score, self.group, self.deployment, self.filter)

    def query(self, budget: Budget) -> BidQuery:
        """What is asked of the bids now."""
        return BidQuery(
            self.group, self.sort, self.filter, budget, self.by_score, self.history, deployment=self.deployment
        )

    def lines(
        self, run: DeploymentRun, budget: Budget, now: datetime, notes: Mapping[str, ProviderNote] = NO_NOTES
    ) -> Sequence[BidLine]:
        """What to show: bids that can be taken first, those that went lately after them."""
        context = self.context
        context.now, context.height, context.block_time = now, run.book.height, run.block_time or ASSUMED_BLOCK_TIME
        context.budget, context.avoid, context.notes = budget, run.avoid, notes
        if self.view.book is not run.book:
            self.view = BidView(run.book)
        view = self.view
        updated = view.update(self.query(budget), now)
        if updated and len(run.book) > MANY:  # a full collection would look at each of them, and every key wait for it
            gc_pauses.freeze()
        rows = self.pinned.arrange(view.shown.rows)
        if rows is not self._rows:
            self._rows = rows
            before = {line.id: line for line in self._lines}
            ranks = price_ranks(rows)
            self._lines = [self._line(row, before.get(row.key), ranks) for row in rows]
        if self.pinned.until_unpinned:
            self._pinned_at = run.book.revision if self._pinned_at is None else self._pinned_at
            self.changes = len(run.book.changed(self._pinned_at))
        return self._lines

    def _line(self, row: BidRow, before: BidLine | None, ranks: PriceRanks) -> BidLine:
        """The line of before if nothing in it differs: the table has its cells already."""
        points = self.view.points.get(row.key)
        model = model_of(row)
        shade = ranks.shade(model, row.gpu_h) if model and row.state is RowState.OPEN else ""
        if before is not None and before.row is row and (before.points, before.shade) == (points, shade):
            return before
        return BidLine(row, self.context, points, shade)

    def show_run(self, run: DeploymentRun, provider: str) -> None:
        """The first time that another run is shown: only the bids of `provider`, or (empty) no longer so; and an order
        that was pinned was that of other bids."""
        if run.id == self._run:
            return
        if self._run is not None:
            self.pinned.unpin()
            self.pinned.until_unpinned = False
        self._run = run.id
        if provider:
            self.filter = self._only = parse_filter(f"provider:{provider}", BIDS)
        elif self.filter is self._only:
            self.filter = EVERYTHING

    def order_by(self, *keys: SortKey) -> None:
        """Another order, at once: what was pinned is unpinned."""
        self.sort = keys
        self.by_score = False
        self.pinned.unpin()

    def toggle_pin(self) -> None:
        """Pin the order until further notice, or unpin it."""
        self.pinned.until_unpinned = not self.pinned.until_unpinned
        self._pinned_at = None
        self.changes = 0
        if not self.pinned.until_unpinned:
            self.pinned.unpin()
