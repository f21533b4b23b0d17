"""The problem log, newest first; enter shows the raw answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.session.problem_log import LoggedProblem
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.live_table import Column, LiveTable

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


class ProblemScreen(DialogBox[None]):
    """What went wrong in this session."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,exclamation_mark", "leave", "back", show=False)]
    DEFAULT_CSS = "ProblemScreen > .box { width: 110; height: 80%; } ProblemScreen LiveTable { height: 1fr; }"

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LiveTable[LoggedProblem](
                [
                    Column("at", "when", 8, lambda e: (e.at.astimezone().strftime("%H:%M:%S"), "muted")),
                    Column("what", "what", 30, lambda e: (e.title, ""), grow=60),
                    Column("doing", "while", 18, lambda e: (e.doing, "muted"), grow=10),
                ],
                empty="Nothing went wrong in this session.",
                id="problems",
            )

    def on_mount(self) -> None:
        self.set_title("Problems")
        app = cast("SessionApp", self.app)
        table = self.query_one("#problems", LiveTable)
        table.show(list(app.problems.entries)[::-1])
        table.focus()

    def key_hints(self) -> Sequence[KeyHint]:
        found = bool(cast("SessionApp", self.app).problems.entries)
        return [*([KeyHint("enter", "details")] if found else []), KeyHint("escape", "close")]

    @on(LiveTable.Opened)
    def _opened(self, event: LiveTable.Opened) -> None:
        problem = next((e for e in event.table.rows if e.id == event.row_id), None)
        if not isinstance(problem, LoggedProblem):
            return
        rows: list[LabelledLine | Content] = [LabelledLine("✗", problem.title, "strong", "bad")]
        if problem.advice:
            rows += [BLANK, LabelledLine("try", problem.advice)]
        rows += [
            BLANK,
            LabelledLine("", f"while {problem.doing}, {problem.at.astimezone():%H:%M:%S} · {problem.code}", "muted"),
        ]
        if problem.detail:
            rows += [BLANK, LabelledLine("", problem.detail, "muted")]
        self.app.push_screen(QuestionDialog("Problem", rows))
