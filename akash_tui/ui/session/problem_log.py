"""The problem log: what went wrong in this session, when, and what it meant. Kept in memory, bounded."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from akash_tui.services.ports import AkashError

log = logging.getLogger(__name__)
KEPT = 200


@dataclass(frozen=True, slots=True)
class LoggedProblem:
    """One entry; all texts are clean already."""

    at: datetime
    doing: str
    title: str
    advice: str
    detail: str
    code: str


@dataclass(slots=True)
class ProblemLog:
    entries: deque[LoggedProblem] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, doing: str, error: AkashError) -> LoggedProblem:
        """Keep an error; the same one again only moves the time of the first."""
        log.info("while %s: %s", doing, error.title)
        entry = LoggedProblem(datetime.now(UTC), doing, error.title, error.advice, error.detail, error.code)
        if self.entries:
            last = self.entries[-1]
            if (last.doing, last.title, last.detail) == (doing, error.title, error.detail):
                self.entries.pop()
        self.entries.append(entry)
        return entry
