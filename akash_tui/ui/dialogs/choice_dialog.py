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
from textual.content import Content

from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.textual_private import bind_key


@dataclass(frozen=True, slots=True)
class ChoiceOption:
    """One line of a list to pick from."""

    id: str
    title: str
    says: str = ""
    key: str = ""
    """Takes the line at once."""


class ChoiceDialog(DialogBox[str | None]):
    """A short list, below what there is to know; enter takes, esc leaves. Returns the id."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "back", show=False)]

    def __init__(
        self, title: str, options: Sequence[ChoiceOption], body: Sequence[LabelledLine | Content] = ()
    ) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)
        self._body = tuple(body)
        for option in self._options:
            if option.key:
                bind_key(self, option.key, f"take('{option.id}')", option.title)

    def compose(self) -> ComposeResult:
        width = min(30, max((cell_len(_titled(option)) for option in self._options), default=8))
        with Vertical(classes="box"):
            if self._body:
                yield LabelledLines(9, id="message")
            yield LiveTable[ChoiceOption](
                [
                    Column("title", "", width, lambda o: (_titled(o), "strong")),
                    Column("says", "", 20, lambda o: (o.says, "muted"), grow=60),
                ],
                header=False,
                id="options",
            )

    def on_mount(self) -> None:
        self.say_title(self._title)
        if self._body:
            self.query_one("#message", LabelledLines).show([*self._body, BLANK])
        table = self.query_one("#options", LiveTable)
        table.styles.height = min(16, max(1, len(self._options)))
        table.show(self._options)
        table.focus()

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self.dismiss(event.row_id)

    def action_take(self, id: str) -> None:
        self.dismiss(id)

    def action_leave(self) -> None:
        self.dismiss(None)


def _titled(option: ChoiceOption) -> str:
    return f"{option.key}  {option.title}" if option.key else option.title
