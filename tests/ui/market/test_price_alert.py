"""The price alert: set by a key, shown while it waits, checked on every screen, then offers to deploy."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.domain.alert import Alert
from akash_tui.services.ports import Unreachable
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.market import price_alert
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until
from tests.ui.market import fakes as market_fakes
from tests.ui.market.test_deploy_from_market import choose, draft_of
from tests.ui.market.test_screen import at_market, drawn

EXPRESSION = "gpu:a100 vram>=80 price<1 free>=5"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_alert, "EVERY", 0.01)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch, scene: Stage_) -> list[Alert]:
    alerts: list[Alert] = []
    monkeypatch.setattr(type(scene.app), "alert", lambda self, alert: alerts.append(alert))
    return alerts


def more_free(scene: Stage_) -> None:
    """From now on the indexer has nine free a100."""
    market_fakes.INDEX.free = {"a100": 9}
    scene.program.clock.passed += 3600


async def set_watch(scene: Stage_, pilot: Pilot[int]) -> None:
    await at_market(scene, pilot)
    await pilot.press("w")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    field = scene.app.screen.query_one("#text")
    field.value = EXPRESSION  # type: ignore[attr-defined]
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.watching is not None and scene.app.watching.checks)


async def test_it_is_shown_checked_on_other_screens_and_offers_to_deploy(
    scene: Stage_, rung: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await set_watch(scene, pilot)
        scene.app.status.clear_messages()
        await until(pilot, lambda: f"alert on {EXPRESSION}, checked" in drawn(scene))
        assert not rung
        await pilot.press("1")
        more_free(scene)
        await until(pilot, lambda: rung)
        assert "a100 80 GB: 9 free, from ≈ $0.81 per GPU-hour" in rung[0].description
        assert (rung[0].code, rung[0].urgent, rung[0].facts["expression"]) == ("market_watch", True, EXPRESSION)
        assert not isinstance(scene.app.screen, QuestionDialog)
        await pilot.press("4")
        await until(pilot, lambda: f"found: {EXPRESSION}" in drawn(scene))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        assert "a100 80 GB: 9 of 40 free" in scene.app.screen.query_one("#message", LabelledLines).text
        await pilot.press("y")
        await choose(scene, pilot, "vLLM with Qwen")
        deploy = await draft_of(scene, pilot)
        assert deploy.draft is not None
        assert [model.model for model in deploy.draft.models] == ["a100"]
        assert scene.app.watching is None


async def test_on_the_market_itself_it_asks_at_once_and_can_be_forgotten(
    scene: Stage_, rung: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await set_watch(scene, pilot)
        more_free(scene)
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        assert rung
        await pilot.press("f")
        await until(pilot, lambda: scene.app.watching is None and not isinstance(scene.app.screen, QuestionDialog))


async def test_it_can_be_stopped_and_says_what_is_wrong_with_a_wish(scene: Stage_, rung: list[Alert]) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await set_watch(scene, pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        field = scene.app.screen.query_one("#text")
        assert field.value == EXPRESSION  # type: ignore[attr-defined]
        field.value = "prize<1"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(
            pilot, lambda: "there is no field 'prize'" in scene.app.screen.query_one("#wrong", LabelledLines).text
        )
        await pilot.press("escape", "w")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        await pilot.press("f")
        await until(pilot, lambda: scene.app.watching is None)
        assert not rung


async def test_old_figures_raise_no_alert(scene: Stage_, rung: list[Alert]) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_market(scene, pilot)
        market_fakes.INDEX.fault = Unreachable("The network's indexer does not answer", "Wait.")
        scene.program.clock.passed += 7200
        price_alert.start(scene.app, "gpu:a100")
        await until(pilot, lambda: scene.app.watching is not None and scene.app.watching.checks > 2)
        scene.app.status.clear_messages()
        await until(pilot, lambda: "figures not renewed" in drawn(scene))
        assert not rung
        price_alert.stop(scene.app)


async def test_a_word_that_names_nothing_is_refused(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 36)) as pilot:
        await at_market(scene, pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        field = scene.app.screen.query_one("#text")
        field.value = "garbage"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: "called garbage" in drawn(scene))
        assert scene.app.watching is None
