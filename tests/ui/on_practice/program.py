"""The program on a real practice network that makes blocks quickly, and the way from its start to bids."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from akash_tui.compose import Program
from akash_tui.domain.akash.network import Network
from akash_tui.services.core.program import PRACTICE_SCENARIO
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.live_table import LiveTable
from tests.helpers.forks import before_the_app
from tests.helpers.worlds import SEED, served
from tests.ui.fakes import until


class FastProgram(Program):
    """Its practice network makes blocks quickly, and starts from a process that has imported its code already."""

    block_seconds: float | None = 0.3
    speed = 1.0
    """Without `block_seconds`: how many times as fast as on mainnet time passes, until a test changes it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._served = ExitStack()
        before_the_app()
        self.home.mkdir(mode=0o700)

    @property
    def owns_practice(self) -> bool:
        return self.networks.practice() is not None

    async def start_practice(self, scenario: str = PRACTICE_SCENARIO, seed: int = SEED) -> Network:
        assert seed == SEED
        if self.networks.practice() is None:
            start = served(self.home, scenario, self.block_seconds, self.speed)
            await asyncio.to_thread(self._served.enter_context, start)
        running = self.networks.practice()
        assert running is not None
        return running

    async def aclose(self) -> None:
        await super().aclose()
        self._served.close()


def table(app: AkashApp, id: str) -> LiveTable[Any]:
    return app.screen.query_one(id, LiveTable)


def confirming(app: AkashApp) -> bool:
    return isinstance(app.screen, ConfirmSpend) and app.screen.can_say_yes


async def ask_for_bids(app: AkashApp, pilot: Pilot[Any]) -> TrackedRun:
    """From a fresh start to the first bid of the first preset."""
    await until(pilot, lambda: app.session is not None and app.screen.query("#sources"))
    await until(pilot, lambda: app.header_data is not None and app.header_data.act is not None)
    await until(pilot, lambda: table(app, "#sources").rows)
    return await submit(app, pilot)


async def submit(app: AkashApp, pilot: Pilot[Any]) -> TrackedRun:
    """From the list of presets to the first bid."""
    await pilot.press("enter")
    await until(pilot, lambda: app.screen.query_one("#gpus").has_focus)
    await pilot.press("enter")
    await until(pilot, lambda: confirming(app))
    await pilot.press("y")
    await until(pilot, lambda: isinstance(app.screen, BidsScreen) and len(table(app, "#bid-table").rows) > 0)
    await until(pilot, lambda: app.busy is None)
    assert app.run_manager is not None
    assert app.run_manager.tracked is not None
    return app.run_manager.tracked
