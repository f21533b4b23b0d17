"""A public index of the network (the Console API's open part): providers, GPU prices, capacity, daily series.

Extra facts only. Everything is optional, bounded and kept in memory; a slow or broken index costs a
caller at most one bounded wait and then nothing for a while. Contract: the published OpenAPI file
(shared reference, 8.2).
"""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from akash_tui import __version__
from akash_tui.adapters.indexer.http_cache import CacheableAnswer, CachedAnswer, conditions, lifetime, renewed
from akash_tui.adapters.indexer.json_fields import ADDRESS, loads
from akash_tui.adapters.indexer.supply import (
    read_akt_market,
    read_capacity,
    read_gpu_days,
    read_series,
    read_sheet,
    read_sheets,
    read_stock,
)
from akash_tui.adapters.indexer.values import read_prices
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.daily_series import KINDS, Series
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuDay, GpuStock, ProviderSheet
from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput, Clock, Indexer, MarketPrice, Unreachable

if TYPE_CHECKING:
    import httpx

MAX_BODY = 32 << 20
"""Bytes of an answer that are read at most; some 200 providers take 1.5 million, 1,000 days of 80 GPUs 16 million."""
TOTAL_SECONDS = 12.0
PROFILE_SECONDS = 60.0
"""How long an answer is used where the index does not say; it renews profiles every minute."""
PRICE_SECONDS = 300.0
"""The index renews prices every quarter of an hour."""
SLOW_SECONDS = 300.0
"""For capacity and what is counted by the day."""
MOST_PAGES = 64
"""Providers' own pages kept at once; the one asked longest ago goes first."""
AT_ONCE = 3
"""Requests under way at once for what only the market shows."""

T = TypeVar("T")


