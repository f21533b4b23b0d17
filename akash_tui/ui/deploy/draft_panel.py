"""The draft of a deployment: its GPUs to tick, what is paid in, what it may cost, its problems and its text."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, TextArea

from akash_tui.domain.akash.money import BlockTime, Coin, units
from akash_tui.domain.text import clean
from akash_tui.ui.deploy.parameters_form import parameter_lines
from akash_tui.ui.deploy.problems_panel import ProblemRow, sign_of
from akash_tui.ui.session.draft import (
    DeployForm,
    Draft,
    GpuTick,
    displayed_text,
    estimate,
    read_form,
    size,
)
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import toned


class DraftPanel(Vertical):
    """The right side of the deploy screen; `provider` gives the name of a provider by its address."""

    def __init__(self, provider: Callable[[str], str], *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._provider = provider

    def compose(self) -> ComposeResult:
        yield LabelledLines(9, id="about")
        yield LiveTable[GpuTick](
            [
                Column("on", "", 3, lambda t: ("[✓]" if t.on else "[ ]", "good" if t.on else "muted")),
                Column("model", "", 16, lambda t: (model_name(t), "" if t.on else "muted"), grow=8),
                Column(
                    "vram",
                    "",
                    9,
                    lambda t: (f"{t.model.vram_gib} GB" if t.model.vram_gib else "any VRAM", "muted"),
                ),
                Column("interface", "", 6, lambda t: (t.model.interface or "", "muted")),
            ],
            header=False,
            id="gpus",
        )
        with Horizontal(id="form"):
            yield Label("deposit ")
            yield Input(id="deposit", placeholder="minimum")
            yield Label(" ACT  budget ")
            yield Input(id="budget", placeholder="1.20/h 24h $30")
        yield LabelledLines(9, id="estimate")
        yield LiveTable[ProblemRow](
            [
                Column("sign", "", 1, lambda f: sign_of(f.problem)),
                Column("line", "", 8, lambda f: (f"line {f.problem.line}", "muted")),
                Column("message", "", 20, lambda f: (clean(f.problem.message), ""), grow=200),
            ],
            header=False,
            id="findings",
        )
        yield TextArea(
            id="sdl", read_only=True, show_line_numbers=True, soft_wrap=False, theme="css", show_cursor=False
        )

    def show_text(self, draft: Draft | None, *, editing: bool) -> None:
        """The draft's text, with a cursor while it is edited."""
        area = self.query_one("#sdl", TextArea)
        area.read_only = not editing
        area.show_cursor = editing
        if draft is not None:
            area.load_text(displayed_text(draft.text))

    def wishes(self) -> DeployForm:
        """The form as figures. Raises `ValueError`."""
        return read_form(self.query_one("#deposit", Input).value, self.query_one("#budget", Input).value)

    def show(
        self, draft: Draft | None, *, editing: bool, low: bool, minimum: Coin | None, block_time: BlockTime | None
    ) -> None:
        """All but the text; without a draft, what to do first. `low`: the screen has few lines."""
        gpus = self.query_one("#gpus", LiveTable)
        findings = self.query_one("#findings", LiveTable)
        self.query_one("#form").display = draft is not None
        self.query_one("#sdl").display = draft is not None
        if draft is None:
            self.query_one("#about", LabelledLines).show(
                [
                    toned("1  choose a preset or a file, and press enter"),
                    toned("2  press enter again to get bids", "muted"),
                ]
            )
            gpus.display = findings.display = False
            self.query_one("#estimate", LabelledLines).show([])
            return
        self.border_title = Content(f"{draft.name} · {draft.file}" if draft.name != draft.file else draft.name)
        self.border_subtitle = Content("editing · esc ends" if editing else "")
        self.query_one("#about", LabelledLines).show(self._about(draft))
        gpus.display = bool(draft.models)
        gpus.styles.height = min(4 if low else 9, max(1, len(draft.models)))
        gpus.show(draft.ticks)
        problems = [ProblemRow(str(i), p) for i, p in enumerate(draft.problems)]
        findings.display = bool(problems)
        findings.styles.height = min(5, max(1, len(problems)))
        findings.show(problems)
        deposit = self.query_one("#deposit", Input)
        deposit.placeholder = f"minimum {units(minimum.amount)}" if minimum is not None else "minimum"
        try:
            self.query_one("#estimate", LabelledLines).show(estimate(draft, block_time, self.wishes(), minimum))
        except ValueError as error:
            self.query_one("#estimate", LabelledLines).show([LabelledLine("✗", str(error), "bad", "bad")])

    def _about(self, draft: Draft) -> list[LabelledLine]:
        rows = [LabelledLine("asks for", size(draft.groups))] if draft.groups else []
        if draft.models:
            accepted = f"{len(draft.accepted)} of {len(draft.models)} GPU models; space ticks"
            rows.append(LabelledLine("accepts", accepted, "muted"))
        rows += parameter_lines(draft)
        rows += [
            LabelledLine("avoids", f"{self._provider(owner)}: {why}", "warn") for owner, why in draft.avoid.items()
        ]
        return rows


def model_name(tick: GpuTick) -> str:
    """`nvidia a100`, or `any nvidia`."""
    return f"any {tick.model.vendor}" if tick.model.wildcard else f"{tick.model.vendor} {tick.model.model}"
