"""Simulate, sign, hand in, confirm: against a scripted node, over real sockets, breakdowns included."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.adapters.chain.tx import fees
from akash_tui.adapters.chain.tx.fees import MAX_CLOSING_GAS, MAX_GAS
from akash_tui.adapters.chain.tx.prepare_tx import time_to_live
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.messages import CloseDeployment, CreateLease, DepositDeployment
from akash_tui.domain.akash.money import BlockTime, Coin
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import (
    ONE_ENDPOINT_SAYS,
    Insufficient,
    NeverIncluded,
    Refused,
    SignedTx,
    TxDraft,
    TxForgotten,
    TxUnknown,
    Unreachable,
    WrongChain,
)
from akash_tui.wire import cosmos_tx_pb2
from tests.adapters.chain.recordings import answer, load, needs_recordings
from tests.adapters.chain.scripted_node import NOT_FOUND, Asked, QuickClock, Reply, Server, hello, serving

SIGNER = KeySigner.from_words("abandon " * 11 + "about")
OWNER = SIGNER.address
CLOSE = CloseDeployment(DeploymentId(OWNER, 274))
LEASE = CreateLease(BidId(OWNER, 274, 1, 1, "akash1sdv7sz7y4j2z9l6nyrk9g4ztjh9dvml75gfgra"))
START = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)


class FakeNode:
    """One node of a chain that makes a block whenever its head is read."""

    def __init__(self) -> None:
        self.chain_id = "local"
        self.height = 100
        self.seconds = 6.0
        self.tx_index = "on"
        self.gas_used = 100_000
        self.minimum_gas_price = "0.002500000000000000uakt"
        self.sequence = 5
        self.mempool: dict[str, bytes] = {}
        self.blocks: dict[str, int] = {}
        self.code = 0
        self.include_after = 2
        """Blocks until a transaction is in one; 0 for never."""
        self.index_lag = 0
        self.oldest = 1
        """The first block that it still has."""
        self.txs: dict[int, bytes] = {}
        """Others' transactions by block."""
        self.simulations: list[Any] = []
        self.on_broadcast: Callable[[str], Reply | None] = lambda tx_hash: None
        self.on_simulate: Callable[[Any], Reply | None] = lambda tx: None
        self.dead = False

    @property
    def time(self) -> datetime:
        return START + timedelta(seconds=self.seconds * self.height)

    def __call__(self, asked: Asked) -> Reply:
        if self.dead:
            return Reply(raw=b"", then_close=True)
        if known := hello(asked, self.chain_id, self.tx_index):
            return known
        if "/blocks/" in asked.path:
            return self._block(asked.path.rpartition("/")[2])
        if asked.path == "/cosmos/base/node/v1beta1/config":
            return Reply(json={"minimum_gas_price": self.minimum_gas_price})
        if asked.path.startswith("/cosmos/auth/"):
            account = {"address": OWNER, "pub_key": None, "account_number": "2", "sequence": str(self.sequence)}
            return Reply(json={"account": {"@type": "/cosmos.auth.v1beta1.BaseAccount", **account}})
        if asked.path == "/cosmos/tx/v1beta1/simulate":
            return self._simulate(asked)
        if asked.path == "/cosmos/tx/v1beta1/txs" and asked.method == "POST":
            return self._broadcast(asked)
        if asked.path.startswith("/cosmos/tx/v1beta1/txs/"):
            return self._find(asked.path.rpartition("/")[2])
        return NOT_FOUND

    def _block(self, which: str) -> Reply:
        if which == "latest":
            self.height += 1
            for tx_hash in self.mempool:
                if self.include_after and tx_hash not in self.blocks:
                    self.blocks[tx_hash] = self.height + self.include_after - 1
        height = self.height if which == "latest" else int(which)
        if height < self.oldest:
            text = f"height {height} is not available, lowest height is {self.oldest}"
            return Reply(500, {"code": 2, "message": text, "details": []})
        time = START + timedelta(seconds=self.seconds * height)
        header = {"chain_id": self.chain_id, "height": str(height), "time": time.isoformat().replace("+00:00", "Z")}
        data = {"txs": [base64.b64encode(self.txs[height]).decode()]} if height in self.txs else {"txs": []}
        return Reply(json={"block": {"header": header, "data": data}})

    def _simulate(self, asked: Asked) -> Reply:
        raw = cosmos_tx_pb2.TxRaw.FromString(base64.b64decode(asked.body["tx_bytes"]))
        body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
        auth = cosmos_tx_pb2.AuthInfo.FromString(raw.auth_info_bytes)
        assert list(raw.signatures) == [b""]
        self.simulations.append((body, auth))
        said = self.on_simulate(auth)
        return said or Reply(json={"gas_info": {"gas_wanted": "0", "gas_used": str(self.gas_used)}, "result": None})

    def _broadcast(self, asked: Asked) -> Reply:
        assert asked.body["mode"] == "BROADCAST_MODE_SYNC"
        raw = base64.b64decode(asked.body["tx_bytes"])
        tx_hash = hashlib.sha256(raw).hexdigest().upper()
        if said := self.on_broadcast(tx_hash):
            return said
        if tx_hash in self.mempool:
            return checked(tx_hash, "sdk", 19)
        self.mempool[tx_hash] = raw
        return checked(tx_hash)

    def _find(self, tx_hash: str) -> Reply:
        height = self.blocks.get(tx_hash, 0)
        if not height or self.height < height + self.index_lag:
            return Reply(404, {"code": 5, "message": f"tx not found: {tx_hash}", "details": []})
        codespace = "market" if self.code else ""
        response = {"height": str(height), "txhash": tx_hash, "code": self.code, "codespace": codespace}
        return Reply(json={"tx": None, "tx_response": {**response, "raw_log": "", "gas_used": "9", "events": []}})


