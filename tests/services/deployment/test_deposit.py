"""Top-ups: by hours at the measured block time, and never where the money would be lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import DeploymentState, EscrowState
from akash_tui.domain.akash.money import UACT
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import BadInput, Stale
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.chain import BLOCK
from tests.fakes.session import Bench, act, compiled
from tests.services.leases.test_lease_reader import leased


async def test_hours_are_counted_at_the_measured_block_time(bench: Bench) -> None:
    run = await leased(bench)
    quote = await deposit_quote(bench.session(), run.id, hours=Decimal(24))
    assert quote.deposit.amount == 24 * 3600 // BLOCK * 1000
    assert quote.lasts_now is not None
    assert quote.lasts_hours is not None
    assert quote.lasts_hours - quote.lasts_now == pytest.approx(Decimal(24))
    assert quote.ends_at is not None
    assert (quote.ends_at - quote.made_at).total_seconds() == pytest.approx(float(quote.lasts_hours * 3600), abs=1)


async def test_what_is_left_counts_from_the_last_settlement(bench: Bench) -> None:
    run = await leased(bench)
    bench.clock.elapsed += 50 * BLOCK
    quote = await deposit_quote(bench.session(), run.id, act("1"))
    escrow = bench.chain.deployments_[run.id].escrow
    assert quote.left == escrow.held(UACT) - 1000 * (bench.chain.height - escrow.settled_at)


async def test_hours_need_something_that_costs(bench: Bench) -> None:
    from tests.fakes.session import SDL

    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    with pytest.raises(BadInput, match="no lease"):
        await deposit_quote(session, run.id, hours=Decimal(1))
    quote = await deposit_quote(session, run.id, act("1"))
    assert quote.lasts_hours is None


@pytest.mark.parametrize(
    ("escrow", "description"),
    [(EscrowState.OVERDRAWN, "ran out of funds"), (EscrowState.CLOSED, "is closed")],
)
async def test_lost_money_is_refused(bench: Bench, escrow: EscrowState, description: str) -> None:
    run = await leased(bench)
    session = bench.session()
    quote = await deposit_quote(session, run.id, act("1"))
    before = len(bench.chain.committed)
    known = bench.chain.deployments_[run.id]
    bench.chain.deployments_[run.id] = replace(
        known, state=DeploymentState.CLOSED, escrow=replace(known.escrow, state=escrow)
    )
    with pytest.raises(BadInput, match=description):
        await deposit_quote(session, run.id, act("1"))
    with pytest.raises((BadInput, Stale)):  # it ended between the quote and the yes
        await deposit(session, quote)
    assert len(bench.chain.committed) == before


async def test_a_debt_larger_than_the_deposit_is_refused_and_a_smaller_one_named(bench: Bench) -> None:
    run = await leased(bench)
    bench.clock.elapsed += 800 * BLOCK  # 500 blocks were paid for
    session = bench.session()
    with pytest.raises(BadInput, match="owes"):
        await deposit_quote(session, run.id, act("0.1"))
    quote = await deposit_quote(session, run.id, act("2"))
    assert quote.left < 0
    assert any("run out" in sentence for sentence in quote.unverified)
