"""One figure of the market: what the indexer answers, else what chain and providers say, else what the disk has.

It caches no answer itself: its sources do (`services.core.cached_answer`), and the disk has what the last run read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.core.cached_answer import CachedAnswer, CachedValue, is_fresh
from akash_tui.services.ports import AkashError, Clock, Unreachable
from akash_tui.services.storage.disk_cache import CacheFormat, DiskCache

INDEXER_FIRST = timedelta(hours=24)
"""An answer of the indexer this old is still better than what the providers say one by one."""

T = TypeVar("T")


class MarketFigure(Generic[T]):
    """`cached` and `last` show it without asking anybody, `get` reads it again if it is due."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        fresh_seconds: float,
        indexed: CachedAnswer[T] | None,
        direct: CachedAnswer[T] | None = None,
        disk: tuple[DiskCache, CacheFormat[T]] | None = None,
        on_read: Callable[[T], None] | None = None,
    ) -> None:
        """At least one of `indexed` and `direct`. `on_read` is called in a thread, once for each new value."""
        self._name = name
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._sources = [source for source in (indexed, direct) if source is not None]
        self._indexed = indexed
        self._disk = disk
        self._on_read = on_read
        self._loaded = disk is None
        self._from_disk: tuple[datetime, T] | None = None
        self._saved_at: datetime | None = None
        self._saving = asyncio.Lock()

    async def last(self) -> CachedValue[T] | None:
        """What is known, at once: from memory, else from the disk."""
        if not self._loaded and self._disk is not None:
            disk, form = self._disk
            found = await asyncio.to_thread(disk.load, self._name, form)
            if not self._loaded and found is not None and found[0] <= self._clock.now():
                self._from_disk, self._saved_at = found, found[0]
            self._loaded = True
        return self.cached

    @property
    def cached(self) -> CachedValue[T] | None:
        """The same without reading the disk: a fresh value if there is one, else the newest."""
        known = [value for source in self._sources if (value := source.cached) is not None]
        if self._from_disk is not None:
            read_at, from_disk = self._from_disk
            old = not is_fresh(read_at, self._clock.now(), self._fresh_seconds)
            known.append(CachedValue(from_disk, read_at, old, self._source_fault))
        return max(known, key=lambda value: (not value.old, value.read_at), default=None)

    @property
    def fault(self) -> AkashError | None:
        """Why the last try failed; None after one that did not."""
        cached = self.cached
        return cached.fault if cached is not None else self._source_fault

    @property
    def _source_fault(self) -> AkashError | None:
        return self._sources[-1].fault or self._sources[0].fault

    @property
    def due(self) -> bool:
        """Whether it is old, or not known, and its source did not fail lately."""
        cached = self.cached
        return self.fault is None and (cached is None or cached.old)

    async def get(self, *, again: bool = False) -> CachedValue[T]:
        """The figure, read again if it is due, or for `again` also before; the last one with the fault where that
        fails. Raises without any."""
        known = await self.last()
        if known is not None and not known.old and not again:
            await self._save(known)
            return known
        fault: AkashError | None = None
        for source in self._sources:
            if source is not self._indexed and self._indexed_lately(known):
                break
            try:
                value = await source.get(again=again)
            except AkashError as error:
                fault = error
                continue
            if value.fault is None:
                await self._save(value)
                return value
        known = self.cached
        if known is None:
            raise fault or Unreachable("Nothing is known of that yet.", "Try again in a moment.")
        return known

    def _indexed_lately(self, known: CachedValue[T] | None) -> bool:
        """Whether what is known is the indexer's and not very old."""
        if self._indexed is None or known is None:
            return False
        first = known.value[0] if isinstance(known.value, list) and known.value else known.value
        source = getattr(first, "source", FigureSource.INDEXER)
        return source is FigureSource.INDEXER and self._clock.now() - known.read_at < INDEXER_FIRST

    async def _save(self, value: CachedValue[T]) -> None:
        """Put a value that was just read on the disk, for the next start.

        It counts as saved when it is: who asked may be cancelled before a thread was free for it.
        """
        async with self._saving:
            if value.read_at == self._saved_at:
                return
            if self._disk is not None:
                disk, form = self._disk
                await asyncio.to_thread(disk.save, self._name, form, value.read_at, value.value)
            if self._on_read is not None:
                await asyncio.to_thread(self._on_read, value.value)
            self._saved_at, self._from_disk = value.read_at, None

    async def aclose(self) -> None:
        """Stop requests that are under way."""
        for source in self._sources:
            await source.aclose()
