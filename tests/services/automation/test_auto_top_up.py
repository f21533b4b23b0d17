"""Automatic top-ups: agreed to once, made when due, capped, and never made twice whatever happens in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from akash_tui.domain.akash.entities import (
    Deployment,
    DeploymentId,
    DeploymentState,
    EscrowState,
    Lease,
    LeaseState,
    Reclamation,
)
from akash_tui.domain.akash.messages import DepositDeployment
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.services.automation.auto_top_up import AutoTopUp, DoneTopUp
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import (
    AkashError,
    BadInput,
    Head,
    NeverIncluded,
    NotSignedIn,
    Refused,
    SignedTx,
    Signer,
    Stale,
    TxDraft,
    TxResult,
    TxUnknown,
    Unreachable,
)
from akash_tui.services.ports.grants import DepositGrant, Grants, Payers
from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from akash_tui.services.storage.standing_orders import StandingOrder
from tests.fakes.chain import BLOCK, OWNER, TTL
from tests.fakes.session import Bench, act
from tests.services.deployment.test_killed_at_each_step import killed_at
from tests.services.leases.test_lease_reader import leased

FRIEND = "akash1friend0000000000000000000000000000000000"
GRANTED = Grants(deposits=(DepositGrant(FRIEND, OWNER, (Coin(UACT, act("9")),), ("deployment",), None),))


async def agreed(bench: Bench, *, amount: str = "1", cap: str = "2.5", below: str = "0.6") -> DeploymentId:
    """A lease whose 500,000 uact last 50 minutes at 1,000 a block of 6 s, and a standing order for it."""
    run = await leased(bench)
    auto = AutoTopUp(bench.session())
    await auto.agree(await auto.quote(run.id, act(amount), None, act(cap), Decimal(below)))
    return run.id


async def once(session: Session, id: DeploymentId) -> DoneTopUp | StandingOrder | None:
    auto = AutoTopUp(session)
    order = auto.find(id)
    assert order is not None
    return await auto.run(order)


def deposits(bench: Bench) -> list[int]:
    return [m.deposit.amount for tx in bench.chain.committed for m in tx if isinstance(m, DepositDeployment)]


async def test_a_deployment_that_one_node_alone_shows_closed_keeps_its_top_ups(bench: Bench) -> None:
    id = await agreed(bench)
    real = bench.chain.deployment

    async def closed(id: DeploymentId) -> Deployment | None:
        shown = await real(id)
        assert shown is not None
        return replace(shown, state=DeploymentState.CLOSED)

    bench.chain.deployment = closed  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(deployment=real, head=bench.chain.head)
    assert await once(bench.session(), id) is None
    order = AutoTopUp(bench.session()).find(id)
    assert order is not None
    assert order.active
    bench.chain.second_ = SimpleNamespace(deployment=closed)
    ended = await once(bench.session(), id)
    assert isinstance(ended, StandingOrder)
    assert "is closed" in ended.stopped


async def test_agreeing_shows_everything_and_spends_nothing(bench: Bench) -> None:
    run = await leased(bench)
    before = len(bench.chain.committed)
    auto = AutoTopUp(bench.session())
    agreement = await auto.quote(run.id, None, Decimal(1), act("2"), Decimal("0.5"))
    assert agreement.first.deposit.amount == 600_000  # an hour at today's rate
    assert agreement.at_most == 3
    assert agreement.fee_most.amount == 3 * agreement.first.fee_ceiling.amount
    assert not agreement.due_now
    order = await auto.agree(agreement)
    assert (order.amount, order.cap, order.spent, order.stopped) == (600_000, 2_000_000, 0, "")
    assert len(bench.chain.committed) == before


@pytest.mark.parametrize(
    ("cap", "below", "description"), [("0.5", "1", "less than one top-up"), ("5", "0", "more than 0")]
)
async def test_what_makes_no_sense_is_refused(bench: Bench, cap: str, below: str, description: str) -> None:
    run = await leased(bench)
    with pytest.raises(BadInput, match=description):
        await AutoTopUp(bench.session()).quote(run.id, act("1"), None, act(cap), Decimal(below))


async def test_it_tops_up_when_due_and_stops_at_the_cap(bench: Bench) -> None:
    id = await agreed(bench)
    session = bench.session()
    assert await once(session, id) is None  # 50 minutes are left, 36 is the limit
    for number in (1, 2):
        while (done := await once(session, id)) is None:
            bench.clock.elapsed += 60 * BLOCK
        assert isinstance(done, DoneTopUp)
        assert (done.order.spent, done.order.times) == (number * 1_000_000, number)
        assert await once(session, id) is None  # there is enough again
    while (done := await once(session, id)) is None:
        bench.clock.elapsed += 60 * BLOCK
    assert isinstance(done, StandingOrder)
    assert "2.00 of 2.50 ACT are spent" in done.stopped
    assert await once(session, id) is None  # told once
    assert deposits(bench) == [1_000_000, 1_000_000]
    order = AutoTopUp(bench.session()).find(id)
    assert order is not None
    assert order.stopped == done.stopped


@pytest.mark.parametrize(
    ("escrow", "description"), [(EscrowState.OVERDRAWN, "ran out of funds"), (EscrowState.CLOSED, "is closed")]
)
async def test_a_closed_or_overdrawn_account_ends_it_with_the_reason(
    bench: Bench, escrow: EscrowState, description: str
) -> None:
    id = await agreed(bench)
    known = bench.chain.deployments_[id]
    bench.chain.deployments_[id] = replace(
        known, state=DeploymentState.CLOSED, escrow=replace(known.escrow, state=escrow)
    )
    done = await once(bench.session(), id)
    assert isinstance(done, StandingOrder)
    assert description in done.stopped
    assert deposits(bench) == []


def reclaimed(bench: Bench, id: DeploymentId, most: int = 1) -> None:
    until = Reclamation(int(bench.clock.now().timestamp()) + 86_400, "")
    for lease in [x for x in bench.chain.leases_.values() if x.id.deployment == id][:most]:
        bench.chain.leases_[lease.id] = replace(lease, state=LeaseState.RECLAIMING, reclamation=until)


async def test_a_lease_under_reclamation_is_never_topped_up(bench: Bench) -> None:
    id = await agreed(bench)
    reclaimed(bench, id)
    assert await once(bench.session(), id) is None  # it is not due yet, so there is nothing to say
    bench.clock.elapsed += 300 * BLOCK
    with pytest.raises(BadInput, match="takes the machine back") as refused:
        await once(bench.session(), id)
    assert refused.value.advice.startswith("Move it by deploying it elsewhere, or top it up by hand")
    assert "; in the app, d deploys it elsewhere and t tops it up." in refused.value.advice
    assert deposits(bench) == []
    order = AutoTopUp(bench.session()).find(id)
    assert order is not None
    assert order.active  # a new lease of the deployment is topped up again
    with pytest.raises(BadInput, match="takes the machine back"):
        await AutoTopUp(bench.session()).quote(id, act("1"), None, act("3"), Decimal(1))


async def test_reclaimed_between_the_two_reads_it_is_not_topped_up(bench: Bench) -> None:
    id = await agreed(bench)
    bench.clock.elapsed += 300 * BLOCK
    reads = 0

    def meanwhile(name: str) -> None:
        nonlocal reads
        reads += name == "leases"
        if name == "leases" and reads == 2:
            reclaimed(bench, id)

    bench.chain.gate = meanwhile
    with pytest.raises(BadInput, match="takes the machine back"):
        await once(bench.session(), id)
    assert deposits(bench) == []


async def test_beside_a_lease_that_stays_it_is_topped_up(bench: Bench) -> None:
    id = await agreed(bench)
    (lease,) = [x for x in bench.chain.leases_.values() if x.id.deployment == id]
    other = replace(lease.id, gseq=2)
    bench.chain.leases_[other] = replace(lease, id=other)
    reclaimed(bench, id)
    bench.clock.elapsed += 200 * BLOCK
    assert isinstance(await once(bench.session(), id), DoneTopUp)


async def test_money_is_not_sent_after_funds_that_are_gone(bench: Bench) -> None:
    id = await agreed(bench)
    bench.clock.elapsed += 600 * BLOCK
    with pytest.raises(BadInput, match="before it could be topped up"):
        await once(bench.session(), id)
    assert deposits(bench) == []


async def test_gas_above_what_was_agreed_is_not_paid(bench: Bench) -> None:
    id = await agreed(bench)
    bench.clock.elapsed += 300 * BLOCK
    bench.chain.gas_simulated = bench.chain.gas_needed = 900_000
    with pytest.raises(Stale, match="Gas costs"):
        await once(bench.session(), id)
    assert deposits(bench) == []


async def test_a_node_that_lags_behind_the_top_up_does_not_cause_another(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    old = bench.chain.deployments_[id]
    assert isinstance(await once(bench.session(), id), DoneTopUp)
    new = bench.chain.deployments_[id]
    bench.chain.deployments_[id] = old  # a node of the pool that has not seen it
    assert await once(bench.session(), id) is None
    bench.chain.deployments_[id] = new
    assert deposits(bench) == [1_000_000]


async def test_while_an_earlier_one_is_undecided_nothing_is_sent(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    bench.chain.drop = True
    session = bench.session()
    task = asyncio.create_task(once(session, id))
    while not AutoTopUp(bench.session()).find(id).spent:  # type: ignore[union-attr]  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(TxUnknown):
        await once(bench.session(), id)
    order = AutoTopUp(bench.session()).find(id)
    assert order is not None
    assert order.spent == 1_000_000  # counted until it is known that it never happened
    assert deposits(bench) == []


async def test_one_that_nobody_can_tell_of_counts_against_the_cap(bench: Bench) -> None:
    id = await agreed(bench, cap="1")
    bench.clock.elapsed += 300 * BLOCK
    session = bench.session()
    assert isinstance(await once(session, id), DoneTopUp)
    with session.journal.writing() as db:
        db.execute("UPDATE intents SET outcome = ? WHERE kind = ?", (Outcome.UNKNOWN, IntentKind.DEPOSIT))
    bench.clock.elapsed += 1200 * BLOCK
    assert isinstance(await once(session, id), StandingOrder)
    assert deposits(bench) == [1_000_000]


async def test_one_that_is_refused_in_its_block_costs_gas_once(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    bench.chain.gas_needed = 900_000_000  # no more gas than was agreed to helps
    session = bench.session()
    with pytest.raises(Refused):
        await once(session, id)
    gas = bench.chain.balances_[OWNER][UAKT]
    done = await once(session, id)
    assert isinstance(done, StandingOrder)
    assert "refused" in done.stopped
    assert await once(session, id) is None
    assert (bench.chain.balances_[OWNER][UAKT], deposits(bench)) == (gas, [])


async def test_ended_while_it_is_being_read_it_spends_nothing(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    real = bench.chain.simulate

    async def ended_meanwhile(*args: Any, **more: Any) -> TxDraft:
        AutoTopUp(bench.session()).stop(id)
        return await real(*args, **more)

    bench.chain.simulate = ended_meanwhile  # type: ignore[method-assign]
    assert await once(bench.session(), id) is None
    assert deposits(bench) == []


async def test_ended_elsewhere_while_it_is_being_signed_it_is_not_sent(bench: Bench) -> None:
    """The one who turned it off was told that it is off: nothing is spent after that."""
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    elsewhere, real = bench.session(), bench.chain.sign

    async def ended_meanwhile(draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        signed = await real(draft, signer, gas_limit=gas_limit)
        assert AutoTopUp(elsewhere).stop(id) is not None
        return signed

    bench.chain.sign = ended_meanwhile  # type: ignore[method-assign]
    session = bench.session()
    assert await once(session, id) is None
    assert deposits(bench) == []
    assert session.journal.open_intents(session.network.chain_id) == []


async def test_an_order_of_another_chain_does_nothing(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    auto = AutoTopUp(bench.session())
    order = auto.find(id)
    assert order is not None
    assert await auto.run(replace(order, chain_id="another-1")) is None
    assert deposits(bench) == []


async def test_a_node_that_lags_behind_a_deposit_by_hand_does_not_cause_another(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    old = bench.chain.deployments_[id]
    session = bench.session()
    await deposit(session, await deposit_quote(session, id, act("1")))
    bench.chain.deployments_[id] = old
    assert await once(bench.session(), id) is None
    assert deposits(bench) == [1_000_000]


async def test_two_programs_at_once_top_up_once(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    done = await asyncio.gather(*(once(bench.session(), id) for _ in range(4)))
    assert sum(isinstance(each, DoneTopUp) for each in done) == 1
    assert deposits(bench) == [1_000_000]


async def test_a_new_agreement_counts_from_zero_and_an_old_one_does_nothing(bench: Bench) -> None:
    id = await agreed(bench, cap="1")
    bench.clock.elapsed += 300 * BLOCK
    auto = AutoTopUp(bench.session())
    old = auto.find(id)
    assert old is not None
    assert isinstance(await auto.run(old), DoneTopUp)
    new = await auto.agree(await auto.quote(id, act("1"), None, act("3"), Decimal(10)))
    assert (auto.find(id), new.spent) == (new, 0)
    assert await auto.run(old) is None
    assert auto.stop(id) == new
    assert auto.stop(id) is None
    assert await auto.run(new) is None
    assert deposits(bench) == [1_000_000]


async def test_without_a_key_nothing_can_be_agreed(bench: Bench) -> None:
    run = await leased(bench)
    auto = AutoTopUp(bench.session())
    agreement = await auto.quote(run.id, act("1"), None, act("3"), Decimal(10))
    with pytest.raises(NotSignedIn):
        await AutoTopUp(bench.session(readonly=True)).agree(agreement)


def test_killed_at_every_step_it_tops_up_once(tmp_path: Path) -> None:
    step = 0
    while True:
        step += 1
        bench = Bench(tmp_path / str(step))
        id = asyncio.run(agreed(bench, cap="9"))
        bench.chain.second_ = SimpleNamespace(deployment=bench.chain.deployment, head=bench.chain.head)
        bench.clock.forget()
        bench.clock.elapsed += 300 * BLOCK
        before = bench.chain.balances_[OWNER][UACT]

        async def work(session: Session, id: DeploymentId = id) -> None:
            await once(session, id)

        killed, seen = killed_at(bench, step, work)
        for _ in range(8):  # started again and again: every start looks whether it is due
            bench.clock.elapsed += BLOCK
            try:
                asyncio.run(work(bench.session()))
            except AkashError:
                bench.clock.elapsed += 60  # undecided: its time-out has to pass
            bench.clock.forget()
        assert deposits(bench) == [1_000_000], (step, seen[-1:])
        assert bench.chain.balances_[OWNER][UACT] == before - 1_000_000
        order = AutoTopUp(bench.session()).find(id)
        assert order is not None
        assert order.spent == 1_000_000
        if not killed:
            break
    assert step > 15


async def test_hand_made_top_ups_do_not_count_against_the_cap(bench: Bench) -> None:
    id = await agreed(bench, cap="1")
    session = bench.session()
    await deposit(session, await deposit_quote(session, id, act("1")))
    order = AutoTopUp(bench.session()).find(id)
    assert order is not None
    assert order.spent == 0


def hiding(bench: Bench, id: DeploymentId) -> None:
    """Every top-up gets into its block, and the node denies it for good: records, and the state as it was."""
    old = bench.chain.deployments_[id]

    async def never(tx: SignedTx) -> TxResult:
        await bench.clock.sleep(TTL * 2)
        raise NeverIncluded("The transaction never got into a block: its time-out has passed.")

    async def as_it_was(asked: DeploymentId) -> Deployment | None:
        bench.chain.step()
        return old

    bench.chain.confirm = never  # type: ignore[method-assign]
    bench.chain.deployment = as_it_was  # type: ignore[method-assign,assignment]


async def test_a_top_up_that_one_endpoint_alone_calls_never_is_not_sent_again(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    hiding(bench, id)
    with pytest.raises(NeverIncluded):
        await once(bench.session(), id)
    with pytest.raises(BadInput, match=r"one endpoint alone shows little left, and what was sent by now lasts 1\.\d h"):
        await once(bench.session(), id)
    assert deposits(bench) == [1_000_000]


async def test_funds_that_one_endpoint_alone_shows_gone_too_early_are_not_paid_again(bench: Bench) -> None:
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    assert isinstance(await once(bench.session(), id), DoneTopUp)
    real = bench.chain.deployment

    async def drained(asked: DeploymentId) -> Deployment | None:
        shown = await real(asked)
        assert shown is not None
        now = (await bench.chain.head()).height
        escrow = replace(shown.escrow, funds=(DecCoin(UACT, Decimal(9_000)),), settled_at=now)
        return replace(shown, escrow=escrow)

    bench.chain.deployment = drained  # type: ignore[method-assign,assignment]
    with pytest.raises(BadInput, match="what was sent by now lasts"):
        await once(bench.session(), id)
    bench.chain.second_ = SimpleNamespace(deployment=real, head=bench.chain.head)
    with pytest.raises(BadInput, match="a second endpoint shows enough for"):
        await once(bench.session(), id)
    assert deposits(bench) == [1_000_000]
    bench.chain.second_ = SimpleNamespace(
        deployment=drained, head=bench.chain.head
    )  # two agree: who really drains it is to be paid
    assert isinstance(await once(bench.session(), id), DoneTopUp)


async def test_what_one_endpoint_changes_between_two_reads_pays_nothing_twice(bench: Bench) -> None:
    """Leases that it hides, and a height that is far ahead: neither confirms what it shows itself."""
    id = await agreed(bench, cap="9")
    bench.clock.elapsed += 300 * BLOCK
    hiding(bench, id)
    with pytest.raises(NeverIncluded):
        await once(bench.session(), id)
    leases, head, reads = bench.chain.leases, bench.chain.head, 0

    async def hidden_later(owner: str, dseq: int | None = None) -> list[Lease]:
        nonlocal reads
        reads += 1
        return [] if reads > 2 else await leases(owner, dseq)

    bench.chain.leases = hidden_later  # type: ignore[method-assign,assignment]
    with pytest.raises(BadInput, match="what was sent by now lasts"):
        await once(bench.session(), id)
    bench.chain.leases = leases  # type: ignore[method-assign]
    deployment = bench.chain.deployment

    async def ahead() -> Head:
        return replace(await head(), height=10**6)

    async def full(asked: DeploymentId) -> Deployment | None:
        shown = await deployment(asked)
        assert shown is not None
        return replace(shown, escrow=replace(shown.escrow, funds=(DecCoin(UACT, Decimal(1_400_000)),)))

    bench.chain.second_ = SimpleNamespace(deployment=full, head=head)
    bench.chain.head = ahead  # type: ignore[method-assign]
    with pytest.raises(BadInput, match="a second endpoint shows enough for"):
        await once(bench.session(), id)
    assert deposits(bench) == [1_000_000]


async def test_top_ups_that_two_endpoints_call_never_stay_within_the_sum_in_all(bench: Bench) -> None:
    id = await agreed(bench, cap="2.5")
    bench.clock.elapsed += 300 * BLOCK
    hiding(bench, id)
    bench.chain.second_ = SimpleNamespace(deployment=bench.chain.deployment, head=bench.chain.head)
    for _ in range(2):
        with pytest.raises(NeverIncluded):
            await once(bench.session(), id)
    done = await once(bench.session(), id)
    assert isinstance(done, StandingOrder)
    assert "0.00 of 2.50 ACT are spent, 2.00 more was sent and never seen" in done.stopped
    assert sum(deposits(bench)) == 2_000_000


async def test_a_top_up_that_could_not_be_sent_at_all_is_made_when_a_node_is_there_again(bench: Bench) -> None:
    id = await agreed(bench, cap="1")
    bench.clock.elapsed += 300 * BLOCK
    real = bench.chain.broadcast

    async def away(tx: SignedTx) -> None:
        raise Unreachable("No node could be reached to send the transaction.")

    bench.chain.broadcast = away  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        await once(bench.session(), id)
    bench.chain.broadcast = real  # type: ignore[method-assign]
    assert isinstance(await once(bench.session(), id), DoneTopUp)


async def test_who_pays_is_as_it_was_agreed_to_whatever_is_chosen_later(bench: Bench) -> None:
    id = await agreed(bench)
    bench.chain.grants_ = GRANTED
    bench.clock.elapsed += 300 * BLOCK
    session = bench.session()
    session.payers = Payers(deposit_from="grant")  # for something else
    done = await once(session, id)
    assert isinstance(done, DoneTopUp)
    assert done.quote.payment.granted(OWNER) == ()


async def test_an_agreement_that_a_grant_pays_never_takes_from_the_wallet(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain.grants_ = GRANTED
    session = bench.session()
    session.payers = Payers(deposit_from="grant")
    auto = AutoTopUp(session)
    order = await auto.agree(await auto.quote(run.id, act("1"), None, act("2.5"), Decimal("0.6")))
    assert order.payers == Payers(deposit_from="grant")
    session = bench.session()  # started again: nothing is chosen
    bench.clock.elapsed += 300 * BLOCK
    bench.chain.grants_ = Grants()
    with pytest.raises(BadInput, match="No account pays deposits"):
        await once(session, run.id)
    bench.chain.grants_ = GRANTED
    done = await once(session, run.id)
    assert isinstance(done, DoneTopUp)
    assert done.quote.payment.own(OWNER) == 0
