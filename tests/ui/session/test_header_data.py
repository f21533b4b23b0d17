"""What the fixed lines show of the chain itself: an upgrade ahead, a halt, an outage, the end of new deployments."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.services.ports import NothingNew, Unreachable
from akash_tui.ui.base.base_screen import header_facts
from akash_tui.ui.session.header_data import HeaderData
from akash_tui.ui.widgets.bars import StatusBar, TopBar
from tests.ui.fakes import HEIGHT, FakeChain, FakeSession, Stage_, stage, until

SIZE = (100, 30)


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")


async def read(scene: Stage_, pilot: Pilot[Any], plans: ChainPlans, stands: timedelta = timedelta(0)) -> HeaderData:
    """Open the session and read a head with these plans."""
    await scene.ready(pilot)
    header = scene.app.header_data
    assert header is not None
    chain = fake_chain(scene)
    chain.plans_, chain.stands = plans, stands
    await header.read(money=False)
    scene.app.status.clear_messages()
    return header


def fake_session(scene: Stage_) -> FakeSession:
    assert isinstance(scene.app.session, FakeSession)
    return scene.app.session


def fake_chain(scene: Stage_) -> FakeChain:
    return fake_session(scene).chain


def status(scene: Stage_) -> str:
    return scene.app.screen.query_one("#activity", StatusBar)._left.plain


async def test_nothing_announced_shows_nothing(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans())
        assert header.notice() == ("", "")


async def test_an_upgrade_ahead_stands_in_the_status_line(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v2.2.0", HEIGHT + 100_000)))
        text, tone = header.notice()
        assert text.startswith(f"Upgrade v2.2.0 at block {HEIGHT + 100_000:,}, about ")
        assert tone == "muted"
        await until(pilot, lambda: "Upgrade v2.2.0" in status(scene))
        assert not header.halted


async def test_at_the_halt_the_app_names_the_upgrade_and_its_time(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        plans = ChainPlans(Upgrade("v2.2.0", HEIGHT + 1))
        header = await read(scene, pilot, plans, stands=timedelta(minutes=7))
        text, tone = header.notice()
        assert text.startswith("PRACTICE is halted for upgrade v2.2.0 since ")
        assert "Leases keep running and cost nothing" in text
        assert "do not repeat it" in text
        assert tone == "bad"
        assert (f"#{HEIGHT:,} halted", "bad", 8) in header_facts(header, False)
        await until(pilot, lambda: "is halted for upgrade" in status(scene))
        assert "has not answered" not in status(scene)


async def test_nodes_that_are_gone_at_the_height_of_the_upgrade_are_a_halt_too(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v2.2.0", HEIGHT + 1)))
        fake_chain(scene).fault = Unreachable("No node of PRACTICE answers.", "Try again.")
        await header.read(money=False)
        assert header.notice()[0].startswith("PRACTICE is halted for upgrade v2.2.0 since ")
        fake_chain(scene).fault = None
        fake_chain(scene).plans_ = ChainPlans()
        await header.read(money=False)
        assert header.notice() == ("", "")


async def test_a_silence_without_an_upgrade_is_still_a_silence(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v2.2.0", HEIGHT + 9000)))
        fake_chain(scene).fault = Unreachable("No node of PRACTICE answers.", "Try again.")
        await header.read(money=False)
        assert header.notice() == (header.outage(), "bad")
        assert "has not answered since" in header.outage()


async def test_a_silence_past_the_upgrade_by_estimate_has_the_keys_of_an_outage(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v2.2.0", HEIGHT + 100)), stands=timedelta(hours=1))
        fake_chain(scene).fault = Unreachable("No node of PRACTICE answers.", "Try again.")
        await header.read(money=False)
        text, tone = header.notice()
        assert text.startswith("PRACTICE may be halted for upgrade v2.2.0 since about ")
        assert text.endswith(header.outage())
        assert tone == "bad"
        assert not header.halted


async def test_a_silence_of_days_past_the_upgrade_is_an_outage(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v2.2.0", HEIGHT + 100)), stands=timedelta(days=3))
        fake_chain(scene).fault = Unreachable("No node of PRACTICE answers.", "Try again.")
        await header.read(money=False)
        assert header.notice() == (header.outage(), "bad")


async def test_a_sunset_is_a_banner_with_dates_and_its_advice_is_in_the_problem_log(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans(Upgrade("v3.0.0-sunset", HEIGHT + 100_000)))
        for _ in range(3):
            text, tone = header.notice()
        assert "ends new deployments" in text
        assert "until the chain halts, about " in text
        assert tone == "warn"
        (entry,) = [p for p in scene.app.problems.entries if "sunset" in p.title]
        assert "akash-tui lease close" in entry.advice


async def test_a_plan_alone_stops_nothing(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        await read(scene, pilot, ChainPlans(Upgrade("v3.1.0-halt", HEIGHT + 9000), ended_at=HEIGHT - 5))
        assert scene.app.why_nothing_new() is None


async def test_the_chains_own_refusal_takes_new_deployments_off_the_keys_until_r(scene: Stage_) -> None:
    async with scene.app.run_test(size=SIZE) as pilot:
        header = await read(scene, pilot, ChainPlans())
        fake_session(scene).calendar.note(NothingNew("The chain refuses this as disabled."))
        reason = scene.app.why_nothing_new()
        assert reason is not None
        assert reason.startswith("This chain takes no new deployments")
        assert "This chain takes no new deployments" in header.notice()[0]
        await pilot.press("3")
        await until(pilot, lambda: scene.app.current_mode == "leases")
        screen = scene.app.front_screen
        assert screen is not None
        assert scene.app.why_busy() is None  # what closing asks
        scene.app.do_reload()
        assert scene.app.why_nothing_new() is None


@pytest.mark.parametrize(("width", "parts"), [(84, ("ACT", "AKT")), (130, ("ACT", "AKT", "akash1", f"#{HEIGHT:,} ●"))])
async def test_without_room_the_block_number_goes_before_the_balances(
    scene: Stage_, width: int, parts: tuple[str, ...]
) -> None:
    async with scene.app.run_test(size=(width, 30)) as pilot:
        await scene.ready(pilot)
        top = scene.app.screen.query_one("#top", TopBar)
        await until(pilot, lambda: all(part in top._right.plain for part in parts))
        assert width > 84 or "#" not in top._right.plain


async def test_both_balances_are_in_the_top_line_at_80_columns(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        for place in "12345":
            await pilot.press(place)
            line = scene.app.screen.query_one(TopBar).render().plain
            assert "41.20 ACT" in line
            assert "12.50 AKT" in line
            assert "5 Wallet" in line
