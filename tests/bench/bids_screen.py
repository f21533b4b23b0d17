"""The real app with its real bids screen, over a market that lives in this process: no chain, no disk."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from textual import events

from akash_tui import ui
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.bids.budget import Budget
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.storage.settings import Settings
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.live_table import LiveTable
from tests.bench.load import DSEQ, OWNER, Market


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class _App(AkashApp):
    """Starts on the bids screen, with one deployment that is collecting."""

    CSS_PATH = str(Path(ui.__file__).with_name("app.tcss"))

    MODES: ClassVar[dict[str, Any]] = {"bids": BidsScreen}
    DEFAULT_MODE = "bids"

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # there is no network to open


def run_of(market: Market) -> DeploymentRun:
    """A deployment that is collecting the bids of `market`."""
    return DeploymentRun(
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
        asked_at=datetime.now(UTC),
        live=True,
    )


def bids_app(market: Market) -> AkashApp:
    """The app, not yet running, on the bids of `market`."""
    run = run_of(market)
    settings = Settings()
    home = Path(tempfile.gettempdir())  # only for the report of a crash
    app = _App(SimpleNamespace(home=home, settings=settings, aclose=_nothing))  # type: ignore[arg-type]
    tracked = TrackedRun(run, Budget(per_hour=Decimal(2)))
    app.run_manager = SimpleNamespace(tracked=tracked, params=None, aclose=_nothing)  # type: ignore[assignment]
    return app


def table_of(app: AkashApp) -> LiveTable[BidLine]:
    """The running app's table of bids."""
    table: LiveTable[BidLine] = app.screen.query_one("#bid-table", LiveTable)
    return table


async def _nothing() -> None:
    """Nothing is open."""
