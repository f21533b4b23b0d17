"""What is open and serves nothing: only what is sure is closed together; who cannot be asked leaves it not known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.domain.akash.entities import BidId, BidState, DeploymentId, GroupState, OrderState
from akash_tui.domain.akash.messages import CloseDeployment
from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.create import create
from akash_tui.services.leases.attention import START_SECONDS
from akash_tui.services.ports import ProviderUnreachable, SignedTx, TxDraft
from akash_tui.services.ports.lock_holder import LockHolder
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.sweep.items import CHOICE_SECONDS, DOWN_SECONDS, SweepItem, SweepReason
from akash_tui.services.sweep.reader import read_sweep
from tests.fakes.chain import NETWORK, OWNER
from tests.fakes.session import SDL, Bench, compiled
from tests.services.leases.test_lease_reader import leased


async def ordered(bench: Bench, name: str = "web") -> DeploymentId:
    session = bench.session()
    return (await create(session, await create_quote(session, compiled(SDL), SDL, name))).id


async def swept(bench: Bench, session: Session | None = None) -> SweepItem:
    (item,) = (await read_sweep(session or bench.session(), bench.home)).items
    return item


def all_bids(bench: Bench, state: BidState) -> None:
    bench.chain.bids_ = {id: replace(bid, state=state) for id, bid in bench.chain.bids_.items()}


async def test_an_order_waits_then_is_over_and_bids_that_nobody_chooses_among_too(bench: Bench) -> None:
    id = await ordered(bench)
    await bench.clock.sleep(30)
    item = await swept(bench)
    assert (item.reason, item.sure, item.takes_bids) == (SweepReason.WAITING, False, True)
    assert (item.locked.amount, item.price_h, item.leases) == (500_000, Decimal(0), 0)
    all_bids(bench, BidState.CLOSED)
    assert "bids may still come" in (await swept(bench)).text
    bench.clock.elapsed += 330
    item = await swept(bench)
    assert (item.id, item.reason, item.sure) == (id, SweepReason.NO_BIDS, True)
    assert "akash-tui lease ask-again" in item.advice
    all_bids(bench, BidState.OPEN)
    item = await swept(bench)
    assert (item.reason, item.sure) == (SweepReason.WAITING, False), "a person may be choosing"
    assert "3 bids wait for a choice" in item.text
    assert "akash-tui lease accept " in item.advice
    bench.clock.elapsed += CHOICE_SECONDS
    found = await read_sweep(bench.session(), bench.home)
    assert [each.sure for each in found.items] == [True]
    assert found.notice == "Not in use: 1 order, 0.50 ACT"


async def test_a_new_order_of_an_old_deployment_is_new(bench: Bench) -> None:
    await ordered(bench)
    all_bids(bench, BidState.CLOSED)
    bench.clock.elapsed += 3 * CHOICE_SECONDS
    (order,) = bench.chain.orders_.values()
    again = replace(order, id=replace(order.id, oseq=2), created_at=bench.chain.height - 5)
    bench.chain.orders_ = {order.id: replace(order, state=OrderState.CLOSED), again.id: again}
    item = await swept(bench)
    assert (item.reason, item.sure) == (SweepReason.WAITING, False)


async def test_an_order_with_all_its_bids_can_get_no_more(bench: Bench) -> None:
    await ordered(bench)
    await bench.clock.sleep(30)
    all_bids(bench, BidState.CLOSED)
    first = next(iter(bench.chain.bids_.values()))
    for number in range(20):
        id = replace(first.id, provider=f"akash1other{number:02d}")
        bench.chain.bids_[id] = replace(first, id=id)
    bench.clock.elapsed += 330
    item = await swept(bench)
    assert (item.reason, item.sure) == (SweepReason.ORDER_FULL, True)


async def test_paused_groups_take_no_bids(bench: Bench) -> None:
    id = await ordered(bench)
    known = bench.chain.deployments_[id]
    groups = tuple(replace(group, state=GroupState.PAUSED) for group in known.groups)
    bench.chain.deployments_[id] = replace(known, groups=groups)
    bench.chain.orders_ = {k: replace(o, state=OrderState.CLOSED) for k, o in bench.chain.orders_.items()}
    item = await swept(bench)
    assert (item.reason, item.sure, item.takes_bids) == (SweepReason.NO_LEASE, False, False), "just worked on"
    bench.clock.elapsed += 330
    assert (await swept(bench)).sure


async def test_a_chain_that_takes_nothing_new_leaves_no_order_a_chance(bench: Bench) -> None:
    await ordered(bench)
    bench.clock.elapsed += 330
    bench.chain.plans_ = ChainPlans(ended_at=bench.chain.height - 10)
    item = await swept(bench)
    assert (item.reason, item.sure) == (SweepReason.NOTHING_NEW, True)


async def test_a_lease_that_runs_is_in_use_and_listed_only_when_its_chain_ends(bench: Bench) -> None:
    await leased(bench)
    bench.gateway.questions = 10
    bench.clock.elapsed += START_SECONDS + 60
    found = await read_sweep(bench.session(), bench.home)
    assert (found.items, found.in_use, found.notice) == ((), 1, "")
    bench.chain.plans_ = ChainPlans(Upgrade("v3.1.0-halt", bench.chain.height + 5000))
    item = await swept(bench)
    assert (item.reason, item.sure, item.leases) == (SweepReason.CHAIN_ENDS, False, 1)
    assert "stops for good about 2026-" in item.text
    bench.chain.plans_ = ChainPlans(Upgrade("v3.1.0-halt", bench.chain.height + 500_000))
    assert (await read_sweep(bench.session(), bench.home)).items == (), "that is a month away"


async def test_what_its_provider_has_not_does_not_run(bench: Bench) -> None:
    bench.gateway.forgets = True
    await leased(bench)
    bench.clock.elapsed += START_SECONDS - 60
    assert (await read_sweep(bench.session(), bench.home)).items == (), "it may be starting"
    bench.clock.elapsed += 120
    item = await swept(bench)
    assert (item.reason, item.sure, item.leases) == (SweepReason.NOT_RUNNING, True, 1)
    assert item.price_h == Decimal("0.6")
    found = await read_sweep(bench.session(), bench.home)
    assert found.notice.startswith("Not in use: 1 deployment that does not run, 0.")
    assert found.notice.endswith("≈ $0.60 an hour")


async def test_services_that_are_down_count_when_seen_so_twice_and_not_if_they_came_up_between(bench: Bench) -> None:
    bench.gateway.broken = {"nginx"}
    await leased(bench)
    bench.clock.elapsed += START_SECONDS + 60
    item = await swept(bench)
    assert (item.reason, item.sure) == (SweepReason.NOT_RUNNING, False)
    assert "Seen once so far" in item.text
    bench.clock.elapsed += DOWN_SECONDS // 2 + 6
    assert not (await swept(bench)).sure
    bench.clock.elapsed += DOWN_SECONDS // 2 + 6
    assert (await swept(bench)).sure
    bench.gateway.broken, bench.gateway.questions = set(), 10
    assert (await read_sweep(bench.session(), bench.home)).items == ()
    bench.gateway.broken = {"nginx"}
    assert not (await swept(bench)).sure, "it ran in between: this may be a restart"


def unreachable(name: str) -> None:
    if name == "status":
        raise ProviderUnreachable("The provider does not answer.", "Try later.")


@pytest.mark.parametrize("key", [True, False])
async def test_what_cannot_be_asked_is_not_known_and_never_sure(bench: Bench, key: bool) -> None:
    bench.gateway.forgets = True
    await leased(bench)
    bench.clock.elapsed += 100 * START_SECONDS
    if key:
        bench.gateway.gate = unreachable
    item = await swept(bench, bench.session() if key else bench.session(readonly=True))
    assert (item.reason, item.sure) == (SweepReason.NOT_KNOWN, False)
    assert "Whether it runs is not known" in item.text


async def test_a_list_that_hides_our_lease_makes_nothing_look_unused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await leased(bench)
    bench.clock.elapsed += 2 * CHOICE_SECONDS

    async def none(owner: str, dseq: int | None = None, state: object = None) -> list[object]:
        return []

    monkeypatch.setattr(bench.chain, "leases", none)
    item = await swept(bench)
    assert (item.id, item.reason, item.sure) == (run.id, SweepReason.NOT_KNOWN, False)
    assert "contradict" in item.text


async def undecided(bench: Bench, session: Session, id: DeploymentId) -> None:
    tx = SignedTx(TxDraft((CloseDeployment(id),), OWNER, 1, 1, Coin(UAKT, 1)), b"", "AB" * 32, None)
    session.journal.intend(IntentKind.CLOSE, NETWORK.chain_id, OWNER, id.dseq, tx, {}, bench.clock.now())


async def at_work(bench: Bench, session: Session, id: DeploymentId) -> None:
    holder = LockHolder(4711, "akash-tui deploy", datetime(2026, 11, 24, 14, 2, tzinfo=UTC), "other-host")
    with session.alone(id):
        (note,) = (bench.home / "locks").glob("*.holder")
    note.write_text(holder.note())


@pytest.mark.parametrize(("doubt", "said"), [(undecided, "is undecided"), (at_work, "4711 on other-host (akash-tui d")])
async def test_what_is_under_way_is_left_alone(
    bench: Bench, doubt: Callable[[Bench, Session, DeploymentId], Awaitable[None]], said: str
) -> None:
    id = await ordered(bench)
    all_bids(bench, BidState.CLOSED)
    bench.clock.elapsed += 330
    session = bench.session()
    assert (await swept(bench, session)).sure
    await doubt(bench, session, id)
    item = await swept(bench, session)
    assert (item.reason, item.sure) == (SweepReason.NOT_KNOWN, False)
    assert said in item.text


async def test_one_group_that_runs_keeps_its_deployment(bench: Bench) -> None:
    run = await leased(bench)
    (lease,) = bench.chain.leases_.values()
    other = BidId(OWNER, run.id.dseq, 2, 1, bench.chain.offers[1][0])
    bench.chain.leases_[other] = replace(lease, id=other)
    bench.gateway.questions = 10
    bench.clock.elapsed += START_SECONDS + 60
    assert (await read_sweep(bench.session(), bench.home)).items == ()
