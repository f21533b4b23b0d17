"""How long to wait before trying again what failed: longer after each failure, as long as before after a success."""

from __future__ import annotations

import random

from akash_tui.services.ports.clock import Clock


class Backoff:
    """Pauses between tries, in seconds of the clock's monotonic time.

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
    def ready(self) -> bool:
        """True unless the pause after the last failure is still running."""
        return self._clock.monotonic() >= self._until

    def failed(self, at_least: float = 0.0) -> float:
        """Count a failure and return the seconds until the next try; `at_least` is what the other side asked for."""
        pause = max(at_least, min(self._next, self._longest) * random.uniform(*self._jitter))
        self._next = min(self._next * self._factor, self._longest)
        self._until = self._clock.monotonic() + pause
        return pause

    def succeeded(self) -> None:
        """Begin with `first` again; the next try may come at once."""
        self._next, self._until = self._first, 0.0

    async def wait(self, at_least: float = 0.0) -> None:
        """Count a failure and sleep until the next try."""
        await self._clock.sleep(self.failed(at_least))
