"""What a close gives back: estimated from the escrow, then read from its transaction. Several deployments closed
at once: one quote, few transactions, nothing half-known after a kill."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState, Deposit, EscrowAccount, EscrowState
from akash_tui.domain.akash.messages import CloseDeployment
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import close as close_module
from akash_tui.services.deployment.close import bulk_close, bulk_close_quote, close, refunded
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.resume import resume
from akash_tui.services.ports import AkashError, BadInput, TxResult
from akash_tui.services.spending.quoting import close_quote, create_quote, refund
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, SavedStage
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled
from tests.services.deployment.test_killed_at_each_step import killed_at


def result(*paid: tuple[str, Coin]) -> TxResult:
    return TxResult("AB", 1, 0, "", "", 1, None, paid)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ([(OWNER, Coin(UACT, 4954994))], 4954994),
        ([(OWNER, Coin(UACT, 4954994)), (OWNER, Coin(UACT, 2500000))], 7454994),
        ([(OWNER, Coin(UACT, 5)), (OWNER, Coin(UAKT, 7))], 5),
        ([(OWNER, Coin(UAKT, 7))], 0),
        ([("akash1else", Coin(UACT, 5))], 0),
        ([], 0),
    ],
)
def test_what_a_close_gave_back(paid: list[tuple[str, Coin]], expected: int) -> None:
    assert refunded(result(*paid), OWNER) == Coin(UACT, expected)


def test_a_node_that_does_not_report_payments_says_nothing() -> None:
    assert refunded(replace(result(), paid=None), OWNER) is None


def escrow(*deposits: tuple[str, int], settled_at: int = 100) -> EscrowAccount:
    held = tuple(Deposit(who, 90, "balance", DecCoin(UACT, Decimal(amount))) for who, amount in deposits)
    total = DecCoin(UACT, Decimal(sum(amount for _, amount in deposits)))
    return EscrowAccount(EscrowState.OPEN, settled_at, (total,), held)


@pytest.mark.parametrize(
    ("deposits", "blocks", "expected"),
    [
        ([(OWNER, 1000)], 0, (1000, 0)),
        ([(OWNER, 1000)], 30, (700, 0)),
        ([(OWNER, 1000)], 200, (0, 0)),
        ([("akash1giver", 500), (OWNER, 1000)], 30, (1000, 200)),
        ([("akash1giver", 500), (OWNER, 1000)], 60, (900, 0)),
        ([(OWNER, 300), ("akash1giver", 500), (OWNER, 100)], 50, (100, 300)),
        ([], 5, (0, 0)),
    ],
)
def test_the_estimate_spends_deposits_in_their_order(
    deposits: list[tuple[str, int]], blocks: int, expected: tuple[int, int]
) -> None:
    own, others = refund(escrow(*deposits), OWNER, Decimal(10), 100 + blocks)
    assert (own, sum(coin.amount for _, coin in others)) == expected
    assert [who for who, _ in others] == (["akash1giver"] if expected[1] else [])


def test_other_tokens_and_earlier_heights_count_nothing() -> None:
    account = escrow((OWNER, 1000))
    foreign = Deposit(OWNER, 90, "balance", DecCoin(UAKT, Decimal(999)))
    account = replace(account, deposits=(foreign, *account.deposits))
    assert refund(account, OWNER, Decimal(10), 50) == (1000, ())


async def test_the_quote_counts_what_comes_back(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    quote = await close_quote(session, run.id)
    before = {c.denom: c.amount for c in quote.balances_before}
    after = {c.denom: c.amount for c in quote.balances_after}
    assert after[UACT] == before[UACT] + quote.refund.amount > before[UACT]
    assert after[UAKT] == before[UAKT] - quote.fee.amount


async def test_without_events_the_balances_tell(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    quote = await close_quote(session, run.id)
    bench.chain.reports_payments = False
    closed = await close(session, quote, run)
    assert closed.refund == Coin(UACT, 500_000)


async def opened_deployments(bench: Bench, number: int) -> list[DeploymentId]:
    """So many deployments that wait for bids."""
    session = bench.session()
    made = []
    for count in range(number):
        run = await create(session, await create_quote(session, compiled(SDL), SDL, f"web{count}"))
        made.append(run.id)
        await bench.clock.sleep(6)
    return made


def closes_by_transaction(bench: Bench) -> list[int]:
    """How many closes each transaction held."""
    counts = [sum(isinstance(m, CloseDeployment) for m in tx) for tx in bench.chain.committed]
    return [count for count in counts if count]


async def test_what_goes_back_to_others_is_counted_apart(bench: Bench) -> None:
    ids = await opened_deployments(bench, 2)
    of_other = bench.chain.deployments_[ids[1]]
    held = tuple(replace(deposit, owner="akash1giver") for deposit in of_other.escrow.deposits)
    bench.chain.deployments_[ids[1]] = replace(of_other, escrow=replace(of_other.escrow, deposits=held))
    result = await bulk_close(bench.session(), await bulk_close_quote(bench.session(), ids))
    assert (len(result.closed), result.refund, result.others) == (2, 500_000, 500_000)


async def test_one_quote_few_transactions_and_the_whole_refund(bench: Bench) -> None:
    ids = await opened_deployments(bench, 12)
    before = bench.chain.balances_[OWNER][UACT]
    quote = await bulk_close_quote(bench.session(), ids)
    assert [len(b.closings) for b in quote.batches] == [10, 2]
    assert quote.refund.amount == 12 * 500_000
    assert quote.closings[0].name == "web0"
    assert quote.fee.amount == sum(b.fee.amount for b in quote.batches)
    seen: list[int] = []
    result = await bulk_close(bench.session(), quote, lambda r: seen.append(len(r.closed)))
    assert seen == [10, 12]
    assert closes_by_transaction(bench) == [10, 2]
    assert bench.chain.balances_[OWNER][UACT] == before + 12 * 500_000
    assert result.failed == []
    assert {d.state for d in bench.chain.deployments_.values()} == {DeploymentState.CLOSED}
    journal = bench.session().journal
    assert {s.stage for s in journal.deployments("fake-1", OWNER)} == {SavedStage.CLOSED}
    done = [i for i in journal.intents() if i.kind is IntentKind.CLOSE]
    assert [i.outcome for i in done] == [Outcome.DONE] * 12
    assert sum("fee" in i.about for i in done) == 2  # each fee is counted once


async def test_what_is_closed_already_is_left_out_and_said(bench: Bench) -> None:
    ids = await opened_deployments(bench, 2)
    known = bench.chain.deployments_[ids[0]]
    bench.chain.deployments_[ids[0]] = replace(known, state=DeploymentState.CLOSED)
    quote = await bulk_close_quote(bench.session(), [*ids, ids[1]])
    assert [c.id for c in quote.closings] == [ids[1]]
    assert str(ids[0].dseq) in quote.left_out[0]
    bench.chain.deployments_[ids[1]] = replace(known, id=ids[1], state=DeploymentState.CLOSED)
    with pytest.raises(BadInput, match="nothing to close"):
        await bulk_close_quote(bench.session(), ids)


async def test_a_refused_part_does_not_keep_the_rest_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_module, "IN_ONE", 2)
    ids = await opened_deployments(bench, 5)
    quote = await bulk_close_quote(bench.session(), ids)
    session = bench.session()
    await close(session, await close_quote(session, ids[2]))  # somebody else was faster
    result = await bulk_close(bench.session(), quote)
    assert [id.dseq for id in result.closed] == [ids[0].dseq, ids[1].dseq, ids[4].dseq]
    assert [c.id for c, _ in result.failed] == [ids[2], ids[3]]
    assert bench.chain.deployments_[ids[3]].state is DeploymentState.ACTIVE


async def test_one_that_ended_since_the_quote_costs_no_gas(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_module, "IN_ONE", 2)
    ids = await opened_deployments(bench, 4)
    quote = await bulk_close_quote(bench.session(), ids)
    bench.chain.deployments_[ids[1]] = replace(bench.chain.deployments_[ids[1]], state=DeploymentState.CLOSED)
    gas = bench.chain.balances_[OWNER][UAKT]
    result = await bulk_close(bench.session(), quote)
    assert result.closed == ids[2:]
    assert [(c.id, "Closed meanwhile: web1" in error.title) for c, error in result.failed] == [
        (ids[0], True),
        (ids[1], True),
    ]
    assert closes_by_transaction(bench) == [2]
    assert gas - bench.chain.balances_[OWNER][UAKT] == quote.batches[1].fee.amount


async def test_the_same_quote_is_not_signed_twice(bench: Bench) -> None:
    ids = await opened_deployments(bench, 3)
    quote = await bulk_close_quote(bench.session(), ids)
    await bulk_close(bench.session(), quote)
    again = await bulk_close(bench.session(), quote)
    assert again.closed == []
    assert len(again.failed) == 3
    assert closes_by_transaction(bench) == [3]


def test_killed_at_every_step_everything_is_known_and_nothing_closed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(close_module, "IN_ONE", 2)
    step = 0
    while True:
        step += 1
        bench = Bench(tmp_path / str(step))
        ids = asyncio.run(opened_deployments(bench, 3))
        bench.clock.forget()
        before = bench.chain.balances_[OWNER][UACT]

        async def work(session: Session, ids: list[DeploymentId] = ids) -> None:
            await bulk_close(session, await bulk_close_quote(session, ids))

        killed, seen = killed_at(bench, step, work)

        said: list[str] = []

        async def again(ids: list[DeploymentId] = ids) -> None:
            session = bench.session()  # noqa: B023 - run before the next turn
            report = await resume(session, wait=300)
            assert all(s.outcome is not Outcome.OPEN for s in report.settled)
            try:
                await work(session, ids)
            except AkashError as error:
                said.append(error.title)  # noqa: B023

        asyncio.run(again())
        assert all("nothing to close" in title for title in said)
        bench.clock.forget()
        assert {d.state for d in bench.chain.deployments_.values()} == {DeploymentState.CLOSED}, (step, seen[-1:])
        assert bench.chain.balances_[OWNER][UACT] == before + 3 * 500_000
        assert sum(closes_by_transaction(bench)) == 3
        stages = {s.stage for s in bench.session().journal.deployments("fake-1", OWNER)}
        assert stages == {SavedStage.CLOSED}, (step, seen[-1:])
        if not killed:
            break
    assert step > 20
