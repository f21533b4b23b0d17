"""The app: one session at a time, four places (Deploy, Bids, Leases, Market), and the guard around all that acts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.screen import Screen

from akash_tui.domain.market import BidId, DeploymentId
from akash_tui.services.ports import AkashError
from akash_tui.ui import crash
from akash_tui.ui.actions import BY_ID
from akash_tui.ui.ascii import AsciiFilter
from akash_tui.ui.dialogs import Ask, told
from akash_tui.ui.problems import Problems
from akash_tui.ui.themes import DEFAULT, THEMES
from akash_tui.ui.vitals import Vitals
from akash_tui.ui.voice import Voice

if TYPE_CHECKING:
    from akash_tui.domain.alert import Alert
    from akash_tui.services.alerts import Alerts
    from akash_tui.services.entry import Entry
    from akash_tui.services.market import Market
    from akash_tui.services.session import Session
    from akash_tui.ui.drafts import Wishes
    from akash_tui.ui.following import Following, Trip
    from akash_tui.ui.shell import Shell


WELCOME = "welcome"
ALERT_SECONDS = 30.0
MEASURE_SECONDS = 5.0
"""A young chain has too few blocks to measure their time by: asked again so often until it can be."""


class AkashApp(App[int]):
    """Needs an `Entry`. A network named, the last one, or the demo opens at once; else the welcome screen asks."""

    TITLE = "akash-tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    NOTIFICATION_TIMEOUT = 5.0

    @staticmethod
    def _palette() -> type[Any]:
        from akash_tui.ui.palette import Actions

        return Actions

    @staticmethod
    def _welcome() -> Screen[None]:
        from akash_tui.ui.welcome import Welcome

        return Welcome()

    MODES: ClassVar[dict[str, Any]] = {WELCOME: _welcome}
    DEFAULT_MODE = WELCOME
    COMMANDS: ClassVar[set[Any]] = {_palette}

    def __init__(
        self,
        entry: Entry,
        network: str | None = None,
        wallet: str | None = None,
        *,
        readonly: bool = False,
        ascii_only: bool = False,
        demo: tuple[str, int] | None = None,
    ) -> None:
        super().__init__()
        self.entry = entry
        self.demo = demo
        self.start_network = network
        self.start_wallet = wallet
        self.readonly = readonly
        self.voice = Voice()
        self.problems = Problems()
        self.session: Session | None = None
        self.vitals: Vitals | None = None
        self.following: Following | None = None
        self._market: Market | None = None
        self.busy: str | None = None
        """What money is being moved for; one thing at a time."""
        for look in THEMES:
            self.register_theme(look)
        settings = entry.settings
        self.theme = next((t.name for t in THEMES if t.name == f"akash-{settings.theme}"), DEFAULT)
        if ascii_only or settings.ascii:
            self._filters.append(AsciiFilter())

    # -- start and end -------------------------------------------------------------

    def on_mount(self) -> None:
        from akash_tui.ui.opening import open_first

        self.run_worker(open_first(self), group="open", exit_on_error=False)

    async def enter(self, session: Session, readonly: bool) -> None:
        """Make a session the app's own, with fresh screens; the one before is closed."""
        from akash_tui.ui.bids import BidsScreen
        from akash_tui.ui.deploy import DeployScreen
        from akash_tui.ui.following import Following
        from akash_tui.ui.leases import LeasesScreen
        from akash_tui.ui.market import MarketScreen

        await self.leave()
        self.session = session
        self.readonly = readonly
        self.vitals = Vitals(session, self.problems.add)
        self.following = Following(self, session)
        self.run_worker(self._vitals(self.vitals), group="vitals", exclusive=True, exit_on_error=False)
        self.run_worker(self.read_params(), group="params", exclusive=True, exit_on_error=False)
        screens = (
            ("deploy", DeployScreen),
            ("bids", BidsScreen),
            ("leases", LeasesScreen),
            ("market", MarketScreen),
        )
        for mode, screen in screens:
            if mode in self._modes:
                await self.remove_mode(mode)
            self.add_mode(mode, screen)
        await self.switch_mode("leases" if readonly else "deploy")
        self.run_worker(self._look_back(), group="resume", exclusive=True, exit_on_error=False)

    async def _vitals(self, vitals: Vitals) -> None:
        async with self.guard("reading the chain", loud=False):
            await vitals.run()

    async def read_params(self) -> None:
        """What the chain asks of deployments; a failure is told quietly, `r` reads again."""
        following = self.following
        if following is not None:
            async with self.guard("reading the chain's parameters", loud=False):
                await following.read()
                while following is self.following and not await following.measured():  # noqa: ASYNC110
                    await asyncio.sleep(MEASURE_SECONDS)

    async def _look_back(self) -> None:
        """What was under way when the program last stopped: settled quietly, told in one line."""
        from akash_tui.services.resume import Next, resume

        assert self.session is not None
        if self.session.wallet is None:
            return
        async with self.guard("looking at what was under way", loud=False):
            report = await resume(self.session)
            open_ones = [p for p in report.pending if p.next in (Next.WAIT, Next.CHOOSE, Next.DELIVER)]
            if open_ones:
                first = open_ones[0]
                more = f" (and {len(open_ones) - 1} more)" if len(open_ones) > 1 else ""
                self.voice.say(
                    f"{first.name or first.id.dseq}: {first.says}{more} Press 3 for your deployments.", "warn", 30
                )

    async def leave(self) -> None:
        """Close the session that is open, if any; what was signed is in its journal."""
        if self.current_mode != WELCOME:
            await self.switch_mode(WELCOME)
        if self.following is not None:
            await self.following.aclose()
        await self._close_market()
        self.workers.cancel_group(self, "vitals")
        session, self.session, self.vitals, self.following = self.session, None, None, None
        if session is not None:
            await session.aclose()

    @property
    def market(self) -> Market:
        """The market of the session that is open, made when it is first looked at."""
        from akash_tui.services.market import Market

        assert self.session is not None
        if self._market is None:
            self._market = Market(self.session, self.entry.home)
        return self._market

    async def _close_market(self) -> None:
        market, self._market = self._market, None
        if market is not None:
            await market.aclose()

    async def on_unmount(self) -> None:
        await self._close_market()
        if self.following is not None:
            await self.following.aclose()
        if self.session is not None:
            await self.session.aclose()

    # -- the guard -------------------------------------------------------------------

    @asynccontextmanager
    async def guard(self, doing: str, *, loud: bool = True) -> AsyncIterator[None]:
        """The one place where errors end: told with advice, logged, never fatal, never silent."""
        try:
            yield
        except AkashError as error:
            self.trouble(doing, error, loud=loud)
        except Exception as error:
            report = crash.write(self.entry.home, error)
            self.trouble(
                doing,
                AkashError(
                    f"Something broke while {doing}.",
                    f"Leases keep running. The report, without secrets: {report}",
                    detail=type(error).__name__,
                ),
                loud=loud,
            )

    def trouble(self, doing: str, error: AkashError, *, loud: bool = True) -> None:
        """Log an error; a loud one is a dialog, a quiet one a line."""
        self.problems.add(doing, error)
        if loud and self.is_running:
            self.push_screen(Ask("That did not work", told(error)))
        elif not self.voice.answered:  # what was said last is about something that the person did
            self.voice.say(f"{error.title} (! tells more)", "bad", 20)

    # -- alerts ------------------------------------------------------------------------

    @cached_property
    def alerts(self) -> Alerts:
        """Bell, notification and hook, as the settings want them."""
        from akash_tui.services.alerts import Alerts

        return Alerts(self.entry.settings.alerts, self.entry.notifier, bell=self.bell, terminal=self._to_terminal)

    def _to_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)

    def alert(self, alert: Alert) -> None:
        """Say it here, log it, and tell it outside as the user wants; never in the way of anything."""
        self.voice.say(f"{alert.title}: {alert.says}", "bad" if alert.urgent else "warn", ALERT_SECONDS)
        self.problems.add("watching", AkashError(f"{alert.title}: {alert.says}"))
        self.run_worker(self._tell(alert), group="alerts", exit_on_error=False)

    async def _tell(self, alert: Alert) -> None:
        async with self.guard("telling an alert", loud=False):
            for fault in await self.alerts.tell(alert):
                self.problems.add("telling an alert", fault)

    def _fatal_error(self) -> None:
        """Leave with a report instead of a traceback on the terminal: locals may hold secrets."""
        report = crash.write(self.entry.home, self._exception)
        self.bell()
        self._return_code = 1
        self._exit_renderables.append(
            f"akash-tui broke and had to stop. Leases keep running; nothing is lost.\nReport, without secrets: {report}"
        )
        self._close_messages_no_wait()

    # -- money -------------------------------------------------------------------------

    def money(self, doing: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run one thing that may spend, on the app and never exclusive; a second one is refused while it lasts."""
        if self.busy is not None:
            self.voice.say(f"Wait: {self.busy}.", "warn")
            return
        self.busy = doing

        async def guarded() -> None:
            try:
                async with self.guard(doing):
                    await work()
            finally:
                self.busy = None
                self.voice.stop("money")
                if self.vitals is not None:
                    self.vitals.nudge()

        self.run_worker(guarded(), group="money", exclusive=False, exit_on_error=False)

    def deploy(self, sdl: str, name: str, file: str, wish: Wishes) -> None:
        from akash_tui.ui.spending import create

        self.money("creating a deployment", lambda: create(self, sdl, name, file, wish))

    def accept(self, trip: Trip, choice: dict[int, BidId]) -> None:
        from akash_tui.ui.spending import accept

        self.money("accepting a bid", lambda: accept(self, trip, choice))

    def close_deployment(self, id: DeploymentId, after: Callable[[], None] | None = None) -> None:
        from akash_tui.ui.spending import close

        self.money("closing a deployment", lambda: close(self, id, after))

    def show_bids(self, id: DeploymentId) -> None:
        """The bids of a deployment that waits for a choice."""
        self.run_worker(self._show_bids(id), group="attach", exclusive=True, exit_on_error=False)

    async def _show_bids(self, id: DeploymentId) -> None:
        if self.following is None:
            return
        async with self.guard("reading a deployment"):
            trip = await self.following.open(id)
            self.following.current = id
            self.following.collect(trip)
            if len(self.screen_stack) > 1:
                self.pop_screen()
            self._go("bids")

    def started(self, trip: Trip) -> None:
        """A workload runs."""
        name = trip.run.name or str(trip.run.id.dseq)
        self.voice.say(f"✓ {name} is running.", "good", 20)

    def started_badly(self, trip: Trip, error: AkashError) -> None:
        """The lease is there and costs, the workload is not: say so, and what can be done."""
        name = trip.run.name or str(trip.run.id.dseq)
        self.voice.say(f"{name}: {error.title} The lease goes on costing; x closes it.", "bad", 60)

    # -- actions that every screen has ---------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        """Why an action of the app cannot be used now."""
        if action_id in ("app.deploy", "app.bids", "app.leases", "app.market") and self.session is None:
            return "Choose a network first."
        if action_id == "app.deploy" and self.readonly:
            return "This is read-only: nothing can be deployed. N changes that."
        return None

    @property
    def shell(self) -> Shell | None:
        """The screen in front, if it is one of ours with the three lines."""
        from akash_tui.ui.shell import Shell

        return self.screen if isinstance(self.screen, Shell) else None

    def _go(self, mode: str) -> None:
        if self.current_mode != mode:
            self.switch_mode(mode)

    def do_deploy(self) -> None:
        self._go("deploy")

    def do_bids(self) -> None:
        self._go("bids")

    def do_leases(self) -> None:
        self._go("leases")

    def do_market(self) -> None:
        self._go("market")

    def do_network(self) -> None:
        if self.busy is not None:
            self.voice.say(f"Wait: {self.busy}.", "warn")
            return
        self._go(WELCOME)

    def do_reload(self) -> None:
        if self.vitals is not None:
            self.vitals.nudge()
        self.run_worker(self.read_params(), group="params", exclusive=True, exit_on_error=False)

    def do_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]
        self.voice.say(f"Look: {self.theme.removeprefix('akash-')}.")
        self.remember(theme=self.theme.removeprefix("akash-"))

    def remember(self, **chosen: object) -> None:
        """Keep a setting; a home that cannot be written is told, not fatal."""
        try:
            self.entry.save_settings(self.entry.settings.model_copy(update=chosen))
        except (AkashError, OSError) as error:
            title = error.title if isinstance(error, AkashError) else "The settings could not be saved."
            self.trouble("saving settings", AkashError(title, "Check that the home folder can be written."), loud=False)

    def do_problems(self) -> None:
        from akash_tui.ui.problem_screen import ProblemScreen

        self.push_screen(ProblemScreen())

    def do_help(self) -> None:
        from akash_tui.ui.help import HelpScreen

        shell = self.shell
        self.push_screen(HelpScreen(shell.where if shell is not None else ""))

    def do_palette(self) -> None:
        self.action_command_palette()

    def do_back(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def do_quit(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()
            return
        self.run_worker(self._ask_to_quit(), group="quit", exclusive=True, exit_on_error=False)

    async def action_quit(self) -> None:
        """`ctrl+q`: the same question; a second time, while it is asked, is a yes."""
        from akash_tui.ui.leaving import QuitQuestion

        if isinstance(self.screen, QuitQuestion):
            self.exit(0)
        else:
            self.run_worker(self._ask_to_quit(), group="quit", exclusive=True, exit_on_error=False)

    def action_help_quit(self) -> None:
        """`ctrl+c`."""
        self.run_worker(self.action_quit(), group="ctrl-c", exclusive=True, exit_on_error=False)

    async def _ask_to_quit(self) -> None:
        from akash_tui.ui.leaving import QuitQuestion

        if await self.push_screen_wait(QuitQuestion(self)) == "quit":
            self.exit(0)

    def do_screenshot(self) -> None:
        from akash_tui.ui.leaving import keep_picture

        keep_picture(self)

    def title_of(self, action_id: str) -> str:
        return BY_ID[action_id].title
