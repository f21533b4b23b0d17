"""Wake-ups: what a frame means, and a connection that comes back."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from akash_tui.adapters.chain.endpoints.events import (
    FLOOD_PAUSE,
    OtherChain,
    SubscriptionRefused,
    WakeStream,
    concerns,
    wake_of,
    websocket_url,
)
from akash_tui.adapters.chain.endpoints.websocket import Allowance
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import Wake
from tests.adapters.chain.recordings import CHAIN, needs_recordings
from tests.helpers.worlds import GIVE_UP

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"


def frames() -> list[dict[str, Any]]:
    lines = (CHAIN / "events.ndjson").read_text(encoding="utf-8").splitlines()
    return [record["frame"] for record in map(json.loads, lines) if record["dir"] == "in"]


@needs_recordings
def test_the_recorded_session_gives_the_right_wake_ups() -> None:
    wakes = [wake_of(json.dumps(frame), "local") for frame in frames()]
    assert wakes[:3] == [None, None, None]  # the answers to the three subscriptions
    assert [w.height for w in wakes[3:] if w is not None and w.reason == "block"] == [200, 231, 236, 241, 295]
    heights = [w.height for w in wakes[3:] if w is not None and w.reason == "tx"]
    assert heights[:6] == [276, 311, 312, 313, 357, 360]
    assert len(heights) == 30
    assert None not in wakes[3:]


@needs_recordings
def test_transactions_about_one_deployment() -> None:
    ours, another = DeploymentId(OWNER, 274), DeploymentId("akash1someoneelse", 274)
    about = [f for f in frames() if "TxResult" in json.dumps(f) and concerns(json.dumps(f), ours)]
    heights = {f["result"]["data"]["value"]["TxResult"]["height"] for f in about}
    assert {"276", "311", "312", "313", "357", "386"} <= heights
    assert "557" not in heights  # a bid for another deployment of the same owner
    assert not any(concerns(json.dumps(f), another) for f in frames())


def test_a_top_up_wakes_although_it_names_no_number() -> None:
    frame = json.dumps(
        {"events": {"message.sender": [OWNER], "message.action": ["/akash.escrow.v1.MsgAccountDeposit"]}}
    )
    assert concerns(frame, DeploymentId(OWNER, 274))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[]",
        '{"result": null}',
        '{"result": {"data": 7}}',
        '{"result": {"data": {"type": "tendermint/event/Vote", "value": {}}}}',
        b"\xff\x00",
        "[" * 200_000,
    ],
)
def test_other_frames_are_no_reason_to_wake(frame: str | bytes) -> None:
    assert wake_of(frame) is None


@pytest.mark.parametrize("height", [None, "x", -1, "99999999999999999999999", True, {"a": 1}])
def test_a_wake_with_an_odd_height_still_wakes(height: object) -> None:
    frame = {"result": {"data": {"type": "tendermint/event/Tx", "value": {"TxResult": {"height": height}}}}}
    wake = wake_of(json.dumps(frame))
    assert wake is not None
    assert wake.reason == "tx"
    assert wake.height is None or isinstance(wake.height, int)


def test_a_refused_subscription_and_a_strange_chain_are_told() -> None:
    with pytest.raises(SubscriptionRefused):
        wake_of('{"id": 1, "error": {"code": -32603, "message": "max_subscriptions_per_client reached"}}')
    with pytest.raises(OtherChain):
        wake_of(json.dumps(block_frame(7, "other")), "local")


@pytest.mark.parametrize(
    ("rpc", "url"),
    [
        ("https://rpc.akt.dev/rpc", "wss://rpc.akt.dev/rpc/websocket"),
        ("http://127.0.0.1:26657/", "ws://127.0.0.1:26657/websocket"),
        ("https://rpc.lavenderfive.com:443/akash", "wss://rpc.lavenderfive.com:443/akash/websocket"),
    ],
)
def test_the_path_prefix_is_kept(rpc: str, url: str) -> None:
    assert websocket_url(rpc) == url


# --- over real sockets ------------------------------------------------------------------------


def block_frame(height: int, chain_id: str = "local") -> dict[str, Any]:
    header = {"chain_id": chain_id, "height": str(height)}
    data = {"type": "tendermint/event/NewBlockHeader", "value": {"header": header}}
    return {"jsonrpc": "2.0", "id": 1, "result": {"query": "tm.event='NewBlockHeader'", "data": data}}


def tx_frame(height: int, text: str = "") -> dict[str, Any]:
    data = {"type": "tendermint/event/Tx", "value": {"TxResult": {"height": str(height), "log": text}}}
    return {"jsonrpc": "2.0", "id": 0, "result": {"query": "tm.event='Tx'", "data": data}}


class Node:
    """A websocket that acknowledges subscriptions and then sends what the test wants."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.asked: list[str] = []
        self.sockets: list[ServerConnection] = []
        self.subscribed = asyncio.Event()

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        for _ in range(2):
            request = json.loads(await socket.recv())
            self.asked.append(request["params"]["query"])
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {}}))
        self.sockets.append(socket)
        self.subscribed.set()
        await socket.wait_closed()

    async def say(self, *frames: dict[str, Any] | str) -> None:
        for frame in frames:
            await self.sockets[-1].send(frame if isinstance(frame, str) else json.dumps(frame))


