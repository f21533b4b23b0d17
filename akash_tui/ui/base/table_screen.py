"""A screen with a list whose order and columns a person chooses by key or by a click on a head; both are saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on

from akash_tui.services.storage.settings import ListSettings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.dialogs.columns_dialog import ColumnsDialog
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.table_render import Column


class TableScreen(BaseScreen):
    """Sorts and chooses columns of `table`, by the `choices` for it."""

    @property
    def choices(self) -> TableChoices[Any]:
        """What was chosen of the list that is shown."""
        raise NotImplementedError

    @property
    def table(self) -> LiveTable[Any]:
        """The list that is shown."""
        raise NotImplementedError

    @property
    def all_columns(self) -> Sequence[Column[Any]]:
        """The columns that it can have now, in the order of the app."""
        raise NotImplementedError

    def load_choices(self, *choices: TableChoices[Any]) -> None:
        """Use what was saved of these lists."""
        saved = self.session_app.program.settings.lists
        for each in choices:
            each.load(saved.get(each.name, ListSettings()))

    def save_choices(self) -> None:
        """Save what was chosen of the list that is shown, and paint it so."""
        choices = self.choices
        lists = {name: saved for name, saved in self.session_app.program.settings.lists.items() if name != choices.name}
        if choices.settings != ListSettings():
            lists[choices.name] = choices.settings
        if lists != self.session_app.program.settings.lists:
            self.session_app.remember(lists=lists)
        self.repaint()

    def do_sort(self) -> None:
        self.choices.sort_by_next()
        self.save_choices()
        self.session_app.status.say(f"Sorted by {self.choices.words}.")

    def do_reverse(self) -> None:
        self.choices.reverse()
        self.save_choices()

    def sort_by(self, column: str) -> None:
        """Sort by a column whose head was clicked; by the same one again reverses it."""
        self.choices.sort_by(column)
        self.save_choices()

    @on(LiveTable.HeaderClicked)
    def _header(self, event: LiveTable.HeaderClicked) -> None:
        self.sort_by(event.key)

    def do_columns(self) -> None:
        self.background(self._ask_columns, "columns")

    async def _ask_columns(self) -> None:
        keys = [column.key for column in self.all_columns]
        chosen = await self.session_app.push_screen_wait(ColumnsDialog(keys, self.choices.columns))
        if chosen is not None:
            self.choices.columns = chosen
            self.save_choices()
