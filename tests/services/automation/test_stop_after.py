"""Runtime limits: the deposit is sized to them, they survive a kill, and are reached by time or by cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import DeploymentState, LeaseState
from akash_tui.domain.akash.messages import DepositDeployment
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.automation.auto_top_up import AutoTopUp, DoneTopUp
from akash_tui.services.automation.stop_after import DoneStop, StopAfter
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create, keep
from akash_tui.services.leases.runtime_limits import SavedLimit
from akash_tui.services.ports import BadInput, BeyondBounds, Locked, SignedTx, Signer, TxDraft
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import SavedStage
from akash_tui.services.storage.settings import ActLimits, Bounds
from tests.fakes.chain import BLOCK, OWNER
from tests.fakes.session import SDL, Bench, act, compiled
from tests.services.leases.test_lease_reader import leased

RATE = Decimal(1000)
"""Micro-ACT a block of 6 s of the cheapest bid: 0.60 ACT an hour."""


def balance(bench: Bench) -> dict[str, int]:
    return dict(bench.chain.balances_[OWNER])


def later(bench: Bench, minutes: float) -> None:
    bench.clock.elapsed += minutes * 60


def deposits(bench: Bench) -> list[int]:
    return [m.deposit.amount for tx in bench.chain.committed for m in tx if isinstance(m, DepositDeployment)]


async def limited(bench: Bench, session: Session, limit: RuntimeLimit) -> SavedLimit:
    """Deployed with a limit, and the cheapest bid taken."""
    run = await create(session, await create_quote(session, compiled(SDL), SDL, limit=limit))
    bench.clock.elapsed += 2 * BLOCK
    await read_once(session, run)
    quote = await lease_quote(session, run, {1: run.book.rows()[0].id})
    assert quote.limit == limit
    await accept(session, run, quote)
    saved = StopAfter(session).find(run.id)
    assert saved is not None
    assert saved.start_height == run.leases[0].created_at
    return saved


@pytest.mark.parametrize(
    ("limit", "escrow", "minutes"),
    [
        (RuntimeLimit(hours=Decimal(8)), 4_850_000, 480),  # and five minutes to close it
        (RuntimeLimit(amount=act("3")), 3_000_000, 295),  # of three hundred that it pays
        (RuntimeLimit(Decimal(8), act("3")), 3_000_000, 295),
        (RuntimeLimit(Decimal(1), act("3")), 650_000, 60),
    ],
)
async def test_the_deposit_is_sized_to_the_limit_and_it_is_closed_when_that_is_reached(
    bench: Bench, limit: RuntimeLimit, escrow: int, minutes: int
) -> None:
    before = balance(bench)
    session = bench.session()
    saved = await limited(bench, session, limit)
    assert bench.chain.deployments_[saved.id].escrow.held(UACT) == escrow
    stop = StopAfter(session)
    later(bench, minutes - 1)
    assert await stop.run(saved) is None
    state = (await stop.states())[saved.id]
    assert state.hours_left is not None
    assert round(state.hours_left * 60, 6) <= 1
    assert state.stops_at is not None
    session = bench.session()  # the program was killed and started again
    later(bench, 1)
    (again,) = StopAfter(session).active()
    done = await StopAfter(session).run(again)
    assert isinstance(done, DoneStop)
    deployment = bench.chain.deployments_[saved.id]
    assert deployment.state is DeploymentState.CLOSED
    (lease,) = bench.chain.leases_.values()
    cost = int(lease.price.amount * (lease.closed_on - lease.created_at))
    assert cost <= escrow
    after = balance(bench)
    fees = sum(result.fee.amount for result in bench.chain.results.values() if result.fee is not None)
    assert done.result.refund is not None
    assert done.result.refund.amount == escrow - cost
    assert after[UACT] - before[UACT] == -escrow + done.result.refund.amount, "to the unit"
    assert after[UAKT] - before[UAKT] == -fees
    assert StopAfter(session).active() == []
    assert await StopAfter(session).run(again) is None


async def test_a_kill_right_after_the_lease_loses_no_limit(bench: Bench) -> None:
    session = bench.session()
    saved = await limited(bench, session, RuntimeLimit(hours=Decimal(1)))
    stop = StopAfter(session)
    stop.limits.save(replace(saved, start_height=None, since=None))  # as it is until the lease is noted
    later(bench, 30)
    state = (await stop.states())[saved.id]
    assert state.saved.start_height == saved.start_height
    assert state.hours_left is not None
    assert abs(state.hours_left - Decimal("0.5")) < Decimal("0.01")


async def test_a_limit_set_later_counts_from_then_and_adds_what_is_missing(bench: Bench) -> None:
    run = await leased(bench)
    session = bench.session()
    stop = StopAfter(session)
    later(bench, 20)
    quote = await stop.quote(run.id, RuntimeLimit(hours=Decimal(1)))
    assert quote.deposit is not None
    assert quote.deposit.deposit.amount + int(quote.left) == 650_000
    assert not deposits(bench)
    await stop.agree(quote)
    assert deposits(bench) == [quote.deposit.deposit.amount]
    short = await stop.quote(run.id, RuntimeLimit(amount=act("0.1")))
    assert short.deposit is None
    assert short.too_much > act("0.5"), "escrow cannot be made smaller: that is said"
    session.lock()
    with pytest.raises(Locked):
        await stop.agree(short)
    unlocked: list[str] = []

    async def asked() -> None:
        unlocked.append("asked")
        session.unlocked()

    session.unlock, session.ask_unlock = bench.session().require_signer, asked
    assert await stop.agree(short) is None
    assert unlocked == ["asked"], "a limit without a deposit needs the key too: what closes it later"
    later(bench, 9)
    (saved,) = stop.active()
    assert isinstance(await stop.run(saved), DoneStop)


async def test_a_lease_shown_at_a_thousand_times_its_price_sizes_no_deposit(bench: Bench) -> None:
    run = await leased(bench)
    (lease,) = bench.chain.leases_.values()
    bench.chain.leases_[lease.id] = replace(lease, price=replace(lease.price, amount=lease.price.amount * 1000))
    bench.chain.balances_[OWNER][UACT] = act("100000")
    quote = await StopAfter(bench.session()).quote(run.id, RuntimeLimit(hours=Decimal(1)))
    assert quote.deposit is not None
    assert quote.deposit.beyond[0].option.startswith("--max-deposit ")


async def test_before_the_first_lease_a_limit_waits_for_it(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    stop = StopAfter(session)
    quote = await stop.quote(run.id, RuntimeLimit(hours=Decimal(1)))
    assert (quote.deposit, quote.state.hours_left) == (None, None)
    await stop.agree(quote)
    later(bench, 600)
    assert await stop.run(quote.saved) is None
    assert (await stop.states())[run.id].stops_at is None
    assert stop.remove(run.id) is not None
    assert stop.remove(run.id) is None


async def test_a_first_deposit_above_the_sum_is_refused(bench: Bench) -> None:
    with pytest.raises(BadInput, match=r"2\.00 ACT is more than the 1\.00 ACT after which it is to stop"):
        await create_quote(bench.session(), compiled(SDL), SDL, deposit=act("2"), limit=RuntimeLimit(amount=act("1")))
    with pytest.raises(BadInput, match=r"more than the 0\.004000 ACT after"):
        await create_quote(bench.session(), compiled(SDL), SDL, limit=RuntimeLimit(amount=act("0.004")))


async def test_a_limit_bounds_automatic_top_ups(bench: Bench) -> None:
    run = await leased(bench)  # 500,000 uact last 50 minutes
    session = bench.session()
    auto, stop = AutoTopUp(session), StopAfter(session)
    order = await auto.agree(await auto.quote(run.id, act("1"), None, act("5"), Decimal("0.6")))
    await stop.agree(await stop.quote(run.id, RuntimeLimit(hours=Decimal("0.75"))))
    later(bench, 20)
    assert await auto.run(order) is None, "it lasts until the limit"
    assert not deposits(bench)
    stop.remove(run.id)
    saved = (await stop.quote(run.id, RuntimeLimit(hours=Decimal(1)))).saved
    stop.limits.save(saved)
    done = await auto.run(order)
    assert isinstance(done, DoneTopUp)
    left = bench.chain.deployments_[run.id].escrow.projected(UACT, RATE, bench.chain.height)
    (added,) = deposits(bench)
    assert added < act("1")
    assert abs(left - 650_000) <= 2 * RATE
    assert await auto.run(order) is None


async def test_a_height_that_our_clock_contradicts_closes_nothing(bench: Bench) -> None:
    session = bench.session()
    saved = await limited(bench, session, RuntimeLimit(hours=Decimal(8)))
    honest = bench.chain.head
    later(bench, 60)

    async def ahead() -> object:
        return replace(await honest(), height=bench.chain.height + 100_000)

    bench.chain.head = ahead  # type: ignore[method-assign, assignment]
    assert await StopAfter(session).run(saved) is None
    assert bench.chain.deployments_[saved.id].state is DeploymentState.ACTIVE


async def test_a_limit_that_ends_elsewhere_while_the_close_is_being_signed_closes_nothing(bench: Bench) -> None:
    session, elsewhere = bench.session(), bench.session()
    saved = await limited(bench, session, RuntimeLimit(Decimal(1)))
    later(bench, 61)
    real = bench.chain.sign

    async def ended_meanwhile(draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        signed = await real(draft, signer, gas_limit=gas_limit)
        assert StopAfter(elsewhere).remove(saved.id) is not None
        return signed

    bench.chain.sign = ended_meanwhile  # type: ignore[method-assign]
    assert await StopAfter(session).run(saved) is None
    assert bench.chain.deployments_[saved.id].state is DeploymentState.ACTIVE
    ended = StopAfter(session).limits.find(saved.chain_id, saved.id)
    assert ended is not None
    assert ended.over == "you turned it off"


async def test_what_one_node_alone_shows_closed_keeps_its_limit(bench: Bench) -> None:
    session = bench.session()
    saved = await limited(bench, session, RuntimeLimit(hours=Decimal(8)))
    real = bench.chain.deployment

    async def closed(id: object) -> object:
        shown = await real(saved.id)
        assert shown is not None
        return replace(shown, state=DeploymentState.CLOSED)

    bench.chain.deployment = closed  # type: ignore[method-assign, assignment]
    bench.chain.second_ = SimpleNamespace(deployment=real)
    assert await StopAfter(session).run(saved) is None
    bench.chain.second_ = SimpleNamespace(deployment=closed)
    over = await StopAfter(session).run(saved)
    assert isinstance(over, SavedLimit)
    assert over.over == "the deployment is closed"


async def test_a_limit_ends_with_a_close_by_hand_and_with_one_elsewhere(bench: Bench) -> None:
    session = bench.session()
    stop = StopAfter(session)
    first = await limited(bench, session, RuntimeLimit(hours=Decimal(1)))
    await close(session, await close_quote(session, first.id))
    assert await stop.states() == {}
    assert stop.active() == []
    second = await limited(bench, session, RuntimeLimit(hours=Decimal(1)))
    deployment = bench.chain.deployments_[second.id]
    bench.chain.deployments_[second.id] = replace(deployment, state=DeploymentState.CLOSED)
    assert set(await stop.states()) == {second.id}, "not read before it is due"
    later(bench, 61)
    assert await stop.states() == {}
    assert stop.active() == []


async def test_a_limit_of_what_was_never_created_is_forgotten(bench: Bench) -> None:
    session = bench.session(bounds=Bounds(act=ActLimits(transaction=Decimal("0.1"))))
    with pytest.raises(BeyondBounds):
        await create(session, await create_quote(session, compiled(SDL), SDL, limit=RuntimeLimit(hours=Decimal(1))))
    assert StopAfter(session).active() == []


async def test_a_close_that_its_block_refused_is_not_tried_for_ever(bench: Bench) -> None:
    session = bench.session()
    saved = await limited(bench, session, RuntimeLimit(hours=Decimal(1)))
    later(bench, 61)
    with session.journal.writing() as db:
        db.execute(
            "INSERT INTO intents (kind, chain_id, owner, dseq, tx_hash, about, created_at, outcome)"
            " SELECT 'close', chain_id, owner, dseq, 'F', about, ?, 'failed' FROM intents WHERE kind = 'lease'",
            ((session.clock.now() + timedelta(seconds=1)).isoformat(),),
        )
    over = await StopAfter(session).run(saved)
    assert isinstance(over, SavedLimit)
    assert "close it by hand" in over.over
    assert all(lease.state is LeaseState.ACTIVE for lease in bench.chain.leases_.values())


async def test_a_deployment_that_is_created_elsewhere_keeps_its_limit_until_it_cannot_be_any_more(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, limit=RuntimeLimit(Decimal(8), None))
    keep(session, quote)
    saved = StopAfter(session).find(quote.id)
    assert saved is not None
    assert saved.limit == quote.limit
    await create(session, quote)
    session.journal.mark_stage(quote.chain_id, quote.id, SavedStage.NEVER)
    assert await StopAfter(session).states() == {}
    assert StopAfter(session).find(quote.id) is None
