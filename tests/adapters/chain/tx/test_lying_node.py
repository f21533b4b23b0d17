"""What one lying node says about a transaction, and what is right: each test is named after the lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from akash_tui.adapters.chain.endpoints.http import RestHttp
from akash_tui.adapters.chain.errors.endpoint import EndpointFault
from akash_tui.adapters.chain.tx.tx_lookup import AGREE_SECONDS
from akash_tui.services.ports import (
    ONE_ENDPOINT_SAYS,
    AkashError,
    Insufficient,
    NeverIncluded,
    Refused,
    SignedTx,
    TxForgotten,
    TxUnknown,
    Unreachable,
)
from tests.adapters.chain.scripted_node import Asked, Reply
from tests.adapters.chain.tx.test_broadcast import CLOSE, SIGNER, FakeNode, chain_of, checked, signed

RPC_AWAY = Reply(500, {"code": 2, "message": 'post failed: Post "http://localhost:26657": EOF', "details": []})
"""What a REST endpoint answers while the node behind it is away: the same code as a refusal of the chain."""


def failed(tx_hash: str, code: int = 11, codespace: str = "sdk") -> Reply:
    """A record of the transaction as failed in a block."""
    response = {
        "height": "101",
        "txhash": tx_hash,
        "code": code,
        "codespace": codespace,
        "raw_log": "",
        "gas_used": "9",
    }
    return Reply(json={"tx": None, "tx_response": response | {"events": []}})


class PassingNode(FakeNode):
    """One for which time passes while it is asked for a transaction."""

    def _find(self, tx_hash: str) -> Reply:
        self._block("latest")
        return super()._find(tx_hash)


def three_with_one_chain() -> tuple[FakeNode, FakeNode, FakeNode]:
    nodes = PassingNode(), PassingNode(), PassingNode()
    for node in nodes[1:]:
        node.mempool, node.blocks = nodes[0].mempool, nodes[0].blocks
    return nodes


def lying_about_records(node: FakeNode) -> None:
    node._find = lambda tx_hash: failed(tx_hash)  # type: ignore[method-assign]


# --- a false record -----------------------------------------------------------------------------


@pytest.mark.parametrize("liar", [0, 1, 2])
async def test_a_false_out_of_gas_of_one_of_three_is_overruled_by_the_other_two(liar: int) -> None:
    nodes = three_with_one_chain()
    lying_about_records(nodes[liar])
    async with chain_of(*nodes) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert (await chain.confirm(tx)).code == 0


async def test_a_false_out_of_gas_beside_one_success_is_undecided() -> None:
    liar, honest, _ = three_with_one_chain()
    lying_about_records(liar)
    async with chain_of(liar, honest) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        with pytest.raises(TxUnknown, match="contradict") as caught:
            await chain.confirm(tx)
        assert caught.value.tx_hash == tx.hash


async def test_a_false_failure_of_what_no_other_node_has_is_undecided() -> None:
    liar, honest = FakeNode(), FakeNode()
    lying_about_records(liar)
    honest.include_after = 0
    async with chain_of(liar, honest) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        with pytest.raises(TxUnknown, match="contradict"):
            await chain.confirm(tx)
        assert sum(clock.slept) >= AGREE_SECONDS  # it may only have been late


async def test_a_false_out_of_gas_of_the_only_node_has_one_witness() -> None:
    node = FakeNode()
    lying_about_records(node)
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        result = await chain.confirm(tx)
        assert (result.codespace, result.code, result.witnesses) == ("sdk", 11, 1)


async def test_a_false_failure_while_the_other_nodes_are_away_has_one_witness() -> None:
    liar, away = FakeNode(), FakeNode()
    lying_about_records(liar)
    away.dead = True
    async with chain_of(liar, away) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert (await chain.confirm(tx)).witnesses == 1


async def test_a_failure_that_two_nodes_report_counts() -> None:
    nodes = three_with_one_chain()
    for node in nodes:
        node.code = 13
    nodes[2].index_lag = 4
    async with chain_of(*nodes) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        result = await chain.confirm(tx)
        assert (result.code, result.witnesses >= 2) == (13, True)


async def test_two_failures_with_different_codes_do_not_agree() -> None:
    one, two = FakeNode(), FakeNode()
    lying_about_records(one)
    two._find = lambda tx_hash: failed(tx_hash, 13, "market")  # type: ignore[method-assign]
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        with pytest.raises(TxUnknown, match="contradict"):
            await chain.confirm(tx)


# --- taken, and answered with something else ----------------------------------------------------


def taken(node: FakeNode, reply: Reply) -> None:
    """The node takes the bytes, passes them on, and answers with `reply`."""

    def take(tx_hash: str) -> Reply:
        node.mempool[tx_hash] = b""
        return reply

    node.on_broadcast = take


@pytest.mark.parametrize(
    ("text", "kind"),
    [("100uakt is smaller than 5000uakt", Insufficient), ("tx parse error", Refused), ("go away", Refused)],
)
async def test_taken_and_then_answered_400_by_the_only_node_may_still_count(text: str, kind: type[AkashError]) -> None:
    node = FakeNode()
    node.include_after = 20
    taken(node, Reply(400, {"code": 3, "message": text, "details": []}))
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(kind) as caught:
            await chain.broadcast(tx)
        assert not caught.value.certain
        assert tx.expires is not None
        assert f"until {tx.expires:%H:%M:%S} UTC" in caught.value.advice
        assert "akash-tui resume decides" in caught.value.advice
        assert "Nothing was sent" not in str(caught.value) + caught.value.advice
        assert (await chain.confirm(tx)).code == 0


@pytest.mark.parametrize("code", [5, 11, 13, 18, 20, 42])
async def test_taken_and_then_refused_with_a_checktx_code_by_the_only_node_may_still_count(code: int) -> None:
    node = FakeNode()
    node.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", code, "no")
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(AkashError) as caught:
            await chain.broadcast(tx)
        assert isinstance(caught.value, Refused | Insufficient)
        assert not caught.value.certain


async def test_taken_and_then_called_a_full_mempool_with_the_port_closed_later_may_still_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What follows the answer are refused connections only; that alone would be "nothing was sent"."""
    node = FakeNode()
    node.include_after = 0
    taken(node, Reply(json={}))
    exchange = RestHttp.exchange
    asked: list[str] = []

    async def then_closed(self: RestHttp, method: str, url: str, body: Any = None) -> bytes:
        if asked:
            raise EndpointFault("no connection", sent=False)
        if method == "POST" and url.endswith("/txs"):
            asked.append(url)
        return await exchange(self, method, url, body)

    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        taken(node, checked(tx.hash, "sdk", 20, "mempool is full"))
        monkeypatch.setattr(RestHttp, "exchange", then_closed)
        with pytest.raises(AkashError) as caught:
            await chain.broadcast(tx)
        assert not isinstance(caught.value, Unreachable)
        assert not caught.value.certain
        assert "Nothing was sent" not in caught.value.advice


