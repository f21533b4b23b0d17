"""A websocket over a verified connection, with bounded frames and a longest silence.

Providers often end a stream by closing the TCP connection without a close frame; that is their normal end of
logs and shells (provider recordings, facts 39 and 46), so an end is a value (`ended`), not an error. A connection that
breaks in the middle is an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from akash_tui import __version__
from akash_tui.adapters.provider.connection import Connection
from akash_tui.adapters.provider.http import MAX_BODY, HttpAnswer, read_date
from akash_tui.adapters.system.bounded_json import JsonLimits
from akash_tui.domain.text import clean
from akash_tui.services.ports import ProviderFault, ProviderUnreachable

if TYPE_CHECKING:
    from websockets.client import ClientProtocol
    from websockets.frames import Frame as WebsocketFrame
    from websockets.http11 import Response

MAX_FRAME = 1 << 19
"""Bytes of one message: a log line ends at 64 KiB, and escaping makes a control character six bytes long."""
FRAME_LIMITS = JsonLimits(MAX_FRAME, parts=70_000, values=MAX_FRAME // 2)
"""A log line or pod event has three objects at most, but its text of 64 KiB may be all brackets, commas or quotes."""
SILENCE = 60.0
"""Seconds without a byte after which a stream counts as dead: providers ping every 10 s (fact 43)."""
_READ = 1 << 12
"""Bytes taken in at once: two make a frame, and thousands of frames at once would freeze the screen."""
_LONGEST_PAUSE = 0.1
"""Seconds."""


@dataclass(frozen=True, slots=True)
class SocketEnd:
    """How the other side ended: its close code and reason; the code is None if the connection just closed."""

    code: int | None
    reason: str


class UpgradeRefused(Exception):
    """The server answered the upgrade with something other than 101."""

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Socket:
    """An open websocket; one task reads, any task may send."""

    def __init__(self, connection: Connection, protocol: ClientProtocol) -> None:
        self._stream = connection.stream
        self._authority = connection.endpoint.authority
        self._protocol = protocol
        self._sending = asyncio.Lock()
        self._eof = False
        self._busy_since = 0.0

    async def messages(self) -> AsyncIterator[bytes]:
        """Whole messages, text or binary, until the other side ends; then `ended` has the reason.

        Raises `ProviderUnreachable` for a silence of `SILENCE` or a broken connection, `ProviderFault` for frames
        that break the protocol or are too long.
        """
        from websockets.frames import Opcode

        whole = bytearray()
        while True:
            for frame in self._events():
                if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                    whole += frame.data
                    if frame.fin:
                        yield bytes(whole)
                        whole.clear()
            if self._over():
                return
            await self._pause()
            await self._read(SILENCE)

    async def _pause(self) -> None:
        """Pause three times as long as the last bytes took: a flood gets a quarter of the time, because the screen
        that shows its lines needs time for them as well, and keys need the rest."""
        busy = asyncio.get_running_loop().time() - self._busy_since
        await asyncio.sleep(min(3 * busy, _LONGEST_PAUSE))

    @property
    def ended(self) -> SocketEnd:
        """How it ended; the code is None if the connection just closed."""
        close = self._protocol.close_rcvd
        return SocketEnd(None, "") if close is None else SocketEnd(int(close.code), clean(close.reason))

    async def send(self, data: bytes) -> None:
        """One binary message. Raises `ProviderUnreachable` if the connection is gone."""
        self._protocol.send_binary(data)
        await self._flush()

    def _events(self) -> list[WebsocketFrame]:
        from websockets.frames import Frame

        return [event for event in self._protocol.events_received() if isinstance(event, Frame)]

    def _over(self) -> bool:
        """True once the end was received. Raises `ProviderFault` for frames that break the protocol."""
        fault = self._protocol.parser_exc
        if fault is not None and not isinstance(fault, EOFError):
            raise ProviderFault(
                f"The provider at {self._authority} sent invalid websocket data.",
                "It was cut off and not used. Try again, or choose another provider.",
                detail=clean(str(fault)),
            )
        return self._eof or self._protocol.close_rcvd is not None

    async def _read(self, seconds: float) -> None:
        import httpcore

        try:
            data = await self._stream.read(_READ, timeout=seconds)
        except httpcore.ReadTimeout as error:
            raise ProviderUnreachable(
                f"The provider at {self._authority} was silent for {seconds:g} s.",
                "The connection is gone. Trying again is safe.",
            ) from error
        except (httpcore.ReadError, OSError) as error:
            raise _broken(self._authority, error) from error
        self._busy_since = asyncio.get_running_loop().time()
        if data:
            self._protocol.receive_data(data)
        else:
            self._eof = True
            self._protocol.receive_eof()
        await self._flush()  # pongs, the echo of a close

    async def _flush(self) -> None:
        import httpcore

        async with self._sending:
            for data in self._protocol.data_to_send():
                if not data:
                    continue  # empty bytes mean "half-close now"; leaving closes the whole connection anyway
                try:
                    await self._stream.write(data, timeout=SILENCE)
                except (httpcore.WriteError, httpcore.WriteTimeout, OSError) as error:
                    if self._eof or self._protocol.close_rcvd is not None:
                        return  # the other side is gone already
                    raise _broken(self._authority, error) from error

    async def begin(self, seconds: float) -> None:
        """Send the upgrade and read its answer.

        Raises `UpgradeRefused`, or `ProviderUnreachable`/`ProviderFault` where there is none.
        """
        from websockets.exceptions import InvalidStatus
        from websockets.protocol import State

        await self._flush()
        while self._protocol.state is State.CONNECTING and self._protocol.handshake_exc is None:
            await self._read(seconds)
        fault = self._protocol.handshake_exc
        if fault is None:
            return
        if isinstance(fault, InvalidStatus):
            raise UpgradeRefused(_answer(fault.response)) from None
        if self._eof:
            raise _broken(self._authority, fault) from fault
        raise ProviderFault(
            f"The provider at {self._authority} does not speak the protocol of streams.",
            "There may be another server in front of it. Try again, or choose another provider.",
            detail=clean(str(fault)),
        ) from fault


async def open_socket(connection: Connection, target: str, token: str, *, read_seconds: float) -> Socket:
    """Upgrade a verified connection; `target` is path and query, ASCII.

    Raises `UpgradeRefused` for any answer but 101.
    """
    from websockets.client import ClientProtocol
    from websockets.datastructures import Headers
    from websockets.http11 import Request
    from websockets.uri import WebSocketURI

    endpoint = connection.endpoint
    uri = WebSocketURI(True, endpoint.host, endpoint.port, "/", "")
    protocol = ClientProtocol(uri, max_size=MAX_FRAME, logger=_quiet())
    headers = Headers(
        {
            "Host": endpoint.authority,
            "User-Agent": f"akash-tui/{__version__}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": protocol.key,
            "Sec-WebSocket-Version": "13",
            "Authorization": f"Bearer {token}",  # and no Origin: a foreign one is refused (fact 45)
        }
    )
    protocol.send_request(Request(target, headers))
    socket = Socket(connection, protocol)
    await socket.begin(read_seconds)
    return socket


def _quiet() -> logging.Logger:
    """A disabled logger: the library would log the request with its token at debug level."""
    logger = logging.getLogger("akash_tui.websocket")
    logger.disabled = True
    return logger


def _answer(response: Response) -> HttpAnswer:
    return HttpAnswer(
        response.status_code,
        bytes(response.body)[:MAX_BODY],
        (response.headers.get("Content-Type") or "").lower(),
        read_date(response.headers.get("Date") or ""),
        0.0,
    )


def _broken(authority: str, error: Exception) -> ProviderUnreachable:
    return ProviderUnreachable(
        f"The provider at {authority} closed the stream unexpectedly.",
        "It may be restarting. Trying again is safe.",
        detail=clean(f"{type(error).__name__}: {error}"),
    )