def checked(tx_hash: str, codespace: str = "", code: int = 0, log: str = "") -> Reply:
    response = {"height": "0", "txhash": tx_hash, "codespace": codespace, "code": code, "raw_log": log}
    return Reply(json={"tx_response": response})


@asynccontextmanager
async def chain_of(*nodes: FakeNode) -> AsyncIterator[tuple[ChainClient, list[Server], QuickClock]]:
    clock = QuickClock()
    clock.now = lambda: nodes[0].time  # type: ignore[method-assign]
    servers: list[Server] = []
    contexts = [serving(node) for node in nodes]
    try:
        for context in contexts:
            servers.append(await context.__aenter__())
        network = Network("test", "local", tuple(s.url for s in servers), (), public=False)
        chain = ChainClient(network, clock)
        yield chain, servers, clock
        await chain.aclose()
    finally:
        for context in contexts[: len(servers)]:
            await context.__aexit__(None, None, None)


async def signed(chain: ChainClient, *messages: Any) -> SignedTx:
    draft = await chain.simulate(messages or (CLOSE,), SIGNER)
    return await chain.sign(draft, SIGNER)


# --- simulate ---------------------------------------------------------------------------------


async def test_a_draft_has_gas_to_spare_and_a_fee_rounded_up() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        node.gas_used = 100_001
        draft = await chain.simulate((CLOSE,), SIGNER, "hello")
        assert (draft.gas_used, draft.gas_limit) == (100_001, 180_002)
        assert draft.fee == Coin("uakt", 4501)
        assert (draft.signer, draft.memo) == (OWNER, "hello")