@pytest.mark.parametrize("status", [301, 307, 308, 403, 404, 429, 500, 503])
async def test_taken_and_then_answered_with_another_status_is_possibly_sent(status: int) -> None:
    node = FakeNode()
    node.include_after = 0
    taken(node, Reply(status, text="<html>try elsewhere</html>", headers={"Location": "http://127.0.0.1:9/"}))
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown) as caught:
            await chain.broadcast(tx)
        assert caught.value.tx_hash == tx.hash
        assert "Nothing was sent" not in caught.value.advice


@pytest.mark.parametrize("status", [307, 429])
async def test_taken_and_then_redirected_or_limited_is_found_in_its_block(status: int) -> None:
    node = PassingNode()
    taken(node, Reply(status, text="no"))
    async with chain_of(node) as (chain, _, _clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        assert (await chain.confirm(tx)).code == 0


async def test_a_refusal_that_two_nodes_give_is_certain() -> None:
    one, two = FakeNode(), FakeNode()
    for node in (one, two):
        node.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 5, "100uakt is smaller than 5000uakt")
    async with chain_of(one, two) as (chain, _, _clock):
        with pytest.raises(Insufficient) as caught:
            await chain.broadcast(await signed(chain))
        assert caught.value.certain


@pytest.mark.parametrize("code", [18, 32, 42])
async def test_two_refusals_because_it_is_in_a_block_already_are_not_believed(code: int) -> None:
    """A liar refuses and passes it on: once it is in a block, honest nodes refuse it too."""
    one, two = FakeNode(), FakeNode()
    for node in (one, two):
        node.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", code, "already used timeout")
    async with chain_of(one, two) as (chain, _, _clock):
        tx = await signed(chain)
        with pytest.raises(TxUnknown):
            await chain.broadcast(tx)


async def test_two_refusals_for_different_reasons_are_not_believed() -> None:
    one, two = FakeNode(), FakeNode()
    one.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 5, "100uakt is smaller than 5000uakt")
    two.on_broadcast = lambda tx_hash: checked(tx_hash, "sdk", 13, "insufficient fee")
    async with chain_of(one, two) as (chain, _, _clock):
        with pytest.raises(TxUnknown):
            await chain.broadcast(await signed(chain))