class QuickClock(SystemClock):
    """Backoff takes no time, but is remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._woke = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._woke.set()
        await asyncio.sleep(0.001)

    async def until_slept(self, times: int) -> None:
        async with asyncio.timeout(GIVE_UP):
            while len(self.slept) < times:
                self._woke.clear()
                await self._woke.wait()


# --- a hostile node ---------------------------------------------------------------------------


@asynccontextmanager
async def raw_node(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]], *more: str
) -> AsyncIterator[tuple[WakeStream, QuickClock, list[str]]]:
    """A server that reads the upgrade and then sends what it likes; `more` are further addresses, asked first."""
    asked: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            asked.append(head.decode())
            key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
            assert key is not None
            accept = base64.b64encode(hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
            await answer(reader, writer, accept)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    clock = QuickClock()
    wakes = WakeStream(Network("test", "local", (), (*more, url)), clock)
    try:
        yield wakes, clock, asked
    finally:
        await wakes.aclose()
        server.close()


UPGRADED = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n"
TEXT = bytes((0x81,))


def wire(text: bytes) -> bytes:
    """A text frame as a server sends it."""
    size = bytes((len(text),)) if len(text) < 126 else b"\x7f" + len(text).to_bytes(8)
    return TEXT + size + text


FLOODS = {
    "empty text frames": b"\x81\x00" * 60_000,
    "empty pings": b"\x89\x00" * 60_000,
    "empty fragments": b"\x01\x00" + b"\x00\x00" * 60_000,
    "blocks": wire(b'{"result":{"data":{"type":"tendermint/event/NewBlockHeader","value":{}}}}') * 20_000,
    "giant frames": wire(b" " * 250_000) * 100,
}


@pytest.mark.parametrize("case", FLOODS)
async def test_a_flood_of_frames_ends_the_connection_while_the_loop_gets_its_turns(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames are cut off within the allowance, other tasks run between them, and readers poll."""
    no_time_passes = functools.partial(Allowance, now=lambda: 0.0)  # a slow machine is sent the frames slowly
    monkeypatch.setattr("akash_tui.adapters.chain.endpoints.websocket.Allowance", no_time_passes)

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, accept: bytes) -> None:
        writer.write(UPGRADED % (accept, b"") + wire(b'{"result":{}}') * 2 + FLOODS[case])
        await reader.read()

    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with raw_node(flood) as (wakes, clock, _):
        stream = wakes.wakes()
        await until(stream, "connected")
        counting = asyncio.create_task(others())
        await until(stream, "lost")
        counting.cancel()
        await clock.until_slept(1)
        assert clock.slept[0] == FLOOD_PAUSE
        assert not wakes.connected
    assert turns > 50


async def test_a_new_connection_brings_no_new_allowance() -> None:
    now = [0.0]
    allowance = Allowance(10, 1, now=lambda: now[0])
    assert [allowance.take(1) for _ in range(11)] == [True] * 9 + [False] * 2
    now[0] += 5
    assert [allowance.take(1) for _ in range(4)] == [True, True, True, False]
    now[0] += 1000
    assert allowance.take(9)
    assert not allowance.take(1)


async def test_compression_is_not_offered() -> None:
    async with node_and_wakes() as (node, wakes, _):
        await until(wakes.wakes(), "connected")
        request = node.sockets[-1].request
        assert request is not None
        assert "Sec-WebSocket-Extensions" not in request.headers


async def test_a_redirect_of_the_websocket_is_not_followed() -> None:
    async with node_and_wakes() as (node, other, _):
        target = other._network.rpc[0]

        async def redirect(_: asyncio.StreamReader, writer: asyncio.StreamWriter, accept: bytes) -> None:
            writer.write(f"HTTP/1.1 307 X\r\nLocation: {target}/websocket\r\nContent-Length: 0\r\n\r\n".encode())

        async with raw_node(redirect) as (wakes, clock, _):
            stream = wakes.wakes()
            await until(stream, "lost")
            await clock.until_slept(3)
        assert node.paths == []


