"""The newest items of a stream, limited in number and size: foreign data cannot fill the memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedBuffer(Generic[T]):
    """Oldest first. Adding drops the oldest ones while there are more than `most`, or their sizes exceed `room`."""

    def __init__(self, most: int, room: int) -> None:
        self.most = most
        self.room = room
        self._items: deque[tuple[T, int]] = deque()
        self._size = 0

    def add(self, item: T, size: int) -> None:
        """Append it as the newest; it stays even if it alone is too large."""
        self._items.append((item, size))
        self._size += size
        while len(self._items) > 1 and (len(self._items) > self.most or self._size > self.room):
            self.take()

    def take(self) -> T:
        """Remove and return the oldest. IndexError if there is none."""
        item, size = self._items.popleft()
        self._size -= size
        return item

    def clear(self) -> None:
        self._items.clear()
        self._size = 0

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return (item for item, _ in self._items)
