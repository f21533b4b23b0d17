"""A websocket to a node that nobody trusts: no redirects, no compression, bounded frames, and a breath between them.

The library parses all bytes that have arrived at once; 256 KiB of empty frames would hold the loop for a second. Here
it gets a small piece at a time, and other tasks run in between. Frames are counted, control frames too.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    import asyncio

    from websockets.protocol import Event

MAX_FRAME: Final = 256 << 10
"""Longest message in bytes: recorded transaction events have up to 13,000. A longer one, such as that of a stored
contract, costs the connection, and reading continues by polling."""
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 400, 4_000
"""A chain sends a frame for each transaction and block: some 5 in a second. A practice network in scenario `flood`
sends 2,000 within two."""
BYTES_PER_SECOND, BYTES_AT_ONCE = 2 << 20, 16 << 20
"""The same in bytes, at some 5,000 a frame (recordings)."""
_PIECE: Final = 1 << 10
"""Bytes that are parsed before other tasks get their turn: at most 512 frames, 2 to 4 ms."""
_CHEAP, _LONGEST_PAUSE = 0.0005, 0.05
"""Seconds: pieces that took less are followed by the next one as soon as other tasks had their turn."""


class LinkLost(Exception):
    """The connection failed, whatever the reason."""


class Flooded(LinkLost):
    """The node sent more frames or bytes than any chain has events."""


class Allowance:
    """So much at once, and so much a second: what is taken grows back."""

    def __init__(self, at_once: float, per_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self._left = self._most = at_once
        self._per_second = per_second
        self._now = now
        self._at = now()

    def take(self, amount: float) -> bool:
        """Take so much; False once nothing is left."""
        now = self._now()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second) - amount
        self._at = now
        return self._left > 0


class PacedConnection(ClientConnection):
    """Parses what arrives piece by piece, and breaks the connection when an allowance is used up."""

    def __init__(self, *args: Any, frames: Allowance, bytes: Allowance, **options: Any) -> None:
        super().__init__(*args, **options)
        self._frames, self._bytes = frames, bytes
        self._unread = bytearray()
        self._next_piece: asyncio.Handle | None = None
        self.flooded = False

    def data_received(self, data: bytes) -> None:
        if not self._bytes.take(len(data)):
            self._break()
        if self.flooded:
            return
        self._unread += data
        if self._next_piece is None:
            self._parse_piece()

    def _parse_piece(self) -> None:
        self._next_piece = None
        began = self.loop.time()
        piece = bytes(self._unread[:_PIECE])
        del self._unread[:_PIECE]
        super().data_received(piece)
        if not self._unread or self.flooded:
            self.transport.resume_reading()
            return
        self.transport.pause_reading()
        busy = self.loop.time() - began
        if busy < _CHEAP:
            self._next_piece = self.loop.call_soon(self._parse_piece)
        else:  # a flood of small frames gets a quarter of the time: the screen needs the rest
            self._next_piece = self.loop.call_later(min(3 * busy, _LONGEST_PAUSE), self._parse_piece)

    def process_event(self, event: Event) -> None:
        if not self._frames.take(1):
            self._break()
        if not self.flooded:
            super().process_event(event)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next_piece is not None:
            self._next_piece.cancel()
        self._unread.clear()
        super().connection_lost(exc)

    def _break(self) -> None:
        self.flooded = True
        self._unread.clear()
        self.transport.abort()


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception | str:
        """No redirect is followed: it could lead into the user's own network, or to another chain."""
        return exc


@contextmanager
def link_errors() -> Iterator[None]:
    """`LinkLost` for whatever a malformed address, a foreign server or a proxy makes the library raise."""
    try:
        yield
    except Exception as error:
        raise LinkLost(type(error).__name__) from error


class NodeSocket:
    """Opens connections and reads their messages; one allowance for all of them, so that reconnecting gains nothing."""

    def __init__(self) -> None:
        self._allowances = {
            "frames": Allowance(FRAMES_AT_ONCE, FRAMES_PER_SECOND),
            "bytes": Allowance(BYTES_AT_ONCE, BYTES_PER_SECOND),
        }

    async def open(self, url: str, tls: ssl.SSLContext | None, *, proxy: bool) -> PacedConnection:
        """Connect. Raises `LinkLost`."""
        options: dict[str, Any] = {} if tls is None else {"ssl": tls}
        with link_errors():
            socket = await _Connect(
                url,
                max_size=MAX_FRAME,
                max_queue=None,  # the allowances bound what can wait
                compression=None,
                open_timeout=10,
                ping_interval=20,
                ping_timeout=20,
                close_timeout=1,
                user_agent_header="akash-tui",
                proxy=True if proxy else None,
                logger=_quiet(),
                create_connection=cast("type[ClientConnection]", partial(PacedConnection, **self._allowances)),
                **options,
            )
        assert isinstance(socket, PacedConnection)
        return socket


def _quiet() -> logging.Logger:
    """A disabled logger: the library would write its troubles, and addresses with API keys, over the screen."""
    logger = logging.getLogger("akash_tui.chain_websocket")
    logger.disabled = True
    return logger


async def receive(socket: PacedConnection) -> bytes:
    """The next message, whatever its encoding. Raises `Flooded` or `LinkLost`."""
    try:
        with link_errors():
            message = await socket.recv(decode=False)
    except LinkLost as error:
        raise Flooded if socket.flooded else error from None
    return message if isinstance(message, bytes) else message.encode()
