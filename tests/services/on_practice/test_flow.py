"""The flow over real sockets against the practice network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.money import UACT
from akash_tui.domain.bids.bid_view import best_prices
from akash_tui.domain.bids.rule import Preference, Rule
from akash_tui.services.automation.deploy_options import DeployOptions, DeployOutcome
from akash_tui.services.automation.headless_deploy import drive
from akash_tui.services.core.events import Event
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create, new_run
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import BadInput
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.session import SDL as CHEAP
from tests.fakes.session import compiled
from tests.helpers.waiting import until
from tests.helpers.worlds import Practice

SDL = CHEAP.replace("amount: 10000}", "amount: 100000}")
"""Above what anybody on the practice network asks."""
Worlds = Callable[[str], Practice]


async def act_of(session: Session) -> int:
    return next(c.amount for c in await session.chain.balances(session.owner) if c.denom == UACT)


async def collected(session: Session, run: DeploymentRun, bids: int = 2, at: str | None = None) -> None:
    """Collect until so many bids are there, that of the provider `at` among them, and their providers are known."""
    task = asyncio.create_task(collect(session, run))
    await until(lambda: len(run.book.rows(gone=False)) >= bids and run.live)
    await until(lambda: at is None or any(row.id.provider == at for row in run.book.rows(gone=False)))
    await until(lambda: all(row.provider is not None for row in run.book.rows(gone=False)))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_from_quote_to_refund(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        before = await act_of(session)
        quote = await create_quote(session, compiled(SDL), SDL, "web", deposit=5_000_000)
        run = new_run(session, quote)
        told: list[Event] = []
        run.listeners.append(told.append)
        await create(session, quote, run)
        assert await act_of(session) == before - 5_000_000
        await collected(session, run)
        row = run.book.rows(gone=False)[0]
        assert row.price_h is not None
        assert row.price_h > 0
        lease = await lease_quote(session, run, {1: row.id})
        assert lease.price == row.bid.price
        await accept(session, run, lease)
        await deliver(session, run)
        await wait_running(session, run, wait=60)
        view = await Leases(session).one(run.id)
        assert view.state == "running"
        assert [s.name for s in view.leases[0].services] == ["web"]
        assert [v.id for v in await Leases(session).all()] == [run.id]
        closing = await close_quote(session, run.id)
        result = await close(session, closing, run)
        assert run.stage is Stage.CLOSED
        assert result.refund is not None
        assert await act_of(session) == before - 5_000_000 + result.refund.amount
        assert 0 < result.refund.amount < 5_000_000
        assert result.refund.amount <= closing.refund.amount
        assert [e.name for e in told if e.name not in ("bid", "bid_gone")] == [
            "created", "lease", "manifest", "running", "closed",
        ]  # fmt: skip
        for event in told:
            json.dumps(event.to_json())
        report = await resume(session)
        assert run.id not in [p.id for p in report.pending]


async def test_bids_disclose_their_gpu(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
        await collected(session, run, bids=3)
        rows = run.book.rows()
        assert any(r.gpus[0].source is GpuSource.BID for r in rows)
        for row in rows:
            for gpu in row.gpus:
                if gpu.source in (GpuSource.BID, GpuSource.PROVIDER):
                    assert gpu.model.model in ("a100", "h100", "rtx4090")
        assert {price.model.model for price in best_prices(rows, run.book.asked_models())} == {
            "a100",
            "h100",
            "rtx4090",
        }
        await close(session, await close_quote(session, run.id), run)


async def driven(
    session: Session, plan: DeployOptions, **options: object
) -> tuple[DeployOutcome, list[dict[str, object]]]:
    told: list[dict[str, object]] = []
    quote = await create_quote(session, compiled(SDL), SDL, "web", **options)  # type: ignore[arg-type]
    finish = await drive(session, quote, plan, lambda event: told.append(event.to_json()))
    return finish, told


CHEAPEST = Rule("cheapest", allow_undisclosed=True)


async def test_the_cheapest_is_taken_by_rule(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        finish, told = await driven(session, DeployOptions(CHEAPEST, collect=1.5, run_wait=60))
        assert (finish.exit_code, finish.state) == (0, "running")
        choice = next(t for t in told if t["event"] == "choice")
        bids = {t["provider"]: Decimal(str(t["price_h"])) for t in told if t["event"] == "bid"}
        assert Decimal(str(choice["price_h"])) <= min(bids.values())
        assert told[-1]["event"] == "done"
        assert finish.run is not None
        await close(session, await close_quote(session, finish.run.id))


async def test_prefer_takes_the_model_first_in_the_list(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        finish, told = await driven(
            session, DeployOptions(Rule("prefer", (Preference("h100"), Preference())), collect=2.5, run_wait=60)
        )
        choice = next(t for t in told if t["event"] == "choice")
        bid = [t for t in told if t["event"] == "bid" and t["provider"] == choice["provider"]][-1]
        assert bid["gpus"][0]["model"] == "h100"  # type: ignore[index]
        assert finish.run is not None
        await close(session, await close_quote(session, finish.run.id))


async def test_nobody_bids(worlds: Worlds) -> None:
    async with worlds("no-bids").session() as session:
        before = await act_of(session)
        finish, told = await driven(session, DeployOptions(CHEAPEST, collect=0.2, bid_wait=1.0))
        assert (finish.exit_code, finish.state) == (4, "closed")
        steps = [t for t in told if t["event"] != "waiting"]  # whether it comes depends on when the bids are read
        assert [t["event"] for t in steps] == ["created", "failed", "closed", "done"]
        assert steps[1]["stage"] == "bids"
        assert await act_of(session) == before


async def test_a_budget_below_every_bid(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        rule = Rule("cheapest", budget_h=Decimal("0.000001"), allow_undisclosed=True)
        finish, told = await driven(session, DeployOptions(rule, collect=1.0, bid_wait=1.5, on_fail="keep"))
        assert (finish.exit_code, finish.state) == (4, "open")
        failed = next(t for t in told if t["event"] == "failed")
        assert "over budget" in str(failed["message"])
        report = await resume(session)
        assert finish.run is not None
        assert [p.next for p in report.pending if p.id == finish.run.id] == [NextStep.CHOOSE]
        await close(session, await close_quote(session, finish.run.id))


async def test_accept_none_keeps_the_order(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        finish, told = await driven(session, DeployOptions(Rule("none"), collect=1.0))
        assert (finish.exit_code, finish.state) == (0, "open")
        assert not any(t["event"] in ("lease", "choice", "closed") for t in told)
        assert finish.run is not None
        await close(session, await close_quote(session, finish.run.id))


@pytest.mark.parametrize(("on_fail", "state"), [("close", "closed"), ("keep", "leased")])
async def test_a_refused_manifest(worlds: Worlds, on_fail: str, state: str) -> None:
    # the world's first winner refuses, so each case has a world of its own name
    world = worlds("manifest-refused") if on_fail == "close" else worlds("provider-dies")
    async with world.session() as session:
        plan = DeployOptions(CHEAPEST, collect=1.0, manifest_wait=3.0, on_fail=on_fail)
        finish, told = await driven(session, plan)
        assert (finish.exit_code, finish.state) == (6, state)
        assert next(t for t in told if t["event"] == "failed")["stage"] == "manifest"
        assert finish.run is not None
        if state == "leased":
            await close(session, await close_quote(session, finish.run.id))


async def test_bids_that_expire_are_told_as_gone(worlds: Worlds) -> None:
    async with worlds("short-bids").session() as session:
        quote = await create_quote(session, compiled(SDL), SDL, "web")
        run = new_run(session, quote)
        told: list[Event] = []
        run.listeners.append(told.append)
        await create(session, quote, run)
        task = asyncio.create_task(collect(session, run))
        await until(lambda: any(e.name == "bid_gone" for e in told))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await close(session, await close_quote(session, run.id), run)


async def test_an_interrupted_collection_closes_and_says_so(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        told: list[Event] = []
        quote = await create_quote(session, compiled(SDL), SDL, "web")
        task = asyncio.create_task(drive(session, quote, DeployOptions(CHEAPEST, collect=60), told.append))
        await until(lambda: any(e.name == "bid" for e in told))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        names = [e.name for e in told if e.name != "bid"]
        assert names == ["created", "failed", "closed", "done"]
        assert told[-1].to_json()["exit_code"] == 130
        with pytest.raises(BadInput):
            await close_quote(session, quote.id)
