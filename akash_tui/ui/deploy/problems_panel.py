"""Problems of the SDL on the deploy screen: shown in full, fixed, and compared with market prices."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import TextArea

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.sdl.lint.prices import Medians
from akash_tui.domain.sdl.problem import SdlProblem
from akash_tui.domain.text import clean
from akash_tui.services.ports import AkashError
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.session.draft import Draft
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.live_table import Cell, LiveTable

if TYPE_CHECKING:
    from akash_tui.domain.market.observations import MarketPrice


LONGEST = 600
"""Signs of one problem's message or advice that are shown."""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem of the SDL as a table row."""

    id: str
    problem: SdlProblem


def sign_of(problem: SdlProblem) -> Cell:
    """A sign for the severity, and its style."""
    signs: dict[str, Cell] = {"error": ("✗", "bad"), "warning": ("!", "warn")}
    return signs.get(problem.severity.value, ("·", "muted"))


def problem_lines(problems: Sequence[SdlProblem]) -> list[LabelledLine | Content]:
    """Every problem in full: where, what, what to do, and whether `F` fixes it."""
    out: list[LabelledLine | Content] = []
    for problem in problems:
        sign, tone = sign_of(problem)
        if out:
            out.append(BLANK)
        out.append(LabelledLine(f"{sign} line {problem.line}", clean(problem.message, LONGEST), "strong", tone))
        if problem.advice:
            out.append(LabelledLine("  try", clean(problem.advice, LONGEST)))
        if problem.fixable:
            out.append(LabelledLine("", "F fixes it here.", "muted"))
    return out


def problem_count(draft: Draft) -> str:
    """`2 errors and 1 remark in this SDL: p shows all, F fixes 1 of them.`"""
    errors = len(draft.errors)
    rest = len(draft.problems) - errors
    counted = [formatting.plural(errors, "error")] if errors else []
    counted += [formatting.plural(rest, "remark")] if rest else []
    fixes = f", F fixes {draft.fixable} of them" if draft.fixable else ""
    return f"{' and '.join(counted)} in this SDL: p shows all{fixes}."


class ProblemsPanel(BaseScreen):
    """The part of the deploy screen that shows problems; the draft and its text belong to the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self._priced: tuple[Sequence[MarketPrice] | None, Medians | None] = (None, None)
        """The prices that were read last, and what they come to."""
        self._saved_prices: Sequence[MarketPrice] = ()
        """Those of the last start, or of the providers themselves, until or unless an indexer answers."""

    def redraw(self) -> None:
        """Show the draft's text and problems again."""
        raise NotImplementedError

    @property
    def block_time(self) -> BlockTime | None:
        """Measured or assumed seconds per block; None while unknown."""
        return self.session_app.run_manager.block_time if self.session_app.run_manager is not None else None

    @property
    def prices(self) -> Sequence[MarketPrice]:
        """What the network has of each GPU model, as it is known now."""
        session = self.session_app.session
        return (session.provider_cache.prices if session is not None else None) or self._saved_prices

    def read_prices(self) -> None:
        """Read the market's prices in the background; without them the SDL is checked without prices."""
        self.background(self._read_prices, "prices")

    async def _read_prices(self) -> None:
        session = self.session_app.session
        if session is None:
            return
        gpus = self.session_app.market.gpus
        known = await gpus.last()
        if session.provider_cache.price_answer is None:
            with contextlib.suppress(AkashError):  # unknown prices are shown as unknown
                known = await gpus.get()
        if known is not None:
            self._saved_prices = known.value
        async with session.provider_cache.watching(self._tick) as want:
            want(())
            await asyncio.Event().wait()  # until the screen goes

    def _medians(self) -> Medians | None:
        session = self.session_app.session
        if session is None or session.provider_cache.prices is None:
            return None
        if session.provider_cache.prices is not self._priced[0]:
            self._priced = (
                session.provider_cache.prices,
                Medians.of_prices(session.provider_cache.prices, session.clock.now()),
            )
        return self._priced[1]

    def check_against_market(self, draft: Draft) -> bool:
        """Check the draft against the prices and the block time known now; True if these are new to it."""
        return draft.compare_with_market(self._medians(), self.block_time or ASSUMED_BLOCK_TIME)

    @on(LiveTable.Opened, "#findings")
    def _open_findings(self) -> None:
        """To the line of the problem; what to do about it is in the status line."""
        row = self.query_one("#findings", LiveTable).cursor_row
        if isinstance(row, ProblemRow):
            problem, area = row.problem, self.query_one("#sdl", TextArea)
            area.focus()
            area.move_cursor((max(0, problem.line - 1), max(0, problem.column - 1)), center=True)
            advice = clean(problem.advice or problem.message, LONGEST)
            self.session_app.status.say(f"Line {problem.line}: {formatting.sentence(advice)} p shows all.", "warn", 20)

    def do_sdl_problems(self) -> None:
        """All problems in full."""
        if self.draft is None:
            return
        title = f"{self.draft.file}: {len(self.draft.problems)} found"
        self.app.push_screen(TextDialog(title, problem_lines(self.draft.problems), 11))

    def do_fix(self) -> None:
        assert self.draft is not None
        fixed = self.draft.fix()
        self.redraw()
        left = f" {problem_count(self.draft)}" if self.draft.problems else " No problems are left."
        lines = ", ".join(str(line) for line in sorted({p.line for p in fixed}))
        self.session_app.status.say(f"✓ Fixed here: line {lines}. The file is unchanged.{left}", "good", 20)
