"""A tiny HTTP server over real sockets that answers as a test says, misbehaviour included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from akash_tui.adapters.system.clock import SystemClock


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    target: str
    body: Any


@dataclass
class Reply:
    """What to answer; `raw` replaces everything, `stall` never answers at all."""

    status: int = 200
    json: Any = None
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    stall: bool = False
    then_close: bool = False


Handler = Callable[[Asked], Reply]


class Server:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.asked: list[Asked] = []
        self.connections = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def paths(self) -> list[str]:
        return [a.path for a in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        parts = urlsplit(target)
        asked = Asked(method, parts.path, dict(parse_qsl(parts.query)), target, json.loads(body) if body else None)
        self.asked.append(asked)
        reply = self.handler(asked)
        if reply.stall:
            await reader.read()  # until the client gives up
            return False
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return not reply.then_close
        content = (reply.text if reply.text is not None else json.dumps(reply.json)).encode()
        kind = "text/html" if reply.text is not None else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(content)), **reply.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode() + content)
        await writer.drain()
        return not reply.then_close

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Server]:
    server = Server(handler)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        await server.close()


class QuickClock(SystemClock):
    """Sleeping moves the clock instead of taking time, and nothing else does; what was slept is remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 1000.0 + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def node_info(chain_id: str, tx_index: str = "on") -> dict[str, Any]:
    return {"default_node_info": {"network": chain_id, "other": {"tx_index": tx_index}}}


def hello(asked: Asked, chain_id: str = "local", tx_index: str = "on", syncing: bool = False) -> Reply | None:
    """The answers with which an endpoint proves itself; None for other requests."""
    if asked.path.endswith("/node_info"):
        return Reply(json=node_info(chain_id, tx_index))
    if asked.path.endswith("/syncing"):
        return Reply(json={"syncing": syncing})
    return None


NOT_FOUND = Reply(404, {"code": 5, "message": "not there", "details": []})
"""What the gateway says about things that do not exist."""
