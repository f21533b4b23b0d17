"""What needs attention: said in plain words, once, and with what it costs."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import DeploymentState, LeaseState, Reclamation
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.akash.resources import Attribute
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import wait_running
from akash_tui.services.leases.attention import Attention, attention, attention_items, cost_so_far, watch_deployment
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import LeaseStatus, ProviderUnreachable, Unreachable
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.chain import BLOCK
from tests.fakes.session import SDL, Bench, compiled
from tests.services.leases.test_lease_reader import leased


async def seen(bench: Bench, run: DeploymentRun) -> tuple[Attention, ...]:
    return attention_items(await Leases(bench.session()).one(run.id))


def codes(found: tuple[Attention, ...]) -> list[tuple[str, bool]]:
    return [(a.code, a.urgent) for a in found]


def change(bench: Bench, run: DeploymentRun, **fields: object) -> None:
    (id,) = [x.id for x in run.leases]
    bench.chain.leases_[id] = replace(bench.chain.leases_[id], **fields)  # type: ignore[arg-type]


def rich(bench: Bench, run: DeploymentRun) -> None:
    bench.chain._deposit(run.id, 40_000_000, bench.chain.height)


async def test_all_is_well(bench: Bench) -> None:
    run = await leased(bench)
    rich(bench, run)
    await wait_running(bench.session(), run, wait=60)
    assert await seen(bench, run) == ()


async def test_a_manifest_that_is_due_becomes_urgent_at_90_seconds(bench: Bench) -> None:
    run = await leased(bench, delivered=False)
    rich(bench, run)
    begun = bench.chain.leases_[run.leases[0].id].created_at
    for blocks, urgent, words in ((20, False, "180 s left"), (34, False, "96 s left"), (35, True, "90 s left"),
                                  (60, True, "five minutes are over")):  # fmt: skip
        bench.clock.elapsed = (begun - 1000 + blocks) * BLOCK
        (alarm,) = await seen(bench, run)
        assert (alarm.code, alarm.urgent) == ("manifest_due", urgent)
        assert words in alarm.text
        assert "akash-tui resume" in alarm.advice
        assert "$0.60 an hour" in alarm.text


async def test_paid_for_and_not_running(bench: Bench) -> None:
    run = await leased(bench)
    rich(bench, run)
    bench.gateway.ready_after = 10**6
    assert await seen(bench, run) == ()  # it may still be starting
    bench.clock.elapsed += 1000
    (alarm,) = await seen(bench, run)
    assert (alarm.code, alarm.urgent) == ("not_running", True)
    assert "web" in alarm.text
    assert "$0.60 an hour" in alarm.text
    bench.gateway.accepted.clear()  # the provider has forgotten it
    (alarm,) = await seen(bench, run)
    assert "has nothing for this lease" in alarm.text


async def test_funds(bench: Bench) -> None:
    run = await leased(bench)
    assert codes(await seen(bench, run)) == [("low_runway", True)]  # 500 blocks of 6 s
    assert attention(await Leases(bench.session()).one(run.id)) == 2
    bench.clock.elapsed += 600 * BLOCK
    found = await seen(bench, run)
    assert found[0].code == "dry"
    assert "owes" in found[0].text
    assert attention(await Leases(bench.session()).one(run.id)) == 0


async def test_why_a_lease_ended_and_what_it_cost(bench: Bench) -> None:
    run = await leased(bench)
    begun = bench.chain.leases_[run.leases[0].id].created_at
    change(bench, run, state=LeaseState.CLOSED, reason="lease_closed_reason_unstable", closed_on=begun + 100)
    (alarm,) = await seen(bench, run)
    assert (alarm.code, alarm.urgent) == ("ended", True)
    assert "kept failing" in alarm.text
    assert "0.10 ACT" in alarm.text
    assert "Avoid this provider" in alarm.advice
    assert cost_so_far(await Leases(bench.session()).one(run.id)) == 100_000


async def test_a_reclaimed_lease_counts_down(bench: Bench) -> None:
    run = await leased(bench)
    rich(bench, run)
    deadline = int(bench.clock.now().timestamp()) + 2 * 3600 + 60
    change(bench, run, state=LeaseState.RECLAIMING, reclamation=Reclamation(deadline, ""))
    found = await seen(bench, run)
    assert "reclaiming" in [a.code for a in found]
    assert any("2 h 1 min" in a.text for a in found)
    (advice,) = [a.advice for a in found if a.code == "reclaiming"]
    assert f"akash-tui lease recover {run.id.dseq}" in advice  # the countdown offers to move


async def test_what_is_taken_back_is_not_urged_to_be_topped_up(bench: Bench) -> None:
    run = await leased(bench)
    change(bench, run, state=LeaseState.RECLAIMING, reclamation=Reclamation(int(bench.clock.now().timestamp()), ""))
    (low,) = [a for a in await seen(bench, run) if a.code == "low_runway"]
    assert "lease deposit" not in low.advice
    assert "move it" in low.advice


async def test_a_provider_that_cannot_be_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await leased(bench)
    rich(bench, run)

    async def down(*args: object) -> LeaseStatus:
        raise ProviderUnreachable("It takes no connection")

    monkeypatch.setattr(bench.gateway, "lease_status", down)
    assert codes(await seen(bench, run)) == [("unreachable", False)]


async def test_the_watch_tells_each_thing_once_until_the_end(bench: Bench) -> None:
    run = await leased(bench)
    told: list[list[str]] = []
    rounds = 0
    async with aclosing(watch_deployment(bench.session(), run.id, 6.0)) as looks:
        async for look in looks:
            rounds += 1
            told.append([a.code for a in look.new])
            if rounds == 3:
                deployment = bench.chain.deployments_[run.id]
                bench.chain.deployments_[run.id] = replace(deployment, state=DeploymentState.CLOSED)
                change(bench, run, state=LeaseState.CLOSED, reason="lease_closed_owner", closed_on=bench.chain.height)
    assert told == [["low_runway"], [], [], ["ended"]]


async def test_a_node_that_is_away_keeps_what_was_seen(bench: Bench) -> None:
    run = await leased(bench)
    async with aclosing(watch_deployment(bench.session(), run.id)) as looks:
        first = await anext(looks)

        def away(name: str) -> None:
            raise Unreachable("No node answers.")

        bench.chain.gate = away
        second = await anext(looks)
    assert second.fault is not None
    assert second.view is first.view
    assert second.new == ()


async def test_a_first_read_that_fails_is_raised(bench: Bench) -> None:
    run = await leased(bench)

    def away(name: str) -> None:
        raise Unreachable("No node answers.")

    bench.chain.gate = away
    with pytest.raises(Unreachable):
        await anext(watch_deployment(bench.session(), run.id))


async def test_what_ended_comes_last(bench: Bench) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    assert attention(await Leases(bench.session()).one(run.id)) == 3
    await close(session, await close_quote(session, run.id), run)
    assert attention(await Leases(bench.session()).one(run.id)) == 4


async def test_a_provider_at_a_bare_address_is_called_by_its_organization(bench: Bench) -> None:
    run = await leased(bench)
    change(bench, run, state=LeaseState.CLOSED)
    view = await Leases(bench.session()).one(run.id)
    (lease,) = view.leases
    at = Provider(lease.lease.id.provider, "https://127.0.0.1:8443", (Attribute("organization", "Attic Rigs"),))
    view = replace(view, leases=(replace(lease, provider=at),))
    assert "The lease at Attic Rigs is over" in next(a for a in attention_items(view) if a.code == "ended").text
    born = lease.lease.created_at
    short = replace(lease.lease, price=DecCoin(UACT, Decimal(3)), closed_on=born + 5)
    view = replace(view, leases=(replace(lease, lease=short),))
    said = next(a for a in attention_items(view) if a.code == "ended").text
    assert said.endswith("It cost 0.000015 ACT."), "what was paid is never shown as nothing"
