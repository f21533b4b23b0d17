"""A short list to choose one line from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.textual_private import bind_key

NARROWEST, WIDEST = 74, 120
"""Columns of the box; as wide as its longest line, on a screen that has them."""
AROUND = 11
"""Columns for the frame and the gaps: two blanks are between a line's title and its description."""


@dataclass(frozen=True, slots=True)
class ChoiceOption:
    """One line of a list to choose from."""

    id: str
    title: str
    description: str = ""
    key: str = ""
    """Chooses the line at once."""


class ChoiceDialog(DialogBox[str | None]):
    """A short list below an optional text; enter or an option's own key chooses. Returns its id, None for esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "leave", "back", show=False)]

    def __init__(
        self, title: str, options: Sequence[ChoiceOption], body: Sequence[LabelledLine | Content] = ()
    ) -> None:
        super().__init__(title, [*body, BLANK] if body else ())
        self._options = tuple(options)
        for option in self._options:
            if option.key:
                bind_key(self, option.key, f"take('{option.id}')", option.title)

    def compose(self) -> ComposeResult:
        width = min(30, max((cell_len(_title_with_key(option)) for option in self._options), default=8))
        longest = max((cell_len(option.description) for option in self._options), default=0)
        with Vertical(classes="box") as box:
            box.styles.width = max(NARROWEST, min(WIDEST, width + longest + AROUND))
            if self._body:
                yield LabelledLines(9, id="message")
            yield LiveTable[ChoiceOption](
                [
                    Column("title", "", width + 1, lambda o: (_title_with_key(o), "strong")),
                    Column("description", "", 20, lambda o: (o.description, "muted"), grow=WIDEST),
                ],
                header=False,
                id="options",
            )

    def on_mount(self) -> None:
        table = self.query_one("#options", LiveTable)
        table.styles.height = min(16, max(1, len(self._options)))
        table.show(self._options)
        table.focus()

    def key_hints(self) -> Sequence[KeyHint]:
        keys = [KeyHint(option.key, option.title) for option in self._options if option.key]
        return [KeyHint("enter", "choose"), KeyHint("down", "next line"), KeyHint("escape", "back"), *keys]

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        self.dismiss(event.row_id)

    def action_take(self, id: str) -> None:
        self.dismiss(id)


async def choose_one(app: App[Any], title: str, options: Sequence[tuple[str, str]]) -> int | None:
    """Which of the (what it is, description) is chosen; a single one is, without a question. None for esc."""
    if len(options) == 1:
        return 0
    listed = [ChoiceOption(str(at), what, description) for at, (what, description) in enumerate(options)]
    answer = await app.push_screen_wait(ChoiceDialog(title, listed))
    return None if answer is None else int(answer)


def _title_with_key(option: ChoiceOption) -> str:
    return f"{option.key}  {option.title}" if option.key else option.title
