"""The problem log, newest first; enter shows the raw answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from akash_tui.ui.dialogs.dialogs import Ask, Box
from akash_tui.ui.session.problem_log import Problem
from akash_tui.ui.widgets.labelled_lines import BLANK, Line
from akash_tui.ui.widgets.live_table import Column, LiveTable

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import Desk


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    problem: Problem


class ProblemScreen(Box[None]):
    """What went wrong in this session."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,exclamation_mark", "leave", "back", show=False)]
    DEFAULT_CSS = "ProblemScreen > .box { width: 110; height: 80%; } ProblemScreen LiveTable { height: 1fr; }"

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LiveTable[Entry](
                [
                    Column("at", "when", 8, lambda e: (e.problem.at.astimezone().strftime("%H:%M:%S"), "muted")),
                    Column("what", "what", 30, lambda e: (e.problem.title, ""), grow=60),
                    Column("doing", "while", 18, lambda e: (e.problem.doing, "muted"), grow=10),
                ],
                empty="Nothing went wrong in this session.",
                id="problems",
            )

    def on_mount(self) -> None:
        self.say_title("Problems · enter tells all · esc leaves")
        app = cast("Desk", self.app)
        entries = [Entry(str(i), p) for i, p in enumerate(app.problems.entries)]
        table = self.query_one("#problems", LiveTable)
        table.show(entries[::-1])
        table.focus()

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        row = next((e for e in event.table.rows if e.id == event.row_id), None)
        if not isinstance(row, Entry):
            return
        problem = row.problem
        rows: list[Line | Content] = [Line("✗", problem.title, "strong", "bad")]
        if problem.advice:
            rows += [BLANK, Line("try", problem.advice)]
        rows += [
            BLANK,
            Line("", f"while {problem.doing}, {problem.at.astimezone():%H:%M:%S} · {problem.code}", "muted"),
        ]
        if problem.detail:
            rows += [BLANK, Line("", problem.detail, "muted")]
        self.app.push_screen(Ask("Problem", rows))

    def action_leave(self) -> None:
        self.dismiss(None)
