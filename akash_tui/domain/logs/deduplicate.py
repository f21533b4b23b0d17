"""Where a log that is read again goes on: lines that were shown before are not shown twice."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

KEPT = 200
"""Last lines of each pod that are remembered, and asked for when a stream is opened again."""
_MOST_PODS = 400


@dataclass(slots=True)
class _Match:
    """What came since the stream was opened again, and where in the remembered lines it may begin."""

    recent: tuple[str, ...]
    starts: list[int]
    held: list[str] = field(default_factory=list)
    known: int = 0
    """How many of `held` were certainly shown before."""


class LogDeduplicator:
    """Remembers each pod's last lines. Lines that may be old are held until the next one decides."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[str]] = {}
        self._matches: dict[str, _Match] = {}

    def again(self) -> None:
        """The stream was opened again and repeats up to `KEPT` lines of each pod."""
        self._matches = {pod: _Match(tuple(lines), list(range(len(lines)))) for pod, lines in self._recent.items()}

    def new(self, pod: str, text: str) -> list[str]:
        """The lines of this pod to show now that `text` has come."""
        match = self._matches.get(pod)
        if match is None:
            self._remember(pod, [text])
            return [text]
        at = len(match.held)
        match.held.append(text)
        match.starts = [s for s in match.starts if s + at < len(match.recent) and match.recent[s + at] == text]
        reached = [s for s in match.starts if s + at + 1 == len(match.recent)]
        if reached:
            match.known = at + 1
        if match.starts and min(match.starts) not in reached:
            return []
        del self._matches[pod]
        fresh = match.held[match.known :]
        self._remember(pod, fresh)
        return fresh

    def _remember(self, pod: str, lines: list[str]) -> None:
        if pod not in self._recent:
            while len(self._recent) >= _MOST_PODS:
                del self._recent[next(iter(self._recent))]
            self._recent[pod] = deque(maxlen=KEPT)
        self._recent[pod].extend(lines)
