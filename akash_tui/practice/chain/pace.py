"""How fast time passes in a practice world: its own seconds, which may be shorter than those of the wall.

A network that is sped up makes its blocks more often and its providers wait less, while all prices stay what they are
at its own pace. What is compared with the client's clock stays on the wall's: block times, tokens, certificates.
"""

from __future__ import annotations

from collections.abc import Callable

MOST_SPEED = 600.0


class Pace:
    """`block_time` in the world's own seconds; `now` gives the wall's nanoseconds since 1970."""

    def __init__(self, block_time: float, now: Callable[[], int], speed: float = 1.0) -> None:
        self.block_time = block_time
        self.speed = speed
        self._now = now
        self._since = self._own = now() / 1e9

    @property
    def interval(self) -> float:
        """Seconds on the wall between two blocks."""
        return self.block_time / self.speed

    def seconds(self) -> float:
        """The world's own time in seconds: the wall's when it began, and then as fast as its speed says."""
        return self._own + (self._now() / 1e9 - self._since) * self.speed

    def turn(self, speed: float) -> None:
        """Let time pass `speed` times as fast from now on, more than 0 and at most `MOST_SPEED`."""
        if not 0 < speed <= MOST_SPEED:
            raise ValueError(f"a speed of {speed:g} is not possible")
        self._own, self._since = self.seconds(), self._now() / 1e9
        self.speed = speed
