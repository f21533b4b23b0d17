"""When enough bids were collected for a choice: by the time of reads that went well, and by a fresh one at the end.

A node that is silent for a while would otherwise leave the choice to the few bids that came before.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from akash_tui.services.core.run_state import DeploymentRun

LONGEST_PAUSE: Final = 5.0
"""Seconds between two looks at the bids that were collected."""


class Readiness(StrEnum):
    """Whether the bids that are there may be chosen from."""

    NOT_YET = "not yet"
    READY = "ready"
    OVER = "over"
    """The longest wait for an acceptable bid is over."""


class CollectingTime:
    """The collect time of one choice, counted from its making."""

    def __init__(self, run: DeploymentRun, collect: float, longest: float) -> None:
        """`collect` seconds of reads before a choice, and `longest` (never less) for an acceptable bid to come."""
        self._run = run
        self._collect = collect
        self._longest = max(collect, longest)
        self._begun = run.clock.monotonic()
        self._before = run.reads.collected(self._begun)
        self._asked: float | None = None
        """When the last read before the choice was asked for."""

    @property
    def passed(self) -> float:
        """Seconds of collecting so far; the time in which no read went well does not count."""
        return self._run.reads.collected(self._run.clock.monotonic()) - self._before

    @property
    def left(self) -> float:
        """Seconds of collecting until the longest wait for an acceptable bid is over."""
        return max(0.0, self._longest - self.passed)

    @property
    def over(self) -> bool:
        """Whether the collect time itself is over. Raises what `check` raises."""
        self._raise_if_silent()
        return self.passed >= self._collect

    def check(self, *, usable: bool, enough: bool = False) -> Readiness:
        """Whether to choose now; `usable`: the bids that are there allow a choice; `enough`: their number
        is one for which the collect time need not be over.

        The first time that they do the bids are read once more, and only what is there then counts. Raises why the
        reads fail if they have for as long as an acceptable bid would be waited for.
        """
        self._raise_if_silent()
        passed, now = self.passed, self._run.clock.monotonic()
        if not usable or not (enough or passed >= self._collect):
            self._asked = None
            return Readiness.NOT_YET if usable or passed < self._longest else Readiness.OVER
        if self._asked is None:
            self._asked = now
            self._run.reads.ask()
        return Readiness.READY if self._run.reads.begun >= self._asked else Readiness.NOT_YET

    @property
    def pause(self) -> float:
        """Seconds until the next check, if no read ends before."""
        passed = self.passed
        left = (self._collect if passed < self._collect else self._longest) - passed
        return min(LONGEST_PAUSE, max(0.05, left)) if left > 0 else LONGEST_PAUSE

    def _raise_if_silent(self) -> None:
        silent = self._run.clock.monotonic() - max(self._begun, self._run.reads.ended)
        if self._run.read_error is not None and silent >= self._longest:
            raise self._run.read_error
