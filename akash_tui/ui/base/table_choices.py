"""What a person chooses of a list: by which columns it is sorted. One mechanism for every list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic

from akash_tui.domain.filtering.sorting import SortKey, by_column, next_column, ordered
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.table_render import R


class TableChoices(Generic[R]):
    """The order of one list. `values` are the columns to sort by, each with what is compared."""

    def __init__(
        self,
        values: Mapping[str, Callable[[R], Any]],
        sort: Sequence[SortKey],
        best_first: Collection[str] = (),
    ) -> None:
        self.values = values
        self.sort = tuple(sort)
        self.best_first = best_first

    def sort_by(self, column: str) -> None:
        """Sort by one column, its good end first; the same column again reverses it."""
        if column in self.values:
            self.sort = by_column(self.sort, column, self.best_first)

    def sort_by_next(self) -> None:
        """Sort by the column after this one."""
        self.sort_by(next_column(self.sort, tuple(self.values)))

    def reverse(self) -> None:
        """The other way round."""
        self.sort_by(self.sort[0].column)

    def arrange(self, rows: Iterable[R]) -> list[R]:
        """The rows in this order."""
        return ordered(rows, self.values, self.sort)

    def show_order(self, table: LiveTable[R]) -> None:
        """The sign of the order in the table's header."""
        table.sort_sign(self.sort[0].column, self.sort[0].descending)

    @property
    def words(self) -> str:
        """`free ▼`."""
        return ", ".join(f"{key.column} {'▼' if key.descending else '▲'}" for key in self.sort)
