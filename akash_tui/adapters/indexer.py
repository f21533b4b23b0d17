"""A public index of the network (the Console API's open part): profiles of providers and GPU prices.

Extra facts only. Everything is optional, bounded and kept in memory; a slow or broken index costs a
caller at most one bounded wait and then nothing for a while. Contract: the published OpenAPI file
(shared reference, 8.2).
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from akash_tui import __version__
from akash_tui.adapters.indexer_values import loads, read_prices, read_profiles
from akash_tui.domain.network import Network
from akash_tui.domain.provider import ProviderProfile
from akash_tui.domain.text import clean
from akash_tui.services.ports import Clock, Indexer, MarketPrice, Unreachable

if TYPE_CHECKING:
    import httpx

MAX_BODY = 16 << 20
"""Bytes of an answer that are read at most; the list of some 200 providers has about 1.5 million."""
TOTAL_SECONDS = 12.0
PROFILE_SECONDS = 60.0
"""How long an answer is used; the index itself renews profiles every minute."""
PRICE_SECONDS = 300.0
"""The index renews prices every quarter of an hour."""
STALE_SECONDS = 3600.0
"""How long an older answer (its `read_at` tells) is better than none while the index does not answer."""
PAUSE_SECONDS = 30.0
"""After a failure nobody asks again for this long."""

T = TypeVar("T")


def open_indexer(network: Network, clock: Clock, *, total_seconds: float = TOTAL_SECONDS) -> Indexer | None:
    """The adapter, or None where the network has no index; opens no connection yet."""
    return ConsoleIndexer(network, clock, total_seconds) if network.indexer else None


class ConsoleIndexer:
    """Implements `ports.Indexer`."""

    def __init__(self, network: Network, clock: Clock, total_seconds: float) -> None:
        self._base = (network.indexer or "").rstrip("/")
        self._environment = not network.practice  # a proxy for the world must not get loopback requests
        self._clock = clock
        self._seconds = total_seconds
        self._client: httpx.AsyncClient | None = None
        self._profiles = _Kept(clock, PROFILE_SECONDS, lambda: self._read("/v1/providers", read_profiles))
        self._prices = _Kept(clock, PRICE_SECONDS, lambda: self._read("/v1/gpu-prices", read_prices))

    async def profiles(self) -> dict[str, ProviderProfile]:
        return dict(await self._profiles.get())

    async def gpu_prices(self) -> list[MarketPrice]:
        return list(await self._prices.get())

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _read(self, path: str, reader: Callable[[object, datetime], T]) -> T:
        """Fetch, then parse in a thread: a large answer must not hold up the screen for long."""
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._fetch(path)
        except TimeoutError as error:
            raise _no_answer(f"nothing whole within {self._seconds:g} s") from error
        read_at = self._clock.now()
        try:
            return await asyncio.to_thread(lambda: reader(loads(body), read_at))
        except (ValueError, RecursionError) as error:
            raise _no_answer(f"unreadable: {clean(str(error))}") from error

    async def _fetch(self, path: str) -> bytes:
        import httpx

        if self._client is None:
            self._client = await asyncio.to_thread(  # the CA list takes some 40 ms to load
                lambda: httpx.AsyncClient(
                    follow_redirects=False, trust_env=self._environment, timeout=self._seconds, headers=_HEADERS
                )
            )
        try:
            async with self._client.stream("GET", self._base + path) as response:
                if response.status_code != 200:
                    raise _no_answer(f"HTTP {response.status_code}")
                return await _bounded(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, zlib.error) as error:
            raise _no_answer(clean(str(error)) or type(error).__name__) from error


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


class _Kept(Generic[T]):
    """One answer, its age, and the last failure; asked for by many, fetched by one at a time."""

    def __init__(self, clock: Clock, fresh_seconds: float, fetch: Callable[[], Awaitable[T]]) -> None:
        self._clock = clock
        self._fresh = fresh_seconds
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._answer: tuple[float, T] | None = None
        self._failure: tuple[float, Unreachable] | None = None

    async def get(self) -> T:
        """The newest answer, or one of at most `STALE_SECONDS`; `Unreachable` without either."""
        async with self._lock:
            if self._answer is not None and self._age(self._answer[0]) < self._fresh:
                return self._answer[1]
            if self._failure is None or self._age(self._failure[0]) >= PAUSE_SECONDS:
                try:
                    self._answer, self._failure = (self._clock.monotonic(), await self._fetch()), None
                    return self._answer[1]
                except Unreachable as error:
                    self._failure = self._clock.monotonic(), error
            if self._answer is not None and self._age(self._answer[0]) < STALE_SECONDS:
                return self._answer[1]
            raise _no_answer(self._failure[1].detail)

    def _age(self, at: float) -> float:
        return self._clock.monotonic() - at


def _no_answer(detail: str) -> Unreachable:
    return Unreachable(
        "The index of the network does not answer",
        "Uptime, audits and market prices are missing until it does; nothing else depends on it.",
        detail=detail,
    )
