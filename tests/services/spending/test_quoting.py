"""A chain that ends: quotes of something new, mints and long deposits warn of it, and closing is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.messages import CloseDeployment, Message
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit_quote
from akash_tui.services.ports import BadInput, MintStatus, NothingNew, TxDraft
from akash_tui.services.spending.mint import mint_quote
from akash_tui.services.spending.quotes import CreateQuote, Quote
from akash_tui.services.spending.quoting import close_quote, create_quote, read_deployment
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, act, compiled

SUNSET = ChainPlans(Upgrade("v3.0.0-sunset", 1000 + 21 * 14_400))
ENDED = ChainPlans(Upgrade("v3.1.0-halt", 1000 + 14_400), ended_at=900)


async def quoted(session: Session, **more: Any) -> CreateQuote:
    return await create_quote(session, compiled(SDL), SDL, "web", **more)


def of_chain(quote: Quote) -> list[str]:
    return [text for text in quote.unverified if "chain" in text or "upgrade" in text.casefold()]


async def test_a_number_of_another_wallet_names_that_wallet(bench: Bench) -> None:
    other = "akash1main000000000000000000000000000000001"
    session = bench.session()
    id = DeploymentId(OWNER, 812_301)
    bench.chain.deployments_.clear()
    with pytest.raises(BadInput) as unknown:
        await read_deployment(session, id)
    assert "lease list" in unknown.value.advice
    with session.journal.writing() as db:
        db.execute(
            "INSERT INTO deployments VALUES (?, ?, 812301, 'web', 'f', 's', x'', x'', NULL, 'open', '2026-01-01')",
            (session.network.chain_id, other),
        )
    with pytest.raises(BadInput) as gone:
        await read_deployment(session, id)
    assert "which is no wallet of this home now" in gone.value.advice
    session.wallet_names = lambda: {other: "main"}
    with pytest.raises(BadInput) as found:
        await read_deployment(session, id)
    assert found.value.advice == "It was made with wallet main: choose that one (--wallet main)."


async def test_without_a_plan_nothing_is_said(bench: Bench) -> None:
    assert of_chain(await quoted(bench.session())) == []


@pytest.mark.parametrize("plans", [SUNSET, ENDED])
async def test_a_new_deployment_is_quoted_with_the_end_of_the_chain(bench: Bench, plans: ChainPlans) -> None:
    bench.chain.plans_ = plans
    (warning,) = of_chain(await quoted(bench.session()))
    assert warning.startswith("A node reports: ")
    assert "new deployments" in warning
    assert "close them for the refund" in warning


async def test_a_deposit_that_outlives_the_chain_is_warned_of_and_a_short_one_is_not(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await quoted(session))
    bench.chain.offers = bench.chain.offers[:1]
    from akash_tui.services.deployment.accept_bids import accept, lease_quote

    (bid,) = [b.id for b in bench.chain.bids_.values() if b.price.amount == 1000]
    await accept(session, run, await lease_quote(session, run, {1: bid}))
    bench.chain.plans_ = ENDED  # ends in a day: 14,400,000 uact at this price
    short = await deposit_quote(session, run.id, act("1"))
    assert not [text for text in of_chain(short) if "lasts longer" in text]
    long = await deposit_quote(session, run.id, act("20"))
    (warning,) = [text for text in of_chain(long) if "lasts longer" in text]
    assert "close the deployment for the refund before the chain halts, about " in warning


async def test_a_mint_is_warned_of(bench: Bench) -> None:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    bench.chain.mint_status = status  # type: ignore[method-assign]
    bench.chain.balances_[OWNER][UAKT] += 100_000_000
    bench.chain.plans_ = SUNSET
    assert any("use up or burn the ACT" in text for text in (await mint_quote(bench.session(), Decimal(5))).unverified)


async def test_a_refused_mint_leaves_deployments_on_the_keys(bench: Bench) -> None:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    session = bench.session()
    await session.head()
    bench.chain.mint_status = status  # type: ignore[method-assign]
    bench.chain.balances_[OWNER][UAKT] += 100_000_000
    refusing_as_disabled(bench)
    with pytest.raises(NothingNew):
        await mint_quote(session, Decimal(5))
    assert session.calendar.why_nothing_new is None


def refusing_as_disabled(bench: Bench) -> None:
    """A chain after its sunset: only closing goes through."""
    real = bench.chain.simulate

    async def simulate(messages: Sequence[Message], *args: Any, **more: Any) -> TxDraft:
        if not all(isinstance(m, CloseDeployment) for m in messages):
            raise NothingNew("The chain refuses this as disabled.", "Close instead.")
        return await real(messages, *args, **more)

    bench.chain.simulate = simulate  # type: ignore[method-assign]


async def test_a_refusal_as_disabled_is_remembered_and_closing_goes_on(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await quoted(session))
    refusing_as_disabled(bench)
    assert session.calendar.why_nothing_new is None
    with pytest.raises(NothingNew):
        await quoted(session)
    assert (session.calendar.why_nothing_new or "").startswith("This chain takes no new deployments")
    assert (await close(session, await close_quote(session, run.id))).refund is not None


@pytest.mark.parametrize("plans", [SUNSET, ENDED, ChainPlans(Upgrade("v9-sunset-halt", 1001))])
async def test_a_lying_plan_stops_no_closing_and_no_deployment(bench: Bench, plans: ChainPlans) -> None:
    session = bench.session()
    bench.chain.plans_ = plans
    run = await create(session, await quoted(session))
    assert session.calendar.why_nothing_new is None
    assert (await close(session, await close_quote(session, run.id))).refund is not None


async def test_an_upgrade_tomorrow_is_said_before_a_close_too(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await quoted(session))
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 1400))
    (warning,) = of_chain(await close_quote(session, run.id))
    assert warning.startswith("A node reports: Upgrade v2.2.0 at block 1,400, about ")
