"""In which order rows are listed: several columns, each up or down, what is not known always last.

Loads nothing of what it sorts: the help of commands names the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from akash_tui.domain.filtering.column_names import aliases

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column and its direction; unknown values always come last."""

    column: str
    descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.column


def ordered(rows: Iterable[R], values: Mapping[str, Callable[[R], Any]], sort: Sequence[SortKey]) -> list[R]:
    """Sorted by the keys, the first one counting most; equal rows keep their order. `KeyError` for a bad column."""
    found = list(rows)
    for key in reversed(sort):
        found = known_first(found, values[key.column], descending=key.descending)
    return found


def known_first(rows: Sequence[R], value: Callable[[R], Any], *, descending: bool) -> list[R]:
    """Sorted by one value, which is None where it is not known."""
    known = [row for row in rows if value(row) is not None]
    unknown = [] if len(known) == len(rows) else [row for row in rows if value(row) is None]
    return [*sorted(known, key=value, reverse=descending), *unknown]


def read_sort(text: str, columns: Collection[str], more: Mapping[str, str] | None = None) -> tuple[SortKey, ...]:
    """`price,-uptime_7d` → keys; a leading `-` turns a column around.

    `more` are further names of columns. `ValueError` names a column that is not there.
    """
    keys: list[SortKey] = []
    former = aliases(columns, more)
    for part in filter(None, (p.strip() for p in text.split(","))):
        name = part.lstrip("+-")
        column = former.get(name, name)
        if column not in columns:
            raise ValueError(f"there is no column {name!r}; there are {', '.join(columns)}")
        keys.append(SortKey(column, descending=part.startswith("-")))
    return tuple(keys)


def sort_text(sort: Iterable[SortKey]) -> str:
    """The keys as `read_sort` reads them."""
    return ",".join(map(str, sort))


def by_column(sort: Sequence[SortKey], column: str, best_first: Collection[str]) -> tuple[SortKey, ...]:
    """Sorted by one column, its good end first (`best_first`: where that is the high end); by the same again: the
    other way round, further keys as they are."""
    if sort and sort[0].column == column:
        return (SortKey(column, not sort[0].descending), *sort[1:])
    return (SortKey(column, column in best_first),)


def next_column(sort: Sequence[SortKey], columns: Sequence[str]) -> str:
    """The column after the first one of `sort`, in the order of `columns`."""
    at = columns.index(sort[0].column) if sort and sort[0].column in columns else -1
    return columns[(at + 1) % len(columns)]
