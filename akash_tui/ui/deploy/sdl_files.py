"""SDL files from disk, and their problems and GPU models as lines of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.content import Content

from akash_tui.domain.sdl.problem import SdlProblem
from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput
from akash_tui.ui.session.draft import Draft, GpuTick
from akash_tui.ui.widgets import formatting as words
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.live_table import Cell

MAX_FILE = 1_000_000
"""Bytes; an SDL larger than this is not an SDL."""
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
    counted = [words.plural(errors, "error")] if errors else []
    counted += [words.plural(rest, "remark")] if rest else []
    fixes = f", F fixes {draft.fixable} of them" if draft.fixable else ""
    return f"{' and '.join(counted)} in this SDL: p shows all{fixes}."


def path_fault(text: str) -> str | None:
    """Why this path cannot be loaded as a file; None if it can."""
    path = Path(text.strip()).expanduser()
    if not text.strip():
        return "Type the path of a file."
    try:
        if path.is_dir():
            return "That is a folder: name a file in it."
        if path.is_file():
            return None
        return (
            "There is no such file." if path.parent.is_dir() else f"There is no folder {clean(str(path.parent), 60)}."
        )
    except OSError:
        return "That is not a path."


def model_name(tick: GpuTick) -> str:
    """`nvidia a100`, or `any nvidia`."""
    return f"any {tick.model.vendor}" if tick.model.wildcard else f"{tick.model.vendor} {tick.model.model}"


def read_file(path: Path) -> str:
    """The text of an SDL file. Raises `BadInput`."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(f"{path.name} is too large for an SDL.", "An SDL is a few kilobytes of YAML.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8 text.", "An SDL is a YAML text file.") from None
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read.", error.strerror or "Check the path.") from None
