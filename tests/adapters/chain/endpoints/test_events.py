"""Wake-ups: what a frame means, and a connection that comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from akash_tui.adapters.chain.endpoints.events import (
    OtherChain,
    SubscriptionRefused,
    WakeStream,
    concerns,
    wake_of,
    websocket_url,
)
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

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.001)


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
