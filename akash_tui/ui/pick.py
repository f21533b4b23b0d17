"""A short list to pick one line from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from akash_tui.ui.dialogs import Box
from akash_tui.ui.live_table import Column, LiveTable


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list to pick from."""

    id: str
    title: str
    says: str = ""


class Pick(Box[str | None]):
    """A short list; enter takes, esc leaves. Returns the id."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "back", show=False)]

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        width = min(30, max((cell_len(option.title) for option in self._options), default=8))
        with Vertical(classes="box"):
            yield LiveTable[Option](
                [
                    Column("title", "", width, lambda o: (o.title, "strong")),
                    Column("says", "", 20, lambda o: (o.says, "muted"), grow=60),
                ],
                header=False,
                id="options",
            )

    def on_mount(self) -> None:
        self.say_title(self._title)
        table = self.query_one("#options", LiveTable)
        table.styles.height = min(16, max(1, len(self._options)))
        table.show(self._options)
        table.focus()

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self.dismiss(event.row_id)

    def action_leave(self) -> None:
        self.dismiss(None)
