"""The list of deployments: chain's facts, our names, projected money; one deployment with its services."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import BidState, DeploymentState, LeaseState
from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import BadInput, NotSignedIn, ProviderUnreachable, Unreachable, WalletRef
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.chain import BLOCK, OWNER
from tests.fakes.session import SDL, Bench, compiled
from tests.fakes.signer import FakeSigner


async def leased(bench: Bench, *, delivered: bool = True) -> DeploymentRun:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    task = asyncio.create_task(collect(session, run))
    while not run.book.rows(gone=False):
        await bench.clock.sleep(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await accept(session, run, await lease_quote(session, run, {1: run.book.rows()[0].id}))
    if delivered:
        await deliver(session, run)
    return run


async def test_an_empty_wallet(bench: Bench) -> None:
    assert await Leases(bench.session()).all() == []


async def test_money_is_projected_from_the_last_settlement(bench: Bench) -> None:
    run = await leased(bench)
    bench.clock.elapsed += 100 * BLOCK
    (view,) = await Leases(bench.session()).all()
    settled = view.deployment.escrow.settled_at
    assert view.left == 500_000 - 1000 * (view.height - settled)
    assert view.left == 400_000
    assert view.price_h == Decimal("0.6")
    assert view.lasts_hours is not None
    assert view.lasts_until is not None
    assert view.lasts_until - view.read_at == timedelta(seconds=float(view.lasts_hours * 3600))
    assert (view.name, view.id) == ("web", run.id)
    assert view.leases[0].gpus[0].source is GpuSource.BID


async def test_states(bench: Bench) -> None:
    session = bench.session()
    leases = Leases(session)
    first = await create(session, await create_quote(session, compiled(SDL), SDL, "first"))
    assert (await leases.one(first.id)).state == "waiting"
    run = await leased(bench, delivered=False)
    view = await leases.one(run.id)
    assert (view.state, view.leases[0].delivered, view.leases[0].services) == ("leased", False, ())
    await deliver(session, run)
    bench.gateway.questions = 10
    view = await leases.one(run.id)
    assert (view.state, view.leases[0].delivered) == ("running", True)
    (service,) = view.leases[0].services
    assert (service.uris, service.ports[0].external_port) == (("web.example",), 31022)
    bench.clock.elapsed += 1000 * BLOCK
    view = await leases.one(run.id)
    assert view.state == "dry"
    assert view.left < 0
    assert view.lasts_hours == 0
    await close(session, await close_quote(session, first.id))
    assert (await leases.one(first.id)).state == "closed"
    assert [v.id for v in await leases.all()] == [run.id]
    assert {v.id for v in await leases.all(closed=True)} == {run.id, first.id}


async def test_bids_that_can_be_accepted_are_counted_while_nothing_is_leased(bench: Bench) -> None:
    run = await leased(bench)
    session, chain = bench.session(), bench.chain
    (won,) = run.leases
    loser = replace(chain.bids_[won.id], id=replace(won.id, provider="akash1other"), state=BidState.OPEN)
    chain.bids_[loser.id] = loser  # of an order that is leased: it stays open, and nobody can accept it
    waits = await create(session, await create_quote(session, compiled(SDL), SDL, "waits"))

    async def counted() -> list[int | None]:
        views = {v.id: v.open_bids for v in await Leases(session).all()}
        return [views[run.id], views[waits.id], (await Leases(session).one(waits.id)).open_bids]

    assert await counted() == [None, 3, 3]
    for id in [id for id in chain.bids_ if id.deployment == waits.id]:
        chain.bids_[id] = replace(chain.bids_[id], state=BidState.CLOSED)
    assert await counted() == [None, 0, 0]


async def test_the_newest_comes_first(bench: Bench) -> None:
    session = bench.session()
    runs = []
    for name in ("a", "b", "c"):
        runs.append(await create(session, await create_quote(session, compiled(SDL), SDL, name)))
        bench.clock.elapsed += BLOCK
    assert [v.name for v in await Leases(session).all()] == ["c", "b", "a"]


async def test_one_from_another_machine_has_its_group_as_name(bench: Bench) -> None:
    run = await leased(bench)
    (bench.home / "journal.db").unlink()
    view = await Leases(bench.session()).one(run.id, services=False)
    assert (view.name, view.saved, view.leases[0].delivered) == ("dcloud", None, None)


async def test_a_provider_that_does_not_answer_hides_nothing_else(bench: Bench) -> None:
    run = await leased(bench)

    def dead(name: str) -> None:
        if name == "status":
            raise ProviderUnreachable("It does not answer.", "Wait.")

    bench.gateway.gate = dead
    view = await Leases(bench.session()).one(run.id)
    assert (view.state, view.leases[0].status) == ("leased", None)
    assert isinstance(view.leases[0].fault, ProviderUnreachable)


async def test_a_watch_only_wallet_sees_all_but_the_services(bench: Bench) -> None:
    run = await leased(bench)
    session = bench.session(wallet=WalletRef("w", OWNER, watch_only=True), signer=None)
    view = await Leases(session).one(run.id)
    assert view.price_h == Decimal("0.6")
    assert isinstance(view.leases[0].fault, NotSignedIn)
    (listed,) = await Leases(session).all()
    assert listed.leases[0].fault is None


async def test_a_key_is_unlocked_only_when_it_is_needed(bench: Bench) -> None:
    run = await leased(bench)
    asked = 0

    def unlock() -> FakeSigner:
        nonlocal asked
        asked += 1
        return FakeSigner()

    session = bench.session(signer=None, unlock=unlock)
    await Leases(session).all()
    assert asked == 0
    for _ in range(2):
        await Leases(session).one(run.id)
    assert asked == 1


async def test_a_provider_record_that_cannot_be_read(bench: Bench) -> None:
    run = await leased(bench)

    async def provider(owner: str) -> Provider | None:
        raise Unreachable("No node answers.")

    bench.chain.provider = provider  # type: ignore[method-assign]
    view = await Leases(bench.session()).one(run.id)
    assert isinstance(view.leases[0].fault, Unreachable)


async def test_an_unknown_deployment(bench: Bench) -> None:
    run = await leased(bench)
    with pytest.raises(BadInput):
        await Leases(bench.session()).one(replace(run.id, dseq=5))


async def test_ended_leases_cost_nothing(bench: Bench) -> None:
    run = await leased(bench)
    lease = run.leases[0]
    bench.chain.leases_[lease.id] = replace(bench.chain.leases_[lease.id], state=LeaseState.CLOSED, closed_on=1005)
    view = await Leases(bench.session()).one(run.id)
    assert view.deployment.state is DeploymentState.ACTIVE
    assert (view.price_h, view.lasts_hours, view.lasts_until, view.state) == (Decimal(0), None, None, "waiting")
    assert len(view.leases) == 1  # still told, as closed
    assert (await Leases(bench.session()).all())[0].leases == ()
