"""The money of leases on the practice network: topped up by agreement, run dry when it was said, closed in bulk."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState, EscrowState
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.domain.akash.money import UACT, units
from akash_tui.services.automation.auto_top_up import AutoTopUp, DoneTopUp
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import BulkCloseQuote, bulk_close, bulk_close_quote, close
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.storage.standing_orders import StandingOrder
from tests.helpers.worlds import Practice, served
from tests.services.on_practice.test_lease_stories import leased

Worlds = Callable[[str], Practice]
EACH = 500_000
"""Micro-ACT: as much as the smallest deposit, which lasts eighty blocks there."""


async def _closed(session: Session, id: DeploymentId) -> DeploymentView:
    while True:
        view = await Leases(session).one(id, services=False)
        if view.deployment.state is DeploymentState.CLOSED:
            return view
        await session.clock.sleep(0.05)


async def _balance(session: Session) -> int:
    return sum(c.amount for c in await session.chain.balances(session.owner) if c.denom == UACT)


async def test_topped_up_in_time_until_the_cap_then_dry_at_the_block_that_was_said(tmp_path: Path) -> None:
    # slower blocks than elsewhere: a top-up must come within sixty of them, on a busy machine too
    with served(tmp_path / "home", "runs-dry", 0.15) as practice:
        async with practice.session() as session:
            await _topped_up_then_dry(session)


async def _topped_up_then_dry(session: Session) -> None:
    _, run, _ = await leased(session, deposit=None)
    (lease,) = run.leases
    auto = AutoTopUp(session)
    block = (await session.chain.block_time()).seconds
    below = 60 * block / 3600  # of its eighty blocks
    agreement = await auto.quote(run.id, EACH, None, 2 * EACH, below)
    assert (agreement.at_most, agreement.cap.amount) == (2, 2 * EACH)
    order = await auto.agree(agreement)
    said: list[int] = []
    while not isinstance(done := await auto.run(order), StandingOrder):
        if isinstance(done, DoneTopUp):
            order = done.order
            assert done.quote.left > 0, "in time"
            said.append(order.spent)
        await session.clock.sleep(0.05)
    assert said == [EACH, 2 * EACH]
    assert "1.00 of 1.00 ACT are spent" in done.stopped
    kept = auto.find(run.id)
    assert kept is not None
    assert (kept.active, kept.times, kept.spent) == (False, 2, 2 * EACH)
    assert await auto.run(kept) is None

    view = await Leases(session).one(run.id, services=False)
    assert view.lasts_hours is not None
    dry_at = view.height + view.lasts_hours * 3600 / view.block_time.seconds
    paid_for = lease.created_at + Decimal(3 * EACH) / lease.price.amount
    assert abs(dry_at - paid_for) <= 2
    while view.left > 0:
        assert view.height < paid_for
        view = await Leases(session).one(run.id, services=False)
    assert view.height >= paid_for
    over = await _closed(session, run.id)  # by its provider, the next time that it settles
    assert over.deployment.escrow.state is EscrowState.OVERDRAWN
    (ended,) = [v.lease for v in over.leases]
    assert ended.closed_on >= paid_for
    assert why_ended(ended) == "its deposit ran out"
    (told,) = attention_items(over)
    owed = (ended.closed_on - paid_for) * lease.price.amount
    assert f"{units(owed)} ACT of it was never paid" in told.text
    made = [i for i in session.journal.intents() if i.kind is IntentKind.DEPOSIT and i.dseq == run.id.dseq]
    assert len(made) == 2


async def test_closed_in_time_the_refund_is_what_was_shown(worlds: Worlds) -> None:
    async with worlds("runs-dry").session() as session:
        session, run, _ = await leased(session, deposit=5_000_000)
        (lease,) = run.leases
        quote = await close_quote(session, run.id)
        result = await close(session, quote, run)
        assert result.refund is not None
        later = (result.height - quote.height) * lease.price.amount
        assert abs(quote.refund.amount - result.refund.amount - later) <= 1
        over = await _closed(session, run.id)
        assert over.deployment.escrow.state is EscrowState.CLOSED
        assert over.left == 0


async def _quote_of_one_block(session: Session, ids: list[DeploymentId]) -> BulkCloseQuote:
    """A quote whose every refund is that of its block: none was settled by a provider after the head was read."""
    while True:
        quote = await bulk_close_quote(session, ids)
        open_now = await session.chain.deployments(session.owner, DeploymentState.ACTIVE)
        if all(d.escrow.settled_at <= quote.height for d in open_now):
            return quote


async def test_three_closed_at_once_give_back_what_was_shown(worlds: Worlds) -> None:
    async with worlds("runs-dry").session() as session:
        runs = [(await leased(session, deposit=5_000_000))[1] for _ in range(3)]
        prices = sum((lease.price.amount for run in runs for lease in run.leases), Decimal(0))
        ids = [run.id for run in runs]
        before = await _balance(session)
        quote = await _quote_of_one_block(session, [*ids, DeploymentId(session.owner, 1)])
        assert [c.id for c in quote.closings] == ids
        assert len(quote.left_out) == 1
        heard: list[int] = []
        result = await bulk_close(session, quote, lambda done: heard.append(len(done.closed)))
        assert (result.closed, result.failed, heard) == (ids, [], [3])
        assert result.refund_known
        views = [await _closed(session, id) for id in ids]
        later = max(v.lease.closed_on for view in views for v in view.leases) - quote.height
        assert abs(quote.refund.amount - result.refund - later * prices) <= len(ids)
        assert await _balance(session) - before == result.refund
