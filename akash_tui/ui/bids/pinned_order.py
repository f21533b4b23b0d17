"""An order that stays as it is while somebody moves in it: a moment after each key, or until it is unpinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_not
from typing import Generic, Protocol, TypeVar

SECONDS = 1.5
"""How long a key pins the order, so that no row slides away from under the cursor."""
SPARE = 1_000
"""Rows that went and whose place is remembered at least, should they come back."""


class _Row(Protocol):
    @property
    def key(self) -> str: ...


R = TypeVar("R", bound=_Row)


class PinnedOrder(Generic[R]):
    """Arranges rows: as they are sorted, or while pinned in the order before, new ones at the end."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._place: dict[str, int] = {}
        """Where each row stands while the order is pinned."""
        self._given: Sequence[R] = ()
        self._arranged: Sequence[R] = ()
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
        self._until = self._monotonic() + SECONDS

    def unpin(self) -> None:
        """Another order was asked for: it comes next, even when a key follows at once."""
        self._until = 0.0
        self._place, self._given, self._arranged = {}, (), ()

    def arrange(self, rows: Sequence[R]) -> Sequence[R]:
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
