"""The app: five places (Deploy, Bids, Leases, Market, Wallet), its themes, and the actions that every screen has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.filter import Monochrome, NoColor
from textual.screen import Screen

from akash_tui.services.core.terminal import colourless, plain_characters
from akash_tui.services.errors import AkashError
from akash_tui.ui.actions.registry import app_bindings
from akash_tui.ui.base.base_screen import TABS, BaseScreen, typing_place
from akash_tui.ui.base.command_palette import ActionCommands, OneCommandPalette
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.glossary_screen import GlossaryScreen, glossary
from akash_tui.ui.base.help_screen import HelpScreen
from akash_tui.ui.base.problem_screen import ProblemScreen
from akash_tui.ui.base.quit_dialog import QuitDialog, save_screenshot, while_suspended
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.session.practice_speed import read_speed, turn_speed, why_not_faster
from akash_tui.ui.session.session_app import SessionApp
from akash_tui.ui.widgets.line_filters import ColourlessFilter, PlainFilter
from akash_tui.ui.widgets.textual_private import add_line_filter, drop_line_filters
from akash_tui.ui.widgets.themes import DEFAULT, NAMES, OWN, THEMES, theme_named, variable_defaults

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.domain.glossary import GlossaryEntry
    from akash_tui.services.core.program import AppProgram
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.edited_sdl import EditedSdl
    from akash_tui.ui.session.run_manager import TrackedRun


WELCOME = "welcome"
LISTS_OVER = ("sweep", "journal")
"""Lists that open over any place; the key of a place leads to the place itself."""


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
        case "wallet":
            from akash_tui.ui.wallet.screen import WalletScreen

            return WalletScreen()
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
    BINDINGS = app_bindings()

    _asking_to_quit = False

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
        settings = program.settings
        self._use_theme(settings.theme) or self._use_theme(DEFAULT)
        self._fit_terminal(True if ascii_only else settings.ascii)

    def _fit_terminal(self, plain: bool | None) -> None:
        """Draw what this terminal can show. `plain` characters or not, as the person says; None: as it seems to be."""
        encoding = getattr(sys.__stderr__, "encoding", None)  # where Textual writes
        if plain_characters(os.environ, encoding) if plain is None else plain:
            add_line_filter(self, PlainFilter())
        self.no_color = colourless(os.environ)
        drop_line_filters(self, (Monochrome, NoColor))
        if self.no_color:
            add_line_filter(self, ColourlessFilter())

    def on_mount(self) -> None:
        from akash_tui.ui.session.open_session import open_first

        self.run_worker(open_first(self, self.start_network, self.start_wallet), group="open", exit_on_error=False)

    async def enter(self, session: Session, readonly: bool) -> None:
        """Use this session from now on, with its speed in the top line."""
        await super().enter(session, readonly)
        self.background(read_speed(self), "speed")

    def why_not(self, action_id: str) -> str | None:
        """Why an action of the app cannot be used now."""
        return why_not_faster(self) if action_id == "app.speed" else super().why_not(action_id)

    @property
    def front_screen(self) -> BaseScreen | None:
        """The screen in front, if it is one of ours with the three lines."""
        return self.screen if isinstance(self.screen, BaseScreen) else None

    # -- actions that every screen has ---------------------------------------------------

    async def mint_missing(self, missing: int, title: str) -> bool:
        """Mint what an action lacks, after a question and a quote."""
        from akash_tui.ui.wallet.exchange import mint_missing

        return await mint_missing(self, missing, title)

    def manifest_refused(self, tracked: TrackedRun, error: AkashError) -> None:
        """Ask what to do."""
        from akash_tui.ui.leases.manifest_failure import ask_what_now

        self.background(ask_what_now(self, tracked, error), f"trouble {tracked.run.id.dseq}")

    def edit_sdl(self, edited: EditedSdl) -> None:
        """Open the editor over the screen in front."""
        from akash_tui.ui.editor.screen import EditorScreen

        self.push_screen(EditorScreen(edited, tab=self.front_screen.tab if self.front_screen is not None else "deploy"))

    def do_deploy(self) -> None:
        self.go("deploy")

    def do_bids(self) -> None:
        self.go("bids")

    def do_leases(self) -> None:
        """The list, whatever is open above it; only an SDL that is being changed stays in front."""
        self.go("leases")
        while len(self.screen_stack) > 1 and getattr(self.screen, "where", "update") not in ("update", "editor"):
            self.pop_screen()

    def do_market(self) -> None:
        self.go("market")

    def do_sweep(self) -> None:
        from akash_tui.ui.sweep.screen import SweepScreen

        self.background(partial(self._open_over, SweepScreen), "over")

    def do_journal(self) -> None:
        from akash_tui.ui.journal.screen import JournalScreen

        self.background(partial(self._open_over, JournalScreen), "over")

    async def _open_over(self, kind: type[BaseScreen]) -> None:
        """A list over the screen that is in front, whichever that is: esc goes back there."""
        if self.front_screen is not None and not isinstance(self.screen, kind):
            self._leave_lists()
            await self.push_screen(kind())

    def _leave_lists(self) -> None:
        """Go back to the screen from which such lists were opened."""
        while len(self.screen_stack) > 1 and getattr(self.screen, "where", "") in LISTS_OVER:
            self.pop_screen()

    def go(self, mode: str) -> None:
        super().go(mode)
        self._leave_lists()

    def do_wallet(self) -> None:
        self.go("wallet")

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

    def do_limits(self) -> None:
        from akash_tui.ui.session.limits import edit_limits

        self.background(edit_limits(self), "limits")

    def do_memory(self) -> None:
        from akash_tui.ui.base.memory_dialog import show_memory

        self.background(show_memory(self), "memory")

    def do_create_wallet(self) -> None:
        from akash_tui.ui.wallet_keys.use_now import create_and_use

        self.background(create_and_use(self), "wallet")

    def do_import_wallet(self) -> None:
        from akash_tui.ui.wallet_keys.use_now import import_and_use

        self.background(import_and_use(self), "wallet")

    def do_watch_wallet(self) -> None:
        from akash_tui.ui.wallet_keys.use_now import watch_and_use

        self.background(watch_and_use(self), "wallet")

    def do_export_wallet(self) -> None:
        from akash_tui.ui.wallet_keys.use_now import export

        self.background(export(self), "wallet")

    def do_remove_wallet(self) -> None:
        from akash_tui.ui.wallet_keys.use_now import remove

        self.background(remove(self), "wallet")

    def do_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self._change_theme(names[(at + 1) % len(names)])

    def do_all_themes(self) -> None:
        self.background(self._choose_theme, "theme")

    async def _choose_theme(self) -> None:
        from akash_tui.ui.dialogs.choice_dialog import choose_one

        listed = [(name.removeprefix(OWN), "in use" if name == self.theme else "") for name in NAMES]
        at = await choose_one(self, "Which theme?", listed)
        if at is not None:
            self._change_theme(NAMES[at])

    def _change_theme(self, name: str) -> None:
        self._use_theme(name)
        self.status.say(f"Theme: {name.removeprefix(OWN)}.")
        self.remember(theme=name.removeprefix(OWN))

    def _use_theme(self, name: str) -> bool:
        """Use a theme; False if there is none of this name."""
        theme = theme_named(name)
        if theme is not None:
            self.register_theme(theme)
            self.theme = theme.name
        return theme is not None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {**super().get_theme_variable_defaults(), **variable_defaults()}

    def do_reload(self) -> None:
        super().do_reload()
        self.background(read_speed(self), "speed")

    def do_speed(self) -> None:
        self.background(turn_speed(self), "speed")

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
            self.push_screen(OneCommandPalette())
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
        elif not self._asking_to_quit:
            self.action_ask_to_quit()

    def do_quit_now(self) -> None:
        self.action_ask_to_quit()

    def action_ask_to_quit(self) -> None:
        """`ctrl+q` and `ctrl+c`: the question; a second time, while it is asked or about to be, is a yes."""
        if self._asking_to_quit:
            self.exit(0)
            return
        self._asking_to_quit = True
        self.background(self._ask_to_quit, "quit")

    async def _ask_to_quit(self) -> None:
        try:
            if await self.push_screen_wait(QuitDialog(self)) == "quit":
                self.exit(0)
        finally:
            self._asking_to_quit = False

    def do_suspend(self) -> None:
        self.suspend_job(while_suspended(self))

    def action_suspend_process(self) -> None:
        """`ctrl+z`."""
        self.do_suspend()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """False where a field has its own use for the key: copying what is selected, undoing in an editor."""
        if action == "ask_to_quit":
            return not self._is_selected()
        if action == "suspend_process":
            return not hasattr(self.focused, "undo")
        return super().check_action(action, parameters)

    def _is_selected(self) -> bool:
        return bool(getattr(self.focused, "selected_text", "") or self.screen.get_selected_text())

    def do_screenshot(self) -> None:
        save_screenshot(self)
