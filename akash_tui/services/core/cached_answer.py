"""One answer of a source, however many ask for it: used while it is fresh, then read again by one request.

This is the only cache of what the indexer answers. A source that fails is asked ever more rarely, and its last answer
stays, with its age and the failure. How long an answer is fresh it says itself (`Cache-Control`), else the caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from akash_tui.services.ports import (
    UNCONDITIONAL,
    AkashError,
    Backoff,
    Clock,
    Conditions,
    SourceAnswer,
    Unchanged,
    Unreachable,
)

FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds until a source that failed is asked again; doubled with every further failure."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[T]):
    """A value, when it was read, and whether it is past its time."""

    value: T
    read_at: datetime
    old: bool
    fault: AkashError | None = None
    """Why it could not be read again."""


class CachedAnswer(Generic[T]):
    """`cached` shows the last answer without waiting, `get` reads it again if it is due."""

    def __init__(
        self,
        clock: Clock,
        name: str,
        fresh_seconds: float,
        fetch: Callable[[Conditions], Awaitable[SourceAnswer[T]]],
    ) -> None:
        """`fresh_seconds` hold where an answer does not say itself how long it may be used."""
        self._clock = clock
        self._name = name
        self._fresh_seconds = fresh_seconds
        self._fetch = fetch
        self._backoff = Backoff(clock, FIRST_PAUSE, LONGEST_PAUSE)
        self._answer: tuple[T, SourceAnswer[T]] | None = None
        self._task: asyncio.Task[None] | None = None
        self.fault: AkashError | None = None
        """Why the last request failed; None after one that did not."""

    @property
    def cached(self) -> CachedValue[T] | None:
        """The last answer; None before the first."""
        if self._answer is None:
            return None
        value, answer = self._answer
        return CachedValue(value, answer.read_at, not self._is_fresh, self.fault)

    @property
    def _is_fresh(self) -> bool:
        if self._answer is None:
            return False
        answer = self._answer[1]
        lifetime = self._fresh_seconds if answer.lifetime is None else answer.lifetime
        return is_fresh(answer.read_at, self._clock.now(), lifetime)

    @property
    def due(self) -> bool:
        """Whether `get` would ask the source now."""
        return not self._is_fresh and self._backoff.ready

    async def get(self, *, again: bool = False) -> CachedValue[T]:
        """The answer, read again if it is due, or for `again` also before; the last one with the fault where that
        fails. Raises without any."""
        if self._task is not None or self.due or (again and self._backoff.ready):
            if self._task is None:
                self._task = asyncio.create_task(self._renew(), name=f"read {self._name}")
            await asyncio.shield(self._task)
        cached = self.cached
        if cached is None:
            raise self.fault or Unreachable("Nothing is known of that yet.", "Try again in a moment.")
        return cached

    async def _renew(self) -> None:
        before = self._answer
        try:
            answer = await self._fetch(before[1].conditions if before is not None else UNCONDITIONAL)
            if not isinstance(answer.value, Unchanged):
                value = answer.value
            elif before is None:
                raise Unreachable("The indexer reports no change, but it never answered before.", "Try again later.")
            else:
                value = await asyncio.to_thread(read_again, before[0], answer.read_at)
        except AkashError as fault:
            self.fault = fault
            self._backoff.failed()
        else:
            self._answer, self.fault = (value, answer), None
            self._backoff.succeeded()
        finally:
            self._task = None

    async def aclose(self) -> None:
        """Stop a request that is under way."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def is_fresh(read_at: datetime, now: datetime, seconds: float) -> bool:
    """False also for a time in the future: then the clock was set back, and nobody knows how old the value is."""
    return timedelta(0) <= now - read_at < timedelta(seconds=seconds)


def read_again(value: Any, read_at: datetime) -> Any:
    """The same value as read now: every `read_at` in it moves."""
    if isinstance(value, list):
        return [read_again(each, read_at) for each in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = {each.name for each in fields(value)}
    changed = {"read_at": read_at} if "read_at" in names else {}
    if "profile" in names:
        changed["profile"] = read_again(value.profile, read_at)  # type: ignore[attr-defined]
    return replace(value, **changed) if changed else value