@pytest.mark.parametrize(
    "rpc",
    [
        *("http://127.0.0.1:99999", "http://[::1", "http://a..b:9", "http://" + "a" * 70 + ".test", "http://[::1]:-4"),
        *("http://127.0.0.1:1/\ud800", "http://127.0.0.1:0", "http://127.0.0.1:9/\r\nx", "http://user@:9", "ftp://h"),
    ],
    ids=ascii,
)
async def test_a_malformed_rpc_address_costs_no_wake_up(rpc: str) -> None:
    """The next address is used."""

    async def block(_: asyncio.StreamReader, writer: asyncio.StreamWriter, accept: bytes) -> None:
        writer.write(UPGRADED % (accept, b"") + wire(b'{"result":{}}') * 2 + wire(json.dumps(block_frame(7)).encode()))
        await asyncio.get_running_loop().create_future()

    async with raw_node(block, rpc) as (wakes, _, _asked):
        assert await until(wakes.wakes(), "block") == Wake("block", 7)


HANDSHAKES = {
    "not a status": b"HTTP/1.1 abc X\r\n\r\n",
    "no http": b"\xff\xfe\x00" * 100,
    "odd bytes in a header": b"HTTP/1.1 101 X\r\nUpgrade: \xff\xfe\r\n\r\n",
    "no colon": b"HTTP/1.1 101 X\r\nUpgrade\r\n\r\n",
    "a thousand headers": b"HTTP/1.1 101 X\r\n" + b"a: b\r\n" * 1_000 + b"\r\n",
    "a long header": b"HTTP/1.1 101 X\r\na: " + b"b" * 100_000 + b"\r\n\r\n",
    "odd length": b"HTTP/1.1 500 X\r\nContent-Length: 9e9\r\n\r\n",
    "huge length": b"HTTP/1.1 500 X\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "odd encoding": b"HTTP/1.1 500 X\r\nTransfer-Encoding: \xff\r\n\r\n",
    "odd redirect": b"HTTP/1.1 301 X\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    "odd extension": UPGRADED % (b"ACCEPT", b"Sec-WebSocket-Extensions: \xff;;,=\r\n"),
    "compression unasked": UPGRADED % (b"ACCEPT", b"Sec-WebSocket-Extensions: permessage-deflate\r\n"),
    "odd protocol": UPGRADED % (b"ACCEPT", b"Sec-WebSocket-Protocol: \x80\r\n"),
    "two upgrades": UPGRADED % (b"ACCEPT", b"Upgrade: x\r\nSec-WebSocket-Accept: y\r\n"),
    "a reserved bit": UPGRADED % (b"ACCEPT", b"") + b"\xf1\x00",
    "a masked frame": UPGRADED % (b"ACCEPT", b"") + b"\x81\x81abcd\x00",
    "an endless length": UPGRADED % (b"ACCEPT", b"") + b"\x81\x7f" + b"\xff" * 8,
    "a long ping": UPGRADED % (b"ACCEPT", b"") + b"\x89\x7e\x10\x00",
    "an odd close": UPGRADED % (b"ACCEPT", b"") + b"\x88\x03\x00\x01\xff",
    "odd letters": UPGRADED % (b"ACCEPT", b"") + wire(b"\xff\xfe") + b"\xff",
}


@pytest.mark.parametrize("case", HANDSHAKES)
async def test_a_malformed_handshake_or_frame_costs_only_the_connection(case: str) -> None:
    async def first_badly(_: asyncio.StreamReader, writer: asyncio.StreamWriter, accept: bytes) -> None:
        if len(asked) == 1:
            writer.write(HANDSHAKES[case].replace(b"ACCEPT", accept))
            return
        writer.write(UPGRADED % (accept, b"") + wire(b'{"result":{}}') * 2)
        await asyncio.get_running_loop().create_future()

    async with raw_node(first_badly) as (wakes, clock, asked):
        stream = wakes.wakes()
        await until(stream, "lost")
        await until(stream, "connected")
        assert FLOOD_PAUSE not in clock.slept


def test_a_wide_frame_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("the parser was called"))
    assert wake_of(b"[" + b"[]," * 80_000 + b"[]]") is None


