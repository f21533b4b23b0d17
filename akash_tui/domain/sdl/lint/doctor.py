"""Everything wrong with an SDL at once: what Go refuses, what the chain refuses, what will disappoint.

The compiler says whether the file can be used. This adds what experience says: prices in a token
that the chain no longer takes, GPU names nobody offers, requests that mean more than they say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.sdl.build.compiler import Compiled, Examined
from akash_tui.domain.sdl.lint.gpus import check_gpus
from akash_tui.domain.sdl.lint.prices import Medians, check_prices
from akash_tui.domain.sdl.lint.services import check_services
from akash_tui.domain.sdl.lint.storage import check_storage
from akash_tui.domain.sdl.problem import Edit, SdlProblem, Severity, apply_edits
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.reading import SdlReading

MOST_ROUNDS = 8
"""Mending one thing can bring another to light; this often is enough for any file seen."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """A file as the doctor sees it: its compiled form and all findings, the compiler's included."""

    compiled: Compiled
    problems: tuple[SdlProblem, ...]

    @property
    def ok(self) -> bool:
        """True if nothing keeps the file from being deployed."""
        return not any(p.severity is Severity.ERROR for p in self.problems)


def diagnose(
    examined: Examined, medians: Medians | None = None, block_time: BlockTime = ASSUMED_BLOCK_TIME
) -> tuple[SdlProblem, ...]:
    """All problems of a file by their place, the compiler's included."""
    found = list(examined.compiled.problems)
    if examined.document is not None and examined.reading is not None:
        found += _findings(examined.document, examined.reading, medians, block_time)
    return tuple(sorted(dict.fromkeys(found), key=lambda p: (p.line, p.column)))


def _findings(
    document: Document, reading: SdlReading, medians: Medians | None, block_time: BlockTime
) -> Iterator[SdlProblem]:
    yield from check_services(document, reading)
    yield from check_storage(document, reading)
    yield from check_gpus(document, reading, medians)
    yield from check_prices(document, reading, medians, block_time)


def fix(text: str, problems_of: Callable[[str], tuple[SdlProblem, ...]]) -> tuple[str, tuple[SdlProblem, ...]]:
    """Mend all that can be mended safely; returns the text and what was mended.

    Only the values concerned change. `problems_of` diagnoses a text; it is asked again after each
    round, until nothing more can be mended.
    """
    mended: list[SdlProblem] = []
    for _ in range(MOST_ROUNDS):
        fixable = [(p, p.fix) for p in problems_of(text) if p.fix is not None]
        edits: list[Edit] = [edit for _, edit in fixable]
        changed = apply_edits(text, edits)
        if changed == text:
            break
        mended += [problem for problem, _ in fixable]
        text = changed
    return text, tuple(mended)
