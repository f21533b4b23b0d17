"""Ordered tables that can be branched: a transaction works on a branch, which is written back whole or thrown away."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar, cast

V = TypeVar("V")
Key = tuple[Any, ...]
Charge = Callable[[str, int], None]  # what was done ("ReadFlat", "WritePerByte", "IterNextCostFlat"), gas

READ_GAS, WRITE_GAS, NEXT_GAS = 1_500, 12_000, 30  # flat, instead of flat + per byte: plausible sums

_GONE = object()


class Table(Generic[V]):
    """Rows by tuple key, read in key order; values are frozen, a change puts a new value."""

    __slots__ = ("_charge", "_keys", "_parent", "_rows")

    def __init__(self, parent: Table[V] | None = None, charge: Charge | None = None) -> None:
        self._rows: dict[Key, Any] = {}
        self._keys: list[Key] = []  # sorted; of the root only
        self._parent = parent
        self._charge = charge

    def branch(self, charge: Charge | None = None) -> Table[V]:
        """A table that reads through to this one and keeps its own writes until write_back()."""
        return Table(self, charge)

    def write_back(self) -> None:
        """Move this branch's writes into its parent."""
        assert self._parent is not None
        for key, value in self._rows.items():
            if value is _GONE:
                self._parent._drop(key)
            else:
                self._parent._put(key, value)
        self._rows.clear()

    def get(self, key: Key) -> V | None:
        """The row, or None."""
        if self._charge:
            self._charge("ReadFlat", READ_GAS)
        return self._find(key)

    def __getitem__(self, key: Key) -> V:
        return self.need(key, KeyError(key))

    def need(self, key: Key, fault: Exception) -> V:
        """The row, or this fault."""
        row = self.get(key)
        if row is None:
            raise fault
        return row

    def __contains__(self, key: Key) -> bool:
        return self._find(key) is not None

    def put(self, key: Key, value: V) -> None:
        """Insert or replace a row."""
        if self._charge:
            self._charge("WritePerByte", WRITE_GAS)
        self._put(key, value)

    def drop(self, key: Key) -> None:
        """Remove a row; absent is fine."""
        if self._charge:
            self._charge("Delete", READ_GAS)
        self._drop(key)

    def scan(self, *prefix: Any) -> Iterator[V]:
        """The rows whose key starts with prefix, in key order; writing while scanning is allowed, and not seen."""
        for key in self.keys(*prefix):
            if self._charge:
                self._charge("IterNextCostFlat", NEXT_GAS)
            row = self._find(key)
            if row is not None:
                yield row

    def keys(self, *prefix: Any) -> list[Key]:
        """The keys that start with prefix, in order."""
        size = len(prefix)
        if self._parent is None:
            start, end = self._range(prefix)
            return self._keys[start:end]
        below = self._parent.keys(*prefix)
        mine = {key: row for key, row in self._rows.items() if key[:size] == prefix}
        if not mine:
            return below
        kept = {key for key in below if key not in mine}
        kept.update(key for key, row in mine.items() if row is not _GONE)
        return sorted(kept)

    def count(self, *prefix: Any) -> int:
        """How many rows have a key that starts with prefix."""
        if self._parent is None:
            start, end = self._range(prefix)
            return end - start
        size = len(prefix)
        mine = [(key, row is not _GONE) for key, row in self._rows.items() if key[:size] == prefix]
        return self._parent.count(*prefix) + sum(here - (key in self._parent) for key, here in mine)

    def _range(self, prefix: Key) -> tuple[int, int]:
        size = len(prefix)
        start = bisect_left(self._keys, prefix)
        return start, bisect_right(self._keys, prefix, lo=start, key=lambda key: key[:size])

    def _find(self, key: Key) -> V | None:
        if key in self._rows:
            row = self._rows[key]
            return None if row is _GONE else cast("V", row)
        return self._parent._find(key) if self._parent is not None else None

    def _put(self, key: Key, value: V) -> None:
        if self._parent is None and key not in self._rows:
            insort(self._keys, key)
        self._rows[key] = value

    def _drop(self, key: Key) -> None:
        if self._parent is not None:
            self._rows[key] = _GONE
        elif key in self._rows:
            del self._rows[key]
            del self._keys[bisect_left(self._keys, key)]
