"""The app on the real practice network, moved by keys: what several stories begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.core.run_state import Stage
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import until
from tests.ui.on_practice.program import FastProgram


class Player:
    """Somebody at the keys of the app on a practice network; every wait is for a condition."""

    def __init__(self, app: AkashApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self.pilot, condition)

    def table(self, id: str) -> LiveTable:  # type: ignore[type-arg]
        return self.app.screen.query_one(id, LiveTable)

    def text(self, id: str) -> str:
        return self.app.screen.query_one(id, LabelledLines).text

    @property
    def shown(self) -> DeploymentId:
        """The deployment that is open."""
        assert isinstance(self.app.screen, LeaseScreen)
        return self.app.screen.id_shown

    def stage(self, id: DeploymentId) -> Stage | None:
        """Where its run stands."""
        run_manager = self.app.run_manager
        tracked = run_manager.tracked_runs.get(id) if run_manager is not None else None
        return tracked.run.stage if tracked is not None else None

    async def open(self) -> None:
        """Until the funds are there and the presets are listed."""
        app = self.app
        await self.until(lambda: app.session is not None and app.screen.query("#sources"))
        await self.until(lambda: app.header_data is not None and app.header_data.act == 100_000_000)
        await self.until(lambda: self.table("#sources").rows)

    async def agree(self, typed: str = "") -> str:
        """Say yes to the quote that is shown, once it may be said; the text of its sheet."""

        def there() -> bool:
            screen = self.app.screen
            return isinstance(screen, ConfirmSpend) and (screen.armed if typed else screen.can_say_yes)

        await self.until(there)
        sheet = self.text("#sheet")
        if typed:
            self.app.screen.query_one("#typed", Input).value = typed
        await self.pilot.press("enter" if typed else "y")
        return sheet

    async def ask_for_bids(self) -> None:
        """From the draft on the Deploy screen to a list with bids."""
        await self.until(lambda: self.app.screen.query_one("#gpus").has_focus)
        await self.pilot.press("enter")
        await self.agree()
        await self.bids()

    async def bids(self) -> None:
        """Until enough bids of what was asked for have come and nothing is being signed."""
        app = self.app

        await self.until(lambda: isinstance(app.screen, BidsScreen) and app.busy is None)
        await self.until(lambda: len(self.takeable()) >= 3)

    def takeable(self) -> list[tuple[int, BidLine]]:
        """Lines of the bid list that can be taken now, with their places: bids of an order that is over stay there."""
        screen, run_manager = self.app.screen, self.app.run_manager
        tracked = run_manager.tracked if run_manager is not None else None
        if not isinstance(screen, BidsScreen) or tracked is None:
            return []
        lines = enumerate(self.table("#bid-table").rows)
        mine = ((at, line) for at, line in lines if line.row.id.deployment == tracked.run.id)
        return [(at, line) for at, line in mine if screen.why_not_take(tracked, line, True) is None]

    async def take(self) -> None:
        """Lease the bid under the cursor."""
        await self.pilot.press("a")
        await self.agree()
        await self.until(lambda: isinstance(self.app.screen, LeaseScreen) and self.app.busy is None)

    async def runs(self) -> None:
        """Until what is open runs and says where."""
        id = self.shown
        await self.until(lambda: self.stage(id) is Stage.RUNNING)
        await self.until(lambda: "http://" in self.text("#facts"))


@asynccontextmanager
async def playing(program: FastProgram, scenario: str = "calm") -> AsyncIterator[Player]:
    """The app with its first screen; at the end nothing may have broken."""
    app = AkashApp(program, demo=(scenario, 7))
    async with app.run_test(size=(100, 30)) as pilot:
        player = Player(app, pilot)
        await player.open()
        yield player
        assert not (program.home / "crashes").exists()
