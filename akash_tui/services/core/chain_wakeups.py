"""Wait until something may have changed: a wake from the chain, or a time-out where none comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import Backoff, Chain, Clock

POLL_SECONDS = 3.0
"""Between reads while there is no websocket."""
POLL_LIVE_SECONDS = 20.0
"""Between reads while the websocket is connected but silent."""
POLL_MAX_SECONDS = 30.0
"""The longest pause after reads that failed one after another."""


class ChainWakeups:
    """The newest wake of one chain; several wakes during one read count as one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.backoff = Backoff(clock, POLL_SECONDS, POLL_MAX_SECONDS)
        """After reads that failed."""
        self._event = asyncio.Event()
        self.live = False
        self.height = 0
        """The newest block that a wake named; used for ages only, never for state."""

    def take(self, reason: str, height: int | None) -> None:
        """Note one wake."""
        if height is not None:
            self.height = max(self.height, height)
        self.live = reason != "lost"
        self._event.set()

    def refresh(self) -> None:
        """End the wait without any news of the chain."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Until a wake (True) or this many seconds (False)."""
        wake = asyncio.ensure_future(self._event.wait())
        pause_over = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((wake, pause_over), return_when=asyncio.FIRST_COMPLETED)
            woken = self._event.is_set()
            self._event.clear()
            return woken
        finally:
            wake.cancel()
            pause_over.cancel()
            await asyncio.gather(wake, pause_over, return_exceptions=True)

    @property
    def poll_seconds(self) -> float:
        """Seconds until the next read without a wake, after a read that went well."""
        return POLL_LIVE_SECONDS if self.live else POLL_SECONDS


@asynccontextmanager
async def wakeups(chain: Chain, clock: Clock, about: DeploymentId | None = None) -> AsyncIterator[ChainWakeups]:
    """Listen to the chain's wakes while the context lasts; the listening task ends with it."""
    waker = ChainWakeups(clock)

    async def listen() -> None:
        try:
            async for wake in chain.wakes(about):
                waker.take(wake.reason, wake.height)
        finally:
            waker.take("lost", None)  # whatever ended it: from now on the state is only polled

    async with background(listen(), "wakes"):
        yield waker


@asynccontextmanager
async def background(work: Coroutine[None, None, None], name: str) -> AsyncIterator[asyncio.Task[None]]:
    """Run `work` beside the body and end it with it. Its bug is reported to the loop, for it must neither end
    the flow of money nor go unseen."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(report)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def report(task: asyncio.Task[None]) -> None:
    """Hand the exception of a background task, if it ended with one, to the loop's handler."""
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler(
            {"message": f"{task.get_name()} broke", "exception": error, "task": task}
        )
