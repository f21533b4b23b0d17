"""Fees and deposits that another account pays: whose balance changes by how much, to the unit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from akash_tui.compose import Program
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import BadInput, Insufficient
from akash_tui.services.ports.grants import Payers
from akash_tui.services.spending import mint
from akash_tui.services.spending.granting import execute, grant_quote, revoke_quote
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.session import SDL, compiled
from tests.helpers.worlds import Practice

Worlds = Callable[[str], Practice]


@asynccontextmanager
async def other_wallet(practice: Practice, name: str, *, funded: bool) -> AsyncIterator[Session]:
    """A session of another account on the same network, in a home of its own."""
    home = practice.home.parent / f"{practice.home.name}-{name}"
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "practice.json").write_bytes((practice.home / "practice.json").read_bytes())
    (home / "practice.json").chmod(0o600)
    program = Program(home)
    network = program.networks.find("practice")
    wallet = program.practice_wallet()
    session = await program.open(network, None, False)
    try:
        if funded and not await session.chain.balances(wallet.address):
            await program.fund(network, wallet.address)
        yield session
    finally:
        await session.aclose()


async def held(session: Session) -> dict[str, int]:
    found = {c.denom: c.amount for c in await session.chain.balances(session.owner)}
    return {denom: found.get(denom, 0) for denom in (UACT, UAKT)}


def less(before: dict[str, int], act: int = 0, akt: int = 0) -> dict[str, int]:
    return {UACT: before[UACT] - act, UAKT: before[UAKT] - akt}


def fee_of(session: Session) -> int:
    """What the newest transaction of this wallet paid."""
    return int(next(str(i.about["fee"]) for i in session.journal.intents() if "fee" in i.about).removesuffix(UAKT))


async def test_an_account_without_a_coin_deploys_on_what_another_grants(worlds: Worlds) -> None:
    practice = worlds("calm")
    async with (
        other_wallet(practice, "ann", funded=True) as ann,
        other_wallet(practice, "poor", funded=False) as poor,
    ):
        start = await held(ann)
        quote = await grant_quote(ann, poor.owner, 1_000_000, 20_000_000, None)
        assert len(quote.lines) == 2
        await execute(ann, quote)
        paid = fee_of(ann)
        assert await held(ann) == less(start, akt=paid)  # nothing moves before it is used
        grants = await poor.chain.grants_to(poor.owner)
        assert [g.left(UAKT) for g in grants.fees] == [1_000_000]
        assert [g.left(UACT) for g in grants.deposits] == [20_000_000]

        with pytest.raises(Insufficient) as broke:  # on its own it cannot pay, and it is told who would
            await create_quote(poor, compiled(SDL), SDL, "web", deposit=5_000_000)
        assert f"--fee-granter {ann.owner}" in broke.value.advice

        poor.payers = Payers(ann.owner, ann.owner)
        before = await held(ann)
        created = await create_quote(poor, compiled(SDL), SDL, "web", deposit=5_000_000)
        assert created.payment.granted(poor.owner) == ((ann.owner, Coin(UACT, 5_000_000)),)
        await create(poor, created)
        gas = fee_of(poor)
        assert await held(poor) == {UACT: 0, UAKT: 0}
        assert await held(ann) == less(before, act=5_000_000, akt=gas)

        topped = await deposit_quote(poor, created.id, 2_000_000)
        await deposit(poor, topped)
        gas += fee_of(poor)
        assert await held(ann) == less(before, act=7_000_000, akt=gas)
        grants = await poor.chain.grants_to(poor.owner)
        assert (grants.fees[0].left(UAKT), grants.deposits[0].left(UACT)) == (1_000_000 - gas, 13_000_000)
        with pytest.raises(Insufficient, match=r"13\.000000 ACT left"):
            await deposit_quote(poor, created.id, 13_000_001)

        closing = await close_quote(poor, created.id)
        assert (closing.refund.amount, closing.others) == (0, ((ann.owner, Coin(UACT, 7_000_000)),))
        result = await close(poor, closing)
        gas += fee_of(poor)
        assert (result.refund, result.others) == (Coin(UACT, 0), closing.others)
        assert await held(poor) == {UACT: 0, UAKT: 0}
        assert await held(ann) == less(before, akt=gas)  # deposit + fees + refunds: only the gas is gone
        assert (await poor.chain.grants_to(poor.owner)).deposits[0].left(UACT) == 20_000_000  # as before

        await execute(ann, await revoke_quote(ann, poor.owner, fees=True, deposits=False))
        with pytest.raises(BadInput, match="pays no fees for this wallet"):
            await create_quote(poor, compiled(SDL), SDL, "web")
        left = await ann.chain.grants_by(ann.owner)
        assert (left.fees, len(left.deposits)) == ((), 1)


async def test_grant_and_balance_share_a_deposit_and_each_gets_its_own_back(worlds: Worlds) -> None:
    practice = worlds("calm")
    async with (
        other_wallet(practice, "ben", funded=True) as ben,
        other_wallet(practice, "rich", funded=True) as rich,
    ):
        until = ben.clock.now() + timedelta(days=30)
        await execute(ben, await grant_quote(ben, rich.owner, None, 3_000_000, until))
        mine, theirs = await held(rich), await held(ben)
        rich.payers = Payers(deposit_from="both")
        quote = await create_quote(rich, compiled(SDL), SDL, "web", deposit=5_000_000)
        assert quote.payment.deposit == ((ben.owner, Coin(UACT, 3_000_000)), (rich.owner, Coin(UACT, 2_000_000)))
        await create(rich, quote)
        gas = fee_of(rich)
        assert await held(rich) == less(mine, act=2_000_000, akt=gas)
        assert await held(ben) == less(theirs, act=3_000_000)
        closing = await close_quote(rich, quote.id)
        assert (closing.refund, closing.others) == (Coin(UACT, 2_000_000), ((ben.owner, Coin(UACT, 3_000_000)),))
        result = await close(rich, closing)
        gas += fee_of(rich)
        assert (result.refund, result.others) == (closing.refund, closing.others)
        assert await held(rich) == less(mine, akt=gas)
        assert await held(ben) == theirs

        # gas of a mint by a granter as well: the burned AKT is the wallet's own
        await execute(ben, await grant_quote(ben, rich.owner, 1_000_000, None, until))
        rich.payers = Payers(fee_granter=ben.owner)
        before, theirs = await held(rich), await held(ben)
        minting = await mint.mint_quote(rich, Decimal(10))
        done = await mint.execute(rich, minting)
        record = await mint.outcome(rich, minting, done)
        assert record is not None
        gave = mint.paid_out(record)
        assert gave is not None
        assert await held(rich) == less(before, act=-gave.amount, akt=minting.burn.amount)
        assert await held(ben) == less(theirs, akt=fee_of(rich))