async def test_the_simulated_body_is_the_unordered_one_with_the_real_fee() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        (probe_body, probe_auth), (body, auth) = node.simulations
        assert probe_body.unordered
        assert body.unordered
        assert probe_auth.fee.amount[0].amount == "1"
        assert (auth.fee.amount[0].amount, auth.fee.gas_limit) == (str(draft.fee.amount), draft.gas_limit)
        timeout = datetime.fromtimestamp(body.timeout_timestamp.seconds, UTC)
        assert node.time < timeout <= node.time + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("minimum", "fee"),
    [("0.0025uakt", 4500), ("0.1uakt", 18000), ("", 4500), ("0.1uact", 4500), ("0.3ibc/27ABuakt,0.05uakt", 9000)],
)
async def test_a_node_that_asks_more_gets_more(minimum: str, fee: int) -> None:
    node = FakeNode()
    node.minimum_gas_price = minimum
    async with chain_of(node) as (chain, _, _clock):
        assert (await chain.simulate((CLOSE,), SIGNER)).fee == Coin("uakt", fee)


async def test_absurd_demands_are_refused_before_anything_is_signed() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        node.minimum_gas_price = "100uakt"
        with pytest.raises(Refused, match="excessive fee"):
            await chain.simulate((CLOSE,), SIGNER)
        node.minimum_gas_price = ""
        for message, most in ((LEASE, MAX_GAS), (CLOSE, MAX_CLOSING_GAS)):
            for gas in (0, -5, most + 1, 2**63):
                node.gas_used = gas
                with pytest.raises(Refused, match="not plausible"):
                    await chain.simulate((message,), SIGNER)
            node.gas_used = most
            assert (await chain.simulate((message,), SIGNER)).gas_used == most


@needs_recordings
async def test_a_failing_simulation_says_what_the_chain_says_and_is_not_repeated() -> None:
    node = FakeNode()
    node.on_simulate = lambda auth: Reply(500, answer("err-simulate-deposit"))
    async with chain_of(node, FakeNode()) as (chain, servers, _):
        with pytest.raises(Refused) as caught:
            await chain.simulate((CLOSE,), SIGNER)
        assert (caught.value.codespace, caught.value.number) == ("deployment", 20)
        assert len(node.simulations) == 1
        assert not any("simulate" in p for p in servers[1].paths())


async def test_no_akt_for_the_fee() -> None:
    node = FakeNode()
    message = "spendable balance  is smaller than 1uakt: insufficient funds [x.go:1] with gas used: '9'"
    node.on_simulate = lambda auth: Reply(500, {"code": 2, "message": message, "details": []})
    async with chain_of(node) as (chain, _, _clock):
        with pytest.raises(Insufficient) as caught:
            await chain.simulate((CLOSE,), SIGNER)
        assert caught.value.title == "There is no AKT in the account to pay the fee."


async def test_a_fee_that_cannot_be_paid_is_refused_before_signing() -> None:
    node = FakeNode()

    def poor(auth: Any) -> Reply | None:
        if int(auth.fee.amount[0].amount) <= 100:
            return None
        text = "spendable balance 100uakt is smaller than 4500uakt: insufficient funds"
        return Reply(500, {"code": 2, "message": text, "details": []})

    node.on_simulate = poor
    async with chain_of(node) as (chain, _, _clock):
        with pytest.raises(Insufficient) as caught:
            await chain.simulate((CLOSE,), SIGNER)
        assert (caught.value.need, caught.value.have) == (Coin("uakt", 4500), Coin("uakt", 100))


async def test_a_deposit_that_cannot_be_paid_says_how_much_is_needed() -> None:
    node = FakeNode()
    text = "failed to execute message; message index: 0: deposit invalid: insufficient balance [a.go:1]"
    node.on_simulate = lambda auth: Reply(500, {"code": 2, "message": text, "details": []})
    deposit = DepositDeployment(OWNER, DeploymentId(OWNER, 274), Coin("uact", 7_000_000))
    async with chain_of(node) as (chain, _, _clock):
        with pytest.raises(Insufficient) as caught:
            await chain.simulate((deposit,), SIGNER)
        assert caught.value.need == Coin("uact", 7_000_000)


