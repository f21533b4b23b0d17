"""The bid board without a screen: which bids are shown, in which order, and what the filter hides.

Only what changed is sorted and sifted anew, and only the lines that are looked at are made: a paint costs by
what moved, not by how many bids there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import overload

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME
from akash_tui.domain.bids.bid_book import CHEAPEST, BidBook, SortKey
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.filtered_view import Sieve
from akash_tui.domain.bids.score import ProviderHistory, Score, ScoreReference, points, score
from akash_tui.domain.bids.score_field import LiveField
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, FilterResult, parse_filter
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.ui.bids.columns import BidLine, RowContext
from akash_tui.ui.bids.pinned_order import SPARE, PinnedOrder

SCORE = "score"
"""Key of the column that is there only while bids are ordered by score."""
MOST_LINES = 2_000
"""Lines kept for rows that do not change; a screen shows far fewer."""
BEHIND = 1_000
"""More than all points there are: what cannot be taken stands behind what can."""


class BidLines(Sequence[BidLine]):
    """Rows as lines of the table; a line is made when it is looked at, and most never are."""

    __slots__ = ("_line", "_rows")

    def __init__(self, rows: Sequence[BidRow], line: Callable[[BidRow], BidLine]) -> None:
        self._rows = rows
        self._line = line

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> BidLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[BidLine]: ...
    def __getitem__(self, at: int | slice) -> BidLine | list[BidLine]:
        return [self._line(row) for row in self._rows[at]] if isinstance(at, slice) else self._line(self._rows[at])

    def place(self, id: str) -> int | None:
        """Where the bid with this key stands; None if it is not shown."""
        return next((at for at, row in enumerate(self._rows) if row.key == id), None)


class BidList:
    """The choices of one person looking at bids, and the lines that follow from them."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.held: PinnedOrder[BidRow] = PinnedOrder(monotonic)
        self.sort: tuple[SortKey, ...] = CHEAPEST
        self.by_score = False
        self.group: int | None = None
        self.filter: Filter = EVERYTHING
        self._only: Filter | None = None
        self._run: DeploymentId | None = None
        self.history: Mapping[str, ProviderHistory] = {}
        self.shown = FilterResult((), 0, ())
        self.over = 0
        """Bids shown that can be taken and are above the budget."""
        self.moment = RowContext()
        self.changes = 0
        """Bids that changed since the list is held for good."""
        self._held_since: int | None = None
        self._lines: dict[str, BidLine] = {}
        self._sieve: Sieve | None = None
        self._field: LiveField | None = None
        self._points: dict[str, int] = {}
        self._scored: dict[str, BidRow] = {}
        """The rows that the points are of, and that have not been reckoned with other measures since."""
        self._measure: tuple[ScoreReference, Mapping[str, ProviderHistory]] = (ScoreReference(None, None), {})
        """What the points were reckoned with."""

    @property
    def choices(self) -> tuple[object, ...]:
        """Moves when another list is to be shown."""
        return (self.held.now, self.sort, self.by_score, self.group, self.filter)

    def lines(self, run: DeploymentRun, budget: Budget, now: datetime) -> BidLines:
        """What to show: bids that can be taken first, those that went lately after them."""
        self.moment.set(now, run.book.height, run.block_time or ASSUMED_BLOCK_TIME, budget, run.avoid)
        sieve = self._sift(run.book, budget)
        sieve.look(now)
        self.shown, self.over = sieve.shown, sieve.over
        rows: Sequence[BidRow] = self._by_score(run, sieve.shown.rows) if self.by_score else sieve.shown.rows
        self._count_changes(run)
        return BidLines(self.held.arrange(rows), self._line)

    def _sift(self, book: BidBook, budget: Budget) -> Sieve:
        way = (book, self.sort, self.group, self.filter, budget)
        if self._sieve is None or self._sieve.way != way:
            self._sieve = Sieve(*way)
        return self._sieve

    def field(self, run: DeploymentRun) -> ScoreReference:
        """What scores are measured against: all open bids of the group, whatever the filter hides."""
        if self._field is None or self._field.of != (run.book, self.group):
            self._field = LiveField(run.book, self.group)
        return self._field.read()

    def score(self, run: DeploymentRun, row: BidRow) -> Score:
        return score(row, self.field(run), self.history)

    def turn_to(self, run: DeploymentRun, provider: str) -> None:
        """The first time that another run is shown: only the bids of `provider`, or (empty) no longer so."""
        if run.id == self._run:
            return
        self._run = run.id
        if provider:
            self.filter = self._only = parse_filter(f"provider:{provider}", BIDS)
        elif self.filter is self._only:
            self.filter = EVERYTHING

    def order_by(self, *keys: SortKey) -> None:
        """Another order, at once: what was held is let go."""
        self.sort = keys
        self.by_score = False
        self.held.unpin()

    def hold(self) -> None:
        """Hold the list for good, or let it go."""
        self.held.for_good = not self.held.for_good
        self._held_since = None
        self.changes = 0
        if not self.held.for_good:
            self.held.unpin()

    def _line(self, row: BidRow) -> BidLine:
        line = self._lines.get(row.key)
        scored = self._points.get(row.key) if self.by_score else None
        if line is None or line.row is not row or line.points != scored:
            if len(self._lines) > MOST_LINES:
                self._lines.clear()
            line = self._lines[row.key] = BidLine(row, self.moment, scored)
        return line

    def _by_score(self, run: DeploymentRun, rows: Sequence[BidRow]) -> Sequence[BidRow]:
        """The most points first; what cannot be taken stays behind."""
        measure = self.field(run), self.history
        if measure != self._measure:
            self._measure = measure
            self._scored.clear()
        if len(self._points) > 2 * len(rows) + SPARE:
            self._points.clear()
            self._scored.clear()
        scored, earned = self._scored, self._points
        ranks: list[int] = []
        for row in rows:
            key = row.key
            if scored.get(key) is not row:
                scored[key], earned[key] = row, points(row, *measure)
            ranks.append((0 if row.state is RowState.OPEN else BEHIND) - earned[key])
        return [rows[at] for at in sorted(range(len(rows)), key=ranks.__getitem__)]

    def _count_changes(self, run: DeploymentRun) -> None:
        if not self.held.for_good:
            return
        if self._held_since is None:
            self._held_since = run.book.revision
        self.changes = len(run.book.changed(self._held_since))
