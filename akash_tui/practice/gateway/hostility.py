"""A gateway that attacks its tenants' programs with answers that are endless, too deep, too slow, or redirects.

It accepts manifests like any other, so that it is asked again and again; every other answer is its attack.
"""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from akash_tui.practice.gateway.access import watched

_JSON = (b"content-type", b"application/json")
_WIDE = b'{"services":{' + b",".join(b'"%d":{"uris":[[],[]]}' % n for n in range(10_000)) + b"}}"
_DEEP = b'{"services":' + b"[" * 200_000
_PART = b'"' + b"a" * 60_000 + b'",'
_LINE = '{"name":"web-5f9c-x2x9q","message":"\\u001b[31mERROR\\u001b[0m the same again and again"}\n'
_GIANT = '{"name":"web-5f9c-x2x9q","message":"' + "a" * 500_000 + '"}\n'
_LORIS_SECONDS = 0.2


def attacks(attack: str, scope: Scope) -> bool:
    """Whether this request is answered by the attack: all but manifests handed over."""
    return bool(attack) and scope["type"] in ("http", "websocket") and scope.get("method") != "PUT"


async def strike(attack: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, until the client leaves."""
    if scope["type"] == "websocket":
        await _stream(WebSocket(scope, receive, send), _GIANT if attack == "giant" else _LINE)
    else:
        await _answer(attack, receive, send)


async def _answer(attack: str, receive: Receive, send: Send) -> None:
    async def head(status: int, *headers: tuple[bytes, bytes]) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def body(data: bytes, more: bool = False) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": more})

    async with watched(receive) as leaving:
        if attack == "redirect":
            await head(307, (b"location", b"https://127.0.0.1:1/steal"))
            await body(b"")
        elif attack == "endless":
            await head(200, _JSON)
            await body(b"[", more=True)
            while not leaving.done():
                await body(_PART, more=True)
                await asyncio.sleep(0)
        elif attack == "loris":
            await head(200, _JSON, (b"content-length", b"100000"))
            while not leaving.done():
                await body(b" ", more=True)
                await asyncio.wait([leaving], timeout=_LORIS_SECONDS)
        else:
            await head(200, _JSON)
            await body(_DEEP if attack == "deep" else _WIDE)


async def _stream(socket: WebSocket, line: str) -> None:
    await socket.accept()
    async with watched(socket.receive) as leaving:
        try:
            while not leaving.done():
                await socket.send_text(line)
                await asyncio.sleep(0)
        except WebSocketDisconnect:
            return
