"""One HTTP exchange over a verified connection: bounded in size and time, no redirects, nothing kept open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from akash_tui import __version__
from akash_tui.adapters.provider.connection import Connection
from akash_tui.adapters.system.bounded_json import JsonLimits, loads
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.domain.text import clean, clean_lines
from akash_tui.services.ports import Clock, ProviderFault, ProviderUnreachable

MAX_BODY = 1 << 18
"""Longest answer in bytes; the largest recorded one, /version, has about 20,000. The worst JSON of this size is still
parsed within a third of the 100 ms that a key may wait."""

ANSWER_LIMITS = JsonLimits(MAX_BODY, parts=5_000, values=20_000)
"""A status page of 500 machines has a third of these objects and lists, and of these values."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `token` is sent as a bearer token; without one no Authorization header is sent at all,
    because a bad token is refused even on public paths (recordings, fact 24)."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A server's answer. `seconds` counts from the request's last byte to the answer's head."""

    status: int
    body: bytes
    content_type: str
    date: datetime | None
    """The server's own clock, from its Date header; None without one."""
    seconds: float

    def text(self) -> str:
        """The body as clean text of at most 4,000 characters."""
        return clean_lines(self.body[:16_000].decode("utf-8", "replace")).strip()

    def json(self) -> object:
        """The body as JSON; ValueError for anything else, too deep nesting and too many values included."""
        return loads(self.body, ANSWER_LIMITS)

    def message(self) -> str:
        """The provider's own text: `message` of its JSON errors, or its plain text; one cleaned line of at most 500."""
        if self.content_type.startswith("application/json"):
            try:
                value = self.json()
            except ValueError:
                value = None
            if isinstance(value, dict) and isinstance(value.get("message"), str):
                return clean(value["message"], 500)
        return clean(self.text(), 500)


async def exchange(connection: Connection, request: HttpRequest, clock: Clock, *, read_seconds: float) -> HttpAnswer:
    """Send a request and read the answer; `read_seconds` is the longest silence.

    Raises `ProviderUnreachable` if no whole answer comes, `ProviderFault` if it is too long.
    """
    import httpcore

    endpoint = connection.endpoint
    origin = httpcore.Origin(b"https", endpoint.host.encode("ascii"), endpoint.port)
    http = httpcore.AsyncHTTP11Connection(origin, connection.stream)
    headers = [
        ("Host", endpoint.authority),
        ("User-Agent", f"akash-tui/{__version__}"),
        ("Accept", "application/json, text/plain"),
        ("Accept-Encoding", "identity"),  # so that a small answer cannot unfold into a huge one
        ("Connection", "close"),
    ]
    if request.body:
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(request.body)))]
    if request.token is not None:
        headers.append(("Authorization", f"Bearer {request.token}"))
    message = httpcore.Request(
        request.method,
        httpcore.URL(scheme=b"https", host=origin.host, port=origin.port, target=request.path.encode("ascii")),
        headers=headers,
        content=request.body,
        extensions={"timeout": {"read": read_seconds, "write": read_seconds}},
    )
    started = clock.monotonic()
    try:
        with logged_request(request.method, f"https://{endpoint.authority}{request.path}") as logged:
            response = await http.handle_async_request(message)
            logged.status = response.status
            seconds = clock.monotonic() - started
            body = bytearray()
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise ProviderFault(
                        f"The provider at {endpoint.authority} answered with more than {MAX_BODY // 1024} KiB.",
                        "No real answer is that long; it was cut off and not used.",
                        status=response.status,
                    )
    except httpcore.TimeoutException as error:
        raise _silence(endpoint.authority, read_seconds) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        # OSError: TLS alerts that come after our side of the handshake (recordings, fact 32)
        raise ProviderUnreachable(
            f"The provider at {endpoint.authority} closed the connection before its answer was complete.",
            "It may be restarting. Trying again is safe.",
            detail=clean(f"{type(error).__name__}: {error}"),
        ) from error
    finally:
        await http.aclose()
    fields = {name.lower(): value for name, value in response.headers}
    return HttpAnswer(
        response.status,
        bytes(body),
        fields.get(b"content-type", b"").decode("latin-1").lower(),
        read_date(fields.get(b"date", b"").decode("latin-1")),
        seconds,
    )


def _silence(authority: str, seconds: float) -> ProviderUnreachable:
    return ProviderUnreachable(
        f"The provider at {authority} did not answer within {seconds:g} s.",
        "It may be overloaded, or stuck until its operator restarts it. Trying again is safe.",
    )


@asynccontextmanager
async def deadline(authority: str, seconds: float) -> AsyncIterator[None]:
    """Limit a whole call to `seconds`, however slowly bytes arrive; `ProviderUnreachable` after that."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise _silence(authority, seconds) from error


def read_date(value: str) -> datetime | None:
    """A Date header as an aware time; None if it is unreadable."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
