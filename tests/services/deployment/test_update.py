"""Updates: what changes and what cannot, signed once, sent to every provider, undone if refused, safe to kill."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import DeploymentState
from akash_tui.domain.akash.messages import UpdateDeployment
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.deployment.create import attach
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.deployment.update import UpdatePlan, Updater
from akash_tui.services.ports import BadInput, BadSdl, ManifestRefused, ProviderFault, Stale
from tests.fakes.session import SDL, Bench, compiled
from tests.services.leases.test_lease_reader import leased

NEWER = SDL.replace("nginx:1.27", "nginx:1.28").replace("    expose:", "    env: [TOKEN=secret]\n    expose:")


async def planned(bench: Bench, sdl: str = NEWER) -> tuple[DeploymentRun, Updater, UpdatePlan]:
    run = await leased(bench)
    updater = Updater(bench.session())
    return run, updater, await updater.plan(run.id, compiled(sdl), sdl, "new.yaml")


async def test_a_plan_tells_what_changes_without_secrets(bench: Bench) -> None:
    _, _, plan = await planned(bench)
    assert plan.changes is not None
    assert [str(c) for c in plan.changes] == ["web: env TOKEN set added", "web: image nginx:1.27 → nginx:1.28"]
    assert "secret" not in repr(plan.changes)
    assert plan.quote is not None
    assert plan.quote.draft.messages == (UpdateDeployment(plan.id, plan.version.version),)
    assert plan.stays == ()


@pytest.mark.parametrize(
    ("old", "new", "description"),
    [
        ("cpu: {units: 1}", "cpu: {units: 2}", "CPU of dcloud: 1 on chain, 2 in the file"),
        ("memory: {size: 1Gi}", "memory: {size: 512Mi}", "memory of dcloud: 1 Gi on chain, 512 Mi in the file"),
        ("storage: {size: 1Gi}", "storage: {size: 2Gi}", "storage"),
        ("model: a100", "model: a10", "GPU of dcloud"),
        ("count: 1", "count: 2", "replicas of dcloud: 1 on chain, 2 in the file"),
        ("as: 80", "as: 81", "endpoints of dcloud: HTTP on chain, port in the file"),
        ("dcloud", "elsewhere", "groups: dcloud on chain, elsewhere in the file"),
    ],
)
async def test_what_was_leased_cannot_change(bench: Bench, old: str, new: str, description: str) -> None:
    assert old in SDL
    with pytest.raises(BadSdl) as told:
        await planned(bench, SDL.replace(old, new))
    assert description in told.value.title
    assert "deploy" in told.value.advice


async def test_a_price_stays_and_is_said_to(bench: Bench) -> None:
    _, _, plan = await planned(bench, NEWER.replace("amount: 10000", "amount: 9000"))
    assert [(d.what, d.on_chain, d.wanted) for d in plan.stays] == [
        ("highest price of dcloud", "10000 uact a block", "9000 uact a block")
    ]


async def test_sign_deliver_and_the_journal_has_the_new_version(bench: Bench) -> None:
    run, updater, plan = await planned(bench)
    result = await updater.sign(plan)
    assert result is not None
    assert bench.chain.deployments_[run.id].hash == plan.version.version
    saved = bench.session().journal.deployment("fake-1", run.id)
    assert saved is not None
    assert (saved.sdl, saved.version, saved.name) == (NEWER, plan.version.version, "web")
    assert not any(x.delivered for x in bench.session().journal.leases("fake-1", run.id))
    again = await updater.attach(plan)
    await updater.deliver(again)
    assert again.stage is Stage.STARTING
    assert set(bench.gateway.accepted.values()) == {plan.version.manifest}
    with pytest.raises(Stale):
        await updater.sign(plan)


async def test_a_provider_that_lags_is_asked_again(bench: Bench) -> None:
    _, updater, plan = await planned(bench)
    await updater.sign(plan)
    bench.gateway.faults = [ProviderFault("expects another version", status=422) for _ in range(3)]
    before = bench.gateway.tries
    await updater.deliver(await updater.attach(plan))
    assert bench.gateway.tries == before + 4


async def test_a_refused_update_is_undone(bench: Bench) -> None:
    run, updater, plan = await planned(bench)
    old = bench.chain.deployments_[run.id].hash
    await updater.sign(plan)
    bench.gateway.faults = [ManifestRefused("no", status=422)]
    with pytest.raises(ManifestRefused):
        await updater.deliver(await updater.attach(plan))
    back = await updater.undo_plan(plan)
    await updater.sign(back)
    await updater.deliver(await updater.attach(back))
    assert bench.chain.deployments_[run.id].hash == old
    assert set(bench.gateway.accepted.values()) == {back.version.manifest}
    saved = bench.session().journal.deployment("fake-1", run.id)
    assert saved is not None
    assert saved.sdl == SDL


async def test_the_same_version_is_only_sent_again(bench: Bench) -> None:
    run, updater, plan = await planned(bench, SDL)
    assert plan.quote is None
    before = len(bench.chain.committed)
    assert await updater.sign(plan) is None
    tries = bench.gateway.tries
    await updater.deliver(await updater.attach(plan))
    assert len(bench.chain.committed) == before
    assert bench.gateway.tries == tries + 1
    with pytest.raises(BadInput, match="nothing to go back to"):
        await updater.undo_plan(plan)
    assert run.id == plan.id


async def test_an_update_from_elsewhere_makes_it_stale(bench: Bench) -> None:
    run, updater, plan = await planned(bench)
    bench.chain.deployments_[run.id] = replace(bench.chain.deployments_[run.id], hash=b"x" * 32)
    before = len(bench.chain.committed)
    with pytest.raises(Stale):
        await updater.sign(plan)
    assert len(bench.chain.committed) == before


async def test_a_closed_deployment_cannot_be_updated(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain.deployments_[run.id] = replace(bench.chain.deployments_[run.id], state=DeploymentState.CLOSED)
    with pytest.raises(BadInput, match="closed"):
        await Updater(bench.session()).plan(run.id, compiled(NEWER), NEWER, "new.yaml")


@pytest.mark.parametrize("at", ["broadcast done", "confirm"])
async def test_killed_while_updating_the_next_start_delivers_the_new_manifest(bench: Bench, at: str) -> None:
    run, updater, plan = await planned(bench)

    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == at:
            raise Killed

    bench.chain.gate = kill
    with pytest.raises(Killed):
        await updater.sign(plan)
    bench.chain.gate = lambda name: None
    bench.clock.elapsed += 30
    report = await resume(bench.session(), carry_on=True)
    assert [p.next for p in report.pending if p.id == run.id] == [NextStep.WATCH]
    assert set(bench.gateway.accepted.values()) == {plan.version.manifest}
    attached = await attach(bench.session(), run.id)
    assert attached.manifest == plan.version.manifest