# --- a head far ahead ---------------------------------------------------------------------------


@pytest.mark.parametrize("other", [False, True])
async def test_a_head_ten_minutes_ahead_with_a_404_is_not_never_before_our_own_clock_says_so(other: bool) -> None:
    nodes = [FakeNode(), FakeNode()] if other else [FakeNode()]
    for node in nodes:
        node.include_after = 0
    async with chain_of(*nodes) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        for node in nodes:
            node.height += 100
        begun = sum(clock.slept)
        with pytest.raises(NeverIncluded):
            await chain.confirm(tx)
        assert sum(clock.slept) - begun >= tx.life.total_seconds() - 1


@pytest.mark.parametrize("others", ["away", "there"])
async def test_a_404_of_one_node_alone_is_called_its_word_only(others: str) -> None:
    liar, honest = FakeNode(), FakeNode()
    liar.include_after = honest.include_after = 0
    async with chain_of(liar, honest) as (chain, _, _clock):
        tx = await signed(chain)
        honest.dead = others == "away"
        with pytest.raises(NeverIncluded) as caught:
            await chain.confirm(tx)
        alone = others == "away"
        assert caught.value.title.endswith(ONE_ENDPOINT_SAYS) == alone
        assert ("safe to do it again" in caught.value.advice) != alone


async def in_order(chain: Any, last_height: int = 0) -> SignedTx:
    """Signed elsewhere with a sequence instead of a time-out."""
    tx = await signed(chain)
    draft = replace(tx.draft, signer=SIGNER.address)
    return replace(tx, draft=draft, expires=None, sequence=5, last_height=last_height, since=None)


async def test_a_sequence_that_one_node_alone_calls_used_is_called_its_word_only() -> None:
    liar, away = FakeNode(), FakeNode()
    liar.include_after, liar.sequence = 0, 6
    async with chain_of(liar, away) as (chain, _, _clock):
        tx = await in_order(chain)
        away.dead = True
        with pytest.raises(NeverIncluded) as caught:
            await chain.confirm(tx)
        assert caught.value.title.endswith(ONE_ENDPOINT_SAYS)
        assert "sign it again" not in caught.value.advice


async def test_a_head_ten_minutes_ahead_is_not_past_a_last_block() -> None:
    node = FakeNode()
    node.include_after = 0
    async with chain_of(node) as (chain, _, clock):
        tx = await in_order(chain, last_height=node.height + 50)
        now = node.time
        clock.now = lambda: now  # type: ignore[method-assign]
        node.height += 100
        with pytest.raises(TxUnknown):
            await chain.confirm(tx)


async def test_a_head_ten_minutes_ahead_with_pruned_blocks_is_not_forgotten_before_our_own_clock_says_so() -> None:
    node = FakeNode()
    node.include_after = 0
    async with chain_of(node) as (chain, _, clock):
        tx = await signed(chain)
        node.height += 100
        node.oldest = node.height - 2
        begun = sum(clock.slept)
        with pytest.raises(TxForgotten):
            await chain.confirm(tx)
        assert sum(clock.slept) - begun >= tx.life.total_seconds() - 1


