"""All deployments in one bounded round, known at once from the disk, and an alert for each thing once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import BidId, DeploymentId, DeploymentState, EscrowState, LeaseState
from akash_tui.services.leases.alerts import AlertRules, threshold_text
from akash_tui.services.leases.lease_list import LeaseList, LeaseRound
from akash_tui.services.ports import AkashError, LeaseStatus, ProviderUnreachable, Refused, Unreachable
from akash_tui.services.storage.settings import AlertSettings
from tests.fakes.chain import BLOCK, OWNER
from tests.fakes.session import Bench, act
from tests.services.leases.test_lease_reader import leased

LOW = (Decimal(12), Decimal(2))


async def copies(bench: Bench, number: int) -> DeploymentId:
    """So many more deployments like the one that is leased; returns the first one's id."""
    run = await leased(bench)
    chain = bench.chain
    (lease,) = [x for x in chain.leases_.values() if x.id.deployment == run.id]
    for extra in range(1, number):
        id = DeploymentId(OWNER, run.id.dseq + 10_000 + extra)
        known = chain.deployments_[run.id]
        chain.deployments_[id] = replace(known, id=id)
        other = BidId(OWNER, id.dseq, 1, 1, lease.id.provider)
        chain.leases_[other] = replace(lease, id=other)
        chain.bids_[other] = replace(chain.bids_[lease.id], id=other)
    return run.id


def counted(bench: Bench) -> Counter[str]:
    seen: Counter[str] = Counter()
    bench.chain.gate = lambda name: seen.update([name])
    return seen


async def test_two_hundred_deployments_are_one_round_of_lists(bench: Bench) -> None:
    await copies(bench, 200)
    seen = counted(bench)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    assert fleet.summaries is not None
    assert len(fleet.summaries) == 200
    assert sum(seen.values()) <= 8, seen
    first = fleet.summaries[0]
    assert first.gpus
    assert first.price_h == Decimal("0.6")


async def test_the_next_start_knows_them_before_anybody_is_asked(bench: Bench) -> None:
    id = await copies(bench, 3)
    before = LeaseList(bench.session(), bench.home)
    await before.read()
    bench.clock.elapsed += 100 * BLOCK
    seen = counted(bench)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.open()
    assert not seen
    assert fleet.summaries is not None
    assert fleet.read_at == before.read_at
    (kept,) = [s for s in fleet.summaries if s.id == id]
    now = kept.at(bench.clock.now())
    assert kept.left - now.left == 100 * kept.rate  # its money is as of now, though nobody was asked
    await fleet.read()
    (read,) = [s for s in fleet.summaries if s.id == id]
    assert read.left == now.left


async def test_what_is_kept_holds_no_sdl(bench: Bench) -> None:
    await copies(bench, 2)
    await LeaseList(bench.session(), bench.home).read()
    (path,) = (bench.home / "cache" / "leases").rglob("*.jsonl")
    text = path.read_text()
    assert "image" not in text
    assert "services:" not in text
    assert path.stat().st_mode & 0o077 == 0


async def test_a_damaged_file_is_as_if_not_there(bench: Bench) -> None:
    await copies(bench, 1)
    await LeaseList(bench.session(), bench.home).read()
    (path,) = (bench.home / "cache" / "leases").rglob("*.jsonl")
    path.write_text('{"read_at": "2026-01-01T00:00:00Z", "value": [{"id": 7}]}')
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.open()
    assert fleet.summaries is None