# --- sign -------------------------------------------------------------------------------------


async def test_time_outs_are_unique_and_in_block_time() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        found = [await chain.sign(draft, SIGNER) for _ in range(20)]
        assert len({tx.hash for tx in found}) == 20
        for tx in found:
            body = cosmos_tx_pb2.TxBody.FromString(cosmos_tx_pb2.TxRaw.FromString(tx.raw).body_bytes)
            assert body.unordered
            assert tx.expires is not None
            assert timedelta(seconds=60) < tx.expires - START - timedelta(seconds=6 * 100) < timedelta(minutes=10)


@pytest.mark.parametrize(("seconds", "ttl"), [("6.1", 120), ("1", 20), ("0.05", 15), ("60", 120)])
def test_the_time_to_live_follows_the_block_time(seconds: str, ttl: int) -> None:
    assert time_to_live(BlockTime(Decimal(seconds), True)) == timedelta(seconds=ttl)


async def test_another_gas_limit_scales_the_fee() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        tx = await chain.sign(draft, SIGNER, gas_limit=400_000)
        assert (tx.draft.gas_limit, tx.draft.fee) == (400_000, Coin("uakt", 10_000))
        auth = cosmos_tx_pb2.AuthInfo.FromString(cosmos_tx_pb2.TxRaw.FromString(tx.raw).auth_info_bytes)
        assert (auth.fee.gas_limit, auth.fee.amount[0].amount) == (400_000, "10000")


async def test_nothing_is_signed_for_another_chain() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        node.chain_id = "akashnet-2"
        with pytest.raises(WrongChain):
            await chain.sign(draft, SIGNER)
        await clock.sleep(1)


# --- hand in ----------------------------------------------------------------------------------


async def test_the_same_bytes_again_are_success() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        await chain.broadcast(tx)
        assert list(node.mempool) == [tx.hash]


@needs_recordings
@pytest.mark.parametrize("name", ["err-insufficient-fee-broadcast", "err-wrong-chain-id-broadcast", "err-garbage"])
async def test_a_refusal_is_raised_and_each_node_is_asked_once(name: str) -> None:
    recorded = answer(name)["tx_response"]
    node, other = FakeNode(), FakeNode()
    for each in (node, other):
        each.on_broadcast = lambda h: checked(h, recorded["codespace"], recorded["code"], recorded["raw_log"])
    async with chain_of(node, other) as (chain, servers, _):
        with pytest.raises(Refused) as caught:
            await chain.broadcast(await signed(chain))
        assert (caught.value.codespace, caught.value.number) == (recorded["codespace"], recorded["code"])
        assert [sum(map(handed_in, s.asked)) for s in servers] == [1, 1]


async def test_a_lost_answer_is_asked_again_with_the_same_bytes() -> None:
    node = FakeNode()
    lost = [True]

    def drop(tx_hash: str) -> Reply | None:
        if lost.pop() if lost else False:
            node.mempool[tx_hash] = b"taken, but nobody heard"
            return Reply(raw=b"", then_close=True)
        return None

    node.on_broadcast = drop
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert list(node.mempool) == [tx.hash]


@pytest.mark.parametrize(
    "said",
    [
        Reply(502, text="<html>bad gateway</html>"),
        Reply(500, {"code": 2, "message": "timed out waiting", "details": []}),
        Reply(200, text="<html>hello</html>"),
        Reply(json={"tx_response": None}),
        Reply(json={"tx_response": {"txhash": "AB", "code": 0}}),
        Reply(raw=b"", then_close=True),
    ],
)
async def test_without_an_answer_it_is_unknown_and_names_the_hash(said: Reply) -> None:
    node = FakeNode()
    node.on_broadcast = lambda tx_hash: said
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown) as caught:
            await chain.broadcast(tx)
        assert caught.value.tx_hash == tx.hash
        assert "resume" in caught.value.advice


