"""From a preset to a running lease in five keys, with everything scripted at the service edge."""

from __future__ import annotations

from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until


async def test_five_keys_from_preset_to_running(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None and screen.query_one("#gpus").has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen) and "collect" in scene.deployer.done)
        await until(pilot, lambda: scene.app.busy is None)
        await until(pilot, lambda: scene.app.screen.query_one("#bid-table").rows)  # type: ignore[attr-defined]
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.run.stage.value == "running")
        facts = scene.app.screen.query_one("#facts", LabelledLines)
        await until(pilot, lambda: "http://qwen.ingress.europlots.com" in facts.text)
        assert scene.deployer.done == [
            "create_quote",
            "create",
            "collect",
            "lease_quote",
            "accept",
            "deliver",
            "wait_running",
        ]
