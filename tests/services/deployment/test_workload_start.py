"""Whether what runs is what was sent: after an update, and at a provider that accepts all and has nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from akash_tui.adapters.provider.lease_status import read_lease_status
from akash_tui.domain.akash.entities import DeploymentState, LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.run_state import DeploymentRun, FormerWorkload, StepState
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.deployment.update import Updater
from akash_tui.services.deployment.workload_start import LOST_SECONDS, StartWatch
from akash_tui.services.ports import LeaseStatus, ManifestLost, NotRunning, ProviderUnreachable, ServiceStatus, Signer
from tests import conformance
from tests.fakes.session import SDL, Bench, compiled
from tests.services.deployment.test_update import NEWER, planned
from tests.services.leases.test_lease_reader import leased

AT = datetime(2026, 11, 23, tzinfo=UTC)


async def updated(bench: Bench, sdl: str = NEWER) -> DeploymentRun:
    """A deployment that ran, with an update signed and a run that is to deliver it."""
    run, updater, plan = await planned(bench, sdl)
    await wait_running(bench.session(), run)
    await updater.sign(plan)
    return await updater.attach(plan)


async def test_the_old_workload_is_not_the_update_running(bench: Bench) -> None:
    run = await updated(bench)
    bench.gateway.applies_after = 9.0
    begun = bench.clock.elapsed
    session = bench.session()
    await deliver(session, run)
    await wait_running(session, run)
    assert bench.clock.elapsed - begun >= 9.0
    assert [s.generation for s in run.status[run.leases[0].id].services] == [2]


async def test_an_update_to_a_broken_image_never_counts_as_running(bench: Bench) -> None:
    run = await updated(bench)
    bench.gateway.applies_after, bench.gateway.broken = 5.0, {"nginx:1.28"}
    session = bench.session()
    await deliver(session, run)
    with pytest.raises(NotRunning, match="not running after 1 min 30 s"):
        await wait_running(session, run, wait=90)


async def test_an_update_that_the_provider_never_applies_is_reported_within_a_minute(bench: Bench) -> None:
    run = await updated(bench)
    bench.gateway.applies_after = 10**6
    session = bench.session()
    await deliver(session, run)
    begun, tries = bench.clock.elapsed, bench.gateway.tries
    with pytest.raises(ManifestLost, match="still runs the old one") as lost:
        await wait_running(session, run)
    assert bench.clock.elapsed - begun <= 60
    assert bench.gateway.tries == tries + 1
    assert f"lease close {run.id.dseq}" in lost.value.advice


async def test_what_ran_before_is_remembered_when_it_is_sent_once_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await updated(bench)
    bench.gateway.applies_after = 10**6

    async def accepted(provider: Provider, lease: LeaseId, signer: Signer) -> object:
        return json.loads(bench.gateway.accepted[provider.owner, lease.dseq])  # the new one from its 200 on

    monkeypatch.setattr(bench.gateway, "manifest", accepted)
    session = bench.session()
    await deliver(session, run)
    with pytest.raises(ManifestLost, match="still runs the old one"):
        await wait_running(session, run)


async def test_an_update_lost_by_a_kill_and_sent_once_more_runs(bench: Bench) -> None:
    run = await updated(bench)
    session = bench.session()
    await deliver(session, run)
    bench.gateway.accepted.clear()
    await wait_running(session, run)
    assert run.steps["running"].state is StepState.DONE


async def test_sent_again_after_a_kill_the_version_that_runs_is_still_the_one_to_beat(bench: Bench) -> None:
    await updated(bench)  # signed; the program was killed before the manifest was sent
    updater = Updater(bench.session())
    (id,) = bench.chain.deployments_
    plan = await updater.plan(id, compiled(NEWER), NEWER, "new.yaml")
    assert plan.quote is None
    bench.gateway.applies_after = 9.0
    begun = bench.clock.elapsed
    run = await updater.attach(plan)
    await deliver(updater.session, run)
    await wait_running(updater.session, run)
    assert bench.clock.elapsed - begun >= 9.0


async def test_what_did_not_change_is_running_at_once(bench: Bench) -> None:
    run, updater, plan = await planned(bench, SDL)
    await wait_running(bench.session(), run)
    again = await updater.attach(plan)
    begun = bench.clock.elapsed
    await deliver(updater.session, again)
    await wait_running(updater.session, again)
    assert bench.clock.elapsed - begun < 5


async def test_where_nothing_is_known_of_what_ran_it_is_given_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await updated(bench)
    run.former_manifest = b""
    bench.gateway.applies_after = 6.0
    session = bench.session()
    real, asked = bench.gateway.lease_status, 0

    async def unreachable_once(*args: object) -> LeaseStatus | None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise ProviderUnreachable("It takes no connection.")
        return await real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.gateway, "lease_status", unreachable_once)
    begun = bench.clock.elapsed
    await deliver(session, run)
    await wait_running(session, run)
    assert bench.clock.elapsed - begun >= 10


def recorded(name: str) -> list[tuple[float, LeaseStatus]]:
    rows = conformance.load(conformance.SHARED / "recordings" / "provider" / name)["timeline"]
    return [(r["seconds_after_manifest_200"], read_lease_status(json.loads(r["body"]), AT)) for r in rows]


async def test_the_recorded_update_is_ready_at_its_third_status(bench: Bench) -> None:
    run = await leased(bench)
    (lease,) = [x.id for x in run.leases]
    run.manifest = json.dumps(
        [{"name": "dcloud", "services": [{"name": "cache", "count": 1}, {"name": "web", "count": 2}]}]
    ).encode()
    timeline = recorded("lease_status_timeline_update.json")
    run.former[lease] = FormerWorkload(
        {s.name: s.generation for s in timeline[0][1].services}, frozenset({"web"}), frozenset()
    )
    watch = StartWatch(run)
    assert [watch.ready(lease, status, at) for at, status in timeline] == [False, False, True]


@pytest.mark.parametrize(
    ("service", "ready"),
    [
        (ServiceStatus("web", 2, 2, (), 2, 2, 7), True),
        (ServiceStatus("web", 2, 2, ()), True),  # a provider that reports no more
        (ServiceStatus("web", 2, 3, (), 1, 2, 7), False),  # the old pods run on beside a new one that does not start
        (ServiceStatus("web", 2, 2, (), 1, 2, 7), False),
        (ServiceStatus("web", 2, 2, (), 2, 1, 7), False),
        (ServiceStatus("web", 1, 1, (), 1, 1, 7), False),  # one of the two that are wanted
        (ServiceStatus("web", 0, 0, (), 0, 0, 0), False),
    ],
)  # fmt: skip
async def test_updated_and_available_replicas_count(bench: Bench, service: ServiceStatus, ready: bool) -> None:
    run = await leased(bench)
    run.manifest = b'[{"name":"dcloud","services":[{"name":"web","count":2}]}]'
    status = LeaseStatus((service,), (), (), AT)
    assert StartWatch(run).ready(run.leases[0].id, status, 0.0) is ready


# --- a provider that accepts everything and has nothing ---


async def test_a_provider_that_has_nothing_is_reported_within_a_minute_with_the_ways_out(bench: Bench) -> None:
    bench.gateway.forgets = True
    run = await leased(bench)
    begun, tries = bench.clock.elapsed, bench.gateway.tries
    with pytest.raises(ManifestLost, match="nothing runs, and it costs") as lost:
        await wait_running(bench.session(), run)
    assert LOST_SECONDS <= bench.clock.elapsed - begun <= 60
    assert bench.gateway.tries == tries + 1  # once more, for it may only have been killed
    assert "Choose another bid" in lost.value.advice
    assert f"lease close {run.id.dseq}" in lost.value.advice
    assert (run.error, run.steps["image"].state) == (lost.value, StepState.FAILED)
    assert lost.value.exit_code == 6
    (saved,) = bench.session().journal.leases("fake-1", run.id)
    assert (saved.delivered, saved.tried) == (False, True)
    assert [p.next for p in (await resume(bench.session())).pending] == [NextStep.DELIVER]
    assert bench.chain.deployments_[run.id].state is DeploymentState.ACTIVE  # what to do is the caller's choice


async def test_a_manifest_lost_by_a_kill_is_sent_again_and_runs(bench: Bench) -> None:
    run = await leased(bench)
    bench.gateway.accepted.clear()
    await wait_running(bench.session(), run)
    assert bench.gateway.tries == 2
    assert run.steps["running"].state is StepState.DONE


async def test_a_provider_that_is_silent_has_not_lost_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await leased(bench)

    async def down(*args: object) -> LeaseStatus:
        raise ProviderUnreachable("It takes no connection")

    monkeypatch.setattr(bench.gateway, "lease_status", down)
    with pytest.raises(NotRunning, match="after 5 min: It takes no connection"):
        await wait_running(bench.session(), run, wait=300)
    assert bench.gateway.tries == 1


async def test_one_answer_before_a_silence_does_not_count_as_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await leased(bench)
    asked = 0

    async def down_after_one(*args: object) -> LeaseStatus | None:
        nonlocal asked
        asked += 1
        if asked == 1:
            return None
        raise ProviderUnreachable("It takes no connection")

    monkeypatch.setattr(bench.gateway, "lease_status", down_after_one)
    with pytest.raises(NotRunning, match="after 5 min"):
        await wait_running(bench.session(), run, wait=300)
    assert bench.gateway.tries == 1


async def test_only_a_manifest_that_was_accepted_again_is_reported_lost(bench: Bench) -> None:
    run = await leased(bench)
    bench.gateway.forgets = True
    bench.gateway.accepted.clear()
    bench.gateway.faults = [ProviderUnreachable("It takes no connection") for _ in range(8)]
    begun = bench.clock.elapsed
    with pytest.raises(ManifestLost):
        await wait_running(bench.session(), run)
    assert bench.gateway.faults == []
    assert bench.gateway.tries == 10  # the first one, eight without a connection, and the one that was accepted
    assert bench.clock.elapsed - begun > LOST_SECONDS


async def test_one_of_two_at_one_provider_is_sent_once(bench: Bench) -> None:
    bench.gateway.forgets = True
    run = await leased(bench)
    other = replace(run.leases[0], id=replace(run.leases[0].id, gseq=2))
    bench.chain.leases_[other.id] = other
    run.leases = (*run.leases, other)
    with pytest.raises(ManifestLost):
        await wait_running(bench.session(), run)
    assert bench.gateway.tries == 2
