"""Clocks of tests: one that jumps from sleeper to sleeper, and one that stands until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SCREENS_START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""The moment that pictures of screens show."""

QUIET_TURNS = 2
MOST_TURNS = 100


class FakeClock:
    """Time moves only when every runnable task has had its turn and one sleeper is due next."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._ticking = False

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (self.elapsed + max(0.0, seconds), next(self._order), future))
        if not self._ticking:
            self._ticking = True
            loop.call_later(0.0005, self._tick)
        await future

    def _tick(self, quiet: int = 0, turns: int = 0) -> None:
        """Wake the next sleeper once the loop has had nothing else to do for some turns: on a busy machine the moment
        of real time is over before tasks that are ready have run. Who asks again and again at each turn stops it for a
        while only."""
        loop = asyncio.get_running_loop()
        quiet = 0 if loop._ready else quiet + 1  # type: ignore[attr-defined]
        if quiet <= QUIET_TURNS and turns < MOST_TURNS:
            loop.call_soon(self._tick, quiet, turns + 1)
            return
        self._ticking = False
        while self._sleepers:
            due, _, future = heapq.heappop(self._sleepers)
            if not future.cancelled():
                self.elapsed = max(self.elapsed, due)
                future.set_result(None)
                break
        if self._sleepers:
            self._ticking = True
            loop.call_later(0.0005, self._tick)

    def forget(self) -> None:
        """A new event loop: sleepers of the old one are gone with it."""
        self._sleepers.clear()
        self._ticking = False


class FrozenClock:
    """Time that moves only when a test says so; `sleep` really lets the loop run."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return SCREENS_START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
