"""The app: four places (Deploy, Bids, Leases, Market), its themes, and the actions that every screen has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from akash_tui.services.errors import AkashError
from akash_tui.ui.base.base_screen import TABS, BaseScreen, typing_place
from akash_tui.ui.base.command_palette import ActionCommands, OneCommandPalette
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.glossary_screen import GlossaryScreen, glossary
from akash_tui.ui.base.help_screen import HelpScreen
from akash_tui.ui.base.problem_screen import ProblemScreen
from akash_tui.ui.base.quit_dialog import QuitDialog, save_screenshot
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.session.session_app import SessionApp
from akash_tui.ui.widgets.ascii_filter import AsciiFilter
from akash_tui.ui.widgets.textual_private import add_line_filter
from akash_tui.ui.widgets.themes import DEFAULT, THEMES

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.domain.glossary import GlossaryEntry
    from akash_tui.services.core.program import AppProgram
    from akash_tui.ui.session.run_manager import TrackedRun


WELCOME = "welcome"


def _screen(place: str) -> Screen[None]:
    """A place's screen, imported when it opens: the first one must not wait for all of them."""
    match place:
        case "deploy":
            from akash_tui.ui.deploy.screen import DeployScreen

            return DeployScreen()
        case "bids":
            from akash_tui.ui.bids.screen import BidsScreen

            return BidsScreen()
        case "leases":
            from akash_tui.ui.leases.list_screen import LeasesScreen

            return LeasesScreen()
        case "market":
            from akash_tui.ui.market.screen import MarketScreen

            return MarketScreen()
    from akash_tui.ui.welcome.screen import WelcomeScreen

    return WelcomeScreen()


class AkashApp(SessionApp):
    """Needs an `AppProgram`. A network named, the last one, or the demo opens at once; else the welcome screen asks."""

    TITLE = "akash-tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    NOTIFICATION_TIMEOUT = 5.0
    MODES: ClassVar[dict[str, Any]] = {WELCOME: partial(_screen, WELCOME)}
    DEFAULT_MODE = WELCOME
    PLACES: ClassVar[dict[str, Callable[[], Screen[None]]]] = {name: partial(_screen, name) for name in TABS}
    COMMANDS: ClassVar[set[Any]] = {ActionCommands}

    def __init__(
        self,
        program: AppProgram,
        network: Network | str | None = None,
        wallet: str | None = None,
        *,
        readonly: bool = False,
        ascii_only: bool = False,
        demo: tuple[str, int] | None = None,
    ) -> None:
        super().__init__(program, readonly=readonly, demo=demo)
        self.start_network = network
        self.start_wallet = wallet
        for theme in THEMES:
            self.register_theme(theme)
        settings = program.settings
        self.theme = next((t.name for t in THEMES if t.name == f"akash-{settings.theme}"), DEFAULT)
        if ascii_only or settings.ascii:
            add_line_filter(self, AsciiFilter())

    def on_mount(self) -> None:
        from akash_tui.ui.session.open_session import open_first

        self.run_worker(open_first(self, self.start_network, self.start_wallet), group="open", exit_on_error=False)

    @property
    def front_screen(self) -> BaseScreen | None:
        """The screen in front, if it is one of ours with the three lines."""
        return self.screen if isinstance(self.screen, BaseScreen) else None

    # -- actions that every screen has ---------------------------------------------------

    def manifest_refused(self, tracked: TrackedRun, error: AkashError) -> None:
        """Ask what to do."""
        from akash_tui.ui.leases.manifest_failure import ask_what_now

        self.background(ask_what_now(self, tracked, error), f"trouble {tracked.run.id.dseq}")

    def do_deploy(self) -> None:
        self.go("deploy")

    def do_bids(self) -> None:
        self.go("bids")

    def do_leases(self) -> None:
        """The list, whatever is open above it; only an SDL that is being changed stays in front."""
        self.go("leases")
        while len(self.screen_stack) > 1 and getattr(self.screen, "where", "update") != "update":
            self.pop_screen()

    def do_market(self) -> None:
        self.go("market")

    def do_network(self) -> None:
        reason = self.why_busy()
        if reason is not None:
            self.status.say(reason, "warn")
            return
        if self.current_mode != WELCOME:
            self.mode_before = self.current_mode
        self.go(WELCOME)

    def do_copy_address(self) -> None:
        assert self.session is not None
        assert self.session.wallet is not None
        copy_one_of(self, [("address", self.session.wallet.address)])

    def do_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]
        self.status.say(f"Theme: {self.theme.removeprefix('akash-')}.")
        self.remember(theme=self.theme.removeprefix("akash-"))

    def do_problems(self) -> None:
        self.push_screen(ProblemScreen())

    def action_open_help(self) -> None:
        """`?` in a dialog."""
        self.do_help()

    def do_help(self) -> None:
        where = getattr(self.screen, "where", "")
        if where:
            self.push_screen(HelpScreen(where, self._glossary(), typing_place(self.screen.focused)))

    def do_glossary(self) -> None:
        if self._glossary():
            self.push_screen(GlossaryScreen())

    def _glossary(self) -> tuple[GlossaryEntry, ...]:
        try:
            return glossary()
        except AkashError as error:
            self.report_error("reading the glossary", error)
            return ()

    def action_command_palette(self) -> None:
        """`ctrl+p`: open the palette; it has the actions of a screen, so none while a dialog is open."""
        if self.front_screen is not None:
            self.push_screen(OneCommandPalette(id="--command-palette"))
        elif isinstance(self.screen, DialogBox):
            self.screen.set_hint("esc first closes this", "warn")

    def do_palette(self) -> None:
        self.action_command_palette()

    def do_back(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def do_quit(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()
            return
        self.background(self._ask_to_quit(), "quit")

    async def action_quit(self) -> None:
        """`ctrl+q`: the same question; a second time, while it is asked, is a yes."""
        if isinstance(self.screen, QuitDialog):
            self.exit(0)
        else:
            self.background(self._ask_to_quit(), "quit")

    def action_help_quit(self) -> None:
        """`ctrl+c`."""
        self.background(self.action_quit(), "ctrl-c")

    async def _ask_to_quit(self) -> None:
        if await self.push_screen_wait(QuitDialog(self)) == "quit":
            self.exit(0)

    def do_screenshot(self) -> None:
        save_screenshot(self)
