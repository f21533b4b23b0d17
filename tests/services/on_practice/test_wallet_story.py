"""A wallet's money on the practice network: what the journal says moved is what the balances show, to the unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.leases.lease_summary import summarize
from akash_tui.services.spending import mint as minting
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.wallet.locked_funds import locked_funds
from akash_tui.services.wallet.wallet_reader import read_wallet
from tests.helpers.worlds import Practice
from tests.services.on_practice.test_lease_stories import leased

Worlds = Callable[[str], Practice]


async def exchanged(session: Session, quote: minting.MintQuote) -> None:
    result = await minting.execute(session, quote)
    record = await minting.outcome(session, quote, result)
    assert record is not None
    assert record.burned == quote.burn


async def test_deposits_fees_refunds_and_mints_are_the_change_of_the_balance(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        before = await read_wallet(session)
        await exchanged(session, await minting.mint_quote(session, Decimal(20)))
        _, run, _ = await leased(session, deposit=5_000_000)
        await deposit(session, await deposit_quote(session, run.id, 1_234_567))

        during = await read_wallet(session)
        views = await Leases(session).all()
        funds = locked_funds(map(summarize, views), during.balance(UACT), session.clock.now())
        mine = next(each for each in funds.deployments if each.id == run.id)
        assert 0 < mine.left <= 6_234_567
        assert mine.price_h > 0
        assert funds.total >= mine.left
        assert funds.first_out is not None

        await close(session, await close_quote(session, run.id), run)
        await exchanged(session, await minting.burn_quote(session, Decimal(3)))
        after = await read_wallet(session)
        known = {movement.tx for movement in before.last}
        new = [movement for movement in after.last if movement.tx not in known]
        assert {movement.kind for movement in new} >= {
            *(IntentKind.MINT, IntentKind.CREATE, IntentKind.LEASE),
            *(IntentKind.DEPOSIT, IntentKind.CLOSE, IntentKind.BURN),
        }
        assert all(movement.known for movement in new)
        assert after.unknown == ()
        for denom in (UACT, UAKT):
            moved = sum(coin.amount for movement in new for coin in movement.changes if coin.denom == denom)
            assert moved == after.balance(denom) - before.balance(denom)
        assert any(coin == Coin(UACT, -1_234_567) for movement in new for coin in movement.changes)
