"""GPU models by class, by keys."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.draft.gpu_classes import class_options
from akash_tui.ui.session.draft import Draft
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import SDL, Stage_, until
from tests.ui.network import PRICES, with_network


def draft() -> Draft:
    return Draft("vllm", "vllm.yaml", SDL, SdlFiles())


def test_a_class_offers_what_the_sdl_lists_and_what_else_the_network_has() -> None:
    offered = {option.id: (option.title, option.description) for option in class_options(draft(), PRICES, {})}
    assert offered["24gb"] == ("24 GB", "of this SDL: rtx4090")
    assert offered["24gb+"] == ("24 GB, all", "also on the network: a5000, p40, rtx3090, rtx3090ti")
    assert offered["80gb"] == ("80 GB", "of this SDL: a100 80 GB, h100")
    assert "80gb+" not in offered, "the network has no other card with 80 GB"
    assert offered["48gb"] == ("48 GB", "of this SDL: l40s")
    own = {option.id: option for option in class_options(draft(), PRICES, {"big": ">=100gb", "two": "a100,b200"})}
    assert own[">=100gb+"].description == "on the network: h200"
    assert own["@two"].description == "a100, b200"


async def _choosing(scene: Stage_, pilot: Any, kind: type[Any] = ChoiceDialog) -> None:
    await until(pilot, lambda: isinstance(scene.app.screen, kind))


async def test_classes_are_chosen_saved_used_again_and_removed_by_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        with_network(scene)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await until(pilot, lambda: screen.shown is not None)
        await pilot.press("c")  # in the list, it is about the preset under the cursor
        await _choosing(scene, pilot)
        await pilot.press("8")
        await until(pilot, lambda: screen.draft is not None and screen.draft.changed)
        assert screen.draft is not None
        assert [model.words for model in screen.draft.accepts] == ["h100", "a100 80 GB"]
        await pilot.press("c")
        await _choosing(scene, pilot)
        await pilot.press("s")
        await _choosing(scene, pilot, TextInputDialog)
        scene.app.screen.query_one(Input).value = "Not a name!"
        await pilot.press("enter")
        await pilot.pause()
        scene.app.screen.query_one(Input).value = "big"
        await pilot.press("enter")
        await until(pilot, lambda: scene.program.settings.gpu_classes == {"big": "h100,a100/80gb"})
        await pilot.press("c")
        await _choosing(scene, pilot)
        await pilot.press("m")
        await _choosing(scene, pilot, TextInputDialog)
        scene.app.screen.query_one(Input).value = "141"
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None and [m.model for m in screen.draft.accepts] == ["h200"])
        await pilot.press("c")
        await _choosing(scene, pilot)
        scene.app.screen.query_one("#options", LiveTable).move_to_id("@big")
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None and len(screen.draft.accepts) == 2)
        await pilot.press("c")
        await _choosing(scene, pilot)
        await pilot.press("x")
        await until(pilot, lambda: "big" in str(scene.app.screen.query_one("#options", LiveTable).cursor_id))
        await pilot.press("enter")
        await until(pilot, lambda: scene.program.settings.gpu_classes == {})
