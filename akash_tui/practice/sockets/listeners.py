"""Sockets of the practice network: one uvicorn protocol per server, all in one loop, on loopback only.

uvicorn's own server object would install signal handlers and tick for every listener; here one object opens, drops and
closes them. An application can end a connection without any answer (`drop`), as a crashing provider does.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from asyncio import BaseTransport, Transport
from email.utils import formatdate
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from akash_tui.practice.sockets.flaky import LOOPBACK, BadLine, Trouble

PING_SECONDS = 10.0
"""How often a provider pings a websocket (recordings, fact 43); a missing pong is not punished."""

_TRANSPORT = "practice.transport"


def drop(scope: Scope) -> None:
    """Cut the connection behind an ASGI scope at once, without an answer."""
    cast(Transport, scope[_TRANSPORT]).abort()


def _knowing(app: ASGIApp, transport: BaseTransport) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        scope[_TRANSPORT] = transport
        await app(scope, receive, send)

    return call


class _Http(H11Protocol):
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = cast(Any, _knowing(cast(ASGIApp, self.app), transport))


class _WebSocket(WebSocketsSansIOProtocol):
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.app = cast(Any, _knowing(cast(ASGIApp, self.app), transport))

    def send_keepalive_ping(self) -> None:
        """A ping with empty payload, and the next one whether or not it is answered."""
        self.ping_timer = None
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.send_ping(b"")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.schedule_ping()


class Listener:
    """One application on one port of 127.0.0.1; the port is taken at once, requests are served after open()."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._line: BadLine | None = None

    async def open(self, app: Any, tls: ssl.SSLContext | None = None, line: Trouble | None = None) -> None:
        """Serve an ASGI application; with `line`, behind bad connections."""
        config = uvicorn.Config(
            app,
            http=_Http,
            ws=_WebSocket,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            ws_per_message_deflate=False,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=None,
            timeout_keep_alive=60,
        )
        config.load()
        self.refresh_date()

        def protocol() -> asyncio.Protocol:
            return _Http(config=config, server_state=self._state, app_state={})

        loop = asyncio.get_running_loop()
        if line is None:
            self._server = await loop.create_server(protocol, sock=self._socket, ssl=tls, backlog=128)
            return
        self._server = await loop.create_server(protocol, host=LOOPBACK, port=0, ssl=tls, backlog=128)
        behind = self._server.sockets[0].getsockname()[1]
        self._line = BadLine(behind, line, plain=tls is None)
        await self._line.open(self._socket)

    def refresh_date(self) -> None:
        """Set the Date header that the next answers carry."""
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]

    def close(self) -> None:
        """Stop listening and cut every connection: from now on it is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._line is not None:
            self._line.close()
            self._line = None
        self._socket.close()
        for task in list(self._state.tasks):
            task.cancel()
        for connection in list(self._state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()


async def refresh_dates(listeners: list[Listener]) -> None:
    """Keep the Date headers of all listeners right, until cancelled."""
    while True:
        await asyncio.sleep(1)
        for listener in listeners:
            listener.refresh_date()
