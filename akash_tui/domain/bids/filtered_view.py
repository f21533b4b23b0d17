"""What a filter lets through of a book, in order and counted; kept up to date by what changed alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.bids.sorted_view import Ordered
from akash_tui.domain.bids.sorting import SortKey, in_order
from akash_tui.domain.filtering.filter import Filter, FilterResult, HiddenCounts

GONE_SECONDS = 120.0
"""How long a bid that is gone stays at the end of the list, struck through."""


class Sieve:
    """One way to look at one book: bids that can be taken first, those that went lately after them.

    `shown` is replaced, never altered, and only when it differs.
    """

    def __init__(
        self, book: BidBook, sort: Sequence[SortKey], group: int | None, wanted: Filter, budget: Budget
    ) -> None:
        self.way = (book, tuple(sort), group, wanted, budget)
        """What it was made for."""
        self.shown = FilterResult((), 0, ())
        self._book, self._sort, self._group, self._filter, self._budget = book, sort, group, wanted, budget
        self._tally = HiddenCounts()
        self._verdicts: dict[str, tuple[str, bool] | None] = {}
        """Of each bid that can be taken: by what the filter hides it; None if it is shown."""
        self._over: set[str] = set()
        self._went: dict[str, BidRow] = {}
        self._there = Ordered(sort, lambda row: self._verdicts.get(row.key, ()) is None)
        self._after = FilterResult((), 0, ())
        """The same of those that went."""
        self._after_all: tuple[BidRow, ...] | None = None

    @property
    def over(self) -> int:
        """Bids shown that can be taken and are above the budget."""
        return len(self._over)

    def look(self, now: datetime) -> None:
        """Bring `shown` up to date."""
        revision, seen = self._book.revision, self._there.seen
        news = self._book.news(seen)
        if news is None:
            self._tally, self._verdicts = HiddenCounts(), {}
            self._over.clear()
            self._went.clear()
            rows = self._book.all()
            for row in rows:
                self._judge(row)
            self._there.fill(rows, revision)
        elif news:
            for row in news:
                self._drop(row)
                self._judge(row)
            self._there.change(news, revision)
        else:
            self._there.seen = revision
        after = self._lately(now)
        if seen != revision or after is not self._after:
            self._after = after
            there = self._there.rows
            rows = there + after.rows if after.rows else there
            self.shown = FilterResult(rows, len(self._verdicts) + after.total, self._tally.read(after.hidden))

    def _judge(self, row: BidRow) -> None:
        if self._group not in (None, row.gseq):
            return
        if row.state is RowState.GONE or row.state is RowState.LOST:
            self._went[row.key] = row
            return
        verdict = self._verdicts[row.key] = self._filter.why_hidden(row)
        if verdict is not None:
            self._tally.add(*verdict)
        elif row.state is RowState.OPEN and self._budget.is_over(row.price_h):
            self._over.add(row.key)

    def _drop(self, row: BidRow) -> None:
        self._went.pop(row.key, None)
        self._over.discard(row.key)
        verdict = self._verdicts.pop(row.key, None)
        if verdict is not None:
            self._tally.take(*verdict)

    def _lately(self, now: datetime) -> FilterResult:
        """The bids that went within the last two minutes; the same object as long as they are the same."""
        past = [
            key
            for key, row in self._went.items()
            if row.gone_at is not None and (now - row.gone_at).total_seconds() >= GONE_SECONDS
        ]
        for key in past:
            del self._went[key]
        rows = tuple(in_order(sorted(self._went.values(), key=lambda row: row.number), self._sort))
        if rows == self._after_all:
            return self._after
        self._after_all = rows
        return self._filter.apply(rows)
