"""Saved bids on the bids screen: no network, no wallet, nothing that could spend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.domain.filtering.filter import Filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.ports import Clock
from akash_tui.ui.actions.registry import BY_ID
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.session.run_manager import TrackedRun, read_budget

if TYPE_CHECKING:
    from akash_tui.services.core.program import AppProgram

_HERE = (
    *("app.bids", "app.theme", "app.problems", "app.help", "app.palette", "app.back", "app.quit", "app.quit-now"),
    *("app.suspend", "app.all-themes"),
)


class IdleRunManager:
    """In place of the app's runs: the one saved run, which nothing moves."""

    params = None

    def __init__(self, tracked: TrackedRun) -> None:
        self.tracked = tracked

    def save_budget(self, tracked: TrackedRun) -> None:
        """A saved answer has no deployment to remember a budget for: it counts while the screen is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def saved_run(saved: SavedBids, clock: Clock) -> DeploymentRun:
    """The saved bids as a run that was, at the height of the newest one."""
    book = saved.book(clock.now())
    first = next(iter(book.deployments), DeploymentId("", 0))
    return DeploymentRun(
        first, "", "", "", b"", b"", {}, clock, stage=Stage.CLOSED, book=book, block_time=saved.block_time
    )


class SavedBidsApp(AkashApp):
    """Opens on the bids screen and has no other place."""

    MODES: ClassVar[dict[str, Any]] = {"bids": BidsScreen}
    DEFAULT_MODE = "bids"

    def __init__(
        self,
        program: AppProgram,
        saved: SavedBids,
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
        self._more = saved.more
        self.run_manager = IdleRunManager(TrackedRun(saved_run(saved, clock), budget, saved=source))  # type: ignore[assignment]

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        """Like the app, but no network is opened."""
        event.prevent_default()
        bid_list = next(screen for screen in self.screen_stack if isinstance(screen, BidsScreen)).bid_list
        bid_list.filter = self._wanted
        bid_list.order_by(*self._keys)
        if self._more:
            self.status.say("This is one page of several: there are more bids than these.", "warn", 30)

    def why_not(self, action_id: str) -> str | None:
        if action_id in _HERE:
            return None
        return f"This is a saved answer: no {BY_ID[action_id].title.lower()} here. akash-tui alone opens the app."

    def do_quit(self) -> None:
        """Nothing goes on, so nothing needs to be asked."""
        self.exit(0)
