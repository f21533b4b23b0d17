"""Deploying the same once more: the kept SDL, and the providers that let it down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import DeploymentState, LeaseState
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.redeploy import redeploy, to_avoid
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import BadInput, ProviderUnreachable
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
    again = await redeploy(bench.session(), run.id)
    assert again.avoid == {run.leases[0].id.provider: "it never accepted the manifest"}
    await close(bench.session(), await close_quote(bench.session(), run.id))
    later = await redeploy(bench.session(), run.id)
    assert later.avoid == again.avoid


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
