"""What the market looks like: its lists and pages, small and large, and the small one without colour."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from test_market_screen import at_market, at_network
from test_pictures import SIZES, afresh
from textual.pilot import Pilot
from ui_fakes import Stage_, stage, until

from akash_tui.ui.market_pages import GpuPage, ProviderScreen

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[int]], Awaitable[None]]


async def gpus(scene: Stage_, pilot: Pilot[int]) -> None:
    screen = await at_market(scene, pilot)
    await until(pilot, lambda: screen.market.days.seen and screen.market.providers.seen and screen.market.capacity.seen)
    await pilot.press("left", *["left"] * 9)


async def providers(scene: Stage_, pilot: Pilot[int]) -> None:
    await gpus(scene, pilot)
    await pilot.press("v", "right_square_bracket", "t")
    screen = scene.app.screen
    await until(pilot, lambda: screen.chart.points)  # type: ignore[attr-defined]


async def network(scene: Stage_, pilot: Pilot[int]) -> None:
    await at_network(scene, pilot)
    await pilot.press("right_square_bracket", "t", *["left"] * 30)
    chart = scene.app.screen.chart  # type: ignore[attr-defined]
    await until(pilot, lambda: chart.name_shown == "gpuUtilization" and chart.at == 61)


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


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("steps", [gpus, providers, network, days, model, provider], ids=lambda s: s.__name__)
def test_picture(snap_compare: Callable[..., bool], scene: Stage_, steps: Steps, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


@pytest.mark.parametrize("steps", [gpus, network], ids=lambda s: s.__name__)
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
