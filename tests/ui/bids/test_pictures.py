"""What the bids screen looks like: filtered with a mistake, by score, over a budget, comparing; in two sizes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.bids.budget import parse_budget
from akash_tui.services.market.silent_providers import WhoPage
from akash_tui.ui.bids import screen as bids_module
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.bids.test_choosing import answered, bids_screen, head, learn, now_bids, remember, typed
from tests.ui.bids.test_pair import paired
from tests.ui.bids.test_rule_work import counting, form
from tests.ui.fakes import BIDS, Stage_, bid, stage, until
from tests.ui.fakes import run as fake_run
from tests.ui.pictures import SIZES, afresh, own_start
from tests.ui.who_pages import who_page

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


async def remembered(scene: Stage_, pilot: Pilot[int]) -> None:
    """Earlier bids of the provider under the cursor, a favourite, and one that is blocked."""
    await ready(scene, pilot)
    remember(scene)
    row = bids_screen(scene).table.cursor_row
    assert row is not None
    notes, now = scene.app.runs.session.provider_notes, scene.program.clock.now()
    notes.set_favourite(row.row.id.provider, True, now)
    notes.set_note(row.row.id.provider, "fast disks, slow to pull images", now)
    other = next(each.id.provider for each in BIDS if each.id.provider != row.row.id.provider)
    notes.block(other, "died twice in May", now)
    await until(pilot, lambda: bool(bids_screen(scene).table.cursor_row and notes.revision))


async def note_dialog(scene: Stage_, pilot: Pilot[int]) -> None:
    await ready(scene, pilot)
    await pilot.press("X")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    scene.app.screen.query_one("#text", Input).value = "died twice in May"


async def rule_form(scene: Stage_, pilot: Pilot[int]) -> None:
    await form(scene, pilot, wait="45s or 5 bids", uptime="99")
    await until(pilot, lambda: "not accepted" in scene.app.screen.query_one("#preview", LabelledLines).text)


async def rule_at_work(scene: Stage_, pilot: Pilot[int]) -> None:
    await counting(scene, pilot, wait="45s")


async def two_orders(scene: Stage_, pilot: Pilot[int]) -> None:
    await paired(scene, pilot)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "steps",
    [
        filtered,
        by_score,
        own_start(over_budget),
        compared,
        remembered,
        note_dialog,
        rule_form,
        rule_at_work,
        own_start(two_orders),
    ],
    ids=lambda s: s.__name__,
)
def test_picture_of_the_bids(
    snap_compare: Callable[..., bool], scene: Stage_, steps: Steps, size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


@pytest.mark.own_start
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture_of_a_total(snap_compare: Callable[..., bool], tmp_path: Path, size: tuple[int, int]) -> None:
    scene = stage(tmp_path / "home", groups=(1, 2))

    async def before(pilot: Pilot[int]) -> None:
        await ready(scene, pilot)
        tracked = scene.app.runs.tracked
        assert tracked is not None
        tracked.budget = parse_budget("1.20/h")
        await pilot.press("space")
        await until(pilot, lambda: "1 of 2 chosen" in head(scene))
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


@pytest.mark.own_start
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture_of_silence(
    snap_compare: Callable[..., bool], scene: Stage_, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def page(app: object, run: object) -> WhoPage:
        return who_page(silent=True)

    monkeypatch.setattr(bids_module, "silence_of", page)
    run = fake_run(scene.program.clock, bids=())
    scene.deployer.run = run
    scene.program.clock.passed += 72  # before the app starts: what it reads is fresh then

    async def before(pilot: Pilot[int]) -> None:
        await scene.ready(pilot)
        assert scene.app.run_manager is not None
        scene.app.run_manager.take(run)
        scene.app.run_manager.current = run.id
        await pilot.press("2")
        await until(pilot, lambda: scene.app.header_data is not None and scene.app.header_data.akt is not None)
        await until(pilot, lambda: "most answer by" in bids_screen(scene).table.empty)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
