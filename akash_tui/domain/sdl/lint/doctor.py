"""Everything wrong with an SDL at once: Go's errors, the chain's errors, and likely mistakes.

The compiler decides whether the file can be used. This adds experience: prices in a token that the chain no longer
accepts, GPU names that no provider offers, requests that accept more than intended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.lint.gpus import check_gpus
from akash_tui.domain.sdl.lint.interconnect import check_interconnects
from akash_tui.domain.sdl.lint.prices import Medians, check_prices
from akash_tui.domain.sdl.lint.services import check_services
from akash_tui.domain.sdl.lint.storage import check_storage
from akash_tui.domain.sdl.lint.templates import check_templates
from akash_tui.domain.sdl.problem import SdlProblem, Severity, apply_edits, in_file_order
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.reading import SdlReading

MOST_ROUNDS = 8
"""Fixing one problem can reveal another; this many rounds are enough for any real file."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """A checked file: its compiled form and all problems, the compiler's included."""

    compiled: Compiled
    problems: tuple[SdlProblem, ...]

    @property
    def ok(self) -> bool:
        """True if the file can be deployed."""
        return not any(p.severity is Severity.ERROR for p in self.problems)


def diagnose(
    compiled: Compiled, medians: Medians | None = None, block_time: BlockTime = ASSUMED_BLOCK_TIME
) -> tuple[SdlProblem, ...]:
    """All problems of a file by their place, the compiler's included."""
    found = list(compiled.problems)
    if compiled.document is not None and compiled.reading is not None:
        found += _findings(compiled.document, compiled.reading, medians, block_time)
    return in_file_order(found)


def _findings(
    document: Document, reading: SdlReading, medians: Medians | None, block_time: BlockTime
) -> Iterator[SdlProblem]:
    yield from check_services(document, reading)
    yield from check_templates(document, reading)
    yield from check_storage(document, reading)
    yield from check_gpus(document, reading, medians)
    yield from check_interconnects(document, reading)
    yield from check_prices(document, reading, medians, block_time)


def fix(text: str, problems_of: Callable[[str], tuple[SdlProblem, ...]]) -> tuple[str, tuple[SdlProblem, ...]]:
    """Fix everything that has a safe fix; returns the text and the fixed problems.

    Only the values concerned change. `problems_of` diagnoses a text; it is called again after each round, until
    nothing more can be fixed.
    """
    fixed: list[SdlProblem] = []
    for _ in range(MOST_ROUNDS):
        fixable = [problem for problem in problems_of(text) if problem.fixable]
        changed = apply_edits(text, [edit for problem in fixable for edit in problem.fixes])
        if changed == text:
            break
        fixed += fixable
        text = changed
    return text, tuple(fixed)