async def test_a_404_until_shortly_before_the_time_out_is_waited_for() -> None:
    node = FakeNode()
    node.include_after = 0
    async with chain_of(node) as (chain, _, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        node.height += 100
        real = node._find

        def find(tx_hash: str) -> Reply:
            if sum(clock.slept) > 100:
                node.blocks[tx_hash] = 101
            return real(tx_hash)

        node._find = find  # type: ignore[method-assign]
        assert (await chain.confirm(tx)).code == 0


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_nothing_is_signed_for_a_head_ten_minutes_from_our_clock(minutes: int) -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        clock.now = lambda: node.time - timedelta(minutes=minutes)  # type: ignore[method-assign]
        with pytest.raises(Unreachable, match=r"this computer's clock; nothing was signed") as caught:
            await chain.sign(draft, SIGNER)
        assert ("ahead of" if minutes > 0 else "behind") in caught.value.title
        assert "doctor" in caught.value.advice


async def test_a_head_in_the_year_9999_is_that_nodes_fault_and_ends_no_command() -> None:
    """Nothing can be added to such a time: the node's answer is refused, and another one is asked."""
    liar, honest = FakeNode(), FakeNode()
    real = liar._block

    def at_the_end_of_time(which: str) -> Reply:
        reply = real(which)
        reply.json["block"]["header"]["time"] = "9999-12-31T23:59:59Z"
        return reply

    liar._block = at_the_end_of_time  # type: ignore[method-assign]
    async with chain_of(liar, honest) as (chain, _, _clock):
        assert (await signed(chain)).expires is not None
    async with chain_of(liar) as (chain, _, _clock):
        with pytest.raises(Unreachable):
            await signed(chain)


@pytest.mark.parametrize("liar", [0, 1])
async def test_a_head_ten_minutes_ahead_does_not_make_the_honest_nodes_look_late(liar: int) -> None:
    nodes = FakeNode(), FakeNode(), FakeNode()
    nodes[liar].height += 100
    honest = nodes[1 - liar]
    async with chain_of(*nodes) as (chain, _servers, clock):
        clock.now = lambda: honest.time  # type: ignore[method-assign]
        for _ in range(3):
            assert abs((await chain.head()).time - honest.time) < timedelta(minutes=1)
            await clock.sleep(20)
        assert (await signed(chain)).expires is not None
        honest.dead = True
        assert abs((await chain.head()).time - honest.time) < timedelta(minutes=1), "the third is honest too"


async def test_the_only_node_looks_late_to_nobody_after_a_head_ten_minutes_ahead() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, clock):
        honest, start = node.time, node.height
        clock.now = lambda: honest  # type: ignore[method-assign]
        node.height = start + 100
        assert (await chain.head()).time > honest + timedelta(minutes=9)
        node.height = start
        assert (await signed(chain)).expires is not None


async def test_all_nodes_are_ahead_of_a_clock_that_is_wrong_and_one_of_them_lags() -> None:
    lagging, right = FakeNode(), FakeNode()
    right.height += 50
    async with chain_of(lagging, right) as (chain, _, clock):
        clock.now = lambda: lagging.time - timedelta(days=40)  # type: ignore[method-assign]
        assert (await chain.head()).time > lagging.time + timedelta(minutes=4)


async def test_a_head_that_is_a_little_ahead_makes_never_take_longer() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, _, clock):
        draft = await chain.simulate((CLOSE,), SIGNER)
        clock.now = lambda: node.time - timedelta(seconds=100)  # type: ignore[method-assign]
        tx = await chain.sign(draft, SIGNER)
        assert tx.over_at is not None
        assert tx.over_at - clock.monotonic() > 100 + 119


# --- a node's failure is not the chain's refusal ------------------------------------------------


async def test_a_500_with_code_2_of_a_node_whose_rpc_is_away_is_not_a_refused_simulation() -> None:
    node, other = FakeNode(), FakeNode()
    node.on_simulate = lambda auth: RPC_AWAY
    async with chain_of(node, other) as (chain, _, _clock):
        assert (await chain.simulate((CLOSE,), SIGNER)).gas_used == 100_000
    left = [2]

    def briefly(auth: object) -> Reply | None:
        left[0] -= 1
        return RPC_AWAY if left[0] >= 0 else None

    node.on_simulate = briefly
    async with chain_of(node) as (chain, _, _clock):
        assert (await chain.simulate((CLOSE,), SIGNER)).gas_used == 100_000
    node.on_simulate = lambda auth: RPC_AWAY
    async with chain_of(node) as (chain, _, _clock):
        with pytest.raises(Unreachable) as caught:
            await chain.simulate((CLOSE,), SIGNER)
        assert "post failed" in caught.value.detail


@pytest.mark.parametrize("seconds", [10, 60, 110])
async def test_a_node_that_is_away_when_it_is_sent_is_waited_for_within_the_time_out(seconds: int) -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, servers, clock):
        tx = await signed(chain)
        begun = sum(clock.slept)
        answer = servers[0].handler

        def away(asked: Asked) -> Reply:
            return RPC_AWAY if sum(clock.slept) - begun < seconds else answer(asked)

        servers[0].handler = away
        await chain.broadcast(tx)
        assert list(node.mempool) == [tx.hash]
        assert sum(clock.slept) - begun >= seconds


async def test_a_node_that_is_away_while_its_block_is_waited_for_is_waited_for_within_the_time_out() -> None:
    node = FakeNode()
    async with chain_of(node) as (chain, servers, clock):
        tx = await signed(chain)
        await chain.broadcast(tx)
        begun = sum(clock.slept)
        answer = servers[0].handler
        servers[0].handler = lambda asked: RPC_AWAY if sum(clock.slept) - begun < 100 else answer(asked)
        assert (await chain.confirm(tx)).code == 0
