"""A real loopback server in the indexer's place that counts its requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.network import Network


class HandClock(SystemClock):
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.passed)


class Index:
    """Counts requests and answers them with what the test puts into `raw`."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.heads: list[str] = []
        self.raw: bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] = b""

    def say(self, value: object, status: int = 200, *headers: str) -> None:
        body = json.dumps(value).encode() if not isinstance(value, bytes) else value
        self.raw = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s" % (
            status,
            len(body),
            "".join(f"{header}\r\n" for header in headers).encode(),
            body,
        )

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.paths.append(head.split()[1].decode())
                self.heads.append(head.decode())
                if callable(self.raw):
                    await self.raw(writer)
                    break
                writer.write(self.raw)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def index() -> AsyncIterator[tuple[Index, Network]]:
    it = Index()
    server = await asyncio.start_server(it.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    network = Network("practice", "p-1", (), (), indexer=f"http://127.0.0.1:{port}/base/", practice=True, public=False)
    try:
        yield it, network
    finally:
        server.close()
