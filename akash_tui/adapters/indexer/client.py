"""The HTTP client of the indexer (the open part of the Console API): providers, GPU prices, capacity, daily series.

Figures that no deployment needs: every answer is bounded in size and time, and what is wrong in it is dropped or
`Unreachable`. Nothing is cached here. Contract: the published OpenAPI file (shared reference, 8.2).
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from akash_tui import __version__
from akash_tui.adapters.indexer import http_freshness
from akash_tui.adapters.indexer.json_fields import ADDRESS, LIMITS, loads
from akash_tui.adapters.indexer.screening import read_screening, screening_body
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
from akash_tui.adapters.system import bounded_json
from akash_tui.adapters.system.bounded_json import JsonLimits, JsonTooLarge
from akash_tui.adapters.system.http_safety import MALFORMED, no_cookies, tls_context
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.daily_series import KINDS, Series
from akash_tui.domain.market.supply import AktMarket, Capacity, GpuDay, GpuStock, ProviderSheet
from akash_tui.domain.text import clean
from akash_tui.services.ports import (
    UNCHANGED,
    UNCONDITIONAL,
    BadInput,
    Clock,
    Conditions,
    MarketPrice,
    SourceAnswer,
    Unchanged,
    Unreachable,
)

if TYPE_CHECKING:
    import httpx

GPU_DAYS_LIMITS = JsonLimits(16 << 20, parts=100_000, values=800_000)
"""1,000 days of 80 GPUs take 16 million bytes, with 80,000 objects and 640,000 values."""
TOTAL_SECONDS = 12.0
AT_ONCE = 3
"""Requests under way at once for what only the market shows."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came over the wire; no body: nothing changed since the last one."""

    body: bytes | None
    headers: Mapping[str, str]


