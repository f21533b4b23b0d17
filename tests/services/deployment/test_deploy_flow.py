"""The flow from quote to close over the fakes: what is shown is what is signed, and everything is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.entities import BidState, Lease, LeaseState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.messages import CreateDeployment, CreateLease, DepositDeployment
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.core.events import Event, Leased
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote, next_best
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import attach, create, new_run
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.ports import (
    BadInput,
    BadSdl,
    BidGone,
    Busy,
    Insufficient,
    ManifestRefused,
    NoBid,
    NotRunning,
    NotSignedIn,
    OrderGone,
    PriceMoved,
    ProviderFault,
    Refused,
    Stale,
    TxUnknown,
    WalletRef,
)
from akash_tui.services.ports.grants import DepositGrant, Grants
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import Outcome, SavedStage
from tests.fakes.chain import OWNER, FakeChain, gpu_offer, provider_name
from tests.fakes.session import SDL, Bench, act, compiled


def balance(chain: FakeChain, denom: str) -> int:
    return chain.balances_[OWNER][denom]


async def opened(session: Session, **options: object) -> tuple[Session, DeploymentRun, list[Event]]:
    """A created deployment whose bids are in the book."""
    quote = await create_quote(session, compiled(SDL), SDL, "web", **options)  # type: ignore[arg-type]
    told: list[Event] = []
    run = new_run(session, quote)
    run.listeners.append(told.append)
    await create(session, quote, run)
    task = asyncio.create_task(collect(session, run))
    while len(run.book.rows(gone=False)) < 3:
        await session.clock.sleep(0.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return session, run, told


def cheapest(run: DeploymentRun) -> dict[int, object]:
    return {1: run.book.rows(gone=False)[0].id}


async def test_the_lease_event_tells_the_chains_price(bench: Bench) -> None:
    session = bench.session()
    session, run, told = await opened(session)
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    real = bench.chain.leases

    async def dearer(*asked: object, **more: object) -> list[Lease]:
        return [replace(x, price=DecCoin(UACT, x.price.amount + 1)) for x in await real(*asked, **more)]  # type: ignore[arg-type]

    bench.chain.leases = dearer  # type: ignore[method-assign]
    await accept(session, run, quote)
    (event,) = [e for e in told if isinstance(e, Leased)]
    assert [price.amount for _, price in event.leases] == [bid.price.amount + 1 for bid in quote.bids]


async def test_a_lease_that_is_being_reclaimed_stays_beside_a_new_one(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    (bid,) = quote.bids
    other = Lease(replace(bid.id, gseq=2), LeaseState.RECLAIMING, bid.price, 1, 0, "")
    bench.chain.leases_[other.id] = other
    await accept(session, run, quote)
    assert {lease.id for lease in run.leases} == {bid.id, other.id}


async def test_a_bid_that_offers_something_else_now_is_not_signed(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    (bid,) = quote.bids
    bench.chain.bids_[bid.id] = replace(bid, offers=())
    before = len(bench.chain.committed)
    with pytest.raises(PriceMoved, match="it now offers other resources"):
        await accept(session, run, quote)
    bench.chain.bids_[bid.id] = replace(bid, price=DecCoin(UACT, bid.price.amount * 2))
    with pytest.raises(PriceMoved, match=r"now 0\.002000 ACT instead of 0\.001000 ACT a block"):
        await accept(session, run, quote)
    assert len(bench.chain.committed) == before


async def test_the_whole_way(bench: Bench) -> None:
    session = bench.session()
    session, run, told = await opened(session)
    lease = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    await accept(session, run, lease)
    await deliver(session, run)
    await wait_running(session, run)
    assert run.stage is Stage.RUNNING
    assert all(step.state is StepState.DONE for step in run.steps.values())
    result = await close(session, await close_quote(session, run.id), run)
    names = [e.name for e in told]
    assert names == ["created", *names[1:-4], "lease", "manifest", "running", "closed"]
    assert set(names[1:-4]) == {"bid"}
    assert result.refund is not None
    assert bench.chain.balances_[OWNER][UACT] == 50_000_000 - 500_000 + result.refund.amount
    saved = session.journal.deployment("fake-1", run.id)
    assert saved is not None
    assert saved.stage is SavedStage.CLOSED
    assert {i.outcome for i in session.journal.intents()} == {Outcome.DONE}


async def test_a_quote_shows_what_then_happens(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web", deposit=act("5"))
    assert quote.deposit == Coin(UACT, act("5"))
    assert quote.max_price == DecCoin(UACT, Decimal(10_000))
    assert quote.max_h == Decimal(6)  # 10000 uact × 600 blocks an hour
    assert quote.lasts_hours is not None
    assert round(quote.lasts_hours, 4) == Decimal("0.8333")
    assert quote.ends_at is not None
    await create(session, quote)
    after = {c.denom: c.amount for c in quote.balances_after}
    assert after == bench.chain.balances_[OWNER]
    (message,) = bench.chain.committed[0]
    assert message == quote.draft.messages[0]
    assert isinstance(message, CreateDeployment)
    assert message.hash == quote.compiled.version


async def test_a_quote_is_used_once(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL)
    await create(session, quote)
    with pytest.raises(Stale):
        await create(session, quote)
    assert len(bench.chain.committed) == 1


async def test_two_quotes_of_one_height_do_not_meet(bench: Bench) -> None:
    session = bench.session()
    first = await create(session, await create_quote(session, compiled(SDL), SDL))
    bench.clock.elapsed = 0.0  # the node answers with the same height again
    second = await create_quote(session, compiled(SDL), SDL)
    assert second.id != first.id


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"deposit": 1}, BadInput), ({"hours": Decimal(0)}, BadInput)],
)
async def test_bad_amounts_are_refused_before_anything_is_signed(
    bench: Bench, options: dict[str, object], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await create_quote(bench.session(), compiled(SDL), SDL, **options)  # type: ignore[arg-type]
    assert not bench.chain.committed


async def test_a_bad_sdl_is_refused_with_its_problems(bench: Bench) -> None:
    bad = "version: '2.0'\nservices: {}\n"
    with pytest.raises(BadSdl) as caught:
        await create_quote(bench.session(), compiled(bad), bad)
    assert caught.value.problems


async def test_prices_in_akt_are_refused(bench: Bench) -> None:
    with pytest.raises(BadSdl):
        await create_quote(bench.session(), compiled(SDL.replace("uact", "uakt")), SDL.replace("uact", "uakt"))


async def test_no_gas_money_says_how_much(bench: Bench) -> None:
    bench.chain.balances_[OWNER][UAKT] = 10
    with pytest.raises(Insufficient) as caught:
        await create_quote(bench.session(), compiled(SDL), SDL)
    assert caught.value.have == Coin(UAKT, 10)
    assert caught.value.need is not None


async def test_too_little_act_is_quoted_from_a_grant_and_says_so(bench: Bench) -> None:
    bench.chain.balances_[OWNER][UACT] = 10
    grant = DepositGrant("akash1ann", OWNER, (Coin(UACT, 9_000_000),), ("deployment",), None)
    bench.chain.grants_ = Grants(deposits=(grant,))
    quote = await create_quote(bench.session(), compiled(SDL), SDL)
    assert [who for who, _ in quote.payment.granted(OWNER)] == ["akash1ann"]
    (message,) = quote.draft.messages
    assert isinstance(message, CreateDeployment)
    assert message.sources == ("grant",)  # the sheet says that the wallet pays nothing of it


@pytest.mark.parametrize(
    "changes",
    [
        {"readonly": True},
        {"wallet": None},
        {"wallet": WalletRef("w", OWNER, watch_only=True)},
        {"signer": None},
        {"wallet": WalletRef("other", "akash1other")},
    ],
)
async def test_without_a_key_nothing_is_quoted(bench: Bench, changes: dict[str, Any]) -> None:
    bench.chain.balances_["akash1other"] = dict(bench.chain.balances_[OWNER])
    with pytest.raises(NotSignedIn):
        await create_quote(bench.session(**changes), compiled(SDL), SDL)


async def test_out_of_gas_is_tried_again_within_the_ceiling(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL)
    bench.chain.gas_needed = 200_000  # the quote's limit is 150,000
    before = balance(bench.chain, UAKT)
    await create(session, quote)
    spent = before - balance(bench.chain, UAKT)
    assert quote.fee.amount < spent <= quote.fee_ceiling.amount
    assert [i.outcome for i in reversed(session.journal.intents())] == [Outcome.FAILED, Outcome.DONE]
    saved = session.journal.deployment("fake-1", quote.id)
    assert saved is not None
    assert saved.stage is SavedStage.OPEN


async def test_out_of_gas_for_good_stops_at_the_ceiling(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL)
    bench.chain.gas_needed = 10**9
    before = balance(bench.chain, UAKT)
    with pytest.raises(Refused):
        await create(session, quote)
    assert before - balance(bench.chain, UAKT) <= quote.fee_ceiling.amount
    assert not bench.chain.committed


async def test_a_lease_quote_shows_cost_and_end(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    assert quote.price == DecCoin(UACT, Decimal(1000))
    assert quote.price_h == Decimal("0.6")
    assert quote.lasts_hours is not None
    assert round(quote.lasts_hours, 4) == Decimal("0.8333")
    assert quote.extra_deposit is None
    assert quote.rows[0].gpus[0].model == GpuModel("nvidia", "a100")
    assert any("Uptime" in line for line in quote.unverified)


async def test_hours_raise_the_deposit_with_the_lease(bench: Bench) -> None:
    session, run, _ = await opened(bench.session(), hours=Decimal(24))
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    assert quote.extra_deposit == Coin(UACT, 24 * 600 * 1000 - 500_000)
    await accept(session, run, quote)
    kinds = [type(m) for m in bench.chain.committed[-1]]
    assert kinds == [DepositDeployment, CreateLease]
    assert quote.lasts_hours == Decimal(24)


async def test_a_bid_that_went_is_not_taken(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    bid = quote.bids[0]
    bench.chain.bids_[bid.id] = replace(bid, state=BidState.CLOSED)
    with pytest.raises(BidGone):
        await accept(session, run, quote)
    assert run.stage is Stage.COLLECTING
    assert run.error is not None
    assert len(bench.chain.committed) == 1
    best = await next_best(session, run, {bid.id: "it went"}, Rule())
    assert best is not None
    assert best[1].provider == provider_name(1)


async def test_an_open_bid_of_a_leased_order_is_not_taken(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    order = quote.bids[0].id.order
    bench.chain.orders_[order] = replace(bench.chain.orders_[order], state=OrderState.ACTIVE)
    with pytest.raises(OrderGone):
        await accept(session, run, quote)
    assert len(bench.chain.committed) == 1


async def test_a_price_that_moved_is_not_paid(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    bid = quote.bids[0]
    bench.chain.bids_[bid.id] = replace(bid, price=DecCoin(UACT, bid.price.amount + 1))
    with pytest.raises(PriceMoved):
        await accept(session, run, quote)
    assert len(bench.chain.committed) == 1


async def test_a_changed_gpu_counts_as_moved(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    bid = quote.bids[0]
    bench.chain.bids_[bid.id] = replace(bid, offers=(gpu_offer(GpuModel("nvidia", "t4")),))
    with pytest.raises(PriceMoved):
        await accept(session, run, quote)


TWO_GROUPS = (
    SDL.replace("deployment:\n  web:\n    dcloud: {profile: web, count: 1}\n", "")
    .replace(
        "services:\n",
        "services:\n  db:\n    image: redis:7\n    expose:\n"
        "      - port: 6379\n        to:\n          - global: true\n",
    )
    .replace("  placement:\n", "  placement:\n    second:\n      pricing:\n        web: {denom: uact, amount: 10000}\n")
    + "deployment:\n  web:\n    dcloud: {profile: web, count: 1}\n  db:\n    second: {profile: web, count: 1}\n"
)


async def test_several_groups_are_leased_in_one_transaction(bench: Bench) -> None:
    bench.gateway.services = ("web", "db")
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(TWO_GROUPS), TWO_GROUPS))
    assert sorted(run.groups) == [1, 2]
    task = asyncio.create_task(collect(session, run))
    while len(run.book.rows(gone=False)) < 6:
        await session.clock.sleep(0.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    first = run.book.rows(group=1)[0].id
    second = run.book.rows(group=2)[1].id
    with pytest.raises(NoBid, match=r"."):
        await lease_quote(session, run, {1: first})
    await accept(session, run, await lease_quote(session, run, {1: first, 2: second}))
    assert [type(m) for m in bench.chain.committed[-1]] == [CreateLease, CreateLease]
    await deliver(session, run)
    assert set(bench.gateway.accepted) == {(first.provider, run.id.dseq), (second.provider, run.id.dseq)}
    assert set(bench.gateway.accepted.values()) == {run.manifest}
    await wait_running(session, run)
    assert run.stage is Stage.RUNNING


async def leased(bench: Bench, session: Session | None = None) -> tuple[Session, DeploymentRun, list[Event]]:
    session, run, told = await opened(session or bench.session())
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    return session, run, told


async def test_the_manifest_is_tried_again_while_that_can_help(bench: Bench) -> None:
    bench.gateway.faults = [ProviderFault("no lease for deployment", status=404), ProviderFault("oops", status=500)]
    session, run, told = await leased(bench)
    await deliver(session, run)
    tries = [e.to_json() for e in told if e.name == "manifest"]
    assert [(t["attempt"], t["status"]) for t in tries] == [(1, 404), (2, 500), (3, 200)]


async def test_a_refused_manifest_is_not_tried_again(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", status=422)]
    session, run, _ = await leased(bench)
    with pytest.raises(ManifestRefused):
        await deliver(session, run)
    assert bench.gateway.tries == 1
    assert run.steps["manifest"].state is StepState.FAILED


async def test_our_own_clock_ends_the_tries(bench: Bench) -> None:
    bench.gateway.faults = [ProviderFault("busy", status=500) for _ in range(1000)]
    session, run, _ = await leased(bench)
    before = bench.clock.elapsed
    with pytest.raises(ProviderFault, match="in time"):
        await deliver(session, run, wait=60)
    assert bench.clock.elapsed - before <= 60
    assert bench.chain.leases_[run.leases[0].id].state is LeaseState.ACTIVE  # it goes on costing, and that is said


async def test_a_lease_that_ended_stops_the_tries(bench: Bench) -> None:
    bench.gateway.faults = [ProviderFault("no lease for deployment", status=404) for _ in range(1000)]
    session, run, _ = await leased(bench)
    lease = run.leases[0]
    bench.chain.leases_[lease.id] = replace(lease, state=LeaseState.CLOSED, reason="lease_closed_reason_unstable")
    with pytest.raises(ProviderFault, match="ended"):
        await deliver(session, run)
    assert bench.gateway.tries < 10


async def test_not_running_in_time_keeps_the_lease(bench: Bench) -> None:
    bench.gateway.ready_after = 10**9
    session, run, _ = await leased(bench)
    await deliver(session, run)
    with pytest.raises(NotRunning):
        await wait_running(session, run, wait=120)
    assert len(bench.chain.committed) == 2


async def test_running_needs_every_service_of_the_manifest(bench: Bench) -> None:
    bench.gateway.services = ("sidecar",)
    session, run, _ = await leased(bench)
    await deliver(session, run)
    with pytest.raises(NotRunning):
        await wait_running(session, run, wait=60)


async def test_no_token_before_the_first_transaction(bench: Bench) -> None:
    session = bench.session()
    with pytest.raises(NotSignedIn):
        await session.provider_signer()
    await create(session, await create_quote(session, compiled(SDL), SDL))
    assert await session.provider_signer() is session.signer


async def test_the_refund_is_estimated_and_then_read(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    bench.clock.elapsed += 600  # a hundred blocks without a lease, which cost nothing
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    bench.clock.elapsed += 600  # a hundred blocks that cost
    quote = await close_quote(session, run.id)
    assert quote.leases == 1
    result = await close(session, quote, run)
    assert result.refund is not None
    blocks = result.height - next(iter(bench.chain.leases_.values())).created_at
    deposit = bench.chain.committed[0][0].deposit.amount  # type: ignore[union-attr]
    assert result.refund.amount == deposit - blocks * 1000
    assert 0 <= quote.refund.amount - result.refund.amount <= 3 * 1000  # what the blocks until its own cost
    with pytest.raises(BadInput):
        await close_quote(session, run.id)


async def test_a_deposit_is_quoted_and_made(bench: Bench) -> None:
    session, run, _ = await leased(bench)
    quote = await deposit_quote(session, run.id, act("6"))
    assert quote.price_h == Decimal("0.6")
    assert quote.lasts_hours is not None
    assert quote.lasts_hours > 10
    await deposit(session, quote)
    assert [type(m) for m in bench.chain.committed[-1]] == [DepositDeployment]


async def session_turn() -> None:
    """Let every task that can run do so once."""
    await asyncio.sleep(0)


async def test_two_at_once_on_one_deployment(bench: Bench) -> None:
    first, second = bench.session(), bench.session()
    session, run, _ = await opened(first)
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    other = second
    closing = await close_quote(other, run.id)
    accepting = asyncio.create_task(accept(session, run, quote))
    while not bench.chain.pool:  # until the transaction is handed in
        await session_turn()
    with pytest.raises(Busy, match=str(run.id.dseq)):
        await close(other, closing)
    await accepting
    assert len(bench.chain.committed) == 2


async def test_an_undecided_transaction_blocks_the_next_one(bench: Bench) -> None:
    session = bench.session()
    session, run, _ = await opened(session)
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    gate = bench.chain.gate

    def unanswered(name: str) -> None:
        if name == "broadcast done":
            raise TxUnknown("No answer.", tx_hash="?")

    bench.chain.gate = unanswered
    bench.chain.drop = True
    with pytest.raises(TxUnknown):
        await accept(session, run, quote)
    bench.chain.gate, bench.chain.drop = gate, False
    with pytest.raises(TxUnknown, match="undecided"):
        await close(session, await close_quote(session, run.id))
    bench.clock.elapsed += 120
    bench.chain.pool.clear()
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    assert [i.outcome for i in session.journal.intents()] == [Outcome.DONE, Outcome.NEVER, Outcome.DONE]


async def test_attach_knows_what_the_journal_knows(bench: Bench) -> None:
    _, run, _ = await leased(bench)
    again = await attach(bench.session(), run.id)
    assert again.name == "web"
    assert again.sdl == SDL
    assert again.manifest == run.manifest
    assert again.stage is Stage.DELIVERING
    assert [x.id for x in again.leases] == [x.id for x in run.leases]
    with pytest.raises(BadInput):
        await attach(bench.session(), replace(run.id, dseq=1))


async def test_a_foreign_manifest_is_not_sent(bench: Bench) -> None:
    session, run, _ = await leased(bench)
    run.manifest = b"[]"
    with pytest.raises(BadInput):
        await deliver(session, run)
    assert bench.gateway.tries == 0
