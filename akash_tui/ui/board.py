"""The bid board without a screen: which bids are shown, in which order, and what the filter hides.

A line is kept as long as its bid does not change, so that a paint of thousands of bids makes only the few
that moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from akash_tui.domain.bid_row import BidRow, RowState
from akash_tui.domain.book import CHEAPEST, SortKey
from akash_tui.domain.budget import Budget
from akash_tui.domain.filter import EVERYTHING, Filter, Shown, parse_filter
from akash_tui.domain.market import DeploymentId
from akash_tui.domain.money import ASSUMED_BLOCK_TIME
from akash_tui.domain.score import Field, History, Score, field_of, score
from akash_tui.services.run import DeploymentRun
from akash_tui.ui.bid_lines import GONE_SECONDS, BidLine, Moment
from akash_tui.ui.held import Held

SCORE = "score"
"""Key of the column that is there only while bids are ordered by score."""


class Board:
    """The choices of one person looking at bids, and the lines that follow from them."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.held: Held[BidLine] = Held(monotonic)
        self.sort: tuple[SortKey, ...] = CHEAPEST
        self.by_score = False
        self.group: int | None = None
        self.filter: Filter = EVERYTHING
        self._only: Filter | None = None
        self._run: DeploymentId | None = None
        self.history: Mapping[str, History] = {}
        self.shown = Shown((), 0, ())
        self.moment = Moment()
        self.changes = 0
        """Bids that changed since the list is held for good."""
        self._held_since: int | None = None
        self._lines: dict[str, BidLine] = {}
        self._field: tuple[object, Field] = (None, Field(None, None))
        self._measure: tuple[Field, Mapping[str, History]] = (Field(None, None), {})
        """What the points of the lines were reckoned with."""

    @property
    def choices(self) -> tuple[object, ...]:
        """Moves when another list is to be shown."""
        return (self.held.now, self.sort, self.by_score, self.group, self.filter)

    def lines(self, run: DeploymentRun, budget: Budget, now: datetime) -> list[BidLine]:
        """What to show: bids that can be taken first, those that went lately after them."""
        self.moment.set(now, run.book.height, run.block_time or ASSUMED_BLOCK_TIME, budget, run.avoid)
        rows = run.book.rows(self.sort, self.group)
        fresh = [row for row in rows if row.state is RowState.OPEN or row.state is RowState.TAKEN]
        if len(fresh) < len(rows):
            fresh += [row for row in rows if row.state in (RowState.GONE, RowState.LOST) and self._lately(row, now)]
        self.shown = self.filter.apply(fresh)
        lines = [self._line(row) for row in self.shown.rows]
        if self.by_score:
            self._score(run, lines)
        if len(self._lines) > 2 * len(rows) + 100:
            self._lines = {line.id: line for line in lines}
        self._count_changes(run)
        return self.held.arrange(lines)

    def field(self, run: DeploymentRun) -> Field:
        """What scores are measured against: all open bids of the group, whatever the filter hides."""
        stamp = (run.id, run.book.revision, self.group)
        if self._field[0] != stamp:
            self._field = stamp, field_of(run.book.rows(CHEAPEST, self.group, gone=False))
        return self._field[1]

    def score(self, run: DeploymentRun, row: BidRow) -> Score:
        return score(row, self.field(run), self.history)

    def turn_to(self, run: DeploymentRun, provider: str) -> None:
        """The first time that another run is shown: only the bids of `provider`, or (empty) no longer so."""
        if run.id == self._run:
            return
        self._run = run.id
        if provider:
            self.filter = self._only = parse_filter(f"provider:{provider}")
        elif self.filter is self._only:
            self.filter = EVERYTHING

    def order_by(self, *keys: SortKey) -> None:
        """Another order, at once: what was held is let go."""
        self.sort = keys
        self.by_score = False
        self.held.let_go()

    def hold(self) -> None:
        """Hold the list for good, or let it go."""
        self.held.for_good = not self.held.for_good
        self._held_since = None
        self.changes = 0
        if not self.held.for_good:
            self.held.let_go()

    @staticmethod
    def _lately(row: BidRow, now: datetime) -> bool:
        return row.gone_at is None or (now - row.gone_at).total_seconds() < GONE_SECONDS

    def _line(self, row: BidRow) -> BidLine:
        line = self._lines.get(row.key)
        if line is None or line.row is not row:
            line = self._lines[row.key] = BidLine(row, self.moment)
        return line

    def _score(self, run: DeploymentRun, lines: list[BidLine]) -> None:
        measure = self.field(run), self.history
        field = measure[0]
        if measure != self._measure:
            self._measure = measure
            for line in self._lines.values():
                line.points = None
        for line in lines:
            if line.points is None:  # a line lives as long as its bid does not change
                line.points = score(line.row, field, self.history).points
        lines.sort(key=lambda line: (line.gone, -(line.points or 0)))

    def _count_changes(self, run: DeploymentRun) -> None:
        if not self.held.for_good:
            return
        if self._held_since is None:
            self._held_since = run.book.revision
        self.changes = len(run.book.changed(self._held_since))
