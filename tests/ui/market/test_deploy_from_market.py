"""From the market to a deployment: marked models and a chosen provider end up in the SDL of the Deploy screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.market.supply import Amounts, SupplyResources
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.market.detail_pages import ProviderScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.ui.fakes import Stage_, stage, until
from tests.ui.market.fakes import NAMES, OWNERS
from tests.ui.market.test_screen import at_market, drawn


async def choose(scene: Stage_, pilot: Pilot[int], title: str) -> None:
    """Take the preset `title` from the list that is open."""
    await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
    table = scene.app.screen.query_one("#options")
    await until(pilot, lambda: table.rows and table.has_focus)  # type: ignore[attr-defined]
    at = next(i for i, option in enumerate(table.rows) if option.title == title)  # type: ignore[attr-defined]
    await pilot.press(*["down"] * at, "enter")


async def draft_of(scene: Stage_, pilot: Pilot[int]) -> DeployScreen:
    await until(pilot, lambda: isinstance(scene.app.screen, DeployScreen) and scene.app.screen.draft)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    return screen


async def test_marked_models_become_the_gpu_list_of_a_preset(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("space", "down", "down", "space")
        await until(pilot, lambda: "2 marked: n deploys on them" in drawn(scene))
        assert [row.gpu.model for row in screen.marked] == ["a100", "h100"]
        await pilot.press("n")
        await until(pilot, lambda: "Choose a preset to deploy on a100 80 GB, h100 80 GB" in drawn(scene))
        await choose(scene, pilot, "vLLM with Qwen")
        deploy = await draft_of(scene, pilot)
        assert deploy.draft is not None
        assert deploy.draft.models == [GpuModel("nvidia", "a100", 80, "sxm"), GpuModel("nvidia", "h100", 80, "sxm")]
        assert not deploy.draft.errors
        await until(pilot, lambda: "now accepts a100 80 GB, h100 80 GB" in drawn(scene))


async def test_the_line_alone_and_the_draft_under_way(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_market(scene, pilot)
        await pilot.press("n")
        await choose(scene, pilot, "vLLM with Qwen")
        deploy = await draft_of(scene, pilot)
        await pilot.press("4")
        await until(pilot, lambda: scene.app.screen is not deploy)
        await pilot.press("down", "down", "n")
        await until(pilot, lambda: "the SDL on the Deploy screen now" in drawn(scene))
        await pilot.press("enter")
        await until(
            pilot, lambda: scene.app.screen is deploy and deploy.draft and deploy.draft.models[0].model == "h100"
        )


async def at_a_provider(scene: Stage_, pilot: Pilot[int]) -> ProviderScreen:
    """The page of the first provider on the Market."""
    screen = await at_market(scene, pilot)
    await pilot.press("v")
    await until(pilot, lambda: screen.of_providers and screen.table.rows)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ProviderScreen) and scene.app.screen.page)
    shown = scene.app.screen
    assert isinstance(shown, ProviderScreen)
    return shown


async def test_what_a_provider_and_the_indexer_agree_about_is_said_once(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        shown = await at_a_provider(scene, pilot)
        assert shown.page is not None
        theirs = SupplyResources(gpu=Amounts(3, 0, 13, 16))
        other = SupplyResources(gpu=Amounts(4, 0, 12, 16))
        for own, agrees in ((theirs, True), (other, False)):
            sheet = replace(shown.page.sheet, resources=theirs)
            shown.page = replace(shown.page, sheet=sheet, reach=Reach(True, 9.0, scene.program.clock.now(), "", own))
            texts = [line.value for line in shown._amounts(shown.page) if isinstance(line, LabelledLine)]
            assert len(texts) == 2
            assert ("the same by the indexer" in texts[1]) is agrees
            assert ("4 of 16 leased now" in texts[0]) is not agrees


async def test_only_at_one_provider(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await at_a_provider(scene, pilot)
        await pilot.press("n")
        await choose(scene, pilot, "vLLM with Qwen")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        said = scene.app.screen.query_one("#message", LabelledLines)
        await until(pilot, lambda: f"organization = {NAMES[0]}" in said.text)
        assert "of 3 providers known, only this one" in said.text
        assert "an order cannot name an address" in said.text
        await until(pilot, lambda: scene.app.screen.armed)  # type: ignore[attr-defined]
        await pilot.press("y")
        deploy = await draft_of(scene, pilot)
        assert deploy.draft is not None
        assert deploy.draft.only_at == OWNERS[0]
        group = deploy.draft.groups[0]
        assert [(a.key, a.value) for a in group.attributes] == [("organization", NAMES[0])]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        bid_list = scene.app.screen.bid_list  # type: ignore[attr-defined]
        await until(pilot, lambda: bid_list.filter.text == f"provider:{OWNERS[0]}")


async def test_who_may_not_deploy_is_shown_why(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home", readonly=True)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_market(scene, pilot)
        await pilot.press("n")
        await until(pilot, lambda: "This is read-only: nothing can be deployed or signed." in drawn(scene))
