"""Saved bids on the bids screen: no network, no wallet, nothing that could spend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events

from akash_tui.domain.akash.entities import Bid, DeploymentId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.sorting import SortKey
from akash_tui.domain.filtering.filter import Filter
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.ports import Clock
from akash_tui.ui.actions import BY_ID
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.session.run_manager import TrackedRun, read_budget

if TYPE_CHECKING:
    from akash_tui.services.core.program import AppProgram

_HERE = ("app.bids", "app.theme", "app.problems", "app.help", "app.palette", "app.back", "app.quit")


class IdleRunManager:
    """In place of the app's runs: the one saved run, which nothing moves."""

    params = None

    def __init__(self, tracked: TrackedRun) -> None:
        self.tracked = tracked

    def save_budget(self, tracked: TrackedRun) -> None:
        """A saved answer has no deployment to remember a budget for: it counts while the screen is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def saved_run(bids: Sequence[Bid], clock: Clock) -> DeploymentRun:
    """The saved bids as a run that was, at the height of the newest one; mainnet's usual block time is assumed."""
    first = min((bid.id.deployment for bid in bids), default=DeploymentId("", 0))
    book = BidBook()
    book.set_money(ASSUMED_BLOCK_TIME, None)
    book.apply(bids, height=max((bid.created_at for bid in bids), default=0), now=clock.now())
    return DeploymentRun(
        first, "", "", "", b"", b"", {}, clock, stage=Stage.CLOSED, book=book, block_time=ASSUMED_BLOCK_TIME
    )


class SavedBidsApp(AkashApp):
    """Opens on the bids screen and has no other place."""

    MODES: ClassVar[dict[str, Any]] = {"bids": BidsScreen}
    DEFAULT_MODE = "bids"

    def __init__(
        self,
        program: AppProgram,
        bids: Sequence[Bid],
        source: str,
        clock: Clock,
        wanted: Filter,
        keys: tuple[SortKey, ...],
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(program, readonly=True, ascii_only=ascii_only)
        budget = read_budget(program.settings.budget_h or "")
        self._wanted = wanted
        self._keys = keys
        self.run_manager = IdleRunManager(TrackedRun(saved_run(bids, clock), budget, saved=source))  # type: ignore[assignment]

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        """Like the app, but no network is opened."""
        event.prevent_default()
        bid_list = next(screen for screen in self.screen_stack if isinstance(screen, BidsScreen)).bid_list
        bid_list.filter = self._wanted
        bid_list.order_by(*self._keys)

    def why_not(self, action_id: str) -> str | None:
        if action_id in _HERE:
            return None
        return f"This is a saved answer: no {BY_ID[action_id].title.lower()} here. akash-tui alone opens the app."

    def do_quit(self) -> None:
        """Nothing goes on, so nothing needs to be asked."""
        self.exit(0)
