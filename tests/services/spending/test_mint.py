"""Mints and burns: none while an earlier one is undecided, whatever ended the program that sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import MintRecord, MintStatus, Refused, Stale, TxResult, TxUnknown
from akash_tui.services.ports.grants import FeeGrant, Grants, Payers
from akash_tui.services.spending import mint as minting
from akash_tui.services.spending.intent_money import intent_money
from akash_tui.services.storage.journal_entries import Outcome
from akash_tui.services.wallet.movements import movements
from tests.fakes.chain import OWNER
from tests.fakes.session import Bench

ANN = "akash1ann00000000000000000000000000000000000"


@pytest.fixture(autouse=True)
def mint(bench: Bench) -> None:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    bench.chain.mint_status = status  # type: ignore[method-assign]
    bench.chain.balances_[OWNER][UAKT] += 100_000_000


async def cut_off(bench: Bench) -> None:
    """A mint that was handed in when its program was killed."""
    session = bench.session()
    task = asyncio.create_task(minting.execute(session, await minting.mint_quote(session, Decimal(5))))
    while not bench.chain.pool and not bench.chain.results:  # noqa: ASYNC110 - a fake's clock moves it
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_nothing_is_minted_while_an_earlier_one_is_undecided(bench: Bench) -> None:
    bench.chain.drop = True
    await cut_off(bench)
    session = bench.session()
    quote = await minting.mint_quote(session, Decimal(5))
    with pytest.raises(TxUnknown, match="earlier transaction of this wallet"):
        await minting.execute(session, quote)
    bench.chain.drop = False
    bench.clock.elapsed += 600  # its time-out is over
    assert (await minting.execute(bench.session(), await minting.mint_quote(session, Decimal(5)))).code == 0
    assert len(bench.chain.committed) == 1
    assert [i.outcome for i in session.journal.intents()] == [Outcome.DONE, Outcome.NEVER]


async def test_one_that_turns_out_to_be_done_is_not_done_again(bench: Bench) -> None:
    session = bench.session()
    quote = await minting.mint_quote(session, Decimal(5))
    await cut_off(bench)
    bench.clock.elapsed += 12
    with pytest.raises(Stale, match="same was done"):
        await minting.execute(session, quote)
    assert len(bench.chain.committed) == 1


def record(sequence: int, burned: int | None, given: int) -> MintRecord:
    coin = None if burned is None else Coin(UAKT, burned)
    return MintRecord(OWNER, 77, sequence, UAKT, "executed", Coin(UACT, given), None, burned=coin)


@pytest.mark.parametrize(
    ("named", "books", "given"),
    [
        (((77, 2),), [record(1, 10, 12), record(2, 10, 13)], 13),
        ((), [record(1, 11, 12), record(2, 10, 13)], 13),
        ((), [record(1, None, 12)], 12),
        ((), [record(1, None, 12), record(2, None, 13)], None),
        ((), [record(1, 10, 12), record(2, 10, 13)], None),
    ],
    ids=[
        "by the transaction's own answer",
        "by the amount",
        "by the block, where the books name no amount",
        "not known, where two have no amount",
        "not known, where both burned the same",
    ],
)
async def test_of_two_mints_in_one_block_each_reports_its_own(
    bench: Bench, named: tuple[tuple[int, int], ...], books: list[MintRecord], given: int | None
) -> None:
    session = bench.session()
    quote = replace(await minting.mint_quote(session, Decimal(5)), burn=Coin(UAKT, 10))

    async def ledger(owner: str) -> list[MintRecord]:
        return books

    bench.chain.mint_records = ledger  # type: ignore[method-assign]
    found = await minting.outcome(session, quote, TxResult("AB" * 32, 77, 0, "", "", 1, None, records=named))
    assert (None if found is None else found.minted) == (None if given is None else Coin(UACT, given))


@pytest.mark.parametrize(
    ("status", "act", "estimated", "note"),
    [
        ("pending", 5_000_000, UACT, ""),
        ("executed", 4_999_990, None, ""),
        ("canceled", 0, None, "cancelled: it would have given less than the chain's minimum; AKT paid back"),
    ],
)
async def test_the_journal_has_what_a_mint_gave_once_the_ledger_shows_it(
    bench: Bench, status: str, act: int, estimated: str | None, note: str
) -> None:
    session = bench.session()
    quote = await minting.mint_quote(session, Decimal(5))
    result = await minting.execute(session, quote)
    before = session.journal.state()
    minted = Coin(UACT, act) if status == "executed" else None
    books = [MintRecord(OWNER, result.height, 1, UAKT, status, minted, None, "minimum_mint", quote.burn)]
    minting.note_ended(session.journal, session.journal.intents(), books)
    (intent,) = session.journal.intents()
    money = intent_money(intent, [intent])
    assert (money.act, money.estimated, intent.note) == (act, estimated, note)
    assert (session.journal.state() == before) is (status == "pending")
    if status != "pending":  # Wallet says the same, also where the ledger cannot be read
        with_ledger, without = movements([intent], books)[0], movements([intent], None)[0]
        assert with_ledger == without
        assert {coin.denom: coin.amount for coin in without.changes}.get(UACT, 0) == money.act


@pytest.mark.parametrize("quoted", [minting.mint_quote, minting.burn_quote])
async def test_a_stale_price_halts_minting(
    bench: Bench, quoted: Callable[[Session, Decimal], Awaitable[minting.MintQuote]]
) -> None:
    async def status() -> MintStatus:
        return MintStatus("", False, False, (), 0, 5, halted="the price is stale")

    bench.chain.mint_status = status  # type: ignore[method-assign]
    with pytest.raises(Refused, match=r"^Minting is halted: the price is stale\."):
        await quoted(bench.session(), Decimal(5))


async def test_gas_that_another_account_pays_is_not_missing_in_the_wallet(bench: Bench) -> None:
    session = bench.session()
    burn = (await minting.mint_quote(session, Decimal(5))).burn.amount
    bench.chain.balances_[OWNER][UAKT] = burn
    bench.chain.grants_ = Grants((FeeGrant(ANN, OWNER, None, None),))
    session.payers = Payers(ANN)
    quote = await minting.mint_quote(session, Decimal(5))
    assert next(c.amount for c in quote.balances_after if c.denom == UAKT) == 0
