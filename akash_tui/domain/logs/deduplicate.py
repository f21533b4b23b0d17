"""Finds where a log that is read again continues: lines that were shown before are not shown twice."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

REPEATED = 200
"""Last lines of each pod that are remembered, and requested when a stream is reopened."""
_MOST_PODS = 400


@dataclass(slots=True)
class _Match:
    """What arrived since the stream was reopened, and where in the remembered lines it may start."""

    recent: tuple[str, ...]
    starts: list[int]
    pending: list[str] = field(default_factory=list)
    known: int = 0
    """How many of `pending` were certainly shown before."""


class LogDeduplicator:
    """Remembers each pod's last lines. Lines that may be old wait until the next one decides."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[str]] = {}
        self._matches: dict[str, _Match] = {}

    def reopened(self) -> None:
        """Call when the stream was reopened: it repeats up to `REPEATED` lines of each pod."""
        self._matches = {pod: _Match(tuple(lines), list(range(len(lines)))) for pod, lines in self._recent.items()}

    def new_lines(self, pod: str, text: str) -> list[str]:
        """The lines of this pod to show now that `text` has arrived."""
        match = self._matches.get(pod)
        if match is None:
            self._remember(pod, [text])
            return [text]
        at = len(match.pending)
        match.pending.append(text)
        match.starts = [s for s in match.starts if s + at < len(match.recent) and match.recent[s + at] == text]
        reached = [s for s in match.starts if s + at + 1 == len(match.recent)]
        if reached:
            match.known = at + 1
        if match.starts and min(match.starts) not in reached:
            return []
        del self._matches[pod]
        fresh = match.pending[match.known :]
        self._remember(pod, fresh)
        return fresh

    def _remember(self, pod: str, lines: list[str]) -> None:
        if pod not in self._recent:
            while len(self._recent) >= _MOST_PODS:
                del self._recent[next(iter(self._recent))]
            self._recent[pod] = deque(maxlen=REPEATED)
        self._recent[pod].extend(lines)
