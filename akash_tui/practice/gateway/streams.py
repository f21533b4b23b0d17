"""The gateway's websockets: logs, events and shell, in the frames of the recordings (ws_*)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from akash_tui.practice.gateway.access import (
    Answer,
    Call,
    Dropped,
    Gateway,
    Silence,
    call_of,
    empty,
    guarded,
    text,
    until_gone,
    watched,
)
from akash_tui.practice.gateway.shell import run_shell
from akash_tui.practice.provider.go_json import encode
from akash_tui.practice.provider.workloads import Pod, Workload
from akash_tui.practice.sockets.listeners import drop

INTERNAL, NO_LEASE = 4000, 4001
LOOKS_EVERY = 0.5
"""Seconds at most until a new line is seen: time may pass faster than the work's own ticks say."""
MOST_LINES = 5000
"""Of a pod's log, at most this many are kept."""
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


@dataclass(frozen=True, slots=True)
class Options:
    """The query of a stream: which services (None: all), follow or not, how many last lines (-1: all)."""

    services: tuple[str, ...] | None
    follow: bool
    tail: int


Prepare = Callable[[Any], Any]
Run = Callable[[Gateway, WebSocket, Call, Any], Awaitable[None]]


def stream_routes(gateway: Gateway) -> list[BaseRoute]:
    """The websocket routes of a gateway; without an upgrade they answer 400 as plain HTTP."""
    lease = "/lease/{dseq}/{gseq}/{oseq}"
    return [
        *_pair(gateway, f"{lease}/logs", "logs", _stream_options, _logs),
        *_pair(gateway, f"{lease}/kubeevents", "events", _stream_options, _events),
        *_pair(gateway, f"{lease}/shell", "shell", _shell_options, _shell),
    ]


def _pair(gateway: Gateway, path: str, scope: str, prepare: Prepare, run: Run) -> list[BaseRoute]:
    async def over_http(request: Request) -> Response:
        async def work() -> Response:
            await call_of(gateway, request, scope)
            prepare(request.query_params)
            answer = text(400, "Bad Request")
            answer.headers["Sec-Websocket-Version"] = "13"
            return answer

        return await guarded(request, work())

    async def over_websocket(socket: WebSocket) -> None:
        try:
            call = await call_of(gateway, socket, scope)
            options = prepare(socket.query_params)
            origin = socket.headers.get("origin")
            if origin and origin != f"https://{socket.headers.get('host')}":
                raise Answer(text(403, "Forbidden"))
        except Answer as answer:
            await socket.send_denial_response(answer.response)
            return
        except Dropped:
            drop(socket.scope)
            return
        except Silence:
            await until_gone(socket.receive)
            return
        await socket.accept()
        with suppress(WebSocketDisconnect):
            await run(gateway, socket, call, options)
        # returning without a close frame ends the TCP connection: the normal end of logs and shell (facts 39, 46)

    return [Route(path, over_http), WebSocketRoute(path, over_websocket)]


def _stream_options(query: Any) -> Options:
    follow = query.get("follow", "false")
    if follow not in _TRUE + _FALSE:
        raise Answer(text(400, f'strconv.ParseBool: parsing "{follow}": invalid syntax'))
    tail = query.get("tail", "-1")
    if not re.fullmatch(r"[+-]?[0-9]+", tail):
        raise Answer(text(400, f'strconv.ParseInt: parsing "{tail}": invalid syntax'))
    if int(tail) < -1:
        raise Answer(text(400, 'parameter "tail" contains invalid value'))
    services = query.get("service", "")
    if services.endswith(","):
        raise Answer(text(400, 'parameter "service" must not contain trailing comma'))
    return Options(tuple(services.split(",")) if services else None, follow in _TRUE, int(tail))


def _shell_options(query: Any) -> Any:
    words: list[str] = []
    while (word := query.get(f"cmd{len(words)}")) is not None:
        words.append(word)
    needed = [query.get(name) for name in ("service", "podIndex", "tty", "stdin")]
    if not words or not all(needed) or not re.fullmatch(r"[0-9]+", query["podIndex"]):
        raise Answer(empty(400))
    return query["service"], int(query["podIndex"]), query["tty"] == "1", query["stdin"] == "1", words


