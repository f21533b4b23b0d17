"""The practice chain's calendar: a plan, a halt at its height, and a sunset that ends what is new and nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from akash_tui.practice.api.rest import rest_router
from akash_tui.practice.chain.snapshots import restore, take
from akash_tui.practice.chain.world import World
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PAST_BLOCKS, PracticeNetwork
from akash_tui.practice.state.books import UpgradePlan
from tests.practice.small_world import SECOND, SmallWorld

PLAN = "/cosmos/upgrade/v1beta1/current_plan"
APPLIED = "/cosmos/upgrade/v1beta1/applied_plan/"


def planned(name: str, height: int) -> SmallWorld:
    small = SmallWorld()
    small.world.params = replace(small.world.params, plan=UpgradePlan(name, height, 20))
    return small


def get(small: SmallWorld, path: str) -> Any:
    status, answer = rest_router(small.world).answer("GET", path, {})
    assert status == 200, answer
    return answer


def test_a_plan_is_served_until_its_height_and_then_as_carried_out() -> None:
    small = planned("v2.2.0", 5)
    assert (get(small, PLAN)["plan"]["name"], get(small, PLAN)["plan"]["height"]) == ("v2.2.0", "5")
    assert get(small, f"{APPLIED}v2.2.0") == {"height": "0"}
    small.block(4)
    assert get(small, PLAN) == {"plan": None}
    assert get(small, f"{APPLIED}v2.2.0") == {"height": "5"}


def test_the_first_block_after_a_halt_has_the_time_of_before_and_what_waited_is_in_it() -> None:
    small = planned("v2.2.0", 3)
    small.block()
    last = small.world.time_ns
    raw = small.unordered(small.tenant, small.deployment(1), ahead_ns=20 * SECOND)
    answer = small.world.submit(raw)
    small.clock += 3_600 * SECOND
    block = small.world.make_block()
    assert block.time_ns - last == SECOND
    record = small.world.find_tx(answer.hash)
    assert record is not None
    assert (record.height, record.outcome.code) == (3, 0)
    assert small.block().time_ns == small.clock


async def test_no_block_is_made_for_a_while_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    small = planned("v2.2.0", 4)
    waited: defaultdict[int, float] = defaultdict(float)

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        waited[small.world.height] += seconds
        small.clock += int(seconds * SECOND)
        if small.world.height == 5:
            raise Enough

    monkeypatch.setattr("akash_tui.practice.chain.world.asyncio.sleep", sleep)
    monkeypatch.setattr("akash_tui.practice.chain.world.time.monotonic", lambda: small.clock / SECOND)
    with pytest.raises(Enough):
        await small.world.run()
    assert (round(waited[2]), round(waited[3])) == (1, 21)  # the usual pause, and the halt after it


def test_a_sunset_refuses_what_is_new_and_leases_go_on_to_their_end() -> None:
    small = planned("v3.0.0-sunset", 7)
    provider = small.providers[0]
    small.do(small.tenant, small.deployment(1))
    small.do(provider, small.bid(1, provider))
    small.do(small.tenant, small.lease(1, provider))
    small.block(3)
    for key, message in ((small.tenant, small.deployment(2)), (provider, small.bid(1, provider))):
        answer = small.check(key, message)
        assert (answer.codespace, answer.code) == ("sdk", 4)
        assert "is disabled since upgrade v3.0.0-sunset" in answer.raw_log
    assert small.do(small.tenant, small.top_up(1, 1_000_000)).code == 0
    assert small.do(provider, small.withdraw(1, provider)).code == 0
    before = small.balance(small.tenant)
    assert small.do(small.tenant, small.close(1)).code == 0
    assert small.balance(small.tenant) > before


def test_after_it_the_last_halt_is_planned_ninety_days_ahead() -> None:
    small = planned("v3.0.0-sunset", 3)
    small.block(2)
    plan = get(small, PLAN)["plan"]
    assert plan["name"] == "v3.1.0-halt"
    assert int(plan["height"]) - 3 == 90 * 86_400


def test_the_calendar_is_saved_with_the_world() -> None:
    small = planned("v3.0.0-sunset", 3)
    small.block(2)
    again = World("other", now=lambda: small.clock)
    restore(again, take(small.world))
    assert again.params == small.world.params


@pytest.mark.parametrize("name", ["upgrade", "sunset"])
def test_the_scenarios_plan_from_the_start(name: str) -> None:
    scenario = SCENARIOS[name]
    network = PracticeNetwork(scenario, 7, 1.0)
    try:
        plan = network.world.params.plan
        assert plan == UpgradePlan(scenario.upgrade, PAST_BLOCKS + scenario.upgrade_after, scenario.halt_blocks)
        assert ("sunset" in plan.name) == (name == "sunset")
    finally:
        network.drop_ports()