async def test_a_refusal_after_a_lost_answer_is_not_believed() -> None:
    """The first node took it and fell silent; the second says "no": perhaps because it is in a block already."""
    one, two = FakeNode(), FakeNode()
    one.on_broadcast = lambda tx_hash: Reply(raw=b"", then_close=True)
    two.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 5, "100uakt is smaller than 5000uakt")
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown) as caught:
            await chain.broadcast(tx)
        assert caught.value.tx_hash == tx.hash
        assert isinstance(caught.value.__cause__, Insufficient)


async def test_found_after_all_is_success() -> None:
    one, two = FakeNode(), FakeNode()

    def take(tx_hash: str) -> Reply:
        one.blocks[tx_hash] = two.blocks[tx_hash] = 1
        return Reply(raw=b"", then_close=True)

    one.on_broadcast = take
    two.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 18, "already used timeout")
    async with chain_of(one, two) as (chain, _, _clock):
        await chain.broadcast(await signed(chain))


async def test_never_sent_is_unreachable_not_unknown() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _servers, _clock):
        tx = await signed(chain)
    chain = ChainClient(Network("test", "local", ("http://127.0.0.1:9",), ()), QuickClock())
    with pytest.raises(Unreachable):
        await chain.broadcast(tx)
    await chain.aclose()


async def test_a_full_mempool_goes_on_to_another_node() -> None:
    full, free = FakeNode(), FakeNode()
    full.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 20, "mempool is full")
    async with chain_of(full, free) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert list(free.mempool) == [tx.hash]
    async with chain_of(full) as (chain, _, _clock):
        with pytest.raises(Refused, match="overloaded"):
            await chain.broadcast(await signed(chain))


@pytest.mark.parametrize("status", [301, 307, 403, 429, 500])
async def test_turned_away_at_the_door_is_possibly_sent(status: int) -> None:
    busy, fine = FakeNode(), FakeNode()
    busy.on_broadcast = lambda tx_hash: Reply(status, text="slow down")
    fine.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 13, "insufficient fee")
    async with chain_of(busy, fine) as (chain, _, _clock):
        with pytest.raises(TxUnknown):
            await chain.broadcast(await signed(chain))


@needs_recordings
async def test_a_mode_that_the_node_does_not_know_is_not_ours() -> None:
    assert load("err-broadcast-block")["request"]["body"]["mode"] == "BROADCAST_MODE_BLOCK"


# --- a refusal is one node's word -------------------------------------------------------------


def handed_in(asked: Asked) -> bool:
    return (asked.method, asked.path) == ("POST", "/cosmos/tx/v1beta1/txs")


def poor(tx_hash: str) -> Reply:
    return checked(tx_hash, "sdk", 5, "100uakt is smaller than 5000uakt")


async def test_what_one_node_refuses_another_may_take() -> None:
    lagging, fine = FakeNode(), FakeNode()
    lagging.on_broadcast = poor
    async with chain_of(lagging, fine) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert list(fine.mempool) == [tx.hash]


async def test_a_node_that_says_no_and_passes_it_on_is_found_out() -> None:
    """Believed, it would let the same be paid a second time."""
    liar, honest = FakeNode(), FakeNode()

    def pass_on(tx_hash: str) -> Reply:
        honest.mempool[tx_hash] = b""
        return poor(tx_hash)

    liar.on_broadcast = pass_on
    async with chain_of(liar, honest) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)  # the second one knows it already: it is under way
        assert list(honest.mempool) == [tx.hash]


async def test_what_all_refuse_is_refused_and_no_more_than_three_are_asked() -> None:
    for count, asked in ((1, 1), (2, 2), (5, 3)):
        nodes = [FakeNode() for _ in range(count)]
        for node in nodes:
            node.on_broadcast = poor
        async with chain_of(*nodes) as (chain, servers, _clock):
            tx = await signed(chain)
            with pytest.raises(Insufficient):
                await chain.broadcast(tx)
            sent = [a.body["tx_bytes"] for s in servers for a in s.asked if handed_in(a)]
            assert len(sent) == asked
            assert len(set(sent)) == 1  # always the same bytes


