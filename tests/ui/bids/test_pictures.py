"""What the bids screen looks like: filtered with a mistake, by score, over a budget, comparing; in two sizes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from akash_tui.ui.bids.compare_screen import CompareScreen
from tests.ui.bids.test_choosing import answered, bids_screen, learn, now_bids, typed
from tests.ui.fakes import BIDS, Stage_, bid, until
from tests.ui.test_pictures import SIZES, afresh

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[int]], Awaitable[None]]


async def ready(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.with_bids(pilot)
    learn(scene)
    scene.program.clock.passed += 10


async def filtered(scene: Stage_, pilot: Pilot[int]) -> None:
    await ready(scene, pilot)
    await typed(scene, pilot, "gpu:a100|h100 usd_h<1.5")
    await until(pilot, lambda: len(bids_screen(scene).table.rows) == 2)
    await typed(scene, pilot, "gpu:a100|h100 usd_h<1.5 uptme7>99")


async def by_score(scene: Stage_, pilot: Pilot[int]) -> None:
    await ready(scene, pilot)
    await pilot.press("s")
    await until(pilot, lambda: bids_screen(scene).table.sorted_by == ("score", True))


async def over_budget(scene: Stage_, pilot: Pilot[int]) -> None:
    await ready(scene, pilot)
    now_bids(scene, [*BIDS, bid(7, "0.0001", "a100"), bid(8, "-3", "a100"), bid(9, "1e30", "h100")])
    await answered(scene, pilot, "B", "0.90/h 24h $20")
    await until(pilot, lambda: len(bids_screen(scene).table.rows) == 8)
    await pilot.press("down")
    scene.program.clock.passed += 10


async def compared(scene: Stage_, pilot: Pilot[int]) -> None:
    await ready(scene, pilot)
    await pilot.press("space", "down", "space", "down", "space", "c")
    await until(pilot, lambda: isinstance(scene.app.screen, CompareScreen) and bool(scene.app.screen.table.rows))
    await pilot.press("right")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("steps", [filtered, by_score, over_budget, compared], ids=lambda s: s.__name__)
def test_picture_of_the_bids(
    snap_compare: Callable[..., bool], scene: Stage_, steps: Steps, size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
