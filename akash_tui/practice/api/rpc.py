"""The chain's CometBFT RPC: GET and JSON-RPC over HTTP, and the websocket with subscriptions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from akash_tui.practice.api.rpc_methods import METHODS, RpcError
from akash_tui.practice.api.subscriptions import BadQuery, Condition, matches, parse_query
from akash_tui.practice.api_json.block_json import notices
from akash_tui.practice.chain.blocks import Block
from akash_tui.practice.chain.world import World

Json = dict[str, Any]
MAX_SUBSCRIPTIONS = 5
MAX_WAITING = 2000  # frames a client may be behind before it is dropped
TOO_SLOW = "subscription was canceled (reason: client is not pulling messages fast enough)"


def _reply(id_: object, result: Json) -> Json:
    return {"jsonrpc": "2.0", "id": id_, "result": result}


def _error(id_: object, error: Json) -> Json:
    return {"jsonrpc": "2.0", "id": id_, "error": error}


def call(world: World, request: object) -> Json | None:
    """The answer to one JSON-RPC request; None for a notification (no id)."""
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        return _error(-1, {"code": -32600, "message": "Invalid Request", "data": "no method"})
    if "id" not in request:
        return None
    id_ = request["id"]
    method = METHODS.get(request["method"])
    if method is None:
        return _error(id_, {"code": -32601, "message": "Method not found", "data": ""})
    params = request.get("params") or {}
    if not isinstance(params, dict):
        return _error(id_, {"code": -32602, "message": "Invalid params", "data": "params must be named"})
    try:
        return _reply(id_, method(world, params))
    except RpcError as error:
        return _error(id_, error.json)


def rpc_app(world: World) -> Starlette:
    """The RPC server as an ASGI application."""

    async def uri(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in METHODS:
            return PlainTextResponse("404 page not found\n", 404)
        answer = call(world, {"id": -1, "method": name, "params": dict(request.query_params)})
        return JSONResponse(answer, 500 if answer and "error" in answer else 200)

    async def index(request: Request) -> Response:
        rows = "".join(f'<a href="/{name}">/{name}</a></br>' for name in sorted(METHODS))
        return HTMLResponse(f"<html><body><br>Available endpoints:<br>{rows}</body></html>")

    async def post(request: Request) -> Response:
        try:
            data = json.loads(await request.body())
        except ValueError as error:
            return JSONResponse(_error(-1, {"code": -32700, "message": "Parse error", "data": str(error)}), 500)
        if isinstance(data, list):
            answers = [answer for answer in (call(world, each) for each in data) if answer is not None]
            return JSONResponse(answers)
        answer = call(world, data)
        return Response(status_code=200) if answer is None else JSONResponse(answer)

    async def websocket(socket: WebSocket) -> None:
        await Subscriber(world, socket).serve()

    return Starlette(
        routes=[
            WebSocketRoute("/websocket", websocket),
            Route("/", index, methods=["GET"]),
            Route("/", post, methods=["POST"]),
            Route("/{name}", uri, methods=["GET"]),
        ]
    )


class Subscriber:
    """One websocket connection and its subscriptions."""

    def __init__(self, world: World, socket: WebSocket) -> None:
        self._world, self._socket = world, socket
        self._wanted: dict[str, tuple[object, tuple[Condition, ...]]] = {}  # query -> id, conditions
        self._out: asyncio.Queue[Json | None] = asyncio.Queue(MAX_WAITING)

    async def serve(self) -> None:
        """Serve until the client leaves or falls too far behind."""
        await self._socket.accept()
        stop: Callable[[], None] = self._world.subscribe(self._tell)
        sender = asyncio.create_task(self._send())
        receiver = asyncio.create_task(self._receive())
        try:
            await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop()
            for task in (sender, receiver):
                task.cancel()
            await asyncio.gather(sender, receiver, return_exceptions=True)

    async def _receive(self) -> None:
        while True:
            try:
                text = await self._socket.receive_text()
            except (WebSocketDisconnect, KeyError):
                return
            answer = self._answer(text)
            if answer is not None:
                await self._out.put(answer)

    async def _send(self) -> None:
        while (frame := await self._out.get()) is not None:
            try:
                await self._socket.send_text(json.dumps(frame, separators=(",", ":"), ensure_ascii=False))
            except (WebSocketDisconnect, RuntimeError):
                return
        await self._socket.close()

    def _answer(self, text: str) -> Json | None:
        try:
            request = json.loads(text)
        except ValueError as error:
            return _error(-1, {"code": -32700, "message": "Parse error", "data": str(error)})
        method = request.get("method") if isinstance(request, dict) else None
        if method not in ("subscribe", "unsubscribe", "unsubscribe_all"):
            return call(self._world, request)
        id_, query = request.get("id", -1), str((request.get("params") or {}).get("query", ""))
        try:
            self._change(method, id_, query)
        except (RpcError, BadQuery) as error:
            return _error(id_, RpcError(str(error)).json)
        return _reply(id_, {})

    def _change(self, method: str, id_: object, query: str) -> None:
        if method == "unsubscribe_all":
            if not self._wanted:
                raise RpcError("subscription not found")
            self._wanted.clear()
        elif method == "unsubscribe":
            if self._wanted.pop(query, None) is None:
                raise RpcError("subscription not found")
        elif query in self._wanted:
            raise RpcError("already subscribed")
        elif len(self._wanted) >= MAX_SUBSCRIPTIONS:
            raise RpcError(f"max_subscriptions_per_client {MAX_SUBSCRIPTIONS} reached")
        else:
            self._wanted[query] = (id_, parse_query(query))

    def _tell(self, block: Block) -> None:
        if not self._wanted:
            return
        for notice in notices(block, self._world.chain_id):
            for query, (id_, conditions) in list(self._wanted.items()):
                if matches(conditions, notice.index):
                    self._push(id_, notice.frame(id_, query))

    def _push(self, id_: object, frame: Json) -> None:
        if self._out.qsize() < MAX_WAITING - 2:
            self._out.put_nowait(frame)
        elif self._wanted:
            self._wanted.clear()
            self._out.put_nowait(_error(id_, {"code": -32000, "message": "Server error", "data": TOO_SLOW}))
            self._out.put_nowait(None)
