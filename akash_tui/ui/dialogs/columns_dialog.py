"""Which columns a list has, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from akash_tui.domain.filtering.column_names import head
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.dialogs.dialog_box import DialogBox, place_hints
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.live_table import Column, LiveTable


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column: its name, and whether it is shown."""

    id: str
    shown: bool


class ColumnsDialog(DialogBox[tuple[str, ...] | None]):
    """All columns, those that are shown ticked. Returns the names of the shown ones in their order (empty: all, as the
    app has them), None for esc."""

    where: ClassVar[str] = "columns"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("columns"), Binding("q", "leave", "back", show=False)]

    def __init__(self, columns: Sequence[str], chosen: Sequence[str]) -> None:
        """`columns` are all names in the order of the app; `chosen` the shown ones in their order (empty: all)."""
        super().__init__("Columns")
        self._columns = tuple(columns)
        shown = [key for key in chosen if key in columns]
        self._lines = self._all()
        if shown:
            hidden = [ColumnLine(key, False) for key in columns if key not in shown]
            self._lines = [*(ColumnLine(key, True) for key in shown), *hidden]

    def key_hints(self) -> Sequence[KeyHint]:
        return [
            KeyHint("space", "show or hide"),
            *place_hints("columns"),
            KeyHint("enter", "save"),
            KeyHint("escape", "back"),
        ]

    def _all(self) -> list[ColumnLine]:
        return [ColumnLine(key, True) for key in self._columns]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LiveTable[ColumnLine](
                [
                    Column("shown", "", 3, lambda c: ("[✓]" if c.shown else "[ ]", "good" if c.shown else "muted")),
                    Column("name", "", 20, lambda c: (head(c.id), "" if c.shown else "muted"), grow=20),
                ],
                header=False,
                id="columns",
            )

    def on_mount(self) -> None:
        self.table.styles.height = min(20, len(self._lines))
        self.table.show(self._lines)
        self.table.focus()

    @property
    def table(self) -> LiveTable[ColumnLine]:
        return self.query_one("#columns", LiveTable)

    @on(LiveTable.Marked)
    def _tick(self, event: LiveTable.Marked) -> None:
        self._lines = [ColumnLine(c.id, c.shown != (c.id == event.row_id)) for c in self._lines]
        self.table.show(self._lines)

    def action_shift(self, step: int) -> None:
        at = self.table.cursor_index
        to = max(0, min(at + step, len(self._lines) - 1))
        self._lines.insert(to, self._lines.pop(at))
        self.table.show(self._lines)
        self.table.move_to(to)

    def action_reset(self) -> None:
        self._lines = self._all()
        self.table.show(self._lines)

    @on(LiveTable.Opened)
    def _apply(self) -> None:
        shown = tuple(line.id for line in self._lines if line.shown)
        if not shown:
            self.set_hint("A list needs at least one column: space shows one.", "warn")
            return
        self.dismiss(() if self._lines == self._all() else shown)