class ConsoleIndexer:
    """Implements `ports.Indexer`, for a network that has one. Connects at first use."""

    def __init__(self, network: Network, clock: Clock, *, total_seconds: float = TOTAL_SECONDS) -> None:
        self._base = (network.indexer or "").rstrip("/")
        self._environment = not network.practice  # a proxy for the world must not get loopback requests
        self._clock = clock
        self._seconds = total_seconds
        self._client: httpx.AsyncClient | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)

    # Bids are shown with prices and sheets: these two never wait behind charts that do not arrive.

    async def gpu_prices(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[MarketPrice]]:
        return await self._read("/v1/gpu-prices", read_prices, conditions)

    async def sheets(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[ProviderSheet]]:
        return await self._read("/v1/providers", read_sheets, conditions)

    async def sheet(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[ProviderSheet | None]:
        def read(value: object, read_at: datetime) -> ProviderSheet | None:
            return read_sheet(value, read_at)

        try:
            return await self._queued(f"/v1/providers/{_address(owner)}", read, conditions)
        except _NotThere:
            return SourceAnswer(None, self._clock.now())

    async def stock(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuStock]]:
        return await self._queued(f"/v1/gpu?provider={_address(owner)}", read_stock, conditions)

    async def capacity(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Capacity]:
        return await self._queued("/v1/network-capacity", read_capacity, conditions)

    async def gpu_days(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuDay]]:
        return await self._queued("/v1/gpu-breakdown", read_gpu_days, conditions, GPU_DAYS_LIMITS)

    async def series(self, name: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Series]:
        if name not in KINDS:
            raise BadInput(f"There is no series called {clean(name, 40)}.", f"Series: {', '.join(KINDS)}.")
        return await self._queued(f"/v1/graph-data/{name}", partial(read_series, name), conditions)

    async def akt_market(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[AktMarket]:
        return await self._queued("/v1/market-data", read_akt_market, conditions)

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        body = json.dumps(screening_body(group, window_s)).encode()

        def read(value: object, read_at: datetime) -> frozenset[str]:
            return read_screening(value)

        async with self._gate:
            return await self._read("/v1/bid-screening", read, UNCONDITIONAL, body=body)

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _queued(
        self,
        path: str,
        reader: Callable[[object, datetime], T],
        conditions: Conditions,
        limits: JsonLimits = LIMITS,
    ) -> SourceAnswer[T]:
        async with self._gate:
            return await self._read(path, reader, conditions, limits)

    async def _read(
        self,
        path: str,
        reader: Callable[[object, datetime], T],
        conditions: Conditions,
        limits: JsonLimits = LIMITS,
        body: bytes | None = None,
    ) -> SourceAnswer[T]:
        """Fetch, then parse within the limits: no answer may hold up the screen."""
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._fetch(path, conditions, limits, body)
        except TimeoutError as error:
            raise _no_answer(f"no complete answer within {self._seconds:g} s") from error
        read_at, answer = self._clock.now(), reply.body
        value: T | Unchanged = UNCHANGED
        try:
            if answer is not None:
                value = await bounded_json.read(answer, lambda body: reader(loads(body, limits), read_at))
            elif not conditions:
                raise _no_answer("HTTP 304")
        except JsonTooLarge as error:
            raise _no_answer(f"its answer {error}") from error
        except (ValueError, RecursionError) as error:
            raise _no_answer(f"unreadable: {clean(str(error))}") from error
        lifetime = http_freshness.lifetime(reply.headers)
        validators = http_freshness.conditions(reply.headers) or (conditions if answer is None else {})
        return SourceAnswer(value, read_at, lifetime, validators)

    async def _fetch(self, path: str, conditions: Conditions, limits: JsonLimits, body: bytes | None) -> Reply:
        """GET, or POST of a JSON `body`."""
        import httpx

        if self._client is None:
            self._client = await asyncio.to_thread(  # the CA list takes some 40 ms to load
                lambda: httpx.AsyncClient(
                    verify=tls_context(self._base.lower().startswith("https:")),
                    follow_redirects=False,
                    trust_env=self._environment,
                    timeout=self._seconds,
                    headers=_HEADERS,
                    cookies=no_cookies(),
                )
            )
        try:
            url = self._base + path
            method = "GET" if body is None else "POST"
            headers = conditions if body is None else {"Content-Type": "application/json"}
            with logged_request(method, url) as logged:
                async with self._client.stream(method, url, headers=headers, content=body) as response:
                    logged.status = response.status_code
                    if response.status_code == 404:
                        raise _NotThere("The indexer does not have that.", "Look at what it lists.", detail="HTTP 404")
                    if response.status_code == 304:
                        return Reply(None, response.headers)
                    if response.status_code != 200:
                        raise _no_answer(f"HTTP {response.status_code}")
                    return Reply(await _bounded(response, limits.bytes), response.headers)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, zlib.error, *MALFORMED) as error:
            raise _no_answer(clean(str(error)) or type(error).__name__) from error


def _address(owner: str) -> str:
    """The same, if it can be a part of a URL; `BadInput` for no address."""
    if not ADDRESS.match(owner):
        raise BadInput("That is not the address of a provider.", "It starts with akash1 and has 44 characters.")
    return owner


_PIECE = 1 << 18
"""Bytes unpacked before other tasks get their turn."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": f"akash-tui/{__version__}"}


async def _bounded(response: httpx.Response, most: int) -> bytes:
    """The body, unpacked here in small pieces so that a small packed one cannot become a huge one."""
    packed = response.headers.get("content-encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise _no_answer(f"content encoding {clean(packed, 20)}")
    unpacker = zlib.decompressobj(wbits=31) if packed == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        while chunk:
            body += unpacker.decompress(chunk, _PIECE) if unpacker else chunk
            if len(body) > most:
                raise _no_answer(f"more than {most >> 20} MiB")
            chunk = unpacker.unconsumed_tail if unpacker else b""
            await asyncio.sleep(0)
    return bytes(body)


class _NotThere(Unreachable):
    """The indexer answers that there is no such thing."""


def _no_answer(detail: str) -> Unreachable:
    return Unreachable(
        "The network's indexer does not answer.",
        "Uptime, audits and market prices are missing until it does; nothing else depends on it.",
        detail=detail,
    )
