"""What a provider runs is compared with what the chain expects: a manifest may be lost after its 200."""

from __future__ import annotations

import pytest

from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.resume import NextStep, Pending, resume
from akash_tui.services.deployment.update import Updater
from akash_tui.services.leases.attention import Attention, attention_items
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.leases.lease_summary import summarize
from akash_tui.services.ports import ProviderUnreachable
from tests.fakes.session import Bench
from tests.services.deployment.test_update import planned
from tests.services.leases.test_lease_reader import leased


async def read(bench: Bench, run: DeploymentRun) -> tuple[DeploymentView, list[Attention]]:
    bench.chain._deposit(run.id, 40_000_000, bench.chain.height)
    view = await Leases(bench.session()).one(run.id)
    return view, [a for a in attention_items(view) if a.code != "low_runway"]


async def pending(bench: Bench, *, carry_on: bool = False) -> Pending:
    (item,) = (await resume(bench.session(), carry_on=carry_on)).pending
    return item


async def test_what_runs_as_sent_needs_nothing_and_is_compared_once(bench: Bench) -> None:
    run = await leased(bench)
    await wait_running(bench.session(), run)
    asked: list[str] = []
    bench.gateway.gate = asked.append
    session = bench.session()
    for _ in range(3):
        view = await Leases(session).one(run.id)
        assert (view.state, view.leases[0].current) == ("running", True)
    assert asked.count("get manifest") == 1
    assert (await pending(bench)).next is NextStep.WATCH


async def test_an_update_that_was_lost_after_its_200_is_noticed(bench: Bench) -> None:
    run, updater, plan = await planned(bench)
    await wait_running(bench.session(), run)
    await updater.sign(plan)
    again = await updater.attach(plan)
    bench.gateway.applies_after = 10**6  # killed at once
    await deliver(updater.session, again)
    assert bench.session().journal.leases("fake-1", run.id)[0].delivered
    view, (alarm,) = await read(bench, run)
    assert (view.state, alarm.code, alarm.urgent) == ("leased", "old_version", True)
    assert "did not apply the manifest that it accepted" in alarm.text
    assert "akash-tui resume --yes" in alarm.advice
    assert summarize(view).problem == "version"
    assert summarize(view).attention == 1
    item = await pending(bench)
    assert item.next is NextStep.DELIVER
    assert "runs another version" in item.text
    bench.gateway.versions.clear()
    bench.gateway.applies_after = 0.0
    assert (await pending(bench, carry_on=True)).next is NextStep.WATCH
    view, found = await read(bench, run)
    assert (view.state, found) == ("running", [])


async def test_an_update_that_was_signed_and_never_sent_is_said(bench: Bench) -> None:
    run, updater, plan = await planned(bench)
    await wait_running(bench.session(), run)
    await updater.sign(plan)
    view, (alarm,) = await read(bench, run)
    assert (view.state, alarm.code) == ("leased", "old_version")
    assert "not delivered yet" in alarm.text
    assert (await pending(bench)).text.endswith("its manifest was not sent from here yet.")


async def test_a_first_manifest_that_was_lost_is_noticed(bench: Bench) -> None:
    run = await leased(bench)
    bench.gateway.accepted.clear()
    bench.clock.elapsed += 70
    view, (alarm,) = await read(bench, run)
    assert (alarm.code, alarm.urgent) == ("not_running", True)
    assert "though it accepted the manifest" in alarm.text
    assert summarize(view).problem == "manifest"
    item = await pending(bench)
    assert (item.next, "nothing runs, and it costs" in item.text) == (NextStep.DELIVER, True)
    (listed,) = await Leases(bench.session()).all()  # remembered, also where no provider is asked
    assert listed.leases[0].delivered is False
    assert [a.code for a in attention_items(listed) if a.lease] == ["manifest_due"]
    assert (await pending(bench, carry_on=True)).next is NextStep.WATCH
    assert bench.gateway.accepted


async def test_a_provider_that_cannot_be_asked_has_lost_nothing(bench: Bench) -> None:
    run = await leased(bench)

    def down(name: str) -> None:
        if name == "status":
            raise ProviderUnreachable("It takes no connection.")

    bench.gateway.gate = down
    item = await pending(bench)
    assert item.next is NextStep.WATCH
    assert "could not be checked: It takes no connection." in item.text
    assert bench.session().journal.leases("fake-1", run.id)[0].delivered


async def test_a_copy_that_cannot_be_read_decides_nothing(bench: Bench) -> None:
    run = await leased(bench)
    await wait_running(bench.session(), run)

    def denied(name: str) -> None:
        if name == "get manifest":
            raise ProviderUnreachable("It takes no connection.")

    bench.gateway.gate = denied
    view, found = await read(bench, run)
    assert (view.state, view.leases[0].current, found) == ("running", None, [])


async def test_the_list_asks_for_some_seconds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await leased(bench)
    await wait_running(bench.session(), run)
    leases = Leases(bench.session())
    views = await leases.all()
    assert [v.state for v in await leases.asked_within(views, 5.0)] == ["running"]

    async def silent(*args: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(bench.gateway, "lease_status", silent)
    assert [v.state for v in await leases.asked_within(views, 5.0)] == ["leased"]


async def test_without_the_manifest_here_nothing_is_claimed(bench: Bench) -> None:
    run = await leased(bench)
    await wait_running(bench.session(), run)
    with bench.session().journal.writing() as db:
        db.execute("DELETE FROM deployments")
    view, _ = await read(bench, run)
    assert view.leases[0].current is None
    assert Updater(bench.session()).versions.find("fake-1", run.id, run.version) is None
