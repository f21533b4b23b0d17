"""Time ×60 on the practice network, by a key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from akash_tui.ui.base.base_screen import header_facts
from tests.ui.fakes import MAINNET, PRACTICE, FakeSession, Stage_, stage, until

CLOCK = "http://127.0.0.1:3/clock"


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")


async def test_the_key_speeds_time_up_and_back(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        session = scene.app.session
        assert isinstance(session, FakeSession)
        session.network = replace(PRACTICE, clock=CLOCK)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: scene.program.speed == 60)
        await until(pilot, lambda: header_facts(scene.app.header_data, False)[0][0] == "PRACTICE ×60")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: scene.program.speed == 1)
        await until(pilot, lambda: header_facts(scene.app.header_data, False)[0][0] == "PRACTICE")


@pytest.mark.parametrize(
    ("there", "reason"),
    [(MAINNET, "Only the practice network's time"), (PRACTICE, "block time of its own")],
    ids=["mainnet", "fixed"],
)
async def test_elsewhere_the_key_says_why_not(scene: Stage_, there: object, reason: str) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.app.session.network = there  # type: ignore[union-attr]
        assert reason in (scene.app.why_not("app.speed") or "")
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert scene.program.speed == 1
