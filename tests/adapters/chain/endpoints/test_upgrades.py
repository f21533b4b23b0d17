"""The upgrade plan is read with the head, rarely, and whatever a node answers to it breaks nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.adapters.chain.endpoints.upgrades import NEAR_EVERY, READ_EVERY
from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import Head, Unreachable
from tests.adapters.chain.endpoints.test_reads import chain_at
from tests.adapters.chain.scripted_node import NOT_FOUND, Asked, QuickClock, Reply, hello, serving

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PLAN = "/cosmos/upgrade/v1beta1/current_plan"
APPLIED = "/cosmos/upgrade/v1beta1/applied_plan/"


def head(height: int = 1000) -> Head:
    return Head(height, NOW, "local", NOW)


def plan(name: str, height: int | str) -> dict[str, Any]:
    """As the SDK writes it: the deprecated time, and a text that may be long."""
    other = {"time": "0001-01-01T00:00:00Z", "info": '{"binaries":{}}', "upgraded_client_state": None}
    return {"plan": {"name": name, "height": str(height), **other}}


class Planner:
    """A node with a plan."""

    def __init__(self, answer: Any = None, applied: dict[str, int] | None = None) -> None:
        self.answer: Any = {"plan": None} if answer is None else answer
        self.applied = applied or {}

    def __call__(self, asked: Asked) -> Reply:
        if known := hello(asked):
            return known
        if asked.path == PLAN:
            return self.answer if isinstance(self.answer, Reply) else Reply(json=self.answer)
        if asked.path.startswith(APPLIED):
            return Reply(json={"height": str(self.applied.get(asked.path.removeprefix(APPLIED), 0))})
        return NOT_FOUND


async def test_who_comes_first_during_a_halt_hears_of_it_though_the_node_is_no_use() -> None:
    """Started again during the halt, it says that it is catching up."""
    last = datetime.now(UTC) - timedelta(minutes=2)

    def node(asked: Asked, halted: bool = True) -> Reply:
        if known := hello(asked, syncing=True):
            return known
        if asked.path == PLAN:
            return Reply(json=plan("v2.2.0", 5000 if halted else 6000))
        header = {"chain_id": "local", "height": "4999", "time": last.isoformat()}
        return Reply(json={"block": {"header": header}}) if asked.path.endswith("/blocks/latest") else NOT_FOUND

    async with serving(node) as server:
        chain = ChainClient(Network("n", "local", (server.url,), ()), QuickClock())
        with pytest.raises(
            Unreachable, match=rf"^n is halted for upgrade v2\.2\.0 since {last:%H:%M:%S} UTC\.$"
        ) as caught:
            await chain.verify()
        assert "Leases keep running" in caught.value.advice
        await chain.aclose()
    async with serving(lambda asked: node(asked, halted=False)) as server:
        chain = ChainClient(Network("n", "local", (server.url,), ()), QuickClock())
        with pytest.raises(Unreachable, match=r"^No node of n answers\.$"):
            await chain.verify()
        await chain.aclose()


@pytest.mark.parametrize(("second", "counts"), [("v3.0.0-sunset", True), (None, False), ("silent", True)])
async def test_an_end_counts_unless_a_second_endpoint_contradicts_it(second: str | None, counts: bool) -> None:
    end = plan("v3.0.0-sunset", 5000)
    others = {"silent": Planner(NOT_FOUND), None: Planner()}
    async with serving(Planner(end)) as one, serving(others.get(second) or Planner(end)) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), QuickClock())
        assert await chain.plans(head()) == (ChainPlans(Upgrade("v3.0.0-sunset", 5000)) if counts else ChainPlans())
        await chain.aclose()


async def test_no_plan_is_no_upgrade() -> None:
    async with chain_at(Planner()) as (chain, _, _clock):
        assert await chain.plans(head()) == ChainPlans()


async def test_a_plan_is_the_upgrade_ahead() -> None:
    async with chain_at(Planner(plan("v2.2.0", 5000))) as (chain, _, _clock):
        assert await chain.plans(head()) == ChainPlans(Upgrade("v2.2.0", 5000))


async def test_it_is_read_once_in_ten_minutes_however_often_the_head_is() -> None:
    node = Planner(plan("v2.2.0", 50_000))
    async with chain_at(node) as (chain, server, clock):
        for _ in range(30):
            await chain.plans(head())
        assert [path for path in server.paths() if "upgrade" in path] == [PLAN, f"{APPLIED}v3.0.0-sunset"]
        await clock.sleep(READ_EVERY)
        node.answer = {"plan": None}
        assert await chain.plans(head()) == ChainPlans()
        assert server.paths().count(PLAN) == 2
        assert len([path for path in server.paths() if APPLIED in path]) == 1


async def test_a_near_one_is_read_every_minute_and_one_that_is_over_at_once() -> None:
    node = Planner(plan("v2.2.0", 1100))
    async with chain_at(node) as (chain, server, clock):
        await chain.plans(head())
        await clock.sleep(NEAR_EVERY)
        await chain.plans(head())
        assert server.paths().count(PLAN) == 2
        assert (await chain.plans(head(1100))).upgrade is None  # a node that still has it is wrong
        assert server.paths().count(PLAN) == 3
        await chain.plans(head(1101))
        assert server.paths().count(PLAN) == 3


async def test_a_sunset_that_was_carried_out_is_known_by_its_height() -> None:
    node = Planner(plan("v3.0.0-sunset", 1005))
    async with chain_at(node) as (chain, server, _clock):
        assert await chain.plans(head()) == ChainPlans(Upgrade("v3.0.0-sunset", 1005))
        node.answer, node.applied = {"plan": None}, {"v3.0.0-sunset": 1005}
        assert await chain.plans(head(1005)) == ChainPlans(None, 1005)
        asked = len(server.asked)
        await chain.plans(head(1006))
        assert len(server.asked) == asked


async def test_a_sunset_of_another_name_is_asked_for_by_that_name() -> None:
    node = Planner(plan("v3.1-Sunset/x", 1005))
    async with chain_at(node) as (chain, server, _clock):
        await chain.plans(head())
        node.answer = {"plan": None}
        await chain.plans(head(1005))
        assert server.asked[-1].target.endswith("/applied_plan/v3.1-Sunset%2Fx")


async def test_a_program_that_starts_after_the_sunset_knows_it() -> None:
    node = Planner(plan("v3.1.0-halt", 9000), {"v3.0.0-sunset": 700})
    async with chain_at(node) as (chain, _, _clock):
        assert await chain.plans(head()) == ChainPlans(Upgrade("v3.1.0-halt", 9000), 700)


ODD: dict[str, Any] = {
    "not offered": Reply(501, {"code": 12, "message": "Not Implemented", "details": []}),
    "not found": NOT_FOUND,
    "without a name": plan("", 5000),
    "past": plan("v2.2.0", 7),
    "height zero": plan("v2.2.0", 0),
    "empty": {},
}


@pytest.mark.parametrize("case", ODD)
async def test_odd_answers_are_no_upgrade(case: str) -> None:
    async with chain_at(Planner(ODD[case])) as (chain, _, _clock):
        assert (await chain.plans(head())).upgrade is None


BROKEN: dict[str, Any] = {
    "a list": [],
    "no height": {"plan": {"name": "v2.2.0"}},
    "absurd height": plan("v2.2.0", "9" * 500),
    "deep": Reply(200, text="[" * 50_000),
    "wide": Reply(200, text='{"plan": {"name": "x", "info": [' + "{}," * 400_000 + "{}]}}"),
    "page": Reply(502, text="<html>Bad gateway</html>"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_answer_is_unreachable_once_and_the_last_plan_stays(case: str) -> None:
    node = Planner(plan("v2.2.0", 50_000))
    async with chain_at(node) as (chain, server, clock):
        known = await chain.plans(head())
        node.answer = BROKEN[case]
        await clock.sleep(READ_EVERY)
        with pytest.raises(Unreachable):
            await chain.plans(head())
        asked = len(server.asked)
        assert await chain.plans(head()) == known
        assert len(server.asked) == asked


async def test_a_name_is_one_short_clean_line() -> None:
    async with chain_at(Planner(plan("\x1b[31mv9\n[bold]" + "x" * 5000, 5000))) as (chain, _, _clock):
        upgrade = (await chain.plans(head())).upgrade
        assert upgrade is not None
        assert upgrade.name.startswith("v9 [bold]x")
        assert len(upgrade.name) <= 40
        assert upgrade.name.isprintable()


async def test_a_node_without_an_answer_leaves_it_to_the_next() -> None:
    async with serving(Planner(Reply(502, text="gone"))) as one, serving(Planner(plan("v2.2.0", 5000))) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), QuickClock())
        assert (await chain.plans(head())).upgrade == Upgrade("v2.2.0", 5000)
        await chain.aclose()
