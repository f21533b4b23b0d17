"""Waiting until a screen has looked at what it shows: so "nothing more comes" can be seen without a fixed pause."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from akash_tui.ui.base.base_screen import BaseScreen
from tests.ui.fakes import until


async def repaints(pilot: Pilot[Any], times: int = 3) -> None:
    """Until every screen in sight has looked so many times whether there is something to paint, and has painted it."""
    for screen in pilot.app.screen_stack:
        if isinstance(screen, BaseScreen) and screen.in_sight:
            await _looks(pilot, screen, times)
    await pilot.pause()


async def _looks(pilot: Pilot[Any], screen: BaseScreen, times: int) -> None:
    looked, revision = 0, screen.revision

    def counted() -> object:
        nonlocal looked
        looked += 1
        return revision()

    screen.revision = counted  # type: ignore[method-assign]
    await until(pilot, lambda: looked >= times or not screen.in_sight)
    del screen.revision
