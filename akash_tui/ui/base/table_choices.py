"""What a person chooses of a list: its order and its columns. One mechanism for every list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic

from akash_tui.domain.filtering.column_names import aliases
from akash_tui.domain.filtering.sorting import SortKey, by_column, next_column, ordered, read_sort, sort_text
from akash_tui.services.storage.settings import ListSettings
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.table_render import Column, R


class TableChoices(Generic[R]):
    """The order and the columns of one list, saved in the settings under `name`.

    `values` are the columns to sort by, each with what is compared; `best_first` those whose high end is the good one.
    """

    def __init__(
        self,
        name: str,
        values: Mapping[str, Callable[[R], Any]],
        sort: Sequence[SortKey],
        best_first: Collection[str] = (),
    ) -> None:
        self.name = name
        self.values = values
        self.sort = self._first_sort = tuple(sort)
        self.best_first = best_first
        self.columns: tuple[str, ...] = ()
        """Names of the columns in their order; empty: all, in the order of the app."""

    # -- settings --------------------------------------------------------------------

    def load(self, saved: ListSettings) -> None:
        """Use what was saved; what this version does not know is left out."""
        former = aliases(self.values)
        self.columns = tuple(dict.fromkeys(former.get(name, name) for name in saved.columns))
        try:
            self.sort = read_sort(saved.sort, self.values) or self._first_sort
        except ValueError:  # settings.json was written by hand, or by another version
            self.sort = self._first_sort

    @property
    def settings(self) -> ListSettings:
        """What is to be saved; what the app would choose by itself is left out."""
        return ListSettings(columns=self.columns, sort="" if self.sort == self._first_sort else sort_text(self.sort))

    # -- order -----------------------------------------------------------------------

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

    # -- columns ---------------------------------------------------------------------

    def shown(self, columns: Sequence[Column[R]], always: Collection[str] = ()) -> list[Column[R]]:
        """Of the columns that there are now those that were chosen, in that order: the last ones give way first.

        Those of `always` stand before them where they were not chosen.
        """
        by_key = {column.key: column for column in columns}
        chosen = [key for key in self.columns if key in by_key]
        if not chosen:
            return list(columns)
        chosen = [*(key for key in by_key if key in always and key not in chosen), *chosen]
        return [replace(by_key[key], stays=at) for at, key in enumerate(chosen)]
