"""The watch of the market: set by a key, shown while it waits, goes on elsewhere, rings, offers to deploy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from akash_tui.domain.alert import Alert
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.services.ports import Unreachable
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.market import price_alert as market_watch
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until
from tests.ui.market import fakes as market_fakes
from tests.ui.market.test_deploy_from_market import choose, draft_of
from tests.ui.market.test_screen import at_market, drawn

EXPRESSION = "gpu:a100 vram>=80 price<1 free>=5"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market_watch, "EVERY", 0.01)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch, scene: Stage_) -> list[Alert]:
    told: list[Alert] = []
    monkeypatch.setattr(type(scene.app), "alert", lambda self, alert: told.append(alert))
    return told


def more_free(monkeypatch: pytest.MonkeyPatch, scene: Stage_) -> None:
    """From now on the index tells of nine free a100."""
    before = market_fakes.FakeIndex.gpu_prices

    async def after(self: market_fakes.FakeIndex) -> list[MarketPrice]:
        prices = await before(self)
        return [
            replace(p, available=9, read_at=p.read_at + timedelta(minutes=9)) if p.model == "a100" else p
            for p in prices
        ]

    monkeypatch.setattr(market_fakes.FakeIndex, "gpu_prices", after)
    scene.entry.clock.passed += 3600


async def set_watch(scene: Stage_, pilot: Pilot[int]) -> None:
    await at_market(scene, pilot)
    await pilot.press("w")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    field = scene.app.screen.query_one("#text")
    field.value = EXPRESSION  # type: ignore[attr-defined]
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.watching is not None and scene.app.watching.looks)


async def test_it_is_shown_goes_on_elsewhere_rings_and_offers_to_deploy(
    scene: Stage_, rung: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await set_watch(scene, pilot)
        scene.app.status.clear_messages()
        await until(pilot, lambda: f"watching {EXPRESSION}, looked" in drawn(scene))
        assert not rung
        await pilot.press("1")
        more_free(monkeypatch, scene)
        await until(pilot, lambda: rung)
        assert "a100 80 GB: 9 free, from ≈ $0.81 per GPU-hour" in rung[0].says
        assert (rung[0].code, rung[0].urgent, rung[0].facts["expression"]) == ("market_watch", True, EXPRESSION)
        assert not isinstance(scene.app.screen, QuestionDialog)
        await pilot.press("4")
        await until(pilot, lambda: f"rang: {EXPRESSION}" in drawn(scene))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen._awake)
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
        more_free(monkeypatch, scene)
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen._awake)
        assert rung
        await pilot.press("f")
        await until(pilot, lambda: scene.app.watching is None and not isinstance(scene.app.screen, QuestionDialog))


async def test_it_can_be_stopped_and_says_what_is_wrong_with_a_wish(scene: Stage_, rung: list[Alert]) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await set_watch(scene, pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen._awake)
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
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen._awake)
        await pilot.press("f")
        await until(pilot, lambda: scene.app.watching is None)
        assert not rung


async def test_old_figures_ring_no_bell(scene: Stage_, rung: list[Alert]) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_market(scene, pilot)
        market_fakes.INDEX.fault = Unreachable("The index of the network does not answer", "Wait.")
        scene.entry.clock.passed += 7200
        market_watch.start(scene.app, "gpu:a100")
        await until(pilot, lambda: scene.app.watching is not None and scene.app.watching.looks > 2)
        scene.app.status.clear_messages()
        await until(pilot, lambda: "figures late" in drawn(scene))
        assert not rung
        market_watch.stop(scene.app)


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
