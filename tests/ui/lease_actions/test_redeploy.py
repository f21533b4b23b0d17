"""Deploying the same once more by keys: the Deploy screen has the SDL, the bids screen marks the provider to avoid."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.services.ports import BadInput
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import SDL, Stage_, bid_id, until
from tests.ui.lease_actions.test_top_up import at_the_lease
from tests.ui.leases.fakes import AVOIDED


async def drafted(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> DeployScreen:
    await at_the_lease(scene, pilot, monkeypatch)
    await pilot.press("d")
    await until(pilot, lambda: isinstance(scene.app.screen, DeployScreen) and scene.app.screen.draft is not None)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    return screen


async def test_the_sdl_comes_with_its_name_and_whom_to_avoid(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await drafted(scene, pilot, monkeypatch)
        assert screen.draft is not None
        assert (screen.draft.name, screen.draft.text) == ("vllm-qwen", SDL)
        about = screen.query_one("#values", LabelledLines)
        await until(pilot, lambda: "avoids" in about.text)
        assert "it never accepted the manifest" in about.text
        assert "costing until you close it" in scene.app.status.line()[0]


async def test_its_bids_are_marked_and_never_proposed(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await drafted(scene, pilot, monkeypatch)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen) and bool(scene.app.screen.table.rows))
        assert scene.deployer.run.avoid == AVOIDED
        bids_screen = scene.app.screen
        assert isinstance(bids_screen, BidsScreen)
        lines = {line.row.id: line for line in bids_screen.table.rows}
        assert lines[bid_id(2)].provider[0].startswith("avoided: ")
        assert not lines[bid_id(1)].provider[0].startswith("avoided")
        await pilot.press("down")
        detail = bids_screen.query_one("#detail LabelledLines", LabelledLines)
        await until(pilot, lambda: "only you can accept it" in detail.text)


async def test_what_cannot_be_read_again_is_shown(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(session: object, id: object) -> object:
        raise BadInput("The SDL is not here.", "Deploy it from its file.")

    monkeypatch.setattr("akash_tui.ui.lease_actions.redeploy.redeploy", nowhere)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        assert "not here" in scene.app.screen.query_one("#message", LabelledLines).text
        assert scene.app.status.doing == {}
