"""One HTTP exchange with one REST endpoint: bounded in size and time, without retries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from pydantic import ValidationError

from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.chain import GatewayErrorJson
from akash_tui.adapters.system.bounded_json import JsonLimits, JsonTooLarge, check
from akash_tui.adapters.system.http_safety import MALFORMED, no_cookies, tls_context
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.domain.akash.network import is_loopback
from akash_tui.domain.text import clean

if TYPE_CHECKING:
    import httpx

MAX_BODY: Final = 8 << 20
"""Longest answer in bytes; a page of 500 bids has 0.7 MB, a block with a stored contract some MB."""
REST_LIMITS: Final = JsonLimits(MAX_BODY, parts=100_000, values=250_000)
"""A page of 500 bids has 17,000 objects and lists and 21,000 values (recordings); bids for many units have more."""
ERROR_LIMITS: Final = JsonLimits(1 << 16, parts=1_000, values=5_000)
"""Longest answer in bytes in which a node's error is read; they have some hundred."""
ATTEMPT_SECONDS: Final = 25.0
"""The most that one exchange may take, however slowly the bytes arrive."""
_RETRY_STATUS: Final = frozenset({408, 425, 429, 502, 503, 504})
_MAX_RETRY_AFTER: Final = 10.0


def join(base: str, path: str, params: Mapping[str, str | int] | None = None) -> str:
    """`path` below `base`: the endpoint's own path prefix stays."""
    url = base.rstrip("/") + path
    return f"{url}?{urlencode(params)}" if params else url


def segment(text: str) -> str:
    """Text as one path segment: nothing in it can change the path."""
    return quote(text, safe="")


def host_of(url: str) -> str:
    """The part of an endpoint that errors may show: never its user, path or query, which can hold an API key."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an endpoint with a malformed URL"
    return clean(f"{parts.hostname or '?'}{port}")


class RestHttp:
    """The client behind all REST endpoints; built in a thread at first use (its TLS context takes about 40 ms)."""

    def __init__(self, urls: tuple[str, ...], transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._local = all(is_loopback(url) for url in urls)
        self._tls = any(url.lower().startswith("https:") for url in urls)
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._building = asyncio.Lock()

    async def aclose(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def exchange(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The body of a 200 answer. Raises `EndpointFault` or `NodeError`."""
        import httpx

        try:
            client = await self._open()
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
            # the environment names a proxy or certificate file that cannot be used
            raise EndpointFault(
                f"the environment's proxy or certificates fail ({type(error).__name__})", sent=False
            ) from error
        try:
            with logged_request(method, url) as logged:
                async with asyncio.timeout(ATTEMPT_SECONDS), client.stream(method, url, json=body) as response:
                    logged.status = response.status_code
                    content = await _read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise EndpointFault(f"no connection ({type(error).__name__})", sent=False) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise EndpointFault("no answer in time") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise EndpointFault("its URL cannot be used", sent=False) from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise EndpointFault(f"the connection broke ({type(error).__name__})") from error
        except MALFORMED as error:
            raise EndpointFault(f"its URL or its answer is malformed ({type(error).__name__})") from error
        return checked_body(response.status_code, response.headers, content)

    async def _open(self) -> httpx.AsyncClient:
        async with self._building:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
            return self._client

    def _build(self) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(
            transport=self._transport,
            verify=tls_context(self._tls),
            timeout=httpx.Timeout(connect=5.0, read=12.0, write=12.0, pool=12.0),
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=60.0),
            headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "akash-tui"},
            cookies=no_cookies(),
            follow_redirects=False,
            http2=False,
            trust_env=not self._local,
        )


async def _read(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise EndpointFault("it sent a compressed answer without being asked")
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():  # not encoded: checked above
        size += len(part)
        if size > MAX_BODY:
            raise EndpointFault("its answer is too long")
        parts.append(part)
    return b"".join(parts)


def checked_body(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of a good answer; `NodeError` for the node's own errors, `EndpointFault` for everything else."""
    if status == 200:
        return body
    if status in _RETRY_STATUS:
        # a server that answers has the request, and may have used or forwarded it whatever the status says
        raise EndpointFault(f"it answered {status}", retry_after=_retry_after(headers))
    if 300 <= status < 400:
        raise EndpointFault(f"it redirects ({status}), which is not followed")
    try:
        check(body, ERROR_LIMITS)
        error = GatewayErrorJson.model_validate_json(body)
    except (JsonTooLarge, ValidationError):
        raise EndpointFault(f"it answered {status} without an explanation") from None
    raise NodeError(status, error.code, error.message)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    return min(float(text), _MAX_RETRY_AFTER) if text.isascii() and text.isdigit() and len(text) < 7 else None
