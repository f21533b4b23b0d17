"""Deploying the same once more: the kept SDL, and the providers that let it down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import DeploymentState, LeaseState
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.deployment.redeploy import redeploy, to_avoid
from akash_tui.services.leases.alerts import AlertRules
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_list import LeaseRound
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import BadInput, ManifestRefused, ProviderFault, ProviderUnreachable, ProviderUntrusted
from akash_tui.services.spending.quoting import close_quote
from tests.fakes.session import SDL, Bench
from tests.services.leases.test_lease_reader import leased


async def test_the_kept_sdl_and_nobody_to_avoid_while_it_runs(bench: Bench) -> None:
    run = await leased(bench)
    bench.gateway.questions = 10
    again = await redeploy(bench.session(), run.id)
    assert (again.name, again.sdl, again.exact, dict(again.avoid), again.runs) == ("web", SDL, True, {}, True)


@pytest.mark.parametrize(
    ("reason", "description"),
    [
        ("lease_closed_reason_unstable", "its provider ended it: the workload kept failing"),
        ("lease_closed_reason_decommission", "its provider ended it: the machine is being decommissioned"),
        ("lease_closed_owner", None),
        ("lease_closed_reason_insufficient_funds", None),
    ],
)
async def test_a_provider_that_ended_it_is_avoided(bench: Bench, reason: str, description: str | None) -> None:
    run = await leased(bench)
    id = run.leases[0].id
    ended = replace(bench.chain.leases_[id], state=LeaseState.CLOSED, closed_on=1100, reason=reason)
    bench.chain.leases_[id] = ended
    again = await redeploy(bench.session(), run.id)
    assert again.avoid.get(id.provider) == description
    assert not again.runs


async def test_one_that_never_took_the_manifest_is_avoided(bench: Bench) -> None:
    run = await leased(bench, delivered=False)
    bench.gateway.faults = [ManifestRefused("no", status=422)]
    with pytest.raises(ManifestRefused):
        await deliver(bench.session(), run)
    again = await redeploy(bench.session(), run.id)
    assert again.avoid == {run.leases[0].id.provider: "it never accepted the manifest"}
    await close(bench.session(), await close_quote(bench.session(), run.id))
    later = await redeploy(bench.session(), run.id)
    assert later.avoid == again.avoid


@pytest.mark.parametrize("reason", ["lease_closed_owner", "lease_closed_reason_manifest_timeout"])
async def test_a_manifest_that_was_never_sent_is_not_its_providers_fault(bench: Bench, reason: str) -> None:
    run = await leased(bench, delivered=False)
    bench.clock.elapsed += 1000
    (item,) = [a for a in attention_items(await Leases(bench.session()).one(run.id)) if a.code == "manifest_due"]
    assert item.text.startswith("The manifest was not sent to ")
    assert dict((await redeploy(bench.session(), run.id)).avoid) == {}
    id = run.leases[0].id
    bench.chain.leases_[id] = replace(
        bench.chain.leases_[id], state=LeaseState.CLOSED, closed_on=bench.chain.height, reason=reason
    )
    assert dict((await redeploy(bench.session(), run.id)).avoid) == {}
    view = await Leases(bench.session()).one(run.id)
    assert not any("Avoid this provider" in a.advice for a in attention_items(view))
    rules = AlertRules("fake-1", ())
    found = rules.new_alerts(LeaseRound((), (view,)))
    assert not any("Avoid this provider" in alert.description for alert in found)


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (ProviderUntrusted("The server cannot prove that it is the provider."), False),
        (ProviderUnreachable("The provider refuses connections"), False),
        (ProviderUnreachable("The provider did not answer within 20 s."), True),
        (ManifestRefused("The provider refused it.", status=422), True),
    ],
)  # fmt: skip
async def test_only_who_was_sent_the_manifest_is_avoided(bench: Bench, fault: ProviderFault, sent: bool) -> None:
    run = await leased(bench, delivered=False)
    fault.sent = sent
    bench.gateway.faults = [fault] * 9
    with pytest.raises(ProviderFault):
        await deliver(bench.session(), run, 10)
    id = run.leases[0].id
    reason = "lease_closed_reason_manifest_timeout"
    bench.chain.leases_[id] = replace(bench.chain.leases_[id], state=LeaseState.CLOSED, closed_on=1100, reason=reason)
    assert (id.provider in (await redeploy(bench.session(), run.id)).avoid) is sent


async def test_one_that_does_not_answer_now_is_avoided(bench: Bench) -> None:
    run = await leased(bench, delivered=False)

    def refuses(what: str) -> None:
        if what == "status":
            raise ProviderUnreachable("The provider refuses connections")

    bench.gateway.gate = refuses
    assert (await redeploy(bench.session(), run.id)).avoid == {run.leases[0].id.provider: "it could not be asked"}


async def test_one_that_got_the_manifest_and_says_that_it_did_not_is_avoided(bench: Bench) -> None:
    run = await leased(bench)
    id = run.leases[0].id
    reason = "lease_closed_reason_manifest_timeout"
    bench.chain.leases_[id] = replace(bench.chain.leases_[id], state=LeaseState.CLOSED, closed_on=1100, reason=reason)
    assert id.provider in (await redeploy(bench.session(), run.id)).avoid


async def test_a_lease_of_another_machine_says_nothing_against_its_provider(bench: Bench) -> None:
    run = await leased(bench, delivered=False)
    with bench.session().journal.writing() as db:
        db.execute("DELETE FROM leases")
    bench.clock.elapsed += 1000
    view = await Leases(bench.session()).one(run.id)
    (item,) = [a for a in attention_items(view) if a.code == "not_running"]
    assert "If its manifest was never sent" in item.advice
    assert to_avoid(view) == {}


async def test_trouble_that_only_asking_shows(bench: Bench) -> None:
    run = await leased(bench)
    view = await Leases(bench.session()).one(run.id)
    (seen,) = view.leases
    broken = replace(seen, status=None, fault=ProviderUnreachable("No answer."))
    assert to_avoid(replace(view, leases=(broken,))) == {seen.lease.id.provider: "it could not be asked"}


async def test_an_sdl_that_is_nowhere_is_said_to_be(bench: Bench) -> None:
    run = await leased(bench)
    with bench.session().journal.writing() as db:
        db.execute("DELETE FROM deployments")
    bench.chain.deployments_[run.id] = replace(bench.chain.deployments_[run.id], state=DeploymentState.CLOSED)
    for id, lease in bench.chain.leases_.items():
        bench.chain.leases_[id] = replace(lease, state=LeaseState.CLOSED, closed_on=1100)
    with pytest.raises(BadInput, match="is not here"):
        await redeploy(bench.session(), run.id)
