"""Work that waits until nobody types: pauses after the last key, and threads that let the keys through."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_QUICK: Final = 0.0005
"""Seconds after which a computing thread makes room for the one that answers keys."""
_lock = threading.Lock()
_running = 0
_usual = sys.getswitchinterval()


class Pause:
    """Something that is to be done a while after it was last asked for."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._first = self._last = 0.0

    def begin(self) -> None:
        """Ask for it; costs nearly nothing."""
        self._last = time.monotonic()
        if not self._wanted.is_set():
            self._first = self._last
            self._wanted.set()

    async def over(self, seconds: float) -> None:
        """Wait until it was asked for, and then not again for so long."""
        await self._wait(lambda: self._last + seconds)

    async def since_first(self, seconds: float) -> None:
        """Wait until it was asked for, and so long after that, however often it is asked for meanwhile."""
        await self._wait(lambda: self._first + seconds)

    async def _wait(self, end: Callable[[], float]) -> None:
        await self._wanted.wait()
        while (left := end() - time.monotonic()) > 0:  # noqa: ASYNC110 - until keys pause
            await asyncio.sleep(left)
        self._wanted.clear()


@contextmanager
def quick_switches() -> Iterator[None]:
    """While this thread computes, Python lets the one that answers keys in ten times as soon as usual."""
    global _running, _usual
    with _lock:
        if _running == 0:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(min(_usual, _QUICK))
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0:
                sys.setswitchinterval(_usual)
