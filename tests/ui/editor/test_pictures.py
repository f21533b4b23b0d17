"""What the editor looks like: at rest, and with a problem and suggestions; small and large."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from akash_tui.services.market.sdl_outlook import SdlForecaster
from tests.domain.sdl.complete.test_completion import MARKET
from tests.ui.editor.test_screen import checked, opened, to
from tests.ui.fakes import Stage_, until

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
SIZES = ((80, 24), (100, 30), (160, 48))


async def rest(scene: Stage_, pilot: Pilot[int]) -> None:
    screen = await opened(scene, pilot)
    screen.area.cursor_blink = False
    await until(pilot, lambda: screen.outlook is not None and screen.outlook.screening is not None)
    to(screen, "amount")
    await until(pilot, lambda: screen.help is not None and screen.help.name == "amount")


async def writing(scene: Stage_, pilot: Pilot[int]) -> None:
    await rest(scene, pilot)
    screen = scene.app.screen
    to(screen, "model: a100")  # type: ignore[arg-type]
    await pilot.press("enter", *"- model: rtx409")
    await checked(pilot, screen)  # type: ignore[arg-type]
    await until(pilot, lambda: screen.suggester.shown.open)  # type: ignore[attr-defined]
    await until(pilot, lambda: screen.draft.version == screen.version)  # type: ignore[attr-defined]


@pytest.mark.own_start
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("show", [rest, writing], ids=lambda show: show.__name__)
def test_picture(
    show: Callable[[Stage_, Pilot[int]], Awaitable[None]],
    size: tuple[int, int],
    scene: Stage_,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def learn(forecaster: SdlForecaster) -> None:
        forecaster.choices = MARKET
        await forecaster.who.providers()

    monkeypatch.setattr(SdlForecaster, "learn", learn)

    async def run_before(pilot: Pilot[int]) -> None:
        await show(scene, pilot)

    assert snap_compare(scene.app, terminal_size=size, run_before=run_before)
