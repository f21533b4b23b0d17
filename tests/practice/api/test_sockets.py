"""The chain's servers over real sockets: plain HTTP clients, curl, and a stock websocket client."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from akash_tui.practice.api.faucet import UACT, UAKT, faucet_app
from akash_tui.practice.api.rest import rest_app
from akash_tui.practice.api.rpc import rpc_app
from akash_tui.practice.chain.signing import signed
from akash_tui.practice.chain.world import World
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import bme_v1_pb2
from tests.practice.small_world import SmallWorld

PATIENCE = 20


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """A server on a free port of this machine; its address without scheme."""
    listening = socket.create_server(("127.0.0.1", 0))  # so clients may connect before the server runs
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    """Blocks are made meanwhile."""
    task = asyncio.create_task(world.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def curl(*arguments: str) -> Any:
    """What curl prints, as JSON."""
    process = await asyncio.create_subprocess_exec("curl", "-s", *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    return json.loads(out)


async def hear(client: ClientConnection) -> Any:
    """The next frame."""
    return json.loads(await asyncio.wait_for(client.recv(), PATIENCE))


async def subscribe(client: ClientConnection, id_: int, query: str) -> Any:
    """Subscribe; the answer to it."""
    await client.send(json.dumps({"jsonrpc": "2.0", "id": id_, "method": "subscribe", "params": {"query": query}}))
    return await hear(client)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
async def test_curl_reads_and_broadcasts() -> None:
    small = SmallWorld()
    async with serving(rest_app(small.world)) as rest, serving(rpc_app(small.world)) as rpc:
        info = await curl(f"http://{rest}/cosmos/base/tendermint/v1beta1/node_info")
        assert info["default_node_info"]["network"] == small.world.chain_id
        body = json.dumps(
            {"tx_bytes": base64.b64encode(small.sign(small.tenant, small.deployment(7))).decode(), "mode": 2}
        )
        sent = await curl(f"http://{rest}/cosmos/tx/v1beta1/txs", "-d", body)
        name = sent["tx_response"]["txhash"]
        early = await curl(f"http://{rest}/cosmos/tx/v1beta1/txs/{name}")
        assert early == {"code": 5, "message": f"tx not found: {name}", "details": []}
        small.block()
        found = await curl(f"http://{rest}/cosmos/tx/v1beta1/txs/{name}")
        assert found["tx_response"]["code"] == 0
        same = await curl(f"http://{rpc}/tx?hash=0x{name}&prove=false")
        assert same["result"]["height"] == found["tx_response"]["height"]
        owner = small.tenant.address
        listed = await curl(
            "-G", f"http://{rest}/akash/deployment/v1beta4/deployments/list", "-d", f"filters.owner={owner}"
        )
        assert [row["deployment"]["id"]["dseq"] for row in listed["deployments"]] == ["7"]


async def test_what_is_not_served_says_so() -> None:
    small = SmallWorld()
    bids = "/akash/market/v1beta5/bids/list"
    unserved = (("GET", bids.replace("v1beta5", "v1beta4")), ("POST", bids), ("GET", "/"))
    sorry = {"code": 12, "message": "Not Implemented", "details": []}
    async with serving(rest_app(small.world)) as rest, httpx.AsyncClient() as client:
        for method, path in unserved:
            answer = await client.request(method, f"http://{rest}{path}")
            assert (answer.status_code, answer.json()) == (501, sorry)
            assert answer.headers["content-type"] == "application/json"
        broken = await client.post(f"http://{rest}/cosmos/tx/v1beta1/txs", content=b"{not json")
        assert broken.status_code == 400
        assert broken.json()["code"] == 3
        empty = await client.post(f"http://{rest}/cosmos/tx/v1beta1/simulate", json={"tx_bytes": ""})
        assert empty.status_code == 400


async def test_rpc_by_get_and_by_post() -> None:
    small = SmallWorld()
    small.block(3)
    async with serving(rpc_app(small.world)) as rpc, httpx.AsyncClient(base_url=f"http://{rpc}") as client:
        got = (await client.get("/status")).json()
        assert got["id"] == -1
        assert got["result"]["sync_info"]["latest_block_height"] == "4"
        ask = {"jsonrpc": "2.0", "id": "x", "method": "status", "params": {}}
        assert (await client.post("/", json=ask)).json() == {**got, "id": "x"}
        assert (await client.get("/health")).json()["result"] == {}
        block = (await client.get("/block", params={"height": "2"})).json()["result"]
        assert block["block"]["header"]["height"] == "2"
        chain = (await client.get("/blockchain", params={"minHeight": "2", "maxHeight": "3"})).json()["result"]
        assert [meta["header"]["height"] for meta in chain["block_metas"]] == ["3", "2"]
        assert chain["block_metas"][1]["block_id"] == block["block_id"]
        later = (await client.get("/block", params={"height": "99"})).json()
        assert "less than or equal to the current blockchain height 4" in later["error"]["data"]
        unknown = (await client.post("/", json={**ask, "method": "nothing"})).json()
        assert unknown["error"] == {"code": -32601, "message": "Method not found", "data": ""}
        both = (await client.post("/", json=[ask, {**ask, "id": 2, "method": "health"}])).json()
        assert [answer["id"] for answer in both] == ["x", 2]
        assert (await client.get("/nothing")).status_code == 404
        raw = small.sign(small.tenant, small.deployment(1))
        sent = (await client.get("/broadcast_tx_sync", params={"tx": "0x" + raw.hex()})).json()["result"]
        assert sent["code"] == 0
        again = {**ask, "method": "broadcast_tx_sync", "params": {"tx": base64.b64encode(raw).decode()}}
        assert (await client.post("/", json=again)).json()["error"]["data"] == "tx already exists in cache"


async def test_a_websocket_client_hears_what_it_asked_for() -> None:
    small = SmallWorld()
    async with serving(rpc_app(small.world)) as rpc, connect(f"ws://{rpc}/websocket") as client:
        mine = f'"owner":"{small.tenant.address}","dseq":"1"'
        query = f"tm.event='Tx' AND akash.market.v1.EventBidCreated.id CONTAINS '{mine}'"
        assert await subscribe(client, 7, query) == {"jsonrpc": "2.0", "id": 7, "result": {}}
        assert (await subscribe(client, 8, "tm.event='NewBlockHeader'"))["result"] == {}
        provider = small.providers[0]
        for dseq in (1, 2):
            small.do(small.tenant, small.deployment(dseq))
        headers = [await hear(client) for _ in range(2)]
        assert [frame["id"] for frame in headers] == [8, 8]
        small.check(provider, small.bid(2, provider))  # not the one we asked for
        small.check(provider, small.bid(1, provider, price="1234.5"))
        small.block()
        assert (await hear(client))["id"] == 8
        frame = await hear(client)
        assert (frame["id"], frame["result"]["query"]) == (7, query)
        events = frame["result"]["events"]
        price = json.loads(events["akash.market.v1.EventBidCreated.price"][0])
        assert price == {"denom": "uact", "amount": "1234.500000000000000000"}
        assert json.loads(events["akash.market.v1.EventBidCreated.id"][0])["provider"] == provider.address


async def test_a_websocket_refuses_what_it_does_not_understand() -> None:
    small = SmallWorld()
    async with serving(rpc_app(small.world)) as rpc, connect(f"ws://{rpc}/websocket") as client:
        assert "failed to parse query" in (await subscribe(client, 1, "tm.event="))["error"]["data"]
        assert "maximum query length" in (await subscribe(client, 1, "tm.event='" + "x" * 600 + "'"))["error"]["data"]
        for number in range(5):
            assert "result" in await subscribe(client, number, f"tm.event='Tx' AND tx.height={number}")
        assert "max_subscriptions_per_client" in (await subscribe(client, 6, "tm.event='NewBlock'"))["error"]["data"]
        assert "already subscribed" in (await subscribe(client, 6, "tm.event='Tx' AND tx.height=1"))["error"]["data"]
        await client.send("no json")
        assert (await hear(client))["error"]["code"] == -32700
        await client.send(json.dumps({"jsonrpc": "2.0", "id": 9, "method": "status"}))
        assert (await hear(client))["result"]["node_info"]["network"] == small.world.chain_id
        await client.send(json.dumps({"jsonrpc": "2.0", "id": 10, "method": "unsubscribe_all"}))
        assert (await hear(client))["id"] == 10


async def test_the_mint_is_announced_by_its_block() -> None:
    small = SmallWorld()
    message = bme_v1_pb2.MsgMintACT(owner=small.tenant.address, to=small.tenant.address)
    message.coins_to_burn.denom, message.coins_to_burn.amount = "uakt", "100000000"
    burned_from = "akash.bme.v1.EventLedgerRecordExecuted.burned_from"
    query = f"tm.event='NewBlockEvents' AND {burned_from} CONTAINS '{small.tenant.address}'"
    async with serving(rpc_app(small.world)) as rpc, connect(f"ws://{rpc}/websocket") as client:
        await subscribe(client, 1, query)
        small.do(small.tenant, message)
        small.block(10)
        frame = await hear(client)
        assert frame["result"]["data"]["value"]["height"] == "10"
        minted = json.loads(frame["result"]["events"]["akash.bme.v1.EventLedgerRecordExecuted.minted"][0])
        assert minted["coin"] == {"denom": "uact", "amount": "85000000"}
    assert small.balance(small.tenant) == 10**9 + 85_000_000 - 212_500


async def test_a_newcomer_is_funded_and_deploys() -> None:
    world = World("practice-faucet", block_time=0.02, index_lag=0.0)
    newcomer = Key.from_seed(b"newcomer")
    included = asyncio.Event()
    world.subscribe(lambda block: included.set() if block.txs else None)
    async with (
        serving(faucet_app(world)) as faucet,
        httpx.AsyncClient(base_url=f"http://{faucet}") as client,
        running(world),
    ):
        info = (await client.get("/")).json()
        assert info["chain_id"] == world.chain_id
        answer = await client.post("/", json={"address": newcomer.address})
        await asyncio.wait_for(included.wait(), PATIENCE)
        record = world.find_tx(answer.json()["tx"])
        assert record is not None
        assert record.outcome.code == 0, record.outcome.raw_log
        held = {denom: world.books.balances[(newcomer.address, denom)] for denom in ("uakt", "uact")}
        assert held == {"uakt": UAKT, "uact": UACT}
        message = SmallWorld().deployment(1)
        message.id.owner = newcomer.address
        assert world.submit(signed(world, newcomer, message)).code == 0
        bad: Any
        for bad in ({}, {"address": 5}, {"address": "akash1nonsense"}, []):
            refused = await client.post("/", json=bad)
            assert refused.status_code == 400
            assert refused.json()["error"]
