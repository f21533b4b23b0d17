"""The person's own limits: no sequence of spends passes them, whatever became of each, by any number of programs."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akash_tui.domain.akash.messages import (
    DepositDeployment,
    GrantDeposits,
    GrantFees,
    MintAct,
    RevokeDeposits,
    spent_in_all,
)
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import BadInput, BeyondBounds, SignedTx, Stale, TxDraft
from akash_tui.services.spending.bounds import allow, refuse_beyond
from akash_tui.services.spending.limits import (
    FIRST_SPEND,
    beyond_limits,
    first_spend_notice,
    limit_lines,
    limits_text,
    sent_before,
    spend_beyond,
)
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import NOTHING_SENT, IntentKind, Outcome, Sent
from akash_tui.services.storage.settings import ActLimits, AktLimits, Bounds, Settings, load, save
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, act, compiled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHAIN = "fake-1"
FEE = Coin(UAKT, 3_750)
TIGHT = Bounds(
    act=ActLimits(typed=Decimal(4), transaction=Decimal(5), session=Decimal(9), day=Decimal(12)),
    akt=AktLimits(typed=None, transaction=Decimal(5), session=None, day=Decimal("12.5")),
)


def intend(journal: Journal, coin: Coin, number: int, own: set[int], bounds: Bounds = TIGHT) -> int | None:
    """The key of the intent, as `spend` writes it; None where a limit forbids it."""

    def check(sent: Sent) -> None:
        session = Session.__new__(Session)
        session.allowed = set()
        refuse_beyond(session, beyond_limits(bounds, None, sent, {coin.denom: coin.amount}, FEE, NOW))

    tx = SignedTx(TxDraft((), OWNER, 0, 0, FEE), b"", f"{number:064X}", None)
    about: dict[str, object] = {"fee": str(FEE), "spends": [str(coin)]}
    now = NOW + timedelta(hours=number)
    try:
        intent = journal.intend(IntentKind.DEPOSIT, CHAIN, OWNER, 1, tx, about, now, session=own, check=check)
    except BeyondBounds:
        return None
    own.add(intent.key)
    return intent.key


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((UACT, UAKT)),
            st.integers(1, 6_000_000),
            st.sampled_from((None, *Outcome)),
            st.integers(0, 1),
        ),
        max_size=25,
    )
)
def test_no_sequence_of_spends_passes_a_limit(spends: list[tuple[str, int, Outcome | None, int]]) -> None:
    """An hour apart, by two sessions; what was paid is counted here by itself, from what each transaction became."""
    took: list[tuple[int, int, Coin]] = []  # hour, session, what left for all that is known
    fees: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        journals = [Journal(Path(folder) / "journal.db") for _ in range(2)]
        own: list[set[int]] = [set(), set()]
        for hour, (denom, amount, outcome, who) in enumerate(spends):
            coin = Coin(denom, amount)
            key = intend(journals[who], coin, hour, own[who])
            if key is None:
                continue
            fees.append((hour, who))
            if outcome is not Outcome.FAILED:
                took.append((hour, who, coin))
            if outcome is not None and outcome is not Outcome.OPEN:
                intent = next(i for i in journals[who].intents() if i.key == key)
                journals[who].settle(intent, outcome, None, "", NOW)
            limits = TIGHT.act if denom == UACT else TIGHT.akt

            def paid(since: int, by: tuple[int, ...], denom: str = denom) -> int:
                gas = sum(FEE.amount for at, one in fees if at >= since and one in by) if denom == UAKT else 0
                return gas + sum(c.amount for at, one, c in took if at >= since and one in by and c.denom == denom)

            assert amount <= 5_000_000
            assert paid(hour - 23, (0, 1)) <= limits.day * 1_000_000  # type: ignore[operator]
            if limits.session is not None and outcome is not Outcome.FAILED:
                assert paid(0, (who,)) <= limits.session * 1_000_000
        for journal in journals:
            journal.close()


def test_of_programs_that_sign_at_the_same_moment_only_those_that_fit_do(tmp_path: Path) -> None:
    made = Journal(tmp_path / "journal.db")
    assert intend(made, Coin(UACT, 1), 0, set()) is not None
    made.close()
    passed: list[int] = []
    start = threading.Barrier(6)

    def one(number: int) -> None:
        journal = Journal(tmp_path / "journal.db")
        start.wait()
        if intend(journal, Coin(UACT, 4_000_000), number, set()) is not None:
            passed.append(number)
        journal.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 2, "of 12 ACT a day"


async def deployed(bench: Bench, session: Session) -> None:
    await create(session, await create_quote(session, compiled(SDL), SDL))


async def test_two_quotes_that_fit_alone_and_not_together_are_not_both_signed(bench: Bench) -> None:
    first, second = bench.session(bounds=TIGHT), bench.session(bounds=TIGHT)
    await deployed(bench, first)
    await deployed(bench, second)
    ids = list(bench.chain.deployments_)
    await deposit(first, await deposit_quote(first, ids[0], act("4")))
    quotes = [await deposit_quote(session, id, act("4")) for session, id in zip((first, second), ids, strict=True)]
    assert not any(quote.beyond for quote in quotes)
    results = await asyncio.gather(deposit(first, quotes[0]), deposit(second, quotes[1]), return_exceptions=True)
    refused = [result for result in results if isinstance(result, BeyondBounds)]
    assert len(refused) == 1, results
    assert "your limit for 24 hours is 12 ACT" in refused[0].title
    assert "change your limits" in refused[0].advice
    assert "another endpoint" not in refused[0].advice
    day = sent_before(second).day
    assert day.amounts[UACT] == 9_000_000
    assert day.total(UAKT) == day.fees[UAKT] > 0


async def test_typing_allows_an_amount_and_no_typing_passes_a_limit(bench: Bench) -> None:
    session = bench.session(bounds=TIGHT)
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    typed = await deposit_quote(session, id, act("4.5"))
    assert [(e.figure, e.own, e.hard) for e in typed.beyond] == [("4.5", True, False)]
    with pytest.raises(BeyondBounds, match="above 4 ACT the amount must be typed"):
        await deposit(session, typed)
    allow(session, typed.beyond)
    await deposit(session, typed)
    beyond = await deposit_quote(session, id, act("5.5"))
    assert all(excess.hard for excess in beyond.beyond)
    assert "after 5.00 ACT; your limit for one session is 9 ACT" in beyond.beyond[1].text
    allow(session, beyond.beyond)
    with pytest.raises(BeyondBounds, match="one transaction is 5 ACT"):
        await deposit(session, beyond)
    session.max_spend = Decimal("10.5")  # 5 are spent: the option counts all that the command spends
    await deposit(session, await deposit_quote(session, id, act("5.5")))
    session.max_spend = None
    await close(session, await close_quote(session, id))  # a limit never stops what costs gas alone


async def test_a_limit_holds_from_the_moment_another_program_saves_it(bench: Bench) -> None:
    session = bench.session(saved_bounds=lambda: load(bench.home).bounds)
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    quote = await deposit_quote(session, id, act("4"))
    assert not quote.beyond
    save(bench.home, Settings(bounds=Bounds(act=ActLimits(transaction=Decimal(3)))))
    with pytest.raises(BeyondBounds, match="your limit for one transaction is 3 ACT"):
        await deposit(session, quote)
    assert [e.hard for e in (await deposit_quote(session, id, act("4"))).beyond] == [True]
    save(bench.home, Settings())
    await deposit(session, quote)


async def test_a_limit_that_is_saved_while_the_key_signs_still_holds(bench: Bench) -> None:
    session = bench.session(saved_bounds=lambda: load(bench.home).bounds)
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    deposits = await deposit_quote(session, id, act("4")), await deposit_quote(session, id, act("4"))
    changes = iter((Bounds(act=ActLimits(day=Decimal(4))), Bounds(max_fee=Decimal("0.000001"))))

    def limits_change(step: str, tx: SignedTx) -> None:
        if step == "signed":
            save(bench.home, Settings(bounds=next(changes)))

    purpose = JournalPurpose(IntentKind.DEPOSIT, id.dseq, {})
    for quote, why in zip(deposits, ("for 24 hours is 4 ACT", "the bound is 0.000001 AKT"), strict=True):
        save(bench.home, Settings())
        with pytest.raises(BeyondBounds, match=why):
            await spend(session, quote, purpose, limits_change)
    assert len(session.journal.intents()) == 1, "of its creation alone"


async def test_a_quote_is_judged_again_where_a_bound_on_a_nodes_figures_was_narrowed(bench: Bench) -> None:
    session = bench.session(saved_bounds=lambda: load(bench.home).bounds)
    quote = await create_quote(session, compiled(SDL), SDL)
    save(bench.home, Settings(bounds=Bounds(max_deposit=Decimal("0.1"))))
    with pytest.raises(Stale, match="narrowed since this was quoted"):
        await create(session, quote)
    assert (await create_quote(session, compiled(SDL), SDL)).beyond
    save(bench.home, Settings(bounds=Bounds(max_deposit=Decimal(9))))
    await create(session, quote)


async def test_settings_that_cannot_be_read_stop_what_spends_and_no_close(bench: Bench) -> None:
    session = bench.session(saved_bounds=lambda: load(bench.home).bounds)
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    quote = await deposit_quote(session, id, act("4"))
    (bench.home / "settings.json").write_text("{")
    with pytest.raises(BadInput, match="settings"):
        await deposit(session, quote)
    assert limits_text(session) == "cannot be read: nothing that spends is signed"
    await close(session, await close_quote(session, id))


async def test_what_cannot_be_read_counts_as_too_much(bench: Bench) -> None:
    session = bench.session()
    await deployed(bench, session)
    with session.journal.writing() as db:
        db.execute("UPDATE intents SET about = ?", ("[" * 20,))
    messages = (DepositDeployment(OWNER, next(iter(bench.chain.deployments_)), Coin(UACT, 1)),)
    (excess, _) = spend_beyond(session, messages, FEE, NOW)
    assert excess.hard
    assert "1 transaction took that the journal cannot read" in excess.text
    session.clock.elapsed += 25 * 3600  # type: ignore[attr-defined]
    assert "24 hours" not in " ".join(e.text for e in spend_beyond(session, messages, FEE, NOW))


async def test_what_no_node_was_there_to_take_does_not_count_and_every_other_doubt_does(bench: Bench) -> None:
    session = bench.session()
    await deployed(bench, session)
    assert len(session.journal.intents()) == 1

    def counted(outcome: Outcome, note: str = "") -> tuple[int, bool]:
        with session.journal.writing() as db:
            db.execute("UPDATE intents SET outcome = ?, note = ?", (outcome, note))
        day = sent_before(session).day
        return day.amounts.get(UACT, 0), UAKT in day.fees

    assert counted(Outcome.NEVER, NOTHING_SENT) == (0, False)
    assert counted(Outcome.FAILED) == (0, True)
    for outcome in (Outcome.OPEN, Outcome.DONE, Outcome.UNKNOWN, Outcome.NEVER):
        assert counted(outcome) == (500_000, True)
    with session.journal.writing() as db:  # as an earlier version of the program wrote it
        db.execute("UPDATE intents SET about = ?", ('{"fee": "5uakt", "deposit": "7uact", "extra_deposit": ""}',))
    assert sent_before(session).day.amounts == {UACT: 7}


def test_a_mint_counts_what_is_given(bench: Bench) -> None:
    session = bench.session(bounds=TIGHT)
    texts = [e.text for e in spend_beyond(session, (MintAct(OWNER, Coin(UAKT, 5_000_001)),), FEE, NOW)]
    assert texts == ["This spends 5.00 AKT; your limit for one transaction is 5 AKT."]


async def test_the_first_spend_of_real_money_is_announced_once(bench: Bench) -> None:
    session = bench.session()
    assert first_spend_notice(session) == FIRST_SPEND
    faucet = bench.session(network=replace(session.network, faucet="http://127.0.0.1:3"))
    assert first_spend_notice(faucet) == ""
    assert first_spend_notice(bench.session(network=replace(session.network, practice=True))) == ""
    await deployed(bench, session)
    assert first_spend_notice(session) == ""


def test_every_limit_is_in_words() -> None:
    lines = [line.text for line in limit_lines(TIGHT, Sent())]
    assert "a transaction spends at most 5 ACT or 5 AKT (--max-spend)" in lines
    assert "what a grant pays counts like your own money" in lines
    assert "a session spends at most 9 ACT (0.00 so far) or any AKT (0.00 so far)" in lines


def test_a_grant_that_is_given_is_limited_and_one_that_is_ended_is_not() -> None:
    coin = Coin(UACT, act("20"))
    assert spent_in_all([GrantDeposits(OWNER, "akash1ann", coin), GrantFees(OWNER, "akash1ann", Coin(UAKT, 7))]) == {
        UACT: act("20"),
        UAKT: 7,
    }
    assert spent_in_all([RevokeDeposits(OWNER, "akash1ann")]) == {}