async def test_refused_here_and_no_answer_there_is_unknown() -> None:
    one, two = FakeNode(), FakeNode()
    one.on_broadcast = poor
    two.on_broadcast = lambda tx_hash: Reply(raw=b"", then_close=True)
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown) as caught:
            await chain.broadcast(tx)
        assert caught.value.tx_hash == tx.hash
        assert isinstance(caught.value.__cause__, Insufficient)


async def test_refused_here_and_turned_away_there_is_unknown() -> None:
    one, two = FakeNode(), FakeNode()
    one.on_broadcast = poor
    two.on_broadcast = lambda tx_hash: Reply(429, text="slow down")
    async with chain_of(one, two) as (chain, _, _clock):
        with pytest.raises(TxUnknown):
            await chain.broadcast(await signed(chain))


# --- confirm ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0, 3])
async def test_confirmed_when_its_block_is_indexed(lag: int) -> None:
    node = FakeNode()
    node.index_lag = lag
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        result = await chain.confirm(tx)
        assert (result.hash, result.code, result.fee) == (tx.hash, 0, tx.draft.fee)
        assert result.height > 100


async def test_a_failed_transaction_is_found_and_explained() -> None:
    node = FakeNode()
    node.code = 13
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain, LEASE)
        await chain.broadcast(tx)
        result = await chain.confirm(tx)
        assert result.code == 13
        assert chain.error_of(result).title.startswith("The order is no longer open")


async def test_past_its_time_out_it_is_never() -> None:
    node = FakeNode()
    node.include_after = 0
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        with pytest.raises(NeverIncluded) as caught:
            await chain.confirm(tx)
        assert isinstance(caught.value, Refused)
        assert caught.value.retry
        assert caught.value.title.endswith(ONE_ENDPOINT_SAYS)
        assert "Nothing was spent" not in caught.value.advice
        assert tx.expires is not None
        assert node.time > tx.expires + timedelta(seconds=5 * 6)


async def long_ago(chain: ChainClient, *nodes: FakeNode) -> SignedTx:
    """Signed and lost; now it is hours later."""
    for node in nodes:
        node.include_after = 0
        node.seconds = 1.0
        node.height = 500
    tx = await signed(chain)
    for node in nodes:
        node.height = 3000
    return tx


async def test_a_node_that_has_thrown_old_blocks_away_cannot_say_never() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        tx = await long_ago(chain, node)
        node.oldest = 900
        with pytest.raises(TxForgotten) as caught:
            await chain.confirm(tx)
        assert (caught.value.tx_hash, caught.value.silent) == (tx.hash, 0)
        assert "Nothing was spent" not in caught.value.advice
        node.oldest = 100
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)


async def test_nor_can_one_whose_index_begins_later() -> None:
    node = FakeNode()
    theirs = b"somebody's transaction"
    async with chain_of(node) as (chain, _, _clock):
        tx = await long_ago(chain, node)
        node.txs = dict.fromkeys(range(200, 600), theirs)
        with pytest.raises(TxForgotten):
            await chain.confirm(tx)
        node.blocks[hashlib.sha256(theirs).hexdigest().upper()] = 450
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)


async def test_one_that_remembers_decides_for_those_that_forgot() -> None:
    one, two = FakeNode(), FakeNode()
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await long_ago(chain, one, two)
        one.oldest = 2900
        with pytest.raises(NeverIncluded, match="never got into a block"):
            await chain.confirm(tx)
        two.blocks[tx.hash] = 501
        assert (await chain.confirm(tx)).height == 501


