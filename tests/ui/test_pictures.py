"""What the screens look like: one picture a screen, small and large. `--snapshot-update` on Python 3.11 renews them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from akash_tui.ui.app import AkashApp
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from tests.ui.fakes import FakeLeases, FakeProgram, Stage_, stage, until, view
from tests.ui.pictures import SIZES, afresh, own_start

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[int]], Awaitable[None]]


async def deploy(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.ready(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: scene.app.screen.draft is not None)  # type: ignore[attr-defined]
    await pilot.press("down", "space")


async def bids(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.with_bids(pilot)
    await pilot.press("down")


async def accept(scene: Stage_, pilot: Pilot[int]) -> None:
    scene.deployer.unverified = ("The uptime figure is 14 min old.",)
    await bids(scene, pilot)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)


async def running(scene: Stage_, pilot: Pilot[int]) -> None:
    await accept(scene, pilot)
    await pilot.press("y")
    await until(pilot, lambda: scene.deployer.run.stage.value == "running" and scene.app.screen.view is not None)  # type: ignore[attr-defined]
    await until(pilot, lambda: scene.app.busy is None)


async def leases(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.ready(pilot)
    await pilot.press("3")
    await until(pilot, lambda: scene.app.screen.query_one("#lease-table").rows)  # type: ignore[attr-defined]


async def help_(scene: Stage_, pilot: Pilot[int]) -> None:
    await scene.with_bids(pilot)
    await pilot.press("?")


async def glossary(scene: Stage_, pilot: Pilot[int]) -> None:
    await help_(scene, pilot)
    await until(pilot, lambda: scene.app.screen.query("#keys-pane"))
    await pilot.press("down", "enter")
    await until(pilot, lambda: scene.app.screen.query("#meaning"))


async def field(scene: Stage_, pilot: Pilot[int]) -> None:
    await deploy(scene, pilot)
    await pilot.press("tab")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "steps",
    [deploy, field, bids, accept, running, leases, own_start(help_, "help"), own_start(glossary)],
    ids=lambda s: s.__name__.strip("_"),
)
def test_picture(
    snap_compare: Callable[..., bool],
    scene: Stage_,
    steps: Steps,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = scene.program.clock
    monkeypatch.setattr(FakeLeases, "views", (view(clock), view(clock, leased=False, number=1, name="comfyui")))

    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_picture_of_the_first_start(snap_compare: Callable[..., bool], tmp_path: Path, size: tuple[int, int]) -> None:
    app = AkashApp(FakeProgram(tmp_path / "home"))  # type: ignore[arg-type]

    async def before(pilot: Pilot[int]) -> None:
        await afresh(pilot)

    assert snap_compare(app, run_before=before, terminal_size=size)


def test_picture_without_colour(
    snap_compare: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene = stage(tmp_path / "home")

    async def before(pilot: Pilot[int]) -> None:
        await bids(scene, pilot)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=(80, 24))
