"""The way by keys to each screen, from the start of the app on a fresh practice network.

Nothing is faked: a seeded practice network with quick blocks stands in for the chain, so a screen here shows what it
shows to a person. The same seed gives the same providers and prices.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from akash_tui.compose import Program
from akash_tui.ui.app import AkashApp
from akash_tui.ui.base.glossary_screen import GlossaryScreen
from akash_tui.ui.base.help_screen import HelpScreen
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.bids.rule_form import RuleForm
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.who_could_bid import WhoDialog
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.journal.screen import JournalScreen
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.leases.log_screen import LogScreen
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.market.detail_pages import GpuPage
from akash_tui.ui.market.network_screen import NetworkScreen
from akash_tui.ui.market.screen import MarketScreen
from akash_tui.ui.sweep.screen import SweepScreen
from akash_tui.ui.wallet.screen import WalletScreen
from akash_tui.ui.welcome.screen import WelcomeScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable

BLOCK_SECONDS = 0.2
"""Quick enough to reach each screen in seconds, slow enough for people to read figures that change per block."""
LONGEST = 60.0
"""Seconds after which a screen that was not reached is an error."""
ENOUGH_BIDS = 5

Go = Callable[[Pilot[Any]], Awaitable[None]]


class DevProgram(Program):
    """The program in a throw-away home, with a practice network whose blocks are quick."""

    practice_block_seconds = BLOCK_SECONDS


@dataclass(frozen=True, slots=True)
class Destination:
    """A screen, and how to get there from another one (None: the app opens on it)."""

    screen: type[Screen[Any]]
    after: str | None
    go: Go


async def wait_for(pilot: Pilot[Any], what: str, reached: Callable[[], object]) -> None:
    """Return once `reached()` is true. Raises `TimeoutError` after `LONGEST` seconds."""
    deadline = time.monotonic() + LONGEST
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the app did not reach: {what}")
        await pilot.pause(0.05)


def _rows(pilot: Pilot[Any], table: str) -> int:
    found = pilot.app.screen.query(table)
    return sum(len(each.rows) for each in found if isinstance(each, LiveTable))


def _at(pilot: Pilot[Any], screen: type[Screen[Any]]) -> bool:
    return isinstance(pilot.app.screen, screen)


def _armed(pilot: Pilot[Any]) -> bool:
    screen = pilot.app.screen
    return isinstance(screen, ConfirmSpend) and screen.can_say_yes


async def _nothing(pilot: Pilot[Any]) -> None:
    await wait_for(pilot, "the first screen", lambda: _at(pilot, WelcomeScreen))


async def _deploy(pilot: Pilot[Any]) -> None:
    await wait_for(pilot, "Deploy", lambda: _at(pilot, DeployScreen) and _rows(pilot, "#sources"))


async def _bids(pilot: Pilot[Any]) -> None:
    await pilot.press("enter")
    await wait_for(pilot, "the SDL", lambda: pilot.app.screen.query_one("#gpus").has_focus)
    await pilot.press("enter")
    await wait_for(pilot, "the quote", lambda: _armed(pilot))
    await pilot.press("y")
    await wait_for(pilot, "bids", lambda: _at(pilot, BidsScreen) and _rows(pilot, "#bid-table") >= ENOUGH_BIDS)


async def _editor(pilot: Pilot[Any]) -> None:
    await pilot.press("enter")
    await wait_for(pilot, "the SDL", lambda: pilot.app.screen.query_one("#gpus").has_focus)
    await pilot.press("e")
    await wait_for(pilot, "the editor", lambda: _at(pilot, EditorScreen))


async def _compare(pilot: Pilot[Any]) -> None:
    await pilot.press("home", "space", "down", "space", "c")
    await wait_for(pilot, "the comparison", lambda: _at(pilot, CompareScreen))


async def _accept(pilot: Pilot[Any]) -> None:
    await pilot.press("a")
    await wait_for(pilot, "the quote of a lease", lambda: _armed(pilot))


async def _lease(pilot: Pilot[Any]) -> None:
    def running() -> bool:
        if not _at(pilot, LeaseScreen):
            return False
        return "http" in pilot.app.screen.query_one("#services", LabelledLines).text

    await pilot.press("y")
    await wait_for(pilot, "a running lease", running)


async def _logs(pilot: Pilot[Any]) -> None:
    while not _at(pilot, LogScreen):  # on a narrow terminal the first one shows a part of the page
        await pilot.press("l")


def _by_key(key: str, screen: type[Screen[Any]], table: str = "", *, leave: type[Screen[Any]] | None = None) -> Go:
    """One key, until its screen is there, and its table has lines. `leave`: the screen that esc leaves before."""

    async def go(pilot: Pilot[Any]) -> None:
        if leave is not None:
            await pilot.press("escape")
            await wait_for(pilot, f"the screen below {leave.__name__}", lambda: not _at(pilot, leave))
        await pilot.press(key)
        await wait_for(pilot, screen.__name__, lambda: _at(pilot, screen) and (not table or _rows(pilot, table)))

    return go


DESTINATIONS: dict[str, Destination] = {
    "welcome": Destination(WelcomeScreen, None, _nothing),
    "deploy": Destination(DeployScreen, None, _deploy),
    "help": Destination(HelpScreen, "deploy", _by_key("question_mark", HelpScreen)),
    "glossary": Destination(GlossaryScreen, "help", _by_key("enter", GlossaryScreen, "#words")),
    "editor": Destination(EditorScreen, "deploy", _editor),
    "who": Destination(WhoDialog, "editor", _by_key("w", WhoDialog, leave=EditorScreen)),
    "wallet": Destination(WalletScreen, "deploy", _by_key("5", WalletScreen)),
    "market": Destination(MarketScreen, "wallet", _by_key("4", MarketScreen, "#gpu-table")),
    "gpu": Destination(GpuPage, "market", _by_key("enter", GpuPage)),
    "network": Destination(NetworkScreen, "gpu", _by_key("d", NetworkScreen, leave=GpuPage)),
    "bids": Destination(BidsScreen, "deploy", _bids),
    "compare": Destination(CompareScreen, "bids", _compare),
    "rule": Destination(RuleForm, "compare", _by_key("R", RuleForm, leave=CompareScreen)),
    "accept": Destination(ConfirmSpend, "bids", _accept),
    "lease": Destination(LeaseScreen, "accept", _lease),
    "logs": Destination(LogScreen, "lease", _logs),
    "update": Destination(UpdateScreen, "lease", _by_key("u", UpdateScreen)),
    "leases": Destination(LeasesScreen, "lease", _by_key("3", LeasesScreen, "#lease-table")),
    "sweep": Destination(SweepScreen, "leases", _by_key("U", SweepScreen)),
    "journal": Destination(JournalScreen, "sweep", _by_key("J", JournalScreen, "#journal-table")),
}
"""Name on the command line -> how to get there."""


def app_for(name: str, program: Program, *, seed: int, ascii_only: bool = False) -> AkashApp:
    """The app that starts on the way to a screen: on the first screen, or on a practice network with this seed."""
    if name == "welcome":
        return AkashApp(program, ascii_only=ascii_only)
    return AkashApp(program, "practice", demo=("calm", seed), ascii_only=ascii_only)


async def open_screen(name: str, pilot: Pilot[Any]) -> None:
    """Press the keys that lead to a screen. Raises `TimeoutError` if it is not reached."""
    destination = DESTINATIONS[name]
    if destination.after is not None:
        await open_screen(destination.after, pilot)
    await destination.go(pilot)