async def test_providers_are_asked_once_for_a_while_and_a_silent_one_not_for_each_lease(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copies(bench, 30)
    asked: list[int] = []

    async def down(provider: object, lease: BidId, signer: object) -> LeaseStatus:
        asked.append(lease.dseq)
        raise ProviderUnreachable("It takes no connection.")

    monkeypatch.setattr(bench.gateway, "lease_status", down)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    await fleet.ask()
    assert 1 <= len(asked) <= 6  # those under way when the first one failed
    before = len(asked)
    await fleet.ask()
    assert len(asked) == before  # not again at once
    assert fleet.summaries is not None
    assert {s.up for s in fleet.summaries} == {None}


async def test_services_up_survive_a_round_that_does_not_ask(bench: Bench) -> None:
    bench.gateway.ready_after = 0
    await copies(bench, 1)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    assert [s.state for s in fleet.summaries or ()] == ["leased"]
    await fleet.ask()
    await fleet.read()
    assert [(s.state, s.up, s.services) for s in fleet.summaries or ()] == [("running", 1, 1)]


async def test_a_round_that_fails_keeps_what_was_known(bench: Bench) -> None:
    await copies(bench, 2)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()

    def silent(name: str) -> None:
        raise Unreachable("No node answers.")

    bench.chain.gate = silent
    with pytest.raises(Unreachable):
        await fleet.read()
    assert fleet.fault is not None
    assert len(fleet.summaries or ()) == 2


# --- alerts -----------------------------------------------------------------------------------------


async def news(fleet: LeaseList, sentry: AlertRules) -> list[tuple[str, bool]]:
    return [(a.code, a.urgent) for a in sentry.new_alerts(await fleet.read())]


async def test_low_funds_are_told_once_for_each_threshold(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain._deposit(run.id, act("10"), bench.chain.height)
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", LOW)
    assert await news(fleet, sentry) == []  # 17 hours
    bench.clock.elapsed += 6 * 3600
    assert await news(fleet, sentry) == [("low_runway", False)]
    assert await news(fleet, sentry) == []
    bench.clock.elapsed += int(9.6 * 3600)
    assert await news(fleet, sentry) == [("low_runway", True)]
    assert await news(fleet, sentry) == []
    bench.chain._deposit(run.id, act("1"), bench.chain.height)  # more than two hours again, less than twelve
    assert await news(fleet, sentry) == []
    bench.clock.elapsed += 2 * 3600
    assert await news(fleet, sentry) == [("low_runway", True)]
    bench.clock.elapsed += 3 * 3600
    assert await news(fleet, sentry) == [("dry", True)]
    assert await news(fleet, sentry) == []


async def test_of_several_thresholds_passed_at_once_only_the_lowest_rings(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain._deposit(run.id, act("10"), bench.chain.height)
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", AlertSettings().low_hours)
    assert await news(fleet, sentry) == []  # 17 hours
    await at_hours_left(bench, fleet, Decimal("0.2"))
    (alert,) = sentry.new_alerts(await fleet.read())
    assert "less than 15 min" in alert.description
    assert alert.urgent
    await at_hours_left(bench, fleet, Decimal("0.07"))
    (alert,) = sentry.new_alerts(await fleet.read())
    assert "less than 5 min" in alert.description
    assert alert.urgent


async def at_hours_left(bench: Bench, fleet: LeaseList, hours: Decimal) -> None:
    """Let time pass until the funds of the only deployment last so long."""
    (summary,) = fleet.summaries or ()
    lasts = summary.at(bench.clock.now()).lasts_hours
    assert lasts is not None
    bench.clock.elapsed += int((lasts - hours) * 3600)


def test_thresholds_are_named_in_their_usual_unit() -> None:
    assert [threshold_text(hours) for hours in AlertSettings().low_hours] == ["12 h", "2 h", "15 min", "5 min"]


async def test_a_list_that_nobody_reads_again_still_knows_when_funds_run_low(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain._deposit(run.id, act("10"), bench.chain.height)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    (summary,) = fleet.summaries or ()
    assert not summary.at(bench.clock.now()).needs_attention
    await at_hours_left(bench, fleet, Decimal("1.9"))
    assert summary.at(bench.clock.now()).needs_attention


# --- out of funds -----------------------------------------------------------------------------------


def unseen(fleet: LeaseList) -> list[DeploymentId]:
    return [s.id for s in fleet.summaries or () if s.ran_out]


async def test_out_of_funds_stays_in_the_list_until_it_was_seen(bench: Bench) -> None:
    id = await copies(bench, 2)
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", LOW)
    await fleet.read()
    ends(bench, id, "lease_closed_reason_insufficient_funds", EscrowState.OVERDRAWN)
    assert await news(fleet, sentry) == [("dry", True)]
    for _ in range(2):  # and in each round after it
        assert unseen(fleet) == [id]
        assert [s.needs_attention for s in fleet.summaries or () if s.id == id] == [True]
        await fleet.read()
    again = LeaseList(bench.session(), bench.home)  # a restart before it was seen brings it back
    await again.read()
    assert unseen(again) == [id]
    again.seen(id)
    assert unseen(again) == []
    await again.read()
    assert unseen(again) == []


async def test_what_was_seen_does_not_come_back_after_a_restart(bench: Bench) -> None:
    id = await copies(bench, 2)
    await LeaseList(bench.session(), bench.home).read()
    ends(bench, id, "lease_closed_reason_insufficient_funds", EscrowState.OVERDRAWN)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.open()
    assert [view.id for view in (await fleet.read()).over] == [id]
    fleet.seen(id)
    # the list on the disk may be from before: its end is found once more, and is no news
    shelf = LeaseList(bench.session(), bench.home)
    shelf._before = {id: ("a lease that ran",)}
    assert (await shelf.read()).over == ()
    assert unseen(shelf) == []
    shelf.closed = True
    await shelf.read()
    assert [s.needs_attention for s in shelf.summaries or () if s.ran_out] == [False]


async def test_one_that_was_closed_by_its_owner_leaves_the_list_at_once(bench: Bench) -> None:
    id = await copies(bench, 2)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    ends(bench, id, "lease_closed_owner")
    await fleet.read()
    assert id not in [s.id for s in fleet.summaries or ()]


async def test_an_older_version_stays_known_after_a_round_that_does_not_ask(bench: Bench) -> None:
    bench.gateway.ready_after = 0
    id = await copies(bench, 1)
    fleet = LeaseList(bench.session(), bench.home)
    await fleet.read()
    await fleet.ask()
    for lease, reply in fleet._answers.items():
        fleet._answers[lease] = replace(reply, lease=replace(reply.lease, current=False))
    await fleet.read()
    assert [v.leases[0].outdated for v in fleet.views or ()] == [True]
    # an update on chain: what was compared with the version before says nothing about it, and it is asked again
    bench.chain.deployments_[id] = replace(bench.chain.deployments_[id], hash=b"\x07" * 32)
    await fleet.read()
    assert [v.leases[0].current for v in fleet.views or ()] == [None]
    assert [fleet._due(view) for view in fleet.views or ()] == [True]


async def test_paid_for_and_not_running_is_told_once(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain._deposit(run.id, act("40"), bench.chain.height)
    bench.gateway.ready_after = 10**6
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", LOW)
    bench.clock.elapsed += 1000
    assert await news(fleet, sentry) == []  # nobody was asked yet
    (alert,) = sentry.new_alerts(LeaseRound(await fleet.ask(), ()))
    assert (alert.code, alert.urgent) == ("not_running", True)
    assert alert.facts["dseq"] == str(run.id.dseq)
    assert await news(fleet, sentry) == []
    assert sentry.new_alerts(LeaseRound(await fleet.ask(), ())) == []


def ends(bench: Bench, id: DeploymentId, reason: str, escrow: EscrowState = EscrowState.CLOSED) -> None:
    for key, lease in bench.chain.leases_.items():
        if key.deployment == id:
            bench.chain.leases_[key] = replace(
                lease, state=LeaseState.CLOSED, reason=reason, closed_on=bench.chain.height
            )
    known = bench.chain.deployments_[id]
    bench.chain.deployments_[id] = replace(
        known, state=DeploymentState.CLOSED, escrow=replace(known.escrow, state=escrow)
    )


@pytest.mark.parametrize(
    ("reason", "escrow", "code", "description"),
    [
        (
            "lease_closed_reason_insufficient_funds",
            EscrowState.OVERDRAWN,
            "dry",
            "It ran out of funds and was closed. It cost",
        ),
        ("lease_closed_reason_unstable", EscrowState.CLOSED, "closed", "Avoid this provider"),
        ("lease_closed_owner", EscrowState.CLOSED, "", ""),
    ],
)
async def test_an_end_is_told_once_with_its_reason_also_after_a_restart(
    bench: Bench, reason: str, escrow: EscrowState, code: str, description: str
) -> None:
    id = await copies(bench, 2)
    await LeaseList(bench.session(), bench.home).read()
    ends(bench, id, reason, escrow)
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", ())  # started again
    await fleet.open()
    told = sentry.new_alerts(await fleet.read())
    assert [a.code for a in told] == ([code] if code else [])
    assert all(description in a.description for a in told)
    assert await news(fleet, sentry) == []


@pytest.mark.parametrize("fault", [Unreachable("No node answers."), Refused("The node refuses."), AkashError("Odd.")])
async def test_an_end_that_could_not_be_looked_up_is_told_later(bench: Bench, fault: AkashError) -> None:
    id = await copies(bench, 2)
    fleet, sentry = LeaseList(bench.session(), bench.home), AlertRules("fake-1", ())
    await fleet.read()
    ends(bench, id, "lease_closed_reason_unstable")

    def orders_fail(name: str) -> None:
        if name == "orders":
            raise fault

    bench.chain.gate = orders_fail
    assert await news(fleet, sentry) == []
    bench.chain.gate = lambda name: None
    assert await news(fleet, sentry) == [("closed", True)]
