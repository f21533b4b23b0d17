"""Killed at every step and started again: every deployment is known, every step is finished, nothing is paid twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentState, LeaseState
from akash_tui.domain.akash.messages import CloseDeployment, CreateDeployment, CreateLease
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import attach, create
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Outcome
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled


class Killed(BaseException):
    """The process is gone: nobody handles this."""


class Reaper:
    """Counts the steps of the flow, and kills at the one it was told: after it nothing is done any more."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen: list[str] = []

    def __call__(self, name: str) -> None:
        self.seen.append(name)
        if len(self.seen) >= self.at:
            raise Killed(name)


class JournalUnderFire(Journal):
    """A journal that may be killed right before and right after each of its writes."""

    reaper: Callable[[str], None]

    def _wrapped(self, name: str, *args: object, **named: object) -> object:
        self.reaper(f"before {name}")
        result = getattr(Journal, name)(self, *args, **named)
        self.reaper(f"after {name}")
        return result

    def intend(self, *args, **named):  # type: ignore[no-untyped-def]
        return self._wrapped("intend", *args, **named)

    def settle(self, *args, **named):  # type: ignore[no-untyped-def]
        return self._wrapped("settle", *args, **named)

    def mark_delivered(self, *args, **named):  # type: ignore[no-untyped-def]
        return self._wrapped("mark_delivered", *args, **named)

    def mark_stage(self, *args, **named):  # type: ignore[no-untyped-def]
        return self._wrapped("mark_stage", *args, **named)


async def bids_in(session: Session, run: DeploymentRun) -> None:
    task = asyncio.create_task(collect(session, run))
    try:
        while not run.book.rows(gone=False):
            if task.done():
                task.result()
            await session.clock.sleep(1)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def lease_and_run(session: Session, run: DeploymentRun) -> None:
    await bids_in(session, run)
    quote = await lease_quote(session, run, {1: run.book.rows(gone=False)[0].id})
    await accept(session, run, quote)
    await deliver(session, run)
    await wait_running(session, run)


async def whole_way(session: Session) -> None:
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    await lease_and_run(session, run)
    await close(session, await close_quote(session, run.id), run)


def killed_at(bench: Bench, step: int, work: Callable[[Session], object]) -> tuple[bool, list[str]]:
    """Run the flow in a process of its own, as it were; True if it was killed."""
    reaper = Reaper(step)
    journal = JournalUnderFire(bench.home / "journal.db")
    journal.reaper = reaper
    bench.chain.gate = bench.gateway.gate = reaper
    try:
        asyncio.run(work(bench.session(journal=journal)))  # type: ignore[arg-type]
    except Killed:
        return True, reaper.seen
    finally:
        bench.chain.gate = bench.gateway.gate = lambda name: None
        bench.clock.forget()
        journal.close()
    return False, reaper.seen


async def carried_on(bench: Bench) -> str:
    """What a person does after a crash: resume, then whatever it says; returns how it stood."""
    session = bench.session()
    report = await resume(session, carry_on=True, wait=300)
    assert all(s.outcome is not Outcome.OPEN for s in report.settled)
    if not report.pending:
        closed = [d for d in bench.chain.deployments_.values() if d.state is DeploymentState.CLOSED]
        if closed:
            return "closed"
        await whole_way(session)
        return "nothing had happened"
    (item,) = report.pending
    run = await attach(session, item.id)
    if item.next is NextStep.CHOOSE:
        await lease_and_run(session, run)
    else:
        assert item.next is NextStep.WATCH
        await wait_running(session, run)
    await close(session, await close_quote(session, run.id), run)
    return item.next.value


def test_killed_at_every_step_nothing_is_paid_twice(tmp_path: Path) -> None:
    step = 0
    stood: Counter[str] = Counter()
    while True:
        step += 1
        bench = Bench(tmp_path / str(step))
        killed, seen = killed_at(bench, step, whole_way)
        if not killed:
            break
        stood[asyncio.run(carried_on(bench))] += 1
        kinds = Counter(type(m) for messages in bench.chain.committed for m in messages)
        where = f"step {step}, {seen[step - 1]}"
        assert kinds == {CreateDeployment: 1, CreateLease: 1, CloseDeployment: 1}, where
        fees = sum(r.fee.amount for r in bench.chain.results.values() if r.fee)
        assert bench.chain.balances_[OWNER][UAKT] == 1_000_000 - fees, where
        assert bench.chain.balances_[OWNER][UACT] > 50_000_000 - 500_000, where
        assert not any(x.state is LeaseState.ACTIVE for x in bench.chain.leases_.values()), where
        journal = Journal(bench.home / "journal.db")
        assert not journal.open_intents("fake-1"), where
        hashes = [i.tx_hash for i in journal.intents() if i.outcome is Outcome.DONE]
        assert set(hashes) == set(bench.chain.results), where
        journal.close()
    assert step > 60
    assert set(stood) == {"nothing had happened", "choose", "watch", "closed"}
    assert all(count > 3 for count in stood.values()), stood


def cancelled_at(bench: Bench, step: int) -> bool:
    """The flow, cancelled at its nth step; False if it ended before."""
    cancelled = False

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        seen = 0

        def gate(name: str) -> None:
            nonlocal seen, cancelled
            seen += 1
            if seen == step:  # once: what follows is tidying up
                cancelled = True
                task.cancel()

        bench.chain.gate = bench.gateway.gate = gate
        session = bench.session()
        try:
            await whole_way(session)
        finally:
            bench.chain.gate = bench.gateway.gate = lambda name: None
            left = asyncio.all_tasks() - {task}
            assert not left, f"orphans at step {step}: {left}"
            session.journal.close()

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        assert cancelled
        return True
    finally:
        bench.clock.forget()
    return cancelled


@pytest.mark.slow
def test_cancelled_at_every_step_the_journal_is_true_and_no_task_is_left(tmp_path: Path) -> None:
    step = 0
    while True:
        step += 1
        bench = Bench(tmp_path / str(step))
        if not cancelled_at(bench, step):
            break
        asyncio.run(carried_on(bench))
        kinds = Counter(type(m) for messages in bench.chain.committed for m in messages)
        assert kinds == {CreateDeployment: 1, CreateLease: 1, CloseDeployment: 1}, step
    assert step > 50


async def test_an_undecided_creation_waits_for_its_time_out(bench: Bench) -> None:
    """Killed between the intent and the broadcast: not on chain, and not yet impossible."""
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web")

    def gate(name: str) -> None:
        if name == "broadcast":
            raise Killed

    bench.chain.gate = gate
    with pytest.raises(Killed):
        await create(session, quote)
    bench.chain.gate = lambda name: None
    again = bench.session()
    report = await resume(again)
    assert [s.outcome for s in report.settled] == [Outcome.OPEN]
    assert report.pending[0].next is NextStep.WAIT
    report = await resume(again, wait=300)
    assert [s.outcome for s in report.settled] == [Outcome.NEVER]
    assert report.pending == ()
    assert bench.clock.elapsed > 60
    assert not bench.chain.committed


async def test_a_lease_without_manifest_is_told_and_only_sent_when_asked(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    await bids_in(session, run)
    await accept(session, run, await lease_quote(session, run, {1: run.book.rows(gone=False)[0].id}))
    report = await resume(bench.session())
    assert [p.next for p in report.pending] == [NextStep.DELIVER]
    assert bench.gateway.tries == 0
    report = await resume(bench.session(), carry_on=True)
    assert [p.next for p in report.pending] == [NextStep.WATCH]
    assert bench.gateway.tries == 1
    assert len(bench.chain.committed) == 2
