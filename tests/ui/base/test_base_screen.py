"""A screen on which nothing happens says nothing to its terminal: not between two ticks of its clocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.session import session_app
from tests.ui.fakes import BIDS, Stage_, bid, until


class Listening(HeadlessDriver):
    """Makes Textual write as to a terminal, and keeps what it writes."""

    heard: list[str] = []  # noqa: RUF012 - of the one app that runs

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        Listening.heard.append(data)


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is not the app's own, although it seems to write to a terminal."""
    monkeypatch.setattr(session_app, "settle", lambda: None)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a screen has looked whether there is something to paint."""
    seen = 0
    tick = BaseScreen._tick

    def counted(screen: BaseScreen) -> None:
        nonlocal seen
        tick(screen)
        seen += 1

    monkeypatch.setattr(BaseScreen, "_tick", counted)
    return lambda: seen


async def hear(pilot: Pilot[int], ticks: Callable[[], int], looks: int = 4) -> str:
    """What is written while the screen looks a few times."""
    Listening.heard.clear()
    start = ticks()
    await until(pilot, lambda: ticks() >= start + looks)
    return "".join(Listening.heard)


async def quiet(pilot: Pilot[int], ticks: Callable[[], int]) -> None:
    """Wait until what was asked for is written."""
    while await hear(pilot, ticks):
        pass


@pytest.mark.drawn
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_an_unchanged_bid_list_writes_nothing_between_its_clocks(
    scene: Stage_, ticks: Callable[[], int], size: tuple[int, int]
) -> None:
    scene.app.driver_class = Listening
    async with scene.app.run_test(headless=False, size=size) as pilot:
        await scene.with_bids(pilot)
        await quiet(pilot, ticks)
        assert await hear(pilot, ticks, 12) == ""
        book = scene.deployer.run.book
        book.apply(BIDS, height=book.height, now=scene.program.clock.now())  # another answer, with nothing new in it
        assert await hear(pilot, ticks) == ""
        scene.program.clock.passed += 1
        announced = await hear(pilot, ticks)
        assert "collecting" in announced, "the clock in the frame goes on"
        assert "not disclosed" not in announced, "but no bid is painted again for it"
        await quiet(pilot, ticks)
        assert await hear(pilot, ticks, 12) == ""


@pytest.mark.drawn
async def test_a_changed_bid_costs_its_line_and_not_the_list(scene: Stage_, ticks: Callable[[], int]) -> None:
    scene.app.driver_class = Listening
    async with scene.app.run_test(headless=False, size=(160, 48)) as pilot:
        await scene.with_bids(pilot)
        await quiet(pilot, ticks)
        changed = (*BIDS[:4], bid(5, "3000", "h100"))
        scene.deployer.run.book.apply(changed, height=812_345, now=scene.program.clock.now())
        announced = await hear(pilot, ticks)
        assert "h100 ×1" in announced
        assert "a100 ×1" not in announced
        await quiet(pilot, ticks)
