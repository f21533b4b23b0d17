"""What scores of a live book are measured against, kept up to date by what changed alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Generic, TypeVar

from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.score import ScoreReference, figures

N = TypeVar("N", Decimal, int)


class _Extreme(Generic[N]):
    """The least or the greatest of many values that come and go."""

    __slots__ = ("_best", "_counts", "_pick", "_values")

    def __init__(self, pick: Callable[[Iterable[N]], N]) -> None:
        self._pick: Callable[[Iterable[N]], N] = pick
        self._values: dict[str, N] = {}
        self._counts: dict[N, int] = {}
        self._best: N | None = None
        """None: to be looked for among all that there are."""

    def put(self, key: str, value: N | None) -> None:
        """What `key` has now; None takes it away."""
        old = self._values.pop(key, None)
        if old is not None:
            self._counts[old] -= 1
            if not self._counts[old]:
                del self._counts[old]
                if old == self._best:
                    self._best = None
        if value is not None:
            self._values[key] = value
            self._counts[value] = self._counts.get(value, 0) + 1
            if self._best is not None:
                self._best = self._pick((self._best, value))

    def read(self) -> N | None:
        if self._best is None and self._counts:
            self._best = self._pick(self._counts)
        return self._best


class LiveField:
    """The field of one group of a book (None: of all groups)."""

    def __init__(self, book: BidBook, group: int | None) -> None:
        self.of = (book, group)
        self._book, self._group = book, group
        self._seen = -1
        self._cheapest: _Extreme[Decimal] = _Extreme(min)
        self._vram: _Extreme[int] = _Extreme(max)

    def read(self) -> ScoreReference:
        """The field as the book is now."""
        book = self._book
        if self._seen != book.revision:
            news = book.news(self._seen)
            if news is None:
                self._cheapest, self._vram = _Extreme(min), _Extreme(max)
                news = book.all()
            self._seen = book.revision
            for row in news:
                price, size = figures(row) if self._group in (None, row.gseq) else (None, None)
                self._cheapest.put(row.key, price)
                self._vram.put(row.key, size)
        return ScoreReference(self._cheapest.read(), self._vram.read())
