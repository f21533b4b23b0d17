"""Order that stays put under the fingers: after a key for a moment, or for good until let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_not
from typing import Generic, Protocol, TypeVar

SECONDS = 1.5
"""How long a key holds the order, so that no row slides away from under the cursor."""


SPARE = 1_000
"""Rows that went and whose place is kept at least, should they come back."""


class _Row(Protocol):
    @property
    def key(self) -> str: ...


R = TypeVar("R", bound=_Row)


class PinnedOrder(Generic[R]):
    """Arranges rows: free, as they are sorted; held, in the order before, new ones at the end."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._last: Sequence[R] = ()
        """What was shown last, while nothing is held."""
        self._place: dict[str, int] = {}
        """Where each row stands, while something is held."""
        self.for_good = False
        self.waiting = 0
        """Rows that are not where the sort would put them."""

    @property
    def now(self) -> bool:
        return self.for_good or self._monotonic() < self._until

    def touch(self) -> None:
        """A key moved the cursor."""
        self._until = self._monotonic() + SECONDS

    def unpin(self) -> None:
        """Another order was asked for: what comes next is it, even when a key follows at once."""
        self._until = 0.0
        self._last = ()
        self._place = {}

    def arrange(self, rows: Sequence[R]) -> Sequence[R]:
        """The rows in the order to show; `rows` is kept until the next call and must not be altered."""
        if not self.now or not (self._last or self._place):
            self._last, self._place = rows, {}
            self.waiting = 0
            return rows
        place = self._place
        if not place:
            place.update((row.key, at) for at, row in enumerate(self._last))
            self._last = ()
        for row in rows:
            place.setdefault(row.key, len(place))
        arranged = sorted(rows, key=lambda row: place[row.key])
        if len(place) > 2 * len(rows) + SPARE:  # many came and went while it is held for good
            self._place = {row.key: at for at, row in enumerate(arranged)}
        self.waiting = sum(map(is_not, arranged, rows))
        return arranged
