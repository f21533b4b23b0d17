"""What went wrong in this session, for the screen of problems."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from akash_tui.services.ports import AkashError

log = logging.getLogger(__name__)
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class LoggedProblem:
    """One entry of the problem log; all texts are clean already."""

    at: datetime
    doing: str
    title: str
    advice: str
    detail: str
    code: str

    @property
    def id(self) -> str:
        return f"{self.at.isoformat()} {self.title}"


@dataclass(slots=True)
class ProblemLog:
    """What went wrong in this session, oldest first; beyond `MOST_ENTRIES` the oldest go."""

    entries: deque[LoggedProblem] = field(default_factory=lambda: deque(maxlen=MOST_ENTRIES))

    def add(self, doing: str, error: AkashError) -> None:
        """Log an error; the same one again only renews the time of the last entry."""
        log.info("while %s: %s", doing, error.title)
        entry = LoggedProblem(datetime.now(UTC), doing, error.title, error.advice, error.detail, error.code)
        if self.entries:
            last = self.entries[-1]
            if (last.doing, last.title, last.detail) == (doing, error.title, error.detail):
                self.entries.pop()
        self.entries.append(entry)