async def test_a_node_that_is_away_may_still_know() -> None:
    one, two = FakeNode(), FakeNode()
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await long_ago(chain, one, two)
        one.oldest = 2900
        two.dead = True
        with pytest.raises(TxForgotten) as caught:
            await chain.confirm(tx)
        assert caught.value.silent == 1


async def test_found_in_the_last_moment_is_found() -> None:
    node = FakeNode()
    node.include_after = 0
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert tx.expires is not None
        past = 0
        real = node._block

        def block(which: str) -> Reply:
            nonlocal past
            said = real(which)
            if tx.expires is not None and node.time > tx.expires and which == "latest":
                past += 1
                if past == 3:
                    node.blocks[tx.hash] = node.height - 4  # committed in time, indexed late
            return said

        node._block = block  # type: ignore[method-assign]
        assert (await chain.confirm(tx)).code == 0


async def test_one_node_that_forgot_it_does_not_decide() -> None:
    """Two nodes, both past the time-out: only one of them has the transaction."""
    one, two = FakeNode(), FakeNode()
    one.include_after = 0
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await signed(chain)
        two.blocks[tx.hash] = 101
        one.height = two.height = 100 + 60
        assert (await chain.confirm(tx)).height == 101


async def test_one_node_with_a_clock_far_ahead_does_not_decide() -> None:
    """Beside it all others seem to lag; they have not reached the time-out, and include it in time."""
    ahead, right = FakeNode(), FakeNode()
    ahead.include_after, right.include_after = 0, 12
    async with chain_of(ahead, right) as (chain, _, clock):
        clock.now = lambda: right.time  # type: ignore[method-assign]
        tx = await signed(chain)
        right.mempool[tx.hash] = tx.raw
        ahead.height = 1000
        assert (await chain.confirm(tx)).code == 0


async def test_one_that_stopped_before_the_time_out_is_not_waited_for() -> None:
    stopped, right = FakeNode(), FakeNode()
    right.include_after = 0
    async with chain_of(right, stopped) as (chain, _, clock):
        clock.now = lambda: right.time  # type: ignore[method-assign]
        tx = await signed(chain)
        real, at = stopped._block, stopped.height
        stopped._block = lambda which: real(str(at) if which == "latest" else which)  # type: ignore[method-assign]
        right.height = at + 200
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)


async def test_a_node_without_an_index_decides_nothing() -> None:
    node = FakeNode()
    node.tx_index = "off"
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown):
            await chain.confirm(tx)


async def test_nodes_that_are_gone_leave_it_unknown() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        node.dead = True
        with pytest.raises(TxUnknown) as caught:
            await chain.confirm(tx)
        assert caught.value.tx_hash == tx.hash
        assert sum(clock.slept) > 50


async def test_refusals_while_waiting_decide_nothing() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        real, left = node._find, [4]

        def odd(tx_hash: str) -> Reply:
            left[0] -= 1
            refused = Reply(400, {"code": 3, "message": "transaction indexing is disabled", "details": []})
            return refused if left[0] >= 0 else real(tx_hash)

        node._find = odd  # type: ignore[method-assign]
        assert (await chain.confirm(tx)).hash == tx.hash


async def test_an_answer_about_another_transaction_is_not_taken() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, _clock):
        node._find = lambda tx_hash: Reply(json={"tx_response": {"txhash": "CD" * 32, "height": "7", "code": 0}})  # type: ignore[method-assign]
        with pytest.raises(Unreachable):
            await chain.find_tx("AB" * 32)


# --- fees -------------------------------------------------------------------------------------


def test_fees_round_up_and_scale() -> None:
    assert fees.fee(166_713, Decimal("0.025")) == Coin("uakt", 4168)
    assert fees.scaled(Coin("uakt", 10), 3, 4) == Coin("uakt", 14)
    draft = TxDraft((CLOSE,), OWNER, 1, 3, Coin("uakt", 10))
    assert fees.scaled(draft.fee, replace(draft, gas_limit=0).gas_limit, 1) == Coin("uakt", 10)
