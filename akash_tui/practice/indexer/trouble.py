"""A broken indexer: it answers a minute late, or with invalid answers."""

from __future__ import annotations

import asyncio
from itertools import cycle

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SILENT_SECONDS = 60.0
GARBAGE = (
    b"[[[\xff\x00{}]}",
    b"<html><title>502 Bad Gateway</title></html>",
    b"[" * 200_000,
    b'{"models":{"0":7},"snapshots":"many","resources":[null]}',
    b"",
)
"""In turn, each with status 200 and called JSON."""


def troubled(app: ASGIApp, how: str) -> ASGIApp:
    """The application behind this trouble: `silent`, `garbage`, or "" for none."""
    if how not in ("", "silent", "garbage"):
        raise ValueError(f"unknown trouble of an indexer: {how!r}")
    bodies = cycle(GARBAGE)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if how == "garbage":
            await Response(next(bodies), media_type="application/json")(scope, receive, send)
            return
        if how == "silent":
            await asyncio.sleep(SILENT_SECONDS)
        await app(scope, receive, send)

    return call
