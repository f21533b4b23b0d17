"""The whole adapter against a running practice network: real sockets, real signatures, real blocks."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.adapters.wallet.keys import KeySigner, new_words
from akash_tui.compose import Program
from akash_tui.domain.akash.entities import BidState, DeploymentId, DeploymentState, LeaseState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.messages import (
    CloseDeployment,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    Message,
    MintAct,
    UpdateDeployment,
)
from akash_tui.domain.akash.money import Coin, DecCoin
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.resources import (
    Attribute,
    Endpoint,
    EndpointKind,
    GroupSpec,
    Resources,
    ResourceUnit,
    Volume,
)
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.services.ports import (
    BidGone,
    Insufficient,
    NeverIncluded,
    NotSignedIn,
    OrderGone,
    Refused,
    SignedTx,
    TxResult,
    Wake,
    WrongChain,
)
from tests.adapters.chain.scripted_node import QuickClock

T = TypeVar("T")

GROUP = GroupSpec(
    name="west",
    units=(
        ResourceUnit(
            resources=Resources(
                id=1,
                cpu_milli=1000,
                memory=2**30,
                storage=(Volume("default", 2**30),),
                gpu_units=1,
                gpu_attributes=(Attribute("vendor/nvidia/model/*", "true"),),
                endpoints=(Endpoint(EndpointKind.SHARED_HTTP),),
            ),
            count=1,
            price=DecCoin("uact", Decimal(100000)),
        ),
    ),
)


@dataclass
class Tenant:
    chain: ChainClient
    signer: KeySigner
    network: PracticeNetwork

    async def do(self, *messages: Message) -> TxResult:
        draft = await self.chain.simulate(messages, self.signer)
        tx = await self.chain.sign(draft, self.signer)
        await self.chain.broadcast(tx)
        return await self.chain.confirm(tx)

    def create(self, dseq: int, deposit: int = 5_000_000) -> CreateDeployment:
        return CreateDeployment(
            DeploymentId(self.signer.address, dseq), (GROUP,), bytes(range(32)), Coin("uact", deposit)
        )


def network_of(practice: PracticeNetwork) -> Network:
    ready = practice.ready
    return Network("practice", ready["chain_id"], (ready["rest"],), (ready["rpc"],), practice=True, public=False)


@asynccontextmanager
async def tenant(scenario: str = "rush", block_time: float = 0.05, fund: bool = True) -> AsyncIterator[Tenant]:
    practice = PracticeNetwork(SCENARIOS[scenario], seed=1, block_time=block_time)
    signer = KeySigner.from_words(new_words())
    chain = ChainClient(network_of(practice), SystemClock())
    try:
        await practice.open()
        if fund:
            await faucet(practice, chain, signer.address)
        yield Tenant(chain, signer, practice)
    finally:
        await chain.aclose()
        await practice.close()


async def faucet(practice: PracticeNetwork, chain: ChainClient, address: str) -> None:
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(practice.ready["faucet"], json={"address": address})
    assert answer.status_code == 200, answer.text

    async def funded() -> bool:
        return {c.denom for c in await chain.balances(address)} >= {"uact", "uakt"}

    await until(chain, funded)


async def until(chain: ChainClient, condition: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
    """Ask at every block until the answer is true; that answer."""
    async with asyncio.timeout(seconds):
        async for _ in chain.wakes():
            if found := await condition():
                return found
    raise AssertionError("the wake-ups ended")


async def test_one_deployment_from_creation_to_close() -> None:
    async with tenant() as it:
        chain, owner = it.chain, it.signer.address
        head = await chain.verify()
        assert head.chain_id == it.network.ready["chain_id"]
        assert (await chain.params()).order_max_bids > 0
        price = await chain.akt_price()
        assert price is not None
        assert price.usd > 0
        account = await chain.account(owner)
        assert account is not None
        assert not account.has_pubkey

        message = it.create(head.height)
        created = await it.do(message)
        assert created.code == 0, created.log
        assert created.fee is not None
        assert created.fee.denom == "uakt"
        assert created.paid is not None
        assert message.deposit in [coin for _, coin in created.paid]
        account = await chain.account(owner)
        assert account is not None
        assert account.has_pubkey

        deployment = await chain.deployment(message.id)
        assert deployment is not None
        assert (deployment.state, deployment.hash) == (DeploymentState.ACTIVE, message.hash)
        assert deployment.escrow.held("uact") == 5_000_000
        assert deployment.groups[0].spec == GROUP
        assert [d.id for d in await chain.deployments(owner)] == [message.id]

        bids = await until(chain, lambda: chain.bids(message.id, BidState.OPEN))
        assert all(b.id.deployment == message.id and b.price.denom == "uact" for b in bids)
        assert any(isinstance(m, GpuModel) for b in bids for o in b.offers for m in o.resources.gpu_models)
        bid = bids[0]
        assert await chain.bid(bid.id) == bid
        provider = await chain.provider(bid.id.provider)
        assert provider is not None
        assert provider in await chain.providers()
        (certificate,) = await chain.certificates(provider.owner)
        assert certificate.pem.startswith(b"-----BEGIN CERTIFICATE")

        leased = await it.do(CreateLease(bid.id), DepositDeployment(owner, message.id, Coin("uact", 1_000_000)))
        assert leased.code == 0, leased.log
        lease = await chain.lease(bid.id)
        assert lease is not None
        assert (lease.state, lease.price) == (LeaseState.ACTIVE, bid.price)
        order = await chain.order(bid.id.order)
        assert order is not None
        assert order.state is OrderState.ACTIVE
        assert [e.id for e in await chain.leases(owner, message.id.dseq)] == [bid.id]

        assert (await it.do(UpdateDeployment(message.id, bytes(32)[:-1] + b"\x01"))).code == 0
        assert (await it.do(CloseLease(bid.id))).code == 0
        assert [o.id.oseq for o in await chain.orders(message.id)] == [1, 2]
        assert (await it.do(CloseDeployment(message.id))).code == 0
        closed = await chain.deployment(message.id)
        assert closed is not None
        assert closed.state is DeploymentState.CLOSED


async def test_refusals_of_the_practice_chain_are_explained() -> None:
    async with tenant("no-bids") as it:
        chain = it.chain
        message = it.create(1000)
        with pytest.raises(Refused, match=r"below the chain's minimum of 0\.5 ACT"):
            await it.do(replace(message, deposit=Coin("uact", 1000)))
        with pytest.raises(Insufficient) as caught:
            await it.do(replace(message, deposit=Coin("uact", 10**15)))
        assert caught.value.need == Coin("uact", 10**15)
        assert (await it.do(message)).code == 0
        with pytest.raises(Refused, match="already exists"):
            await it.do(message)
        with pytest.raises(Refused, match="There is no such deployment"):
            await it.do(CloseDeployment(DeploymentId(it.signer.address, 1)))
        stranger = KeySigner.from_words(new_words())
        with pytest.raises(NotSignedIn):
            await chain.simulate((CloseDeployment(message.id),), stranger)
        with pytest.raises((Refused, Insufficient)) as unfunded:
            await chain.simulate((CloseDeployment(DeploymentId(stranger.address, 1)),), stranger)
        assert unfunded.value.title
        assert await chain.account(stranger.address) is None
        assert await chain.balances(stranger.address) == ()


async def test_a_bid_of_an_order_that_is_taken_is_gone() -> None:
    async with tenant() as it:
        message = it.create(1000)
        await it.do(message)

        async def two() -> Any:
            found = await it.chain.bids(message.id, BidState.OPEN)
            return found if len(found) > 1 else None

        first, second, *_ = await until(it.chain, two)
        draft = await it.chain.simulate((CreateLease(second.id),), it.signer)
        assert (await it.do(CreateLease(first.id))).code == 0
        late = await it.chain.sign(draft, it.signer)
        await it.chain.broadcast(late)
        result = await it.chain.confirm(late)
        assert result.code != 0
        assert result.fee == late.draft.fee
        error = it.chain.error_of(result)
        assert type(error) in (OrderGone, BidGone)


async def test_out_of_gas_is_explained_and_a_higher_limit_helps() -> None:
    async with tenant("no-bids") as it:
        draft = await it.chain.simulate((it.create(1000),), it.signer)
        tx = await it.chain.sign(draft, it.signer, gas_limit=draft.gas_used // 2)
        try:
            await it.chain.broadcast(tx)
            error = it.chain.error_of(await it.chain.confirm(tx))
        except Refused as refused:
            error = refused
        assert isinstance(error, Refused)
        assert (error.codespace, error.number) == ("sdk", 11)
        again = await it.chain.sign(draft, it.signer, gas_limit=draft.gas_limit * 2)
        await it.chain.broadcast(again)
        assert (await it.chain.confirm(again)).code == 0


async def test_the_same_bytes_count_once() -> None:
    async with tenant("no-bids") as it:
        tx = await it.chain.sign(await it.chain.simulate((it.create(1000),), it.signer), it.signer)
        await it.chain.broadcast(tx)
        await it.chain.broadcast(tx)
        result = await it.chain.confirm(tx)
        await it.chain.broadcast(tx)
        assert await it.chain.confirm(tx) == result
        assert await it.chain.find_tx(tx.hash) is not None


async def test_a_transaction_never_sent_is_never_included_after_its_time_out() -> None:
    async with tenant("no-bids") as it:
        tx = await it.chain.sign(await it.chain.simulate((it.create(1000),), it.signer), it.signer)
        assert tx.expires is not None
        head = await it.chain.head()
        soon = replace(tx, expires=head.time + timedelta(seconds=0.5))
        with pytest.raises(NeverIncluded):
            await it.chain.confirm(soon)


async def test_a_late_transaction_is_refused_with_code_42() -> None:
    async with tenant("no-bids") as it:
        from akash_tui.adapters.chain.tx.tx_bytes import sign_tx, unique_timeout

        draft = await it.chain.simulate((it.create(1000),), it.signer)
        account = await it.chain.account(it.signer.address)
        assert account is not None
        head = await it.chain.head()
        late = sign_tx(
            draft,
            it.signer,
            chain_id=head.chain_id,
            account_number=account.number,
            timeout_ns=unique_timeout(head.time - timedelta(seconds=5)),
        )
        with pytest.raises(Refused) as caught:
            await it.chain.broadcast(late)
        assert (caught.value.codespace, caught.value.number) == ("sdk", 42)
        assert "nothing was spent" in caught.value.title


async def test_a_signature_for_another_chain_is_refused() -> None:
    async with tenant("no-bids") as it:
        tx = await it.chain.sign(await it.chain.simulate((it.create(1000),), it.signer), it.signer)
        forged = _with_other_signature(tx)
        with pytest.raises(Refused) as caught:
            await it.chain.broadcast(forged)
        assert caught.value.number == 4


def _with_other_signature(tx: SignedTx) -> SignedTx:
    from akash_tui.adapters.chain.tx.tx_bytes import tx_hash
    from akash_tui.wire import cosmos_tx_pb2

    raw = cosmos_tx_pb2.TxRaw.FromString(tx.raw)
    raw.signatures[0] = base64.b64decode(
        "OexA5qerSL19Bq0qYLz5lEkNSo0YT7X16YNTQl+G/ydbU00RDWeoWuWXsP+BGnZ1iK4MF3vz+G8MnzauFLVOAA=="
    )
    changed = raw.SerializeToString(deterministic=True)
    return replace(tx, raw=changed, hash=tx_hash(changed))


async def test_another_chain_id_is_found_out() -> None:
    async with tenant("no-bids", fund=False) as it:
        network = replace(network_of(it.network), chain_id="akashnet-2")
        chain = ChainClient(network, QuickClock())
        with pytest.raises(WrongChain):
            await chain.verify()
        with pytest.raises(WrongChain):
            await chain.balances(it.signer.address)
        await chain.aclose()


async def test_the_block_time_is_that_of_the_practice_chain() -> None:
    async with tenant("no-bids", fund=False) as it:

        async def some_blocks() -> bool:
            return (await it.chain.head()).height > 30

        await until(it.chain, some_blocks)
        found = await it.chain.block_time()
        assert found.measured
        assert found.blocks >= 25
        assert Decimal("0.04") < found.seconds < Decimal("0.5")


async def test_wakes_come_from_blocks_and_from_our_own_transactions() -> None:
    async with tenant() as it:
        message = it.create(1000)
        seen: list[Wake] = []
        stream = it.chain.wakes(message.id)

        async def listen() -> None:
            async for wake in stream:
                seen.append(wake)

        task = asyncio.create_task(listen())

        async def reason(wanted: str) -> bool:
            return any(w.reason == wanted for w in seen)

        await until(it.chain, lambda: reason("connected"))
        await until(it.chain, lambda: reason("block"))
        assert not await reason("tx")
        created = await it.do(message)
        await until(it.chain, lambda: reason("tx"))
        assert any(w.height is not None and w.height >= created.height for w in seen if w.reason == "tx")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_minting_and_its_books() -> None:
    async with tenant("no-bids") as it:
        status = await it.chain.mint_status()
        assert status is not None
        assert status.mints_allowed
        result = await it.do(MintAct(it.signer.address, Coin("uakt", 100_000_000)))
        assert result.code == 0

        async def executed() -> Any:
            return [r for r in await it.chain.mint_records(it.signer.address) if r.status == "executed"]

        (record,) = await until(it.chain, executed)
        assert record.minted is not None
        assert record.minted.denom == "uact"


@pytest.mark.parametrize("scenario", ["hostile"])
async def test_hostile_providers_are_read_and_cleaned(scenario: str) -> None:
    async with tenant(scenario) as it:
        message = it.create(1000)
        await it.do(message)
        bids = await until(it.chain, lambda: it.chain.bids(message.id))
        texts = [p.owner + p.host_uri + p.email + p.website for p in await it.chain.providers()]
        texts += [a.key + a.value for p in await it.chain.providers() for a in p.attributes]
        texts += [a.key + a.value for b in bids for o in b.offers for a in o.resources.gpu_attributes]
        assert len(texts) > 12
        assert all(text.isprintable() and len(text) <= 800 for text in texts)


async def test_a_network_without_an_indexer_gets_none(tmp_path: Path) -> None:
    async with tenant("no-bids", fund=False) as it:
        session = await Program(tmp_path).open(network_of(it.network), None, readonly=True)
        assert session.indexer is None
        await session.aclose()
