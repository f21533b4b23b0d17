"""A broken indexer: it answers a minute late, or with invalid answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

SILENT_SECONDS = 60.0
GARBAGE = (
    b"[[[\xff\x00{}]}",
    b"<html><title>502 Bad Gateway</title></html>",
    b"[" * 200_000,
    b'{"models":{"0":7},"snapshots":"many","resources":[null]}',
    b"",
)
"""In turn, each with status 200 and called JSON."""

App = Callable[[Any, Any, Any], Awaitable[None]]


def troubled(app: App, how: str) -> App:
    """The application behind this trouble: `silent`, `garbage`, or "" for none."""
    if how == "silent":
        return _late(app)
    if how == "garbage":
        return _nonsense()
    if how:
        raise ValueError(f"unknown trouble of an indexer: {how!r}")
    return app


def _late(app: App) -> App:
    async def call(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(SILENT_SECONDS)
        await app(scope, receive, send)

    return call


def _nonsense() -> App:
    asked = 0

    async def call(scope: Any, receive: Any, send: Any) -> None:
        nonlocal asked
        body = GARBAGE[asked % len(GARBAGE)]
        asked += 1
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return call
