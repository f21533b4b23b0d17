"""What the market looks like: its lists and pages, small and large, and the small one without colour."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.market import price_alert
from akash_tui.ui.market.detail_pages import GpuPage, ProviderScreen
from akash_tui.ui.market.savings_page import SavingsPage
from tests.ui.fakes import FakeLeases, Stage_, stage, until, view
from tests.ui.market.test_deploy_from_market import choose
from tests.ui.market.test_screen import at_market, at_network
from tests.ui.pictures import SIZES, afresh

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[int]], Awaitable[None]]


async def gpus(scene: Stage_, pilot: Pilot[int]) -> None:
    screen = await at_market(scene, pilot)
    market = screen.market
    await until(pilot, lambda: market.days.cached and market.providers.cached and market.capacity.cached)
    await pilot.press("left", *["left"] * 9)


async def providers(scene: Stage_, pilot: Pilot[int]) -> None:
    await gpus(scene, pilot)
    await pilot.press("v", "right_square_bracket", "t")
    screen = scene.app.screen
    await until(pilot, lambda: screen.chart.points)  # type: ignore[attr-defined]


async def network(scene: Stage_, pilot: Pilot[int]) -> None:
    await at_network(scene, pilot)
    await pilot.press("right_square_bracket", "t")
    chart = scene.app.screen.chart  # type: ignore[attr-defined]
    await until(pilot, lambda: chart.name_shown == "gpuUtilization" and chart.points and chart.settled)
    await pilot.press(*["left"] * 30)
    await until(pilot, lambda: chart.at == 61)


async def days(scene: Stage_, pilot: Pilot[int]) -> None:
    await at_network(scene, pilot)
    await pilot.press("v")


async def model(scene: Stage_, pilot: Pilot[int]) -> None:
    await gpus(scene, pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, GpuPage) and scene.app.screen.page)


async def provider(scene: Stage_, pilot: Pilot[int]) -> None:
    await providers(scene, pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ProviderScreen) and scene.app.screen.page)


async def watching(scene: Stage_, pilot: Pilot[int]) -> None:
    """Two models marked, and a watch that has looked once."""
    await gpus(scene, pilot)
    await pilot.press("space", "down", "down", "space")
    price_alert.start(scene.app, "gpu:h100 price<1.6")
    await until(pilot, lambda: scene.app.watching is not None and scene.app.watching.checks)
    scene.app.status.clear_messages()


async def rang(scene: Stage_, pilot: Pilot[int]) -> None:
    await gpus(scene, pilot)
    price_alert.start(scene.app, "gpu:a100 price<1")
    await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)


async def only_here(scene: Stage_, pilot: Pilot[int]) -> None:
    await provider(scene, pilot)
    await pilot.press("n")
    await choose(scene, pilot, "vLLM with Qwen")
    await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)


async def moving(scene: Stage_, pilot: Pilot[int]) -> None:
    two = view(scene.program.clock), view(scene.program.clock, name="comfy", number=1)
    offers = (GpuOffer(GpuModel("nvidia", "rtx4090"), 4, GpuSource.BID),)
    lease = replace(two[1].leases[0], gpus=offers, price_h=Decimal("1.10"), provider=None)
    FakeLeases.views = (two[0], replace(two[1], leases=(lease,)))
    await gpus(scene, pilot)
    await pilot.press("dollar_sign")
    await until(pilot, lambda: isinstance(scene.app.screen, SavingsPage) and scene.app.screen.found)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "steps",
    [gpus, providers, network, days, model, provider, watching, rang, only_here, moving],
    ids=lambda s: s.__name__,
)
def test_picture(snap_compare: Callable[..., bool], scene: Stage_, steps: Steps, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


@pytest.mark.parametrize("steps", [gpus, network, provider, moving], ids=lambda s: s.__name__)
@pytest.mark.parametrize("plain", ["colour", "signs"])
def test_picture_without(
    snap_compare: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: str, steps: Steps
) -> None:
    if plain == "colour":
        monkeypatch.setenv("NO_COLOR", "1")
    scene = stage(tmp_path / "home", ascii_only=plain == "signs")

    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=(80, 24))
