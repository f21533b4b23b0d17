"""Logs, events and shell of the practice gateway, frame by frame as recorded."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

import tests.practice.gateway.recorded as rec

pytestmark = rec.needs_recordings

LIVE = ("follow", "ping", "pong", "tty", "shutdown", "unknown_code", "cat_stdin")
SHORT = [n for n in rec.names("ws_*") if not any(word in n for word in LIVE) and not n.endswith("mtls")]


def situation_for(name: str, recorded: dict[str, Any]) -> rec.Situation:
    situation = rec.Situation()
    situation.wall = (recorded["request"].get("jwt_decoded") or {"claims": {"nbf": 0}})["claims"]["nbf"] + 30
    situation.running(1162, rec.manifest_of("main"), seconds=300)
    situation.running(2551, rec.manifest_of("cpu"), seconds=1)
    situation.deployment(1160, rec.manifest_of("main"))
    situation.lease(1160)
    return situation


async def talk(port: int, request: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The status of the handshake (or the whole refusal), and the frames until the connection ends."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    wanted = {k: v for k, v in request["headers"].items() if k in ("Authorization", "Origin")}
    if wanted.get("Origin", "").startswith("https://localhost"):
        wanted["Origin"] = f"https://127.0.0.1:{port}"
    frames: list[Any] = []
    try:
        async with connect(
            f"wss://127.0.0.1:{port}{request['path']}", ssl=context, additional_headers=wanted, compression=None
        ) as socket:
            try:
                while True:
                    frames.append(await socket.recv())
            except ConnectionClosed as end:
                frames.append((end.rcvd.code, end.rcvd.reason) if end.rcvd else "dropped")
            return 101, frames
    except InvalidStatus as refusal:
        return (refusal.response.status_code, refusal.response.body.decode()), []


def told(recorded: dict[str, Any]) -> list[Any]:
    """The recorded incoming frames in the form of talk()."""
    frames: list[Any] = []
    for frame in recorded.get("frames", []):
        if frame["dir"] != "in":
            continue
        if frame["type"] == "text":
            frames.append(frame["text"])
        elif frame["type"] == "binary":
            frames.append(base64.b64decode(frame["data_b64"]))
        elif frame["type"] == "close":
            frames.append((frame["code"], frame["reason"]))
        elif frame["type"] == "tcp_eof" and not (frames and isinstance(frames[-1], tuple)):
            frames.append("dropped")
    return frames


def plain(frame: Any) -> Any:
    """A frame without names, numbers and times that a stand-in makes up."""
    if isinstance(frame, bytes):
        return frame[:1], plain(frame[1:].decode("latin-1"))
    if not isinstance(frame, str):
        return frame
    frame = re.sub(r"\b(web|cache)-[a-z0-9]{10}-[a-z0-9]{5}\b", r"\1-pod", frame)
    frame = re.sub(r"\b(web|cache)-[a-z0-9]{10}\b", r"\1-set", frame)
    frame = re.sub(r"[a-z0-9]{45}", "namespace", frame)
    frame = re.sub(r"[0-9.]+m?s\b", "time", frame)
    return re.sub(r"tick=\d+", "tick", frame)


@pytest.mark.parametrize("name", SHORT)
async def test_a_short_stream_has_the_recorded_frames(name: str) -> None:
    recorded = rec.recording(name)
    situation = situation_for(name, recorded)
    async with rec.serving(situation) as port:
        status, frames = await asyncio.wait_for(talk(port, recorded["request"]), 10)
    want = recorded["response"]
    if want["status"] != 101:
        assert status == (want["status"], want["body"])
        return
    assert status == 101
    mine, theirs = [plain(f) for f in frames], [plain(f) for f in told(recorded)]
    if name == "ws_logs_all":  # how many lines there are depends on time; that they interleave, on luck
        assert set(mine) == set(theirs)
    else:
        assert sorted(mine, key=repr) == sorted(theirs, key=repr)
        assert mine[-1] == theirs[-1]


def test_the_short_streams_are_most_of_them() -> None:
    assert len(SHORT) >= 30


async def read(socket: Any) -> str:
    frame = await asyncio.wait_for(socket.recv(), 10)
    return frame if isinstance(frame, str) else frame.decode("latin-1")


def client(port: int, recorded: dict[str, Any]) -> Any:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    headers = {"Authorization": recorded["request"]["headers"]["Authorization"]}
    path = recorded["request"]["path"]
    return connect(f"wss://127.0.0.1:{port}{path}", ssl=context, additional_headers=headers, compression=None)


async def test_followed_logs_go_on_and_end_with_the_workload() -> None:
    recorded = rec.recording("ws_logs_follow")
    situation = situation_for("", recorded)
    work = situation.tenancy.workloads[rec.TENANT, 1162, 1, 1, rec.PROVIDER]
    work.tick = 0.02  # how often the server looks; the lines themselves come by the held clock
    async with rec.serving(situation) as port, client(port, recorded) as socket:
        first = [json.loads(await read(socket))["message"] for _ in range(3)]
        situation.monotonic += 0.03
        more = json.loads(await read(socket))["message"]
        ticks = [int(line.rpartition("tick=")[2]) for line in [*first, more]]
        assert ticks == list(range(ticks[0], ticks[0] + 4))
        situation.tenancy.stop((rec.TENANT, 1162, 1, 1, rec.PROVIDER))
        with pytest.raises(ConnectionClosed) as end:
            await read(socket)
        assert end.value.rcvd is None


async def test_followed_logs_do_not_join_the_pods_of_an_update() -> None:
    recorded = rec.recording("ws_logs_follow_across_update")
    situation = situation_for("", recorded)
    work = situation.tenancy.workloads[rec.TENANT, 1162, 1, 1, rec.PROVIDER]
    work.tick = 0.02
    old = {pod.name for pod in work.pods()}
    async with rec.serving(situation) as port, client(port, recorded) as socket:
        seen = {json.loads(await read(socket))["name"] for _ in range(3)}
        assert seen == old
        situation.deployment(1162, rec.manifest_of("main"), hash_of=rec.manifest_of("update"))
        situation.tenancy.submit(situation.world.books, rec.TENANT, 1162, rec.manifest_of("update"))
        assert {pod.name for pod in work.pods()} - old
        for _ in range(5):
            situation.monotonic += 0.03
            assert json.loads(await read(socket))["name"].startswith("cache-")


async def _until_the_end(socket: Any) -> Any:
    with suppress(ConnectionClosed):
        while True:
            yield await asyncio.wait_for(socket.recv(), 10)


async def test_a_shell_session_with_a_terminal() -> None:
    recorded = rec.recording("ws_shell_tty_session")
    situation = situation_for("", recorded)
    sent = [f for f in recorded["frames"] if f["dir"] == "out"]
    async with rec.serving(situation) as port, client(port, recorded) as socket:
        for frame in sent:
            data = frame["text"] if frame["type"] == "text" else base64.b64decode(frame["data_b64"])
            await socket.send(data)
        frames = [bytes(f) async for f in _until_the_end(socket)]
    out = b"".join(f[1:] for f in frames if f[0] == 100)
    result = next(f[1:] for f in frames if f[0] == 102)
    assert b"40 120\r\n" in out
    assert result == b'{"exit_code":7}\n'


async def test_cat_gives_back_what_is_typed_until_the_end_of_input() -> None:
    recorded = rec.recording("ws_shell_cat_stdin")
    situation = situation_for("", recorded)
    async with rec.serving(situation) as port, client(port, recorded) as socket:
        for frame in (f for f in recorded["frames"] if f["dir"] == "out"):
            await socket.send(base64.b64decode(frame["data_b64"]))
        frames = [await asyncio.wait_for(socket.recv(), 10) for _ in range(3)]
    assert frames == [
        base64.b64decode(f["data_b64"]) for f in recorded["frames"] if f["dir"] == "in" and "data_b64" in f
    ]


async def test_a_client_that_says_goodbye_gets_its_code_back() -> None:
    recorded = rec.recording("ws_logs_client_ping")
    situation = situation_for("", recorded)
    async with rec.serving(situation) as port, client(port, recorded) as socket:
        await socket.send("hello")
        await asyncio.wait_for(await socket.ping(b"abc"), 10)
        await socket.close(1001)
        assert socket.close_code == 1001
