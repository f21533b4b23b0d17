"""Order that stays put under the fingers: after a key for a moment, or for good until let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

SECONDS = 1.5
"""How long a key holds the order, so that no row slides away from under the cursor."""


class _Row(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Row)


class Held(Generic[R]):
    """Arranges rows: free, as they are sorted; held, in the order before, new ones at the end."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._order: list[str] = []
        self.for_good = False
        self.waiting = 0
        """Rows that are not where the sort would put them."""

    @property
    def now(self) -> bool:
        return self.for_good or self._monotonic() < self._until

    def touch(self) -> None:
        """A key moved the cursor."""
        self._until = self._monotonic() + SECONDS

    def let_go(self) -> None:
        """Another order was asked for: what comes next is it, even when a key follows at once."""
        self._until = 0.0
        self._order = []

    def arrange(self, rows: Sequence[R]) -> list[R]:
        """The rows in the order to show."""
        if not self.now or not self._order:
            self._order = [row.id for row in rows]
            self.waiting = 0
            return list(rows)
        place = {id: at for at, id in enumerate(self._order)}
        end = len(place)
        arranged = sorted(rows, key=lambda row: place.get(row.id, end))
        self._order = [row.id for row in arranged]
        self.waiting = sum(1 for a, b in zip(arranged, rows, strict=True) if a.id != b.id)
        return arranged
