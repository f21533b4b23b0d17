"""The open session as the screens use it: its runs, its market, and the one place from which money is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.screen import ModalScreen, Screen

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import UACT
from akash_tui.services.core.run_state import Stage
from akash_tui.services.ports import AkashError, Locked, NotSignedIn
from akash_tui.services.spending.bounds import allow
from akash_tui.services.spending.limits import first_spend_notice, limits_text, token_of
from akash_tui.services.spending.payers import BALANCE, BOTH
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.shortage import missing_act
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.payer_choice import with_choice
from akash_tui.ui.session.error_handling import ErrorHandlingApp
from akash_tui.ui.session.gc_pauses import settle
from akash_tui.ui.session.header_data import HeaderData
from akash_tui.ui.widgets.textual_private import styled_once

if TYPE_CHECKING:
    from akash_tui.services.core.program import AppProgram
    from akash_tui.services.core.session import Session
    from akash_tui.services.market.market_data import Market
    from akash_tui.services.market.price_watch import PriceWatch
    from akash_tui.services.market.who_could_bid import WhoCouldBid
    from akash_tui.services.ports.grants import Payers
    from akash_tui.ui.dialogs.quote_sheets import QuoteSheet
    from akash_tui.ui.session.background_monitor import BackgroundMonitor
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.edited_sdl import EditedSdl
    from akash_tui.ui.session.idle_lock import IdleLock
    from akash_tui.ui.session.run_manager import RunManager, TrackedRun

MEASURE_SECONDS = 5.0
"""A young chain has too few blocks to measure their time by: asked again so often until it can be."""


Q = TypeVar("Q")
CHECK_SECONDS = 5.0
"""How often it is asked whether somebody was there."""
SIGNING_STAGES = (Stage.LEASING, Stage.DELIVERING, Stage.STARTING)
"""Stages of a run in which it signs tokens for its provider, or is about to."""
READ_ONLY = "This is read-only: nothing can be deployed or signed. N changes that."


class SessionApp(ErrorHandlingApp):
    """One session at a time, and one thing at a time that moves money."""

    PLACES: ClassVar[dict[str, Callable[[], Screen[None]]]] = {}
    """The screens that a session opens, fresh for each, by mode."""

    def __init__(self, program: AppProgram, *, readonly: bool = False, demo: tuple[str, int] | None = None) -> None:
        super().__init__(program)
        self.readonly = readonly
        self.demo = demo
        """The scenario and seed of a demo; None is real use."""
        self.session: Session | None = None
        self.header_data: HeaderData | None = None
        self.run_manager: RunManager | None = None
        self.monitor: BackgroundMonitor | None = None
        """Watches everything that the wallet has deployed; None without a wallet."""
        self._places_open = False
        """Whether the screens of an earlier session are there."""
        self.mode_before = ""
        """The place from which another network or wallet was asked for: esc goes back there."""
        self._market: Market | None = None
        self._who: WhoCouldBid | None = None
        self.draft: Draft | None = None
        """The SDL on the deploy screen."""
        self.unsaved = ""
        """What is changed in the editor and not saved, and whether its draft is; for the question whether to quit."""
        self.watching: PriceWatch | None = None
        """The price alert that is set on the market."""
        self.idle_lock: IdleLock | None = None
        """Forgets the key of the open session while nobody is there."""
        self.any_key: Callable[[], bool] = lambda: False
        """Asked before each key and mouse button: True if it stopped something and is to do nothing else."""
        self.busy: str | None = None
        """What money is being moved for now; only one thing at a time."""

    @property
    def runs(self) -> RunManager:
        """The runs of the session that is open. Raises `NotSignedIn` if none is."""
        if self.run_manager is None:
            raise NotSignedIn("No network is open.", "Press N to choose one.")
        return self.run_manager

    def on_mount(self) -> None:
        self.set_interval(CHECK_SECONDS, self._check_idle)

    # -- the session -----------------------------------------------------------------

    async def enter(self, session: Session, readonly: bool) -> None:
        """Use this session from now on, with fresh screens; the one before is closed."""
        from akash_tui.ui.session.background_monitor import BackgroundMonitor
        from akash_tui.ui.session.run_manager import RunManager

        await self.leave()
        self.session = session
        self.readonly = readonly
        self.header_data = HeaderData(session, self.problems.add)
        self.run_manager = RunManager(self, session, self.manifest_refused)
        self.background(self._quietly("reading the chain", self.header_data.run), "header_data")
        self.background(self.read_params(), "params")
        if session.wallet is not None:
            refresh, forget = self.header_data.refresh_now, self.run_manager.forget
            self.monitor = BackgroundMonitor(self, session, refresh, forget)
            self.background(self._quietly("watching your deployments", self.monitor.run), "monitor")
        for mode, screen in self.PLACES.items():
            if self._places_open:
                await self.remove_mode(mode)
            self.add_mode(mode, partial(styled_once, self, screen))
        self._places_open = True
        self.mode_before = "leases" if readonly else "deploy"
        await self.switch_mode(self.mode_before)
        if not self.is_headless:  # in a test the process is not the app's own
            self.call_after_refresh(settle)

    async def _quietly(self, doing: str, work: Callable[[], Awaitable[None]]) -> None:
        async with self.guard(doing, loud=False):
            await work()

    async def read_params(self) -> None:
        """Read the chain's parameters and block time; a failure is a status line, and `r` reads again."""
        run_manager = self.run_manager
        if run_manager is not None:
            async with self.guard("reading the chain's parameters", loud=False):
                await run_manager.read()
                while run_manager is self.run_manager and not await run_manager.measured():  # noqa: ASYNC110
                    await asyncio.sleep(MEASURE_SECONDS)

    async def leave(self) -> None:
        """Close the session that is open, if any; what was signed is in its journal."""
        if self.current_mode != self.DEFAULT_MODE:
            await self.switch_mode(self.DEFAULT_MODE)
        if self.run_manager is not None:
            await self.run_manager.aclose()
        await self._close_market()
        self.workers.cancel_group(self, "header_data")
        self.workers.cancel_group(self, "monitor")
        self.workers.cancel_group(self, "market-watch")
        self.workers.cancel_group(self, "exchange")
        session, self.session, self.header_data, self.run_manager = self.session, None, None, None
        self.monitor = self.draft = self.watching = self.idle_lock = None
        if session is not None:
            await session.aclose()

    @property
    def market(self) -> Market:
        """The market of the session that is open, made when it is first looked at."""
        from akash_tui.services.market.market_data import Market

        assert self.session is not None
        if self._market is None:
            self._market = Market(self.session, self.program.home)
        return self._market

    @property
    def who_could_bid(self) -> WhoCouldBid:
        """The providers of the session that is open, to be compared with an SDL."""
        from akash_tui.services.market.who_could_bid import WhoCouldBid

        if self._who is None:
            self._who = WhoCouldBid(self.market)
        return self._who

    async def _close_market(self) -> None:
        self._who = None
        market, self._market = self._market, None
        if market is not None:
            await market.aclose()

    async def on_unmount(self) -> None:
        await self._close_market()
        if self.run_manager is not None:
            await self.run_manager.aclose()
        if self.session is not None:
            await self.session.aclose()

    def _refresh_now(self) -> None:
        if self.header_data is not None:
            self.header_data.refresh_now()
        if self.monitor is not None:
            self.monitor.sweep_now()

    def do_reload(self) -> None:
        if self.session is not None:
            self.session.calendar.forget_refusal()
        self._refresh_now()
        self.background(self.read_params(), "params")

    async def on_event(self, event: events.Event) -> None:
        """Every key and mouse button shows that somebody is there; it may stop something, and does only that then."""
        if self.idle_lock is not None and isinstance(event, events.Key | events.MouseDown | events.Paste):
            self.idle_lock.touch()
        if isinstance(event, events.Key | events.MouseDown | events.Paste) and self.any_key():
            event.stop()
            return
        await super().on_event(event)

    def _check_idle(self) -> None:
        if self.idle_lock is not None:
            if self.away:  # keys go to a shell in a service, or to another program
                self.idle_lock.touch()
            self.idle_lock.check()

    def do_lock(self) -> None:
        if self.idle_lock is not None:
            self.idle_lock.lock()

    def do_unlock(self) -> None:
        if self.idle_lock is not None:
            self.background(self._unlock(self.idle_lock), "unlock")

    async def _unlock(self, lock: IdleLock) -> None:
        async with self.guard("unlocking the wallet"):
            with suppress(Locked):  # the person gave up: the status line still says that it is locked
                await lock.unlock()

    # -- money -------------------------------------------------------------------------

    def money(self, doing: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run one thing that may spend as a worker of the app; a second one is refused until it has ended."""
        reason = self.why_busy()
        if reason is not None:
            self.status.say(reason, "warn")
            return
        self.busy = doing

        async def guarded() -> None:
            try:
                async with self.guard(doing):
                    await work()
            finally:
                self.busy = None
                self.status.stop("money")
                self._refresh_now()

        self.run_worker(guarded(), group="money", exclusive=False, exit_on_error=False)

    async def confirmed(
        self,
        title: str,
        prepare: Callable[[], Awaitable[Q]],
        sheet: Callable[[Q], QuoteSheet],
        doing: str,
        refused: str,
        overtaken: Callable[[Q], str] | None = None,
        *,
        offers_mint: bool = True,
    ) -> Q | None:
        """The quote that the person confirmed in its dialog (`ConfirmSpend`); None, and `refused` is said, if none.

        Where ACT is missing, minting it is offered; the dialog then comes again, with a new quote. `offers_mint` False:
        it is not.
        """

        def limited(quote: Q) -> QuoteSheet:
            return self.with_limits(sheet(quote), quote)

        session = self.session
        before: Payers | None = None
        while True:
            dialog = ConfirmSpend(title, prepare, limited, doing, overtaken, self._mint_offer if offers_mint else None)
            quote = await self.push_screen_wait(dialog)
            if dialog.error is not None and before is not None and session is not None:
                session.payers = before  # else every later quote would fail too, and none could ask again
                refused = f"{refused} The payer is not changed."
            before = None
            if dialog.payer_asked:
                before = None if session is None else session.payers
                await self._choose_payer(dialog)
                continue
            missing = missing_act(dialog.error) if dialog.remedy_taken else None
            if missing is None:
                break
            if not await self.mint_missing(missing, title):
                return None  # it says itself what became of it
        if quote is None:
            self.status.say(refused, "muted")
        elif dialog.sheet is not None and dialog.sheet.beyond and self.session is not None:
            allow(self.session, dialog.sheet.beyond)  # each figure was typed
        return quote

    def with_limits(self, sheet: QuoteSheet, quote: object) -> QuoteSheet:
        """The sheet with the limits that hold, and before the first transaction with real money a word about that."""
        session = self.session
        if session is None or session.wallet is None:
            return sheet
        token = token_of(quote.draft.messages) if isinstance(quote, Quote) else UACT
        return replace(sheet, notice=first_spend_notice(session), limits=limits_text(session, token))

    async def _choose_payer(self, dialog: ConfirmSpend[Q]) -> None:
        """Ask who pays; it counts for this session, until it is changed again."""
        session = self.session
        if dialog.sheet is None or session is None:
            return
        chosen = await self.push_screen_wait(ChoiceDialog("Who pays?", dialog.sheet.payers))
        if chosen is not None:
            session.payers = with_choice(session.payers, chosen)

    def _mint_offer(self, error: AkashError) -> str:
        """What a quote offers that fell short of ACT; "" for any other error, and where only grants are to pay."""
        session = self.session
        own = session is None or session.payers.deposit_from in ("", BALANCE, BOTH)
        return "Mint ACT" if own and missing_act(error) is not None else ""

    async def mint_missing(self, missing: int, title: str) -> bool:
        """Mint what an action lacks, this many micro-ACT; True once it is there."""
        return False

    # -- what a screen may ask for -------------------------------------------------------

    def go(self, mode: str) -> None:
        """Show one of the places."""
        if self.current_mode != mode:
            self.switch_mode(mode)

    def show_bids(self, id: DeploymentId) -> None:
        """The bids of a deployment that waits for a choice."""
        self.background(self._show_bids(id), "attach")

    async def _show_bids(self, id: DeploymentId) -> None:
        async with self.guard("reading a deployment"):
            tracked = await self.runs.open(id)
            self.runs.current = id
            self.runs.collect(tracked)
            self.runs.open_other(tracked)
            if len(self.screen_stack) > 1 and not isinstance(self.screen, ModalScreen):
                self.pop_screen()
            await self.show_bids_screen()

    async def show_bids_screen(self) -> None:
        """The bids screen itself, not a lease that was opened from it before."""
        await self.switch_mode("bids")
        while len(self.screen_stack) > 1 and not isinstance(self.screen, ModalScreen):
            await self.pop_screen()

    def manifest_refused(self, tracked: TrackedRun, error: AkashError) -> None:
        """Called when a lease exists and costs but no provider accepted its manifest."""

    def edit_sdl(self, edited: EditedSdl) -> None:
        """Open the editor on an SDL; a draft of it is its text already."""

    def why_not(self, action_id: str) -> str | None:
        """Why an action of the app cannot be used now."""
        if action_id in ("app.deploy", "app.bids", "app.leases", "app.market", "app.wallet") and self.session is None:
            return "Choose a network first."
        if action_id in ("app.journal", "app.memory") and self.session is None:
            return "Choose a network first."
        if action_id == "app.sweep" and self.monitor is None:
            return "No wallet is open. N opens one."
        if action_id == "app.copy-address" and (self.session is None or self.session.wallet is None):
            return "No wallet is open. N opens one."
        if action_id in ("app.lock", "app.unlock"):
            return self._why_not_lock(locked=action_id == "app.lock")
        if action_id == "app.deploy" and self.readonly:
            return READ_ONLY
        return None

    def why_key_needed(self) -> str | None:
        """What needs the wallet's key although nobody presses a key, so that it is not forgotten meanwhile."""
        if self.busy is not None and not isinstance(self.screen, ModalScreen):
            return self.busy
        runs = self.run_manager.tracked_runs.values() if self.run_manager is not None else ()
        if any(tracked.run.stage in SIGNING_STAGES for tracked in runs):
            return "a deployment is being started"
        if self.monitor is not None and any(order.active for order in self.monitor.orders.values()):
            return "automatic top-ups are on"
        if self.monitor is not None and any(state.hours_left is not None for state in self.monitor.limits.values()):
            return "a deployment stops by itself"
        return None

    def _why_not_lock(self, *, locked: bool) -> str | None:
        """Why the wallet cannot be locked (or unlocked) now."""
        if self.idle_lock is None or not self.idle_lock.can_lock:
            from akash_tui.ui.session.idle_lock import PRACTICE_STORE

            wallet = None if self.session is None else self.session.wallet
            if wallet is not None and wallet.store == PRACTICE_STORE:
                return "The practice wallet has no passphrase: it is never locked."
            return "There is no key here that could be locked."
        if self.idle_lock.session.locked is locked:
            return "The wallet is locked already." if locked else "The wallet is not locked."
        return self.why_busy() if locked else None

    def why_read_only(self) -> str | None:
        """Why nothing can be deployed or signed; None if it can."""
        return READ_ONLY if self.readonly else None

    def why_nothing_new(self) -> str | None:
        """Why nothing new can be deployed: the chain itself has refused it as disabled. Closing is never concerned."""
        reason = self.session.calendar.why_nothing_new if self.session is not None else None
        return None if reason is None else f"{reason} r asks the chain again."

    def why_busy(self) -> str | None:
        """Why nothing else that moves money can be started now; None if it can."""
        return f"Wait: {self.busy}." if self.busy is not None else None
