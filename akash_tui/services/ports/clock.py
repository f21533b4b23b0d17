"""Time, as services see it, and how long to wait before trying again what failed."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, so that tests can stop it."""

    def now(self) -> datetime:
        """Aware UTC time of day."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; only differences mean anything."""

    async def sleep(self, seconds: float) -> None:
        """Wait for this many seconds, by the monotonic time."""


class Backoff:
    """Pauses between tries, in seconds of the clock's monotonic time; as long as before after a success.

    The first failure costs `first` seconds, each further one `factor` times as much, never more than `longest`.
    `jitter` are the bounds of a random factor, so that many clients that failed together do not return together.
    """

    def __init__(
        self,
        clock: Clock,
        first: float,
        longest: float,
        *,
        factor: float = 2.0,
        jitter: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        self._clock = clock
        self._first = self._next = first
        self._longest = longest
        self._factor = factor
        self._jitter = jitter
        self._until = 0.0

    @property
    def left(self) -> float:
        """Seconds until the pause after the last failure is over; 0 if it is."""
        return max(0.0, self._until - self._clock.monotonic())

    @property
    def ready(self) -> bool:
        """True unless the pause after the last failure is still running."""
        return not self.left

    def failed(self, asked: float | None = None) -> float:
        """Count a failure and return the seconds until the next try; `asked` is the other side's own wish for them."""
        pause = asked or min(self._next, self._longest) * random.uniform(*self._jitter)
        self._next = min(self._next * self._factor, self._longest)
        self._until = self._clock.monotonic() + pause
        return pause

    def succeeded(self) -> None:
        """Begin with `first` again; the next try may come at once."""
        self._next, self._until = self._first, 0.0

    async def wait(self) -> None:
        """Count a failure and sleep until the next try."""
        await self._clock.sleep(self.failed())
