"""The real app with its real bids screen, over a market that lives in this process: no chain, no disk."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from textual import events
from textual.driver import Driver

from akash_tui import ui
from akash_tui.domain.budget import Budget
from akash_tui.domain.market import DeploymentId
from akash_tui.domain.money import BlockTime
from akash_tui.services.run import DeploymentRun, Stage
from akash_tui.services.settings import Settings
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids import BidsScreen
from akash_tui.ui.following import Trip
from akash_tui.ui.live_table import LiveTable
from tests.bench.load import DSEQ, OWNER, Market


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class _App(AkashApp):
    """Starts on the bids screen, with one deployment that is collecting."""

    CSS_PATH = Path(ui.__file__).with_name("app.tcss")

    MODES: ClassVar[dict[str, Any]] = {"bids": BidsScreen}
    DEFAULT_MODE = "bids"

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # there is no network to open


@asynccontextmanager
async def running_bids_screen(
    market: Market, driver: type[Driver], size: tuple[int, int]
) -> AsyncIterator[tuple[AkashApp, Callable[[Callable[[], None]], None]]]:
    """The running app, and a function that sets what is called whenever the cursor is told to move."""
    run = DeploymentRun(
        id=DeploymentId(OWNER, DSEQ),
        chain_id="bench",
        name="bench",
        sdl="",
        manifest=b"",
        version=b"",
        groups={},
        clock=_Clock(),  # type: ignore[arg-type]
        stage=Stage.COLLECTING,
        book=market.book,
        block_time=BlockTime(Decimal("6.04"), True, 100),
        funds=Decimal(5_000_000),
        created_at=datetime.now(UTC),
        live=True,
    )
    settings = Settings()
    home = Path(tempfile.gettempdir())  # only for the report of a crash
    app = _App(SimpleNamespace(home=home, settings=settings, aclose=_nothing))  # type: ignore[arg-type]
    app.driver_class = driver
    app.following = SimpleNamespace(trip=Trip(run, Budget(per_hour=Decimal(2))), params=None, aclose=_nothing)  # type: ignore[assignment]
    async with app.run_test(headless=False, size=size) as pilot:
        await pilot.pause()
        table: LiveTable[Any] = app.screen.query_one("#bid-table", LiveTable)
        move = table.action_move

        def on_move(told: Callable[[], None]) -> None:
            def moved(step: int) -> None:
                told()
                move(step)

            table.action_move = moved  # type: ignore[method-assign]

        yield app, on_move


async def _nothing() -> None:
    """Nothing is open."""
