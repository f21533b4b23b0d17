"""One order of a book's bids, brought up to date by what changed alone: thousands stand, few move."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.sorting import SortKey, in_order, place_of

MANY = 8
"""From every so many-th row changed on, sorting all of them is quicker."""

_Place = tuple[Any, ...]


class Ordered:
    """The rows that `accepts` lets in, sorted; equal ones as the book met them.

    Rows and their places stand in two lists side by side: a row's old and new place are found by bisection,
    without looking at the others.
    """

    __slots__ = ("_accepts", "_at", "_place", "_places", "_rows", "_sort", "_told", "seen")

    def __init__(self, sort: Sequence[SortKey], accepts: Callable[[BidRow], object]) -> None:
        self.seen = -1
        """The book's revision that `rows` shows."""
        self._sort = tuple(sort)
        self._accepts = accepts
        self._place = place_of(sort)
        self._rows: list[BidRow] = []
        self._places: list[_Place] = []
        self._at: dict[str, _Place] | None = None
        """The place of each row by its key; None until the first change after a fill."""
        self._told: tuple[BidRow, ...] | None = None

    @property
    def rows(self) -> tuple[BidRow, ...]:
        """All of them; the same object as long as nothing changed."""
        if self._told is None:
            self._told = tuple(self._rows)
        return self._told

    def fill(self, rows: Iterable[BidRow], revision: int) -> None:
        """From scratch; `rows` stand as the book met them."""
        self._rows = in_order(filter(self._accepts, rows), self._sort)
        self._at = self._told = None
        self.seen = revision

    def change(self, changed: Sequence[BidRow], revision: int) -> None:
        """Take the rows that changed since `seen`, each once."""
        self.seen = revision
        if not changed:
            return
        self._told = None
        if len(changed) * MANY > len(self._rows):
            keys = {row.key for row in changed}
            rows = [row for row in self._rows if row.key not in keys] + list(changed)
            self.fill(sorted(rows, key=lambda row: row.number), revision)
            return
        if self._at is None:
            self._places = [self._place(row) for row in self._rows]
            self._at = {row.key: place for row, place in zip(self._rows, self._places, strict=True)}
        for row in changed:
            old = self._at.pop(row.key, None)
            if old is not None:
                index = bisect_left(self._places, old)
                del self._places[index], self._rows[index]
            if self._accepts(row):
                place = self._at[row.key] = self._place(row)
                index = bisect_left(self._places, place)
                self._places.insert(index, place)
                self._rows.insert(index, row)