@asynccontextmanager
async def node_and_wakes(prefix: str = "/rpc") -> AsyncIterator[tuple[Node, WakeStream, QuickClock]]:
    node = Node()
    async with serve(node.handle, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        network = Network("test", "local", (), (f"http://127.0.0.1:{port}{prefix}",))
        clock = QuickClock()
        wakes = WakeStream(network, clock)
        try:
            yield node, wakes, clock
        finally:
            await wakes.aclose()


async def until(wakes: AsyncIterator[Wake], reason: str) -> Wake:
    async with asyncio.timeout(GIVE_UP):
        async for wake in wakes:
            if wake.reason == reason:
                return wake
    raise AssertionError("the wake-ups ended")


async def test_blocks_and_transactions_wake() -> None:
    async with node_and_wakes() as (node, wakes, _):
        stream = wakes.wakes()
        assert (await until(stream, "connected")).height is None
        assert wakes.connected
        assert node.paths == ["/rpc/websocket"]
        assert node.asked == ["tm.event='Tx'", "tm.event='NewBlockHeader'"]
        await node.say(block_frame(11))
        assert await until(stream, "block") == Wake("block", 11)
        await node.say(tx_frame(12))
        assert await until(stream, "tx") == Wake("tx", 12)


async def test_one_connection_serves_all_and_closes_with_the_last() -> None:
    async with node_and_wakes() as (node, wakes, _):
        one, two = wakes.wakes(), wakes.wakes()
        await until(one, "connected")
        await until(two, "connected")
        await node.say(block_frame(5))
        assert await until(one, "block") == await until(two, "block")
        assert len(node.paths) == 1
        await one.aclose()
        assert wakes.connected
        await two.aclose()
        async with asyncio.timeout(GIVE_UP):
            await node.sockets[0].wait_closed()
        assert not wakes.connected


async def test_only_what_a_deployment_needs_wakes_its_reader() -> None:
    async with node_and_wakes() as (node, wakes, _):
        stream = wakes.wakes(DeploymentId(OWNER, 274))
        await until(stream, "connected")
        await node.say(tx_frame(6, "someone else"), tx_frame(7, f'{OWNER} "dseq":"274"'))
        assert await until(stream, "tx") == Wake("tx", 7)


async def test_a_lost_connection_is_told_and_comes_back() -> None:
    async with node_and_wakes() as (node, wakes, clock):
        stream = wakes.wakes()
        await until(stream, "connected")
        node.sockets[-1].transport.abort()
        assert (await until(stream, "lost")).height is None
        await until(stream, "connected")
        assert len(node.paths) == 2
        assert clock.slept
        assert all(0 < pause <= 30 for pause in clock.slept)


async def test_rubbish_between_frames_does_no_harm() -> None:
    async with node_and_wakes() as (node, wakes, _):
        stream = wakes.wakes()
        await until(stream, "connected")
        await node.say("rubbish", "[]", '{"result": {"data": {"type": 7}}}', block_frame(9))
        assert await until(stream, "block") == Wake("block", 9)
        assert len(node.paths) == 1


async def test_a_frame_that_is_too_long_costs_only_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.adapters.chain.endpoints.websocket.MAX_FRAME", 10_000)
    async with node_and_wakes() as (node, wakes, _):
        stream = wakes.wakes()
        await until(stream, "connected")
        await node.say("x" * 20_000)
        await until(stream, "lost")
        await until(stream, "connected")


async def test_a_silent_connection_counts_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.adapters.chain.endpoints.events.STALL_SECONDS", 0.05)
    async with node_and_wakes() as (_, wakes, _clock):
        stream = wakes.wakes()
        await until(stream, "connected")
        await until(stream, "lost")


async def test_a_websocket_of_another_chain_is_left() -> None:
    async with node_and_wakes() as (node, wakes, _):
        stream = wakes.wakes()
        await until(stream, "connected")
        await node.say(block_frame(3, "somewhere-else"))
        await until(stream, "lost")


async def test_pending_wakes_melt_into_the_newest() -> None:
    async with node_and_wakes() as (node, wakes, _):
        slow, quick = wakes.wakes(), wakes.wakes()
        await until(slow, "connected")
        await until(quick, "connected")
        for height in range(1, 200):
            await node.say(block_frame(height))
        while (await until(quick, "block")).height != 199:
            pass
        assert await until(slow, "block") == Wake("block", 199)


async def test_without_an_endpoint_the_reader_is_told_to_poll() -> None:
    wakes = WakeStream(Network("test", "local", (), ()), SystemClock())
    stream = wakes.wakes()
    assert await until(stream, "lost") == Wake("lost")
    await wakes.aclose()


async def test_readers_end_when_the_chain_is_closed() -> None:
    async with node_and_wakes() as (_, wakes, _clock):
        stream = wakes.wakes()
        await until(stream, "connected")
        await wakes.aclose()
        async with asyncio.timeout(GIVE_UP):
            assert [wake async for wake in stream] == []
