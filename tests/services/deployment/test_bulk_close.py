"""Several deployments closed at once: one quote, few transactions, nothing half-known after a kill."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState
from akash_tui.domain.akash.messages import CloseDeployment
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import close as module
from akash_tui.services.deployment.close import bulk_close, bulk_close_quote, close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.resume import resume
from akash_tui.services.ports import AkashError, BadInput
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, SavedStage
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled
from tests.services.deployment.test_killed_at_each_step import killed_at


async def opened(bench: Bench, number: int) -> list[DeploymentId]:
    """So many deployments that wait for bids."""
    session = bench.session()
    made = []
    for count in range(number):
        run = await create(session, await create_quote(session, compiled(SDL), SDL, f"web{count}"))
        made.append(run.id)
        await bench.clock.sleep(6)
    return made


def closes(bench: Bench) -> list[int]:
    """How many closes each transaction held."""
    counts = [sum(isinstance(m, CloseDeployment) for m in tx) for tx in bench.chain.committed]
    return [count for count in counts if count]


async def test_one_quote_few_transactions_and_the_whole_refund(bench: Bench) -> None:
    ids = await opened(bench, 12)
    before = bench.chain.balances_[OWNER][UACT]
    quote = await bulk_close_quote(bench.session(), ids)
    assert [len(b.closings) for b in quote.batches] == [10, 2]
    assert quote.refund.amount == 12 * 500_000
    assert quote.closings[0].name == "web0"
    assert quote.fee.amount == sum(b.fee.amount for b in quote.batches)
    seen: list[int] = []
    result = await bulk_close(bench.session(), quote, lambda r: seen.append(len(r.closed)))
    assert seen == [10, 12]
    assert closes(bench) == [10, 2]
    assert bench.chain.balances_[OWNER][UACT] == before + 12 * 500_000
    assert result.failed == []
    assert {d.state for d in bench.chain.deployments_.values()} == {DeploymentState.CLOSED}
    journal = bench.session().journal
    assert {s.stage for s in journal.deployments("fake-1", OWNER)} == {SavedStage.CLOSED}
    done = [i for i in journal.intents() if i.kind is IntentKind.CLOSE]
    assert [i.outcome for i in done] == [Outcome.DONE] * 12
    assert sum("fee" in i.about for i in done) == 2  # each fee is counted once


async def test_what_is_closed_already_is_left_out_and_said(bench: Bench) -> None:
    ids = await opened(bench, 2)
    known = bench.chain.deployments_[ids[0]]
    bench.chain.deployments_[ids[0]] = replace(known, state=DeploymentState.CLOSED)
    quote = await bulk_close_quote(bench.session(), [*ids, ids[1]])
    assert [c.id for c in quote.closings] == [ids[1]]
    assert str(ids[0].dseq) in quote.left_out[0]
    bench.chain.deployments_[ids[1]] = replace(known, id=ids[1], state=DeploymentState.CLOSED)
    with pytest.raises(BadInput, match="nothing to close"):
        await bulk_close_quote(bench.session(), ids)


async def test_a_refused_part_does_not_keep_the_rest_open(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_ONE", 2)
    ids = await opened(bench, 5)
    quote = await bulk_close_quote(bench.session(), ids)
    session = bench.session()
    await close(session, await close_quote(session, ids[2]))  # somebody else was faster
    result = await bulk_close(bench.session(), quote)
    assert [id.dseq for id in result.closed] == [ids[0].dseq, ids[1].dseq, ids[4].dseq]
    assert [c.id for c, _ in result.failed] == [ids[2], ids[3]]
    assert bench.chain.deployments_[ids[3]].state is DeploymentState.ACTIVE


async def test_one_that_ended_since_the_quote_costs_no_gas(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_ONE", 2)
    ids = await opened(bench, 4)
    quote = await bulk_close_quote(bench.session(), ids)
    bench.chain.deployments_[ids[1]] = replace(bench.chain.deployments_[ids[1]], state=DeploymentState.CLOSED)
    gas = bench.chain.balances_[OWNER][UAKT]
    result = await bulk_close(bench.session(), quote)
    assert result.closed == ids[2:]
    assert [(c.id, "Closed meanwhile: web1" in error.title) for c, error in result.failed] == [
        (ids[0], True),
        (ids[1], True),
    ]
    assert closes(bench) == [2]
    assert gas - bench.chain.balances_[OWNER][UAKT] == quote.batches[1].fee.amount


async def test_the_same_quote_is_not_signed_twice(bench: Bench) -> None:
    ids = await opened(bench, 3)
    quote = await bulk_close_quote(bench.session(), ids)
    await bulk_close(bench.session(), quote)
    again = await bulk_close(bench.session(), quote)
    assert again.closed == []
    assert len(again.failed) == 3
    assert closes(bench) == [3]


def test_killed_at_every_step_everything_is_known_and_nothing_closed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_ONE", 2)
    step = 0
    while True:
        step += 1
        bench = Bench(tmp_path / str(step))
        ids = asyncio.run(opened(bench, 3))
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
        assert sum(closes(bench)) == 3
        stages = {s.stage for s in bench.session().journal.deployments("fake-1", OWNER)}
        assert stages == {SavedStage.CLOSED}, (step, seen[-1:])
        if not killed:
            break
    assert step > 20
