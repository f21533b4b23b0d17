"""One group: its lease ends and new bids come, it is paused and started, it ends; each killed in the middle too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import GroupId, GroupState, LeaseState, OrderState
from akash_tui.domain.akash.messages import CloseLease
from akash_tui.domain.bids.decision import decide
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.deployment.accept_bids import next_best
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.create import attach
from akash_tui.services.deployment.groups import GroupAction, do_group, group_quote, possible
from akash_tui.services.deployment.resume import resume
from akash_tui.services.market.silent_providers import waited
from akash_tui.services.ports import BadInput, Stale
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from tests.fakes.session import Bench
from tests.services.leases.test_lease_reader import leased


def group_of(run: DeploymentRun) -> GroupId:
    return GroupId(run.id.owner, run.id.dseq, 1)


async def test_requote_ends_the_lease_and_a_new_order_takes_bids(bench: Bench) -> None:
    run = await leased(bench)
    session = bench.session()
    before = run.leases[0].id
    await bench.clock.sleep(300)
    assert waited(run) >= 300
    quote = await group_quote(session, group_of(run), GroupAction.REQUOTE)
    assert quote.draft.messages == (CloseLease(before),)
    assert quote.ends_h > 0
    assert 0 < quote.left <= 500_000
    assert quote.last
    await do_group(session, quote, run, avoid={before.provider: "it kept failing"})
    assert bench.chain.leases_[before].state is LeaseState.CLOSED
    assert [o.oseq for o, x in bench.chain.orders_.items() if x.state is OrderState.OPEN] == [2]
    assert waited(run) == 0, "the new order is as old as that"
    assert (run.stage, run.leases, run.status, run.begun) == (Stage.COLLECTING, (), {}, False)
    await bench.clock.sleep(12)
    await read_once(session, run)
    chosen = decide(run.book, Rule(), avoid=run.avoid)
    assert chosen.picks[1].id.oseq == 2
    assert chosen.picks[1].id.provider != before.provider
    assert ("avoided", "its provider is avoided: it kept failing") in [
        (r.code, r.reason) for r in chosen.rejected[1] if r.provider == before.provider
    ]
    best = await next_best(session, run, {}, Rule())
    assert best is not None
    assert best[1].provider != before.provider


async def test_the_avoided_provider_is_still_known_after_a_restart(bench: Bench) -> None:
    run = await leased(bench)
    session = bench.session()
    gone = run.leases[0].id.provider
    await do_group(
        session, await group_quote(session, group_of(run), GroupAction.REQUOTE), run, avoid={gone: "it was slow"}
    )
    again = await attach(bench.session(), run.id)
    assert again.avoid == {gone: "it was slow"}
    assert again.stage is Stage.COLLECTING
    avoided = AvoidedProviders(bench.session().journal)
    avoided.add(run.chain_id, run.id, {gone: "it was slow twice"})
    assert avoided.of(run.chain_id, run.id) == {gone: "it was slow twice"}
    assert avoided.of("another-chain", run.id) == {}


async def test_pause_start_and_close(bench: Bench) -> None:
    run = await leased(bench)
    session, group = bench.session(), group_of(run)
    await do_group(session, await group_quote(session, group, GroupAction.PAUSE), run)
    assert run.leases == ()
    deployment = bench.chain.deployments_[run.id]
    assert deployment.groups[0].state is GroupState.PAUSED
    assert possible(deployment.groups[0], ()) == (GroupAction.START, GroupAction.CLOSE)
    with pytest.raises(BadInput, match="Group dcloud is paused"):
        await group_quote(session, group, GroupAction.PAUSE)
    await do_group(session, await group_quote(session, group, GroupAction.START), run)
    assert bench.chain.deployments_[run.id].groups[0].state is GroupState.OPEN
    assert max(o.oseq for o in bench.chain.orders_) == 2
    await do_group(session, await group_quote(session, group, GroupAction.CLOSE), run)
    closed = bench.chain.deployments_[run.id].groups[0]
    assert closed.state is GroupState.CLOSED
    assert possible(closed, ()) == ()
    kinds = [i.kind for i in session.journal.intents() if i.outcome is Outcome.DONE]
    assert kinds[:3] == [IntentKind.CLOSE_GROUP, IntentKind.START_GROUP, IntentKind.PAUSE_GROUP]


async def test_a_lease_that_changed_since_is_not_ended_unseen(bench: Bench) -> None:
    run = await leased(bench)
    session = bench.session()
    quote = await group_quote(session, group_of(run), GroupAction.PAUSE)
    id = run.leases[0].id
    bench.chain.leases_[id] = replace(bench.chain.leases_[id], state=LeaseState.CLOSED)
    with pytest.raises(Stale, match="changed since"):
        await do_group(session, quote, run)
    assert not any(i.kind is IntentKind.PAUSE_GROUP for i in session.journal.intents())


async def test_an_unknown_group_is_refused(bench: Bench) -> None:
    run = await leased(bench)
    with pytest.raises(BadInput, match="has no group 7"):
        await group_quote(bench.session(), replace(group_of(run), gseq=7), GroupAction.PAUSE)


class Killed(Exception):
    """The program is gone."""


@pytest.mark.parametrize("step", [GroupAction.REQUOTE, GroupAction.PAUSE, GroupAction.CLOSE])
@pytest.mark.parametrize("indexed", [True, False])
async def test_killed_after_sending_the_next_start_finds_it(bench: Bench, step: GroupAction, indexed: bool) -> None:
    run = await leased(bench)
    session = bench.session()
    quote = await group_quote(session, group_of(run), step)

    def die(name: str) -> None:
        if name == "broadcast done":
            raise Killed

    bench.chain.gate = die
    with pytest.raises(Killed):
        await do_group(session, quote, run)
    bench.chain.gate = lambda name: None
    await bench.clock.sleep(30)
    bench.chain.step()
    if not indexed:  # a node that keeps no index of transactions: its effect is there to see
        bench.chain.results.clear()
        await bench.clock.sleep(200)
    report = await resume(bench.session())
    (settled,) = report.settled
    assert settled.outcome is Outcome.DONE
    assert not bench.session().journal.open_intents(run.chain_id)
