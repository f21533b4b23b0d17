"""An app under a driver that is not there, and when it first painted what was waited for."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.keys import _character_to_key

from akash_tui.ui.app import AkashApp
from tests.bench.figures import Skipped

SIZE = (160, 48)
LONGEST_SECONDS = 10.0
There = Callable[[], bool]


@asynccontextmanager
async def as_on_a_terminal() -> AsyncIterator[None]:
    """Whoever settles in here leaves the search for cycles as it was to the measurements that follow."""
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


class Watched:
    """An app, run by `run_test`, whose paints are looked at."""

    def __init__(self, app: AkashApp) -> None:
        self.app = app
        self._there: There | None = None
        self._painted = asyncio.Event()
        self._at = 0.0
        display = self.app._display

        def watched(screen: Any, renderable: Any) -> None:
            display(screen, renderable)
            if self._there is not None and self._there():
                self._there, self._at = None, time.perf_counter()
                self._painted.set()

        self.app._display = watched  # type: ignore[method-assign]

    async def until(self, there: There, act: Callable[[], Awaitable[object] | object]) -> float:
        """Milliseconds from `act` to the first paint in which it is `there`."""
        self._painted.clear()
        self._there = there
        began = time.perf_counter()
        done = act()
        if isinstance(done, Awaitable):
            await done
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._painted.wait()
        except TimeoutError:
            raise Skipped("the app never painted what was waited for") from None
        return (self._at - began) * 1000

    async def key(self, key: str, there: There) -> float:
        """Press a key; the loop is idle before, so that only this key is measured."""
        await asyncio.sleep(0.02)
        event = events.Key(_character_to_key(key), key) if len(key) == 1 else events.Key(key, None)
        return await self.until(there, lambda: self.app.post_message(event) and None)

    def text(self) -> str:
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)
