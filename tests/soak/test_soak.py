"""A sample of `make soak`, the list of fault points, and what the judge finds in books that are wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.compose import Program
from akash_tui.practice.sockets.lying import Lie
from tests.soak.__main__ import soak, table
from tests.soak.judge import Asked, judge
from tests.soak.network import START, NetworkFault, soak_network
from tests.soak.plan import Plan, Step, plan
from tests.soak.points import BY_NAME, LIES_AT, POINTS, points_of
from tests.soak.session import Result, run_session

RARE = {"providers", "deployments", "lease", "avoid provider"}
"""Points that a session passes only sometimes: lists read by screens, one lease read when it has ended or by
`resume`, a provider that failed avoided when its lease is given up."""
EVERYTHING = (
    (Step("mint"),),
    (Step("deploy", "minimum"),),
    (Step("deposit", "hours"), Step("burn")),
    (Step("update"),),
    (Step("close"),),
)


def whole(number: int, **changes: object) -> Plan:
    """A session without strikes, but for these changes."""
    usual: dict[str, object] = {"steps": EVERYTHING, "granted": False, "stays": False}
    return replace(plan(number, 1, strikes=(), endpoints=1), **(usual | changes))  # type: ignore[arg-type]


SAMPLE = (
    whole(0, stays=True),
    whole(
        1,
        steps=((Step("deploy", "named"),), (Step("deposit", "amount"), Step("mint"))),
        kills=("after 1 broadcast", "before 1 settle"),
        faults=(NetworkFault("lost answer", "broadcast", 2), NetworkFault("503", "transaction", 1)),
    ),
    # one of three endpoints takes every transaction and sends the client elsewhere; deposits come from a grant
    whole(
        2,
        steps=((Step("deploy", "named"),), (Step("close_lease", by="keys"),)),
        lies=((Lie.TAKEN_307,), (), ()),
        granted=True,
    ),
)


async def test_a_sample_of_the_soak_loses_nothing_and_passes_every_point() -> None:
    results = await soak(SAMPLE, 7, quiet=True)
    assert [(result.verdict, result.plan) for result in results if not result.verdict.good] == []
    honest, struck, lied_to = results
    assert honest.done == {"done": 6}
    assert struck.kills == 2
    assert struck.network_faults >= 1
    assert lied_to.lies[Lie.TAKEN_307] > 0
    assert lied_to.done == {"done": 2}
    assert honest.strikes == 0
    passed = {name for name, times in honest.passed.items() if times}
    assert passed - set(BY_NAME) == set(), "requests of a money action that the list does not name"
    by_any = passed | set(struck.passed) | set(lied_to.passed)
    assert set(BY_NAME) - by_any <= RARE, "points that no money action passes any more"
    figures = {
        name.strip(): value for name, value in (row.rsplit(None, 1) for row in table(results, 1).splitlines()[:10])
    }
    assert figures["runs"] == "3"
    assert honest.transactions == 7  # create, lease, deposit, update and close; mint and burn
    assert int(figures["transactions"]) == sum(result.transactions for result in results)
    assert figures["paid twice"] == figures["lost"] == figures["unexplained"] == figures["bound broken"] == "0"


async def test_the_judge_finds_what_was_paid_twice_lost_unexplained_or_beyond_a_bound(tmp_path: Path) -> None:
    async with soak_network(3) as network:
        one = whole(0, steps=((Step("deploy", "named"),), (Step("mint"),), (Step("close"),)))
        assert (await run_session(network, one, tmp_path / "home")).verdict.good
        address = Program(tmp_path / "home").practice_wallet().address

        def judged(asked: Asked, start: dict[str, int] = START, home: Path = tmp_path / "home") -> Result:
            return Result(one, judge(network.world, home, address, start, asked))

        right = Asked({"create": 1, "mint": 1}, frozenset({2_000_000}), Decimal(1), (Decimal(12),))
        assert judged(right).verdict.good
        assert judged(replace(right, times={"create": 0})).verdict.paid_twice == ["create: asked for 0, done 1 times"]
        assert len(judged(right, START | {"uakt": START["uakt"] + 1}).verdict.unexplained) == 1
        assert len(judged(replace(right, mints=(Decimal(1),))).verdict.bound_broken) == 1
        granter = await network.grant(address)
        books, key = network.world.books, (address, granter)
        assert judge(network.world, tmp_path / "home", address, START, right, granter).good
        books.deposit_grants.put(key, replace(books.deposit_grants.need(key, KeyError()), limit=1))
        books.fee_grants.drop(key)
        found = judge(network.world, tmp_path / "home", address, START, right, granter).unexplained
        assert [text.partition(":")[0] for text in found] == ["the deposit grant", "the fee grant"]
        (tmp_path / "empty").mkdir()
        assert len(judged(right, home=tmp_path / "empty").verdict.lost) == 4


def test_points_have_one_name_each_and_lies_are_made_at_points() -> None:
    assert len(BY_NAME) == len(POINTS)
    assert set(LIES_AT) == set(Lie)
    assert {name for names in LIES_AT.values() for name in names} <= set(BY_NAME)
    assert [point.name for point in points_of("POST", "/cosmos/tx/v1beta1/txs")] == ["broadcast"]
    assert [point.name for point in points_of("GET", "/cosmos/tx/v1beta1/txs/AB")] == ["transaction"]
    assert points_of("GET", "/cosmos/tx/v1beta1/txs/AB/more") == []


def test_plans_come_from_the_seed_and_strike_in_every_way() -> None:
    many = [plan(number, 3) for number in range(900)]
    assert many == [plan(number, 3) for number in range(900)]
    assert {lie for each in many for about in each.lies for lie in about} == set(Lie)
    assert {fault.kind for each in many for fault in each.faults} == {
        "lost request",
        "lost answer",
        "503",
        "cut answer",
    }
    assert {kill.split(" ", 2)[2] for each in many for kill in each.kills} == set(BY_NAME)
    steps = {step.kind for each in many for group in each.steps for step in group}
    groups = {"pause_group", "start_group", "close_group", "close_lease"}
    assert steps == {"mint", "deploy", "deposit", "update", "burn", "close"} | groups
    assert {each.granted for each in many} == {each.stays for each in many} == {True, False}
    assert any(len(group) > 1 for each in many for group in each.steps), "two at once"
    assert any(step.by == "keys" for each in many for group in each.steps for step in group)
    assert {len(each.lies) for each in many} == {1, 3}


@pytest.mark.parametrize("lie", list(Lie))
def test_one_lie_can_be_asked_for(lie: Lie) -> None:
    assert plan(0, 1, lies=[lie], endpoints=3).lies == ((lie,), (), ())
