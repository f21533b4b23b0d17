"""One figure of the market, however many want it: the last answer from memory or disk, renewed when it is due.

What an index once told is worth showing with its age; asking is what costs. So everybody who wants a
figure shares one request, a source that fails is asked ever more rarely, and the last answer stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from akash_tui.services.ports import AkashError, Clock, Unreachable
from akash_tui.services.storage.disk_cache import CacheFormat, DiskCache

FIRST_PAUSE = 15.0
LONGEST_PAUSE = 600.0
"""Seconds until a source that failed is asked again: doubled with every failure."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[T]):
    """A figure, when it was read, and whether it is past its time."""

    value: T
    read_at: datetime
    old: bool
    fault: AkashError | None = None
    """Why it could not be read again."""

    def age(self, now: datetime) -> float:
        """Seconds since it was read; never negative."""
        return max(0.0, (now - self.read_at).total_seconds())


def _read_at(value: object) -> datetime | None:
    """When an answer says it was read: an adapter may have kept it for a while itself."""
    first = value[0] if isinstance(value, list) and value else value
    found = getattr(first, "read_at", None)
    return found if isinstance(found, datetime) else None


class ValueCache(Generic[T]):
    """One figure; `last` shows it without waiting, `get` renews it if it is due."""

    def __init__(
        self,
        name: str,
        form: CacheFormat[T],
        fresh_seconds: Callable[[], float],
        fetch: Callable[[], Awaitable[T]],
        clock: Clock,
        shelf: DiskCache | None,
        changed: Callable[[], None],
    ) -> None:
        self.name = name
        self._form = form
        self._fresh = fresh_seconds
        self._fetch = fetch
        self._clock = clock
        self._shelf = shelf
        self._changed = changed
        self._looked = shelf is None
        self._answer: tuple[datetime, T] | None = None
        self._fault: AkashError | None = None
        self._failures = 0
        self._ask_again = 0.0
        self._task: asyncio.Task[None] | None = None

    async def last(self) -> CachedValue[T] | None:
        """What is known, at once: from memory, else from the disk. Never asks anybody."""
        if not self._looked and self._shelf is not None:
            found = await asyncio.to_thread(self._shelf.load, self.name, self._form)
            self._looked = True
            if self._answer is None and found is not None and found[0] <= self._clock.now():
                self._answer = found
                self._changed()
        return self.seen

    @property
    def seen(self) -> CachedValue[T] | None:
        """The same without looking on the disk."""
        if self._answer is None:
            return None
        read_at, value = self._answer
        return CachedValue(value, read_at, self._due, self._fault)

    @property
    def fault(self) -> AkashError | None:
        """Why the last try failed; None after one that did not."""
        return self._fault

    @property
    def _due(self) -> bool:
        """True also if it was read in the future: then the clock was set back, and nobody knows how old it is."""
        fresh = timedelta(seconds=self._fresh())
        return self._answer is None or not timedelta(0) <= self._clock.now() - self._answer[0] < fresh

    async def get(self) -> CachedValue[T]:
        """The figure, read again if it is due; the last one with the fault where that fails. Raises without any."""
        known = await self.last()
        if known is not None and not known.old:
            return known
        if self._clock.monotonic() >= self._ask_again:
            if self._task is None:
                self._task = asyncio.create_task(self._renew(), name=f"market {self.name}")
            await asyncio.shield(self._task)
        known = self.seen
        if known is not None:
            return known
        raise self._fault or Unreachable("Nothing is known of that yet.", "Try again in a moment.")

    async def _renew(self) -> None:
        try:
            value = await self._fetch()
        except AkashError as fault:
            self._fault = fault
            self._ask_again = self._clock.monotonic() + min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._failures)
            self._failures = min(self._failures + 1, 10)
        else:
            self._fault, self._failures, self._ask_again = None, 0, 0.0
            self._answer = _read_at(value) or self._clock.now(), value
            if self._shelf is not None:
                await asyncio.to_thread(self._shelf.save, self.name, self._form, self._answer[0], value)
        finally:
            self._task = None
            self._changed()

    async def aclose(self) -> None:
        """Stop a request that is under way."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
