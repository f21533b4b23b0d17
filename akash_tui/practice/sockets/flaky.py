"""A bad connection between the practice servers and their clients: bytes pass, are cut, stall, or are never sent.

It works below HTTP and TLS, so that it can cut a body in the middle and a frame in half. What happens to a connection
is drawn from the seed and the number of the connection.
"""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nContent-Length: 33\r\n"
    b"Connection: close\r\n\r\n"
    b"<h1>503 Service Unavailable</h1>\n"
)
CHUNK = 4096
LOOPBACK = "127.0.0.1"


class Fate(StrEnum):
    """What happens to a connection."""

    GOOD = "good"
    REFUSED = "refused"  # accepted and dropped at once
    ERROR = "error"  # a proxy's 503 instead of an answer (plain HTTP only)
    CUT = "cut"  # the answer ends in the middle
    STALL = "stall"  # the answer stops for a while, then continues
    TRICKLE = "trickle"  # the answer comes in tiny pieces


_TROUBLES = (Fate.REFUSED, Fate.ERROR, Fate.CUT, Fate.STALL, Fate.TRICKLE)


@dataclass(frozen=True, slots=True)
class Trouble:
    """How bad the connections to a server are: the share of bad ones, seconds of a stall, and what draws them."""

    seed: str
    share: float
    stall: float


class BadLine:
    """Forwards connections to the server on port `behind`; `plain`: it speaks HTTP without TLS."""

    def __init__(self, behind: int, trouble: Trouble, *, plain: bool) -> None:
        self.behind, self.trouble, self.plain = behind, trouble, plain
        self._count = 0
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    def fate(self, number: int) -> Fate:
        """What happens to the connection with this number."""
        dice = random.Random(f"{self.trouble.seed}/{number}")
        if dice.random() >= self.trouble.share:
            return Fate.GOOD
        fate = dice.choice(_TROUBLES)
        return Fate.CUT if fate is Fate.ERROR and not self.plain else fate

    async def open(self, sock: socket.socket) -> None:
        """Listen on a bound socket."""
        self._server = await asyncio.start_server(self._meet, sock=sock)

    def close(self) -> None:
        """Stop listening, cut everything."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._running):
            task.cancel()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        self._count += 1
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._carry(self._count, reader, writer)
        finally:
            self._running.discard(task)
            writer.transport.abort()

    async def _carry(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fate = self.fate(number)
        dice = random.Random(f"{self.trouble.seed}/{number}/how")
        if fate is Fate.REFUSED:
            return
        if fate is Fate.ERROR:
            await reader.read(CHUNK)
            writer.write(UNAVAILABLE)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        there, back = await asyncio.open_connection(LOOPBACK, self.behind)
        up = asyncio.create_task(_copy(reader, back))
        try:
            await self._answer(fate, dice, there, writer)
        finally:
            up.cancel()
            back.transport.abort()

    async def _answer(
        self, fate: Fate, dice: random.Random, there: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass the server's bytes on as the fate has it, until either side ends."""
        left = dice.randint(20, 6000)
        stalled = False
        while data := await there.read(64 if fate is Fate.TRICKLE else CHUNK):
            if fate is Fate.CUT:
                data = data[:left]
                left -= len(data)
            writer.write(data)
            await writer.drain()
            if fate is Fate.CUT and left <= 0:
                return
            if fate is Fate.STALL and not stalled:
                stalled = True
                await asyncio.sleep(self.trouble.stall * dice.uniform(0.3, 1.0))
            if fate is Fate.TRICKLE:
                await asyncio.sleep(0.002)
        writer.close()
        await writer.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