def _frame(value: Any) -> str:
    return (encode(value) + b"\n").decode()


async def _logs(gateway: Gateway, socket: WebSocket, call: Call, options: Options) -> None:
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))
    if work is None:
        await socket.close(NO_LEASE)
        return
    pods = work.pods(list(options.services) if options.services else None)
    now = gateway.tenancy.clock()
    if not pods:
        await socket.close(INTERNAL, "no running pods")
        return
    if any(now < pod.ready_at for pod in pods):
        await socket.close(INTERNAL)
        return
    sent: dict[str, int] = {}
    for pod in pods:
        written = pod.written(now)
        tail = MOST_LINES if options.tail < 0 else min(options.tail, MOST_LINES)
        for line in pod.lines(max(0, written - tail), written):
            await socket.send_text(_frame({"name": pod.name, "message": line}))
        sent[pod.name] = written
    if options.follow:
        async with watched(socket.receive) as leaving:
            await _follow(gateway, socket, work, pods, sent, leaving)


async def _follow(
    gateway: Gateway,
    socket: WebSocket,
    work: Workload,
    pods: list[Pod],
    sent: dict[str, int],
    leaving: asyncio.Task[None],
) -> None:
    """New lines of the pods chosen at connect, until all of them are gone or the client leaves (facts 39, 40)."""
    while not leaving.done():
        await asyncio.wait([leaving], timeout=min(work.tick / 2, LOOKS_EVERY))
        alive = {pod.name for pod in work.pods()} if work.closed_at is None else set()
        pods = [pod for pod in pods if pod.name in alive]
        if not pods:
            return
        for pod in pods:
            written = pod.written(gateway.tenancy.clock())
            for line in pod.lines(sent[pod.name], written):
                await socket.send_text(_frame({"name": pod.name, "message": line}))
            sent[pod.name] = written


async def _events(gateway: Gateway, socket: WebSocket, call: Call, options: Options) -> None:
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))
    if work is None:
        await socket.close(NO_LEASE)
        return
    filtered = options.services is not None  # a filter by label, and events carry none: nothing (fact 44)
    sent: set[str] = set()
    async with watched(socket.receive) as leaving:
        while True:
            frames = [] if filtered else [_frame(each) for each in work.events(gateway.tenancy.clock())]
            for frame in frames:
                if frame not in sent:
                    sent.add(frame)
                    await socket.send_text(frame)
            if not options.follow:
                break
            await asyncio.wait([leaving], timeout=min(work.tick, LOOKS_EVERY))
            if leaving.done():
                return
    await socket.close(1000)


async def _shell(gateway: Gateway, socket: WebSocket, call: Call, options: Any) -> None:
    service, index, tty, stdin, words = options
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))

    async def result(code: int, message: str = "") -> None:
        body: dict[str, Any] = {"exit_code": code}
        if message:
            body["message"] = message
        await socket.send_bytes(bytes([102]) + _frame(body).encode())

    if work is None:
        await result(0)  # as the real one: looks like success (fact 47)
        return
    if service not in work.services:
        await result(0, "kube: no service for that lease")
        return
    pods = work.pods([service])
    if any(gateway.tenancy.clock() < pod.ready_at for pod in pods):
        await result(0, "no active replicase for service")
        return
    if index >= len(pods):
        message = f"pod index out of range: valid range is [0, {len(pods) - 1}]"
        await result(0, f"remote command execute error: {message}")
        return
    placed = gateway.stock.taken.get(call.lease_key(gateway.provider), [])
    gpus = [(each.gpu.product, each.gpu.memory) for each in placed if each.gpu for _ in range(each.need.gpus)]
    code = await run_shell(socket, pods[index].name, gpus, tty=tty, stdin=stdin, words=words)
    if code is None:
        missing = "command could not be executed because it does not exist"
        await result(0, f"remote command execute error: {missing}")
    else:
        await result(code)
