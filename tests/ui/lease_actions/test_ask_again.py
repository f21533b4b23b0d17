"""Asking for bids again by one key: one dialog for what comes back and what the new deposit locks."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.domain.market.fit_reasons import Change, ChangeKind
from akash_tui.services.ports import Refused
from akash_tui.services.storage.settings import AlertSettings, Settings
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.lease_actions.ask_again import ask_again
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.session.run_manager import read_budget
from tests.ui.fakes import ID, FakeLeases, Stage_, until, view
from tests.ui.leases.fakes import AVOIDED
from tests.ui.leases.test_detail_screen import sheet

OLD = ID.dseq + 1


async def asked(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> LeasesScreen:
    """The dialog for a deployment that waits and has a budget, opened from the list."""
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock, leased=False, number=1),))
    budgets = {f"practice-1/{OLD}": "1.20/h"}
    scene.program.settings = Settings(alerts=AlertSettings(low_hours=()), budgets=budgets)
    await scene.ready(pilot)
    await pilot.press("3")
    screen = scene.app.screen
    assert isinstance(screen, LeasesScreen)
    await until(pilot, lambda: screen.table.rows)
    await pilot.press("n")
    return screen


async def test_the_old_one_closes_and_the_new_one_has_its_budget(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await asked(scene, pilot, monkeypatch)
        shown = await sheet(scene, pilot)
        for words in (f"closes dseq {OLD}", "≈ 4.40 ACT", "new deposit 0.50 ACT", "1.20", "1 provider that failed"):
            assert words in shown, shown
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen) and "create" in scene.deployer.done)
        await until(pilot, lambda: f"{OLD} is closed; vllm-qwen asks for bids" in scene.app.status.line()[0])
        tracked = scene.app.runs.tracked
        assert tracked is not None
        assert tracked.budget == read_budget("1.20/h")
        assert tracked.run.avoid == AVOIDED
        await until(pilot, lambda: "collect" in scene.deployer.done)


async def test_a_change_of_the_sdl_is_named_in_the_quote(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await asked(scene, pilot, monkeypatch)
        assert "with the same SDL" in await sheet(scene, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        change = Change(ChangeKind.RAISE_PRICE, value="0.54")
        scene.app.money("asking again", lambda: ask_again(scene.app, ID, change))
        shown = await sheet(scene, pilot)
        assert "with one change in its SDL: raise the cap to $0.54/h." in shown
        assert "the same" not in shown


async def test_a_refusal_leads_back_to_the_list(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.deployer.faults["create"] = [Refused("Deployment closed.", "Read the list again.")]
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await asked(scene, pilot, monkeypatch)
        await sheet(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is screen)


async def test_a_lease_that_runs_needs_its_number_typed_and_nothing_is_sent_otherwise(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.deployer.leases_running = 1
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await asked(scene, pilot, monkeypatch)
        await sheet(scene, pilot)
        await pilot.press("y", "enter")
        dialog = scene.app.screen
        assert isinstance(dialog, ConfirmSpend)
        assert dialog.sheet is not None
        assert dialog.sheet.must_type == str(OLD)
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert "create" not in scene.deployer.done
