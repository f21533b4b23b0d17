"""Several deployments marked and closed together from the list."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import DeploymentState
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.core.run_state import Stage, StepState
from akash_tui.services.deployment.close import BulkCloseQuote, CloseBatch, ClosingItem
from akash_tui.services.ports import ManifestRefused
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.dialogs.quote_sheets import bulk_close_sheet
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import ID, FakeLeases, Stage_, common, until, view
from tests.ui.lease_actions.test_top_up import at_the_lease
from tests.ui.leases.fakes import Closer


@pytest.mark.parametrize(("leases", "says"), [(0, "nothing runs"), (1, "everything running in them is deleted")])
def test_a_sheet_for_several_deletes_only_what_runs(leases: int, says: str) -> None:
    items = tuple(ClosingItem(ID, "web", leases * at, Coin(UACT, 500_000), ()) for at in range(2))
    sheet = bulk_close_sheet(BulkCloseQuote((CloseBatch(**common(FrozenClock()), closings=items),), 5, ()))
    assert says in sheet.headline


@pytest.fixture
def closer(monkeypatch: pytest.MonkeyPatch) -> Closer:
    return Closer().installed(monkeypatch)


async def at_the_list(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch, number: int) -> LeasesScreen:
    shown = [replace(view(scene.program.clock, number=n, name=f"web-{n + 1}"), leases=()) for n in range(number)]
    monkeypatch.setattr(FakeLeases, "views", shown)
    await scene.ready(pilot)
    await pilot.press("3")
    screen = scene.app.screen
    assert isinstance(screen, LeasesScreen)
    await until(pilot, lambda: len(screen.table.rows) == number)
    return screen


async def ask(scene: Stage_, pilot: Pilot[int]) -> str:
    await pilot.press("x")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
    return str(scene.app.screen.query_one("#sheet", LabelledLines).text)


async def test_marked_ones_are_closed_together_after_typing_how_many(
    scene: Stage_, closer: Closer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_the_list(scene, pilot, monkeypatch, 4)
        await pilot.press("space", "down", "space", "down", "down", "space")
        await until(pilot, lambda: "3 marked" in str(screen.query_one("#leases-panel").border_title))
        sheet = await ask(scene, pilot)
        assert "≈ 13.20 ACT in total" in sheet
        assert "3 running leases" in sheet
        await pilot.press("y", "enter")
        assert closer.signed == []
        scene.app.screen.query_one("#typed", Input).value = "close 3"
        await pilot.press("enter")
        await until(pilot, lambda: "3 of 3 closed; 13.20 ACT came back" in scene.app.status.line()[0])
        assert [c.id.dseq for c in closer.signed[0].closings] == [812_301, 812_302, 812_304]
        assert screen.table.marks == set()


async def test_what_could_not_be_closed_is_shown_and_stays_marked(
    scene: Stage_, closer: Closer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closer.fails = 1
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_list(scene, pilot, monkeypatch, 3)
        await pilot.press("space", "down", "space")
        await ask(scene, pilot)
        scene.app.screen.query_one("#typed", Input).value = "close 2"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, TextDialog))
        message = scene.app.screen.query_one("#message", LabelledLines).text
        assert "Deployment closed." in message
        assert "812302" in message
        assert "1 of 2 closed" in scene.app.status.line()[0]
        assert screen.table.marks == {"812302"}


async def test_esc_takes_the_marks_away_and_x_closes_one_again(
    scene: Stage_, closer: Closer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_the_list(scene, pilot, monkeypatch, 2)
        await pilot.press("space", "escape")
        assert screen.table.marks == set()
        assert scene.app.screen is screen
        await ask(scene, pilot)
        assert scene.deployer.done[-1] == "close_quote"


pictures = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


@pictures
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("what", ["marked", pytest.param("sheet", marks=pytest.mark.own_start)])
def test_picture(
    snap_compare: Callable[..., bool], scene: Stage_, closer: Closer, monkeypatch: pytest.MonkeyPatch, what: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    from tests.ui.pictures import afresh

    async def before(pilot: Pilot[int]) -> None:
        await at_the_list(scene, pilot, monkeypatch, 12)
        for _ in range(10):
            await pilot.press("space", "down")
        if what == "sheet":
            await ask(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


async def test_after_a_close_no_old_failure_stays_on_its_page(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        tracked = await scene.app.runs.open(ID)
        tracked.run.begin()
        tracked.run.step("manifest", StepState.ACTIVE)
        tracked.run.fail(ManifestRefused("The provider refuses the manifest.", "Correct the SDL."))
        await until(pilot, lambda: "refuses the manifest" in screen.query_one("#steps", LabelledLines).text)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
        await pilot.press("y")
        await until(pilot, lambda: "is closed" in scene.app.status.line()[0])
        steps = screen.query_one("#steps", LabelledLines)
        await until(pilot, lambda: scene.app.screen is screen and not steps.text.strip())
        assert (tracked.run.error, tracked.run.leases, tracked.run.stage) == (None, (), Stage.CLOSED)


async def test_one_that_was_closed_elsewhere_shows_no_old_failure(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        tracked = await scene.app.runs.open(ID)
        tracked.run.fail(ManifestRefused("The provider refuses the manifest.", "Correct the SDL."))
        await until(pilot, lambda: "refuses the manifest" in screen.query_one("#steps", LabelledLines).text)
        assert screen.view is not None
        closed = replace(screen.view.deployment, state=DeploymentState.CLOSED)
        monkeypatch.setattr(FakeLeases, "views", (replace(screen.view, deployment=closed, leases=()),))
        await pilot.press("r")
        await until(pilot, lambda: not screen.query_one("#steps", LabelledLines).text.strip())


async def test_3_shows_the_list_and_not_an_old_lease(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        scene.app.push_screen(LeaseScreen(ID))
        await until(pilot, lambda: len(scene.app.screen_stack) == 3)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))
        await pilot.press("1")
        await until(pilot, lambda: scene.app.current_mode == "deploy")
        await pilot.press("3")
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))


async def test_3_leaves_an_sdl_that_is_being_changed_in_front(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("u")
        await until(pilot, lambda: isinstance(scene.app.screen, UpdateScreen))
        await pilot.press("3")
        await pilot.pause()
        assert isinstance(scene.app.screen, UpdateScreen)
