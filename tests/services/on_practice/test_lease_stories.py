"""The lease's life against practice providers: updates that lag, funds that end, certificates that prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentState, EscrowState, LeaseState
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.domain.akash.money import UACT
from akash_tui.services.core.events import Event, ManifestSent
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.deployment.hostnames import host_names, move_here
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.update import Updater
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.host_holders import MisplacedHostName
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.leases.log_streams import LeaseStreams, StreamItem
from akash_tui.services.ports import BadInput, LogLine, ProviderUntrusted
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.session import compiled
from tests.helpers.worlds import Practice, served
from tests.services.on_practice.test_flow import SDL, collected

Worlds = Callable[[str], Practice]
NEWER = SDL.replace("nginx:1.27", "nginx:1.28")


async def leased(
    session: Session, *, deposit: int | None = 5_000_000, sdl: str = SDL, at: str | None = None
) -> tuple[Session, DeploymentRun, list[Event]]:
    run = await create(session, await create_quote(session, compiled(sdl), sdl, "web", deposit=deposit))
    told: list[Event] = []
    run.listeners.append(told.append)
    await collected(session, run, bids=1, at=at)
    row = next(r for r in run.book.rows(gone=False) if at in (None, r.id.provider))
    await accept(session, run, await lease_quote(session, run, {1: row.id}))
    return session, run, told


def answers(told: list[Event]) -> list[int]:
    return [e.status for e in told if isinstance(e, ManifestSent)]


async def test_providers_that_lag_get_lease_and_update_in_the_end(worlds: Worlds) -> None:
    async with worlds("lagging").session() as session:
        session, run, told = await leased(session)
        await deliver(session, run)
        assert answers(told)[-1] == 200
        assert len(answers(told)) > 1
        assert set(answers(told)[:-1]) <= {404, 500}
        await wait_running(session, run, wait=60)
        updater = Updater(session)
        plan = await updater.plan(run.id, compiled(NEWER), NEWER, "newer.yaml")
        assert [str(c) for c in plan.changes or ()] == ["web: image nginx:1.27 → nginx:1.28"]
        await updater.sign(plan)
        again = await updater.attach(plan)
        again.listeners.append(told.append)
        told.clear()
        await updater.deliver(again)
        assert answers(told)[-1] == 200
        assert answers(told)[:-1]
        assert set(answers(told)[:-1]) == {422}  # its node has not seen the update yet: no reason to give up
        await wait_running(session, again, wait=60)
        await close(session, await close_quote(session, run.id), run)


async def test_a_followed_log_shows_the_pods_of_an_update(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        session, run, _ = await leased(session)
        await deliver(session, run)
        await wait_running(session, run, wait=60)
        pods: list[str] = []
        async with aclosing(LeaseStreams(session).logs(run.id, follow=True)) as items:
            async for item in items:
                if not isinstance(item, StreamItem) or not isinstance(item.what, LogLine):
                    continue
                if item.what.pod not in pods:
                    pods.append(item.what.pod)
                    if len(pods) == 1:
                        updater = Updater(session)
                        plan = await updater.plan(run.id, compiled(NEWER), NEWER, "newer.yaml")
                        await updater.sign(plan)
                        await updater.deliver(await updater.attach(plan))
                    else:
                        break
        assert len({pod.rsplit("-", 1)[0] for pod in pods}) == 2
        await close(session, await close_quote(session, run.id), run)


async def test_it_runs_dry_when_it_was_said_to_and_a_top_up_is_then_refused(worlds: Worlds) -> None:
    async with worlds("runs-dry").session() as session:
        session, run, _ = await leased(session, deposit=None)
        (lease,) = run.leases
        deployment = await session.chain.deployment(run.id)
        assert deployment is not None
        end = deployment.escrow.settled_at + int(deployment.escrow.held(UACT) / lease.price.amount)
        view = await Leases(session).one(run.id, services=False)
        assert view.lasts_hours is not None
        said = view.height + view.lasts_hours * 3600 / view.block_time.seconds
        assert abs(said - end) <= 2
        assert "low_runway" in [a.code for a in attention_items(view)]
        top_up = await deposit_quote(session, run.id, hours=Decimal("0.0001"))
        assert top_up.lasts_hours is not None

        async def closed() -> bool:
            now = await session.chain.deployment(run.id)
            return now is not None and now.state is DeploymentState.CLOSED

        while not await closed():
            await session.clock.sleep(0.05)
        over = await Leases(session).one(run.id, services=False)
        assert over.deployment.escrow.state is EscrowState.OVERDRAWN
        (ended,) = [v.lease for v in over.leases]
        assert why_ended(ended) == "its deposit ran out"
        assert [a.code for a in attention_items(over)] == ["ended"]
        with pytest.raises(BadInput, match="ran out of funds"):
            await deposit_quote(session, run.id, 1_000_000)
        with pytest.raises(BadInput, match="ran out of funds"):
            await deposit(session, top_up)


async def test_a_certificate_that_proves_nothing_gets_no_token(worlds: Worlds) -> None:
    world = worlds("impostors")
    kinds = ("unknown", "expired", "revoked", "other", "")
    async with world.session() as session:
        seen: dict[str, bool] = {}
        for number, told in enumerate(world.ready["providers"]):
            provider = await session.chain.provider(told["owner"])
            assert provider is not None
            reach = await session.gateway.probe(provider)
            kind = kinds[number % len(kinds)]
            assert reach.ok is (kind == ""), (kind, reach.note)
            assert reach.ok or "cannot prove" in reach.note
            seen[kind] = reach.ok
            if kind:
                await _sends_nothing(session, provider.owner)
        assert len(seen) == len(kinds)


async def _sends_nothing(session: Session, owner: str) -> None:
    if not (await session.chain.account(session.owner)).has_pubkey:  # type: ignore[union-attr]
        run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
        await close(session, await close_quote(session, run.id), run)
    provider = await session.chain.provider(owner)
    assert provider is not None
    with pytest.raises(ProviderUntrusted):
        await session.gateway.send_manifest(provider, 1, b"[]", await session.provider_signer())


async def test_a_machine_that_is_taken_back_is_announced_counted_down_and_explained(worlds: Worlds) -> None:
    async with worlds("reclaimed").session() as session:
        session, run, _ = await leased(session)
        await deliver(session, run)
        leases = Leases(session)

        async def seen(code: str) -> DeploymentView:
            while True:
                view = await leases.one(run.id, services=False)
                if code in [a.code for a in attention_items(view)]:
                    return view
                await session.clock.sleep(0.05)

        view = await seen("reclaiming")
        (lease,) = [v.lease for v in view.leases]
        assert lease.state is LeaseState.RECLAIMING
        assert lease.reclamation is not None
        assert lease.reclamation.reason == "lease_closed_reason_decommission"
        assert lease.reclamation.deadline >= view.read_at.timestamp() - 1
        assert view.price_h > 0  # it costs until its end
        (alarm,) = [a for a in attention_items(view) if a.code == "reclaiming"]
        assert "reclaims its machine in" in alarm.text
        assert alarm.urgent
        over = await seen("ended")
        (lease,) = [v.lease for v in over.leases]
        assert why_ended(lease) == "its provider ended it: the machine is being decommissioned"
        assert over.deployment.state is DeploymentState.ACTIVE  # its group is paused; the deposit is still there
        await close(session, await close_quote(session, run.id), run)


async def test_a_host_name_of_your_own_moves_to_the_new_deployment_and_back(tmp_path: Path) -> None:
    named = SDL.replace("        as: 80\n", "        as: 80\n        accept: [shop.example.test]\n")
    assert named != SDL
    # a network of its own: the provider needs room for both
    with served(tmp_path / "network", "calm") as practice:
        async with practice.session() as session:
            await _host_name_moves_and_back(session, named)


async def _host_name_moves_and_back(session: Session, named: str) -> None:
    session, old, _ = await leased(session, sdl=named)
    (lease,) = old.leases
    _, new, _ = await leased(session, sdl=named, at=lease.id.provider)
    for run in (old, new):
        await deliver(session, run)
        await wait_running(session, run, wait=60)
    (names,) = await host_names(session, old.id)
    assert (names.here, names.elsewhere) == (("shop.example.test",), ())
    assert await move_here(session, names) == ()
    for there, before in ((new, old), (old, new)):
        (names,) = await host_names(session, there.id)
        assert names.elsewhere == (MisplacedHostName("shop.example.test", before.leases[0].id),)
        assert await move_here(session, names) == ("shop.example.test",)
        (names,) = await host_names(session, there.id)
        assert names.here == ("shop.example.test",)
    for run in (old, new):
        await close(session, await close_quote(session, run.id), run)