def open_indexer(network: Network, clock: Clock, *, total_seconds: float = TOTAL_SECONDS) -> Indexer | None:
    """The adapter, or None where the network has no index; opens no connection yet."""
    return ConsoleIndexer(network, clock, total_seconds) if network.indexer else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came over the wire; no body: nothing changed since the last one."""

    body: bytes | None
    headers: Mapping[str, str]


class ConsoleIndexer:
    """Implements `ports.Indexer`."""

    def __init__(self, network: Network, clock: Clock, total_seconds: float) -> None:
        self._base = (network.indexer or "").rstrip("/")
        self._environment = not network.practice  # a proxy for the world must not get loopback requests
        self._clock = clock
        self._seconds = total_seconds
        self._client: httpx.AsyncClient | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._sheets = self._keep(PROFILE_SECONDS, "/v1/providers", read_sheets, first=True)
        self._prices = self._keep(PRICE_SECONDS, "/v1/gpu-prices", read_prices, first=True)
        self._capacity = self._keep(SLOW_SECONDS, "/v1/network-capacity", read_capacity)
        self._gpu_days = self._keep(SLOW_SECONDS, "/v1/gpu-breakdown", read_gpu_days)
        self._akt = self._keep(SLOW_SECONDS, "/v1/market-data", read_akt_market)
        self._series = {
            name: self._keep(SLOW_SECONDS, f"/v1/graph-data/{name}", partial(read_series, name)) for name in KINDS
        }
        self._kept: dict[str, CachedAnswer[Any]] = {
            "sheets": self._sheets,
            "profiles": self._sheets,
            "gpu_prices": self._prices,
            "capacity": self._capacity,
            "gpu_days": self._gpu_days,
            "akt_market": self._akt,
        }
        self._pages: OrderedDict[str, CachedAnswer[ProviderSheet | None]] = OrderedDict()
        self._stocks: OrderedDict[str, CachedAnswer[list[GpuStock]]] = OrderedDict()

    async def profiles(self) -> dict[str, ProviderProfile]:
        return {sheet.owner: sheet.profile for sheet in await self._sheets.get()}

    async def gpu_prices(self) -> list[MarketPrice]:
        return list(await self._prices.get())

    async def sheets(self) -> list[ProviderSheet]:
        return list(await self._sheets.get())

    async def sheet(self, owner: str) -> ProviderSheet | None:
        kept = _of(self._pages, owner, lambda: self._one(PROFILE_SECONDS, lambda known: self._page(owner, known)))
        return await kept.get()

    async def stock(self, owner: str) -> list[GpuStock]:
        kept = _of(self._stocks, owner, lambda: self._keep(SLOW_SECONDS, f"/v1/gpu?provider={owner}", read_stock))
        return list(await kept.get())

    async def capacity(self) -> Capacity:
        return await self._capacity.get()

    async def gpu_days(self) -> list[GpuDay]:
        return list(await self._gpu_days.get())

    async def series(self, name: str) -> Series:
        kept = self._series.get(name)
        if kept is None:
            raise BadInput(f"There is no series called {clean(name, 40)}.", f"Series: {', '.join(KINDS)}.")
        return await kept.get()

    async def akt_market(self) -> AktMarket:
        return await self._akt.get()

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def lifetime(self, what: str) -> float | None:
        kept = self._kept.get(what) or self._series.get(what)
        return kept.lifetime if kept is not None else None

    def _keep(
        self, seconds: float, path: str, reader: Callable[[object, datetime], T], *, first: bool = False
    ) -> CachedAnswer[T]:
        """What bids are shown with comes `first`: it never waits behind charts that do not arrive."""
        read = self._read if first else self._queued
        return self._one(seconds, lambda known: read(path, reader, known))

    def _one(
        self, seconds: float, fetch: Callable[[CacheableAnswer[T] | None], Awaitable[CacheableAnswer[T]]]
    ) -> CachedAnswer[T]:
        return CachedAnswer(self._clock, seconds, fetch, _no_answer)

    async def _queued(
        self, path: str, reader: Callable[[object, datetime], T], known: CacheableAnswer[T] | None
    ) -> CacheableAnswer[T]:
        async with self._gate:
            return await self._read(path, reader, known)

    async def _page(
        self, owner: str, known: CacheableAnswer[ProviderSheet | None] | None
    ) -> CacheableAnswer[ProviderSheet | None]:
        try:
            return await self._queued(f"/v1/providers/{owner}", read_sheet, known)
        except _NotThere:
            return CacheableAnswer(None)

    async def _read(
        self, path: str, reader: Callable[[object, datetime], T], known: CacheableAnswer[T] | None
    ) -> CacheableAnswer[T]:
        """Fetch, then parse in a thread: a large answer must not hold up the screen for long."""
        asking = known.conditions if known is not None else {}
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._fetch(path, asking)
        except TimeoutError as error:
            raise _no_answer(f"nothing whole within {self._seconds:g} s") from error
        read_at, body = self._clock.now(), reply.body
        try:
            if body is not None:
                value = await asyncio.to_thread(lambda: reader(loads(body), read_at))
            elif known is not None and asking:
                value = await asyncio.to_thread(renewed, known.value, read_at)
            else:
                raise _no_answer("HTTP 304")
        except (ValueError, RecursionError) as error:
            raise _no_answer(f"unreadable: {clean(str(error))}") from error
        return CacheableAnswer(value, lifetime(reply.headers), conditions(reply.headers) or asking)

    async def _fetch(self, path: str, asking: Mapping[str, str]) -> Reply:
        import httpx

        if self._client is None:
            self._client = await asyncio.to_thread(  # the CA list takes some 40 ms to load
                lambda: httpx.AsyncClient(
                    follow_redirects=False, trust_env=self._environment, timeout=self._seconds, headers=_HEADERS
                )
            )
        try:
            url = self._base + path
            with logged_request("GET", url) as logged:
                async with self._client.stream("GET", url, headers=asking) as response:
                    logged.status = response.status_code
                    if response.status_code == 404:
                        raise _NotThere("The index does not have that", "Look at what it lists.", detail="HTTP 404")
                    if response.status_code == 304:
                        return Reply(None, response.headers)
                    if response.status_code != 200:
                        raise _no_answer(f"HTTP {response.status_code}")
                    return Reply(await _bounded(response), response.headers)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, zlib.error) as error:
            raise _no_answer(clean(str(error)) or type(error).__name__) from error


def _of(kept: OrderedDict[str, CachedAnswer[T]], owner: str, make: Callable[[], CachedAnswer[T]]) -> CachedAnswer[T]:
    """What is kept of one provider; the one asked for longest ago makes room. `BadInput` for no address."""
    if not ADDRESS.match(owner):
        raise BadInput("That is not the address of a provider.", "It starts with akash1 and has 44 characters.")
    if owner not in kept:
        while len(kept) >= MOST_PAGES:
            kept.popitem(last=False)
        kept[owner] = make()
    kept.move_to_end(owner)
    return kept[owner]


_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": f"akash-tui/{__version__}"}


async def _bounded(response: httpx.Response) -> bytes:
    """The body, unpacked here so that a small packed one cannot become a huge one."""
    packed = response.headers.get("content-encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise _no_answer(f"content encoding {clean(packed, 20)}")
    unpacker = zlib.decompressobj(wbits=31) if packed == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += unpacker.decompress(chunk, MAX_BODY + 1 - len(body)) if unpacker else chunk
        if len(body) > MAX_BODY:
            raise _no_answer(f"more than {MAX_BODY >> 20} MiB")
    return bytes(body)


class _NotThere(Unreachable):
    """The index answers, and says that there is no such thing."""


def _no_answer(detail: str) -> Unreachable:
    return Unreachable(
        "The index of the network does not answer",
        "Uptime, audits and market prices are missing until it does; nothing else depends on it.",
        detail=detail,
    )
