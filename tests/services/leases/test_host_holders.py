"""A custom host name that an older lease has is said where the new one runs: by deploy, the status and the app."""

from __future__ import annotations

from akash_tui.cli.event_sentences import event_sentence
from akash_tui.domain.akash.manifest_hosts import hosts_of_group
from akash_tui.services.core.events import Event, Running
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import ProviderUnreachable, Unreachable
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.session import SDL, Bench, compiled

SHOP = SDL.replace("        as: 80\n", "        as: 80\n        accept: [shop.example.com]\n")


async def running(bench: Bench, session: Session) -> tuple[DeploymentRun, list[Event]]:
    run = await create(session, await create_quote(session, compiled(SHOP), SHOP, "shop"))
    events: list[Event] = []
    run.listeners.append(events.append)
    while not run.book.rows(gone=False):
        await bench.clock.sleep(6)
        await read_once(session, run)
    await accept(session, run, await lease_quote(session, run, {1: run.book.rows()[0].id}))
    await deliver(session, run)
    await wait_running(session, run)
    return run, events


async def test_the_second_deployment_says_where_its_name_leads(bench: Bench) -> None:
    session = bench.session()
    first, events = await running(bench, session)
    assert [e.notes for e in events if isinstance(e, Running)] == [()]
    second, events = await running(bench, session)
    sentence = f"shop.example.com still leads to dseq {first.id.dseq}; in the app, H on this lease moves it."
    (event,) = [e for e in events if isinstance(e, Running)]
    assert event.notes == second.notes == (sentence,)
    assert event.to_json()["notes"] == [sentence]
    assert sentence in event_sentence(event)
    (item,) = [a for a in attention_items(await Leases(session).one(second.id)) if a.code == "host_elsewhere"]
    assert (item.text, item.urgent) == (sentence, False)
    assert not [a for a in attention_items(await Leases(session).one(first.id)) if a.code == "host_elsewhere"]
    bench.gateway.hosts["shop.example.com"] = second.id.dseq  # moved
    assert not [a for a in attention_items(await Leases(session).one(second.id)) if a.code == "host_elsewhere"]


async def test_a_name_that_nobody_of_this_wallet_has_is_said_too(bench: Bench) -> None:
    bench.gateway.hosts["shop.example.com"] = 1
    run, _ = await running(bench, bench.session())
    assert run.notes[0].startswith("shop.example.com does not lead here")
    assert run.notes[0].endswith("; in the app, H on this lease tries to move it.")


async def test_screens_ask_the_other_leases_once_a_minute(bench: Bench) -> None:
    session = bench.session()
    await running(bench, session)
    second, _ = await running(bench, session)
    asked: list[str] = []
    bench.gateway.gate = asked.append
    for _ in range(3):
        await Leases(session).one(second.id)
    assert asked.count("status") == 3
    bench.clock.elapsed += 61
    await Leases(session).one(second.id)
    assert asked.count("status") == 5


async def test_another_lease_that_cannot_be_asked_stops_nothing(bench: Bench) -> None:
    session = bench.session()
    await running(bench, session)
    second, _ = await running(bench, session)
    session.misplaced.clear()
    asked = 0

    def second_fails(name: str) -> None:
        nonlocal asked
        asked += name == "status"
        if name == "status" and asked == 2:
            raise ProviderUnreachable("It takes no connection.")

    bench.gateway.gate = second_fails
    (part,) = (await Leases(session).one(second.id)).leases
    assert [name.holder for name in part.misplaced] == [None]
    assert part.fault is None


async def test_a_fault_of_the_chain_discards_no_status(bench: Bench) -> None:
    session = bench.session()
    await running(bench, session)
    second, _ = await running(bench, session)
    session.misplaced.clear()
    view = await Leases(session).one(second.id, services=False)

    def down(name: str) -> None:
        if name == "leases":
            raise Unreachable("No node answers.")

    bench.chain.gate = down
    (part,) = (await Leases(session).asked(view)).leases
    assert part.status is not None
    assert (part.fault, part.misplaced) == (None, ())


def test_only_the_names_of_the_group_are_asked_for() -> None:
    manifest = compiled(SHOP).manifest_json
    assert hosts_of_group(manifest, "dcloud") == ("shop.example.com",)
    assert hosts_of_group(manifest, "elsewhere") == hosts_of_group(b"", "dcloud") == ()
