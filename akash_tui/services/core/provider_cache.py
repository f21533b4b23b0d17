"""What is known of providers, read in the background with bounded concurrency and kept for a while.

Nothing here delays a bid: a reader says what it wants, goes on, and is called when something came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager

from akash_tui.domain.akash.provider import Audit, Provider, ProviderProfile
from akash_tui.services.core.chain_wakeups import report
from akash_tui.services.ports import AkashError, Chain, Clock, Gateway, Indexer, MarketPrice, Reach

CONCURRENT = 6
"""Look-ups under way at once, over all providers."""
KEEP_SECONDS = 300.0
"""Provider records, audits, profiles and prices are read again after this long."""
KEEP_PROBE_SECONDS = 60.0
RETRY_SECONDS = 15.0
"""How soon a look-up that failed may be tried again."""

_Key = tuple[str, str]


class ProviderCache:
    """A session's cache of providers, audits, probes, profiles and prices; readers may look at any time."""

    def __init__(self, chain: Chain, gateway: Gateway, indexer: Indexer | None, clock: Clock) -> None:
        self.providers: dict[str, Provider] = {}
        self.audits: dict[str, tuple[Audit, ...]] = {}
        self.reach: dict[str, Reach] = {}
        self.profiles: dict[str, ProviderProfile] = {}
        self.prices: tuple[MarketPrice, ...] | None = None
        self.faults: dict[_Key, AkashError] = {}
        """Why a look-up failed last: by (`provider`, `audits`, `profiles` or `prices`; owner or "")."""
        self._chain = chain
        self._gateway = gateway
        self._indexer = indexer
        self._clock = clock
        self._fresh_until: dict[_Key, float] = {}
        self._under_way: set[_Key] = set()
        self._gate = asyncio.Semaphore(CONCURRENT)
        self._listeners: list[Callable[[], None]] = []

    @asynccontextmanager
    async def watching(self, changed: Callable[[], None]) -> AsyncIterator[Callable[[Iterable[str]], None]]:
        """Give a `want(owners)` that starts look-ups where due; they end with the context, none is left behind."""
        tasks: set[asyncio.Task[None]] = set()

        def start(key: _Key, work: Callable[[], Coroutine[None, None, None]]) -> None:
            if key in self._under_way or self._fresh_until.get(key, 0.0) > self._clock.monotonic():
                return
            self._under_way.add(key)
            task = asyncio.create_task(self._look_up(key, work), name=f"facts {key}")
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(report)

        def want(owners: Iterable[str]) -> None:
            if self._indexer is not None:
                start(("profiles", ""), self._read_profiles)
                start(("prices", ""), self._read_prices)
            for owner in owners:
                start(("provider", owner), lambda owner=owner: self._read_provider(owner))  # type: ignore[misc]
                start(("audits", owner), lambda owner=owner: self._read_audits(owner))  # type: ignore[misc]
                provider = self.providers.get(owner)
                if provider is not None:
                    start(("probe", owner), lambda provider=provider: self._probe(provider))  # type: ignore[misc]

        self._listeners.append(changed)
        try:
            yield want
        finally:
            self._listeners.remove(changed)
            waiting = list(tasks)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def gather(self, owners: Iterable[str], within: float) -> None:
        """Look up all that is due about these; after `within` seconds what has not come is left alone."""
        wanted = tuple(owners)
        end = self._clock.monotonic() + within
        async with self.watching(lambda: None) as want:
            want(wanted)
            while self._under_way and self._clock.monotonic() < end:
                await self._clock.sleep(0.05)
                want(wanted)

    async def provider(self, owner: str) -> Provider | None:
        """A provider's record, read now unless it is fresh. Raises what the chain raises."""
        known = self.providers.get(owner)
        if known is not None and self._fresh_until.get(("provider", owner), 0.0) > self._clock.monotonic():
            return known
        await self._read_provider(owner)
        self._fresh_until["provider", owner] = self._clock.monotonic() + KEEP_SECONDS
        return self.providers.get(owner)

    async def _look_up(self, key: _Key, work: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            async with self._gate:
                await work()
        except AkashError as fault:
            self.faults[key] = fault
            self._fresh_until[key] = self._clock.monotonic() + RETRY_SECONDS
        else:
            self.faults.pop(key, None)
            self._fresh_until[key] = self._clock.monotonic() + self._keep_seconds(key[0])
            for listener in tuple(self._listeners):
                listener()
        finally:
            self._under_way.discard(key)

    def _keep_seconds(self, what: str) -> float:
        """How long a look-up of this kind is good for: the index says it itself of what it tells."""
        asked = {"profiles": "profiles", "prices": "gpu_prices"}.get(what)
        told = self._indexer.lifetime(asked) if asked and self._indexer is not None else None
        return told or (KEEP_PROBE_SECONDS if what == "probe" else KEEP_SECONDS)

    async def _read_provider(self, owner: str) -> None:
        provider = await self._chain.provider(owner)
        if provider is None:
            self.providers.pop(owner, None)
        else:
            self.providers[owner] = provider

    async def _read_audits(self, owner: str) -> None:
        self.audits[owner] = tuple(await self._chain.audits(owner))

    async def _probe(self, provider: Provider) -> None:
        self.reach[provider.owner] = await self._gateway.probe(provider)

    async def _read_profiles(self) -> None:
        if self._indexer is not None:
            self.profiles = await self._indexer.profiles()

    async def _read_prices(self) -> None:
        if self._indexer is not None:
            self.prices = tuple(await self._indexer.gpu_prices())
