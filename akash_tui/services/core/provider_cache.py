"""What is known of providers, read in the background with bounded concurrency and cached for a while.

Nothing here delays a bid: a reader states what it wants, continues, and is called when something came.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from akash_tui.domain.akash.provider import Audit, Provider, ProviderName, ProviderProfile, provider_name
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.services.core.cached_answer import CachedAnswer
from akash_tui.services.core.chain_wakeups import report
from akash_tui.services.ports import AkashError, Chain, Clock, Gateway, Indexer, MarketPrice, Reach

CONCURRENT = 6
"""Look-ups under way at once, over all providers."""
KEEP_SECONDS = 300.0
"""Provider records and audits are read again after this long."""
KEEP_PROBE_SECONDS = 60.0
LISTED_SECONDS = 3.0
"""How long a list waits for the indexer's names of providers."""
RETRY_SECONDS = 15.0
"""How soon a look-up that failed may be tried again."""
SHEETS_SECONDS = 60.0
"""How long the indexer's providers are used where it does not say; it renews them every minute."""
PRICES_SECONDS = 300.0
"""The same for its GPU prices, which it renews every quarter of an hour."""

_Key = tuple[str, str]
T = TypeVar("T")


def _of(owners: Iterable[str], known: Mapping[str, T]) -> dict[str, T]:
    """What is known of these: an order has some twenty bidders, and the network hundreds of providers."""
    return {owner: known[owner] for owner in owners if owner in known}


class ProviderCache:
    """A session's cache of providers, audits, probes, profiles and prices; readers may look at any time."""

    def __init__(self, chain: Chain, gateway: Gateway, indexer: Indexer | None, clock: Clock) -> None:
        self.providers: dict[str, Provider] = {}
        self.audits: dict[str, tuple[Audit, ...]] = {}
        self.reach: dict[str, Reach] = {}
        self.profiles: dict[str, ProviderProfile] = {}
        """By the indexer."""
        self.prices: list[MarketPrice] | None = None
        """By the indexer; None before its first answer."""
        self.sheet_answer: CachedAnswer[list[ProviderSheet]] | None = None
        self.price_answer: CachedAnswer[list[MarketPrice]] | None = None
        """The indexer's own answers, which the market shows too; None without an indexer."""
        if indexer is not None:
            self.sheet_answer = CachedAnswer(clock, "providers", SHEETS_SECONDS, indexer.sheets)
            self.price_answer = CachedAnswer(clock, "GPU prices", PRICES_SECONDS, indexer.gpu_prices)
        self._chain = chain
        self._gateway = gateway
        self._clock = clock
        self._taken: dict[str, datetime] = {}
        """When the indexer's answers were read that `profiles` and `prices` show."""
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
            task = asyncio.create_task(self._look_up(key, work), name=f"read {key}")
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(report)

        def want(owners: Iterable[str]) -> None:
            if self._is_due("profiles", self.sheet_answer):
                start(("profiles", ""), self._read_profiles)
            if self._is_due("prices", self.price_answer):
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

    def is_learning(self, owner: str) -> bool:
        """Whether more of what a bid of this provider shows may come any moment; a probe's time is not shown."""
        return not self._under_way.isdisjoint((("profiles", ""), ("provider", owner), ("audits", owner)))

    def update_book(self, book: BidBook) -> bool:
        """Give a book what is known of its bidders, and the prices; True if a row changes by it."""
        owners = book.providers
        return book.learn(
            providers=_of(owners, self.providers).values(),
            profiles=_of(owners, self.profiles),
            audits=_of(owners, self.audits),
            reach=_of(owners, self.reach),
            prices=self.prices,
        )

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
        except AkashError:  # what is missing is shown as unknown, and asked for again
            self._keep(key, RETRY_SECONDS)
        else:
            self._keep(key, KEEP_PROBE_SECONDS if key[0] == "probe" else KEEP_SECONDS)
        finally:
            self._under_way.discard(key)
        for listener in tuple(self._listeners):
            listener()

    def _keep(self, key: _Key, seconds: float) -> None:
        """The indexer's answers know themselves when they may be read again."""
        if key[0] not in ("profiles", "prices"):
            self._fresh_until[key] = self._clock.monotonic() + seconds

    def _is_due(self, name: str, answer: CachedAnswer[Any] | None) -> bool:
        """Whether the indexer may be asked again, or has answered somebody else since."""
        if answer is None:
            return False
        cached = answer.cached
        return answer.due or (cached is not None and cached.read_at != self._taken.get(name))

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
        if self.sheet_answer is not None:
            answer = await self.sheet_answer.get()
            self.profiles = {sheet.owner: sheet.profile for sheet in answer.value}
            self._taken["profiles"] = answer.read_at

    async def read_listed(self) -> Mapping[str, ProviderProfile]:
        """The indexer's profiles by address; after `LISTED_SECONDS` or where it fails, what was known before."""
        with contextlib.suppress(AkashError, TimeoutError):
            await asyncio.wait_for(self._read_profiles(), LISTED_SECONDS)
        return self.profiles

    def name(self, address: str) -> str:
        """A provider's full name by what is known now."""
        return self.named(address).full

    def named(self, address: str) -> ProviderName:
        """A provider's names by what is known now."""
        return provider_name(address, self.providers.get(address), self.profiles.get(address))

    async def _read_prices(self) -> None:
        if self.price_answer is not None:
            answer = await self.price_answer.get()
            self.prices = answer.value
            self._taken["prices"] = answer.read_at

    async def aclose(self) -> None:
        """Stop the indexer's requests that are under way."""
        for answer in (self.sheet_answer, self.price_answer):
            if answer is not None:
                await answer.aclose()
