"""One registry of actions: no key twice on a screen, every action is implemented, the tables are made from it."""

from __future__ import annotations

import pytest
from textual.binding import BindingsMap
from textual.widget import Widget
from textual.widgets import Input, TextArea

from akash_tui.ui.actions.action import EVERYWHERE, PLACES, TABLE
from akash_tui.ui.actions.registry import ACTIONS, BY_ID, app_bindings, at, bindings, in_bar, key_table_markdown
from akash_tui.ui.app import AkashApp
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.help_screen import help_columns
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.journal.screen import JournalScreen
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.leases.log_screen import LogScreen
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from akash_tui.ui.market.detail_pages import ProviderScreen
from akash_tui.ui.market.network_screen import NetworkScreen
from akash_tui.ui.market.screen import MarketScreen
from akash_tui.ui.sweep.screen import SweepScreen
from akash_tui.ui.wallet.screen import WalletScreen
from akash_tui.ui.welcome.screen import WelcomeScreen
from akash_tui.ui.widgets.live_table import LiveTable
from tests.conformance import ROOT

SCREENS: dict[str, type[BaseScreen]] = {
    "welcome": WelcomeScreen,
    "deploy": DeployScreen,
    "bids": BidsScreen,
    "leases": LeasesScreen,
    "lease": LeaseScreen,
    "update": UpdateScreen,
    "editor": EditorScreen,
    "log": LogScreen,
    "sweep": SweepScreen,
    "journal": JournalScreen,
    "market": MarketScreen,
    "network": NetworkScreen,
    "page": ProviderScreen,
    "wallet": WalletScreen,
}
WITH_TABLE_KEYS = {"enter", "space"}
"""Keys that a list takes first and hands to its screen as a message."""
TAKEN_FROM_THE_APP = {("ctrl+z", "editor.undo"), ("escape", "editor.end")}
"""The app gives ctrl+z up where something can be undone; its escape asks the screen to go back."""
WITHOUT_LISTS = {"editor"}
"""Screens on which a list never has the focus."""


@pytest.mark.parametrize("where", SCREENS)
def test_no_key_does_two_things_on_a_screen(where: str) -> None:
    seen: dict[str, str] = {}
    for place in (EVERYWHERE, *(() if where in WITHOUT_LISTS else (TABLE,)), where):
        for action in at(place):
            for key in action.keys:
                if (key, action.id) in TAKEN_FROM_THE_APP:
                    continue
                assert key not in seen or (key in WITH_TABLE_KEYS and TABLE in (place, seen[key].partition(".")[0])), (
                    f"{key}: {seen[key]} and {action.id}"
                )
                seen[key] = action.id


@pytest.mark.parametrize("action", [a for a in ACTIONS if not a.run], ids=lambda a: a.id)
def test_every_action_is_implemented(action) -> None:  # type: ignore[no-untyped-def]
    owner = AkashApp if action.where == EVERYWHERE else SCREENS[action.where]
    assert callable(getattr(owner, f"do_{action.name}", None)), action.id


@pytest.mark.parametrize("action", [a for a in at(TABLE)], ids=lambda a: a.id)
def test_every_list_action_is_implemented(action) -> None:  # type: ignore[no-untyped-def]
    assert callable(getattr(LiveTable, f"action_{action.run.partition('(')[0]}"))


def test_no_action_method_is_without_a_key() -> None:
    for where, screen in SCREENS.items():
        for name in vars(screen):
            if name.startswith("do_"):
                id = name.removeprefix("do_").replace("_", "-")
                assert f"{where}.{id}" in BY_ID or f"app.{id}" in BY_ID, f"{screen.__name__}.{name}"


def test_no_screen_takes_an_action_of_the_app_over_by_its_name() -> None:
    """`do_<name>` is looked for on the screen first: a screen's own action of that name would be done instead."""
    everywhere = {action.name for action in at(EVERYWHERE)}
    assert [a.id for a in ACTIONS if a.where != EVERYWHERE and not a.run and a.name in everywhere] == []


@pytest.mark.parametrize("where", PLACES)
def test_bindings_are_exactly_the_registry(where: str) -> None:
    assert [b.id for b in bindings(where)] == [a.id for a in at(where) if a.keys and not a.always]  # type: ignore[union-attr]


def test_keys_that_work_everywhere_are_those_of_the_app() -> None:
    assert [b.id for b in app_bindings()] == [a.id for a in ACTIONS if a.always]  # type: ignore[union-attr]
    assert {b.priority for b in app_bindings()} == {True}  # type: ignore[union-attr]


def test_reserved_keys_stay_free() -> None:
    bound = {key for action in ACTIONS for key in action.keys}
    assert bound.isdisjoint({"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+j"})


def test_the_key_table_names_every_key() -> None:
    table = key_table_markdown()
    assert len(table.splitlines()) == 2 + len(ACTIONS)
    for action in ACTIONS:
        assert action.help in table
        assert all(f"`{key}`" in table for key in action.shown)


@pytest.mark.parametrize("where", SCREENS)
def test_help_tells_every_key_of_the_screen(where: str) -> None:
    said = [line.label.split() for column in help_columns(where) for line in column if hasattr(line, "label")]
    for action in (*at(where), *at(EVERYWHERE)):
        assert list(action.shown) in said


@pytest.mark.parametrize("where", SCREENS)
def test_the_important_keys_come_first_in_the_bar(where: str) -> None:
    places = [action.bar for action in in_bar(where)]
    important = [place for place in places if place]
    assert 0 < len(important) <= 7
    assert important == sorted(set(important))
    assert places[: len(important)] == important
    assert {action.id for action in in_bar(where)} == {action.id for action in at(where) if action.keys}


def keys_of(widget: type[Widget]) -> dict[str, str]:
    """What each key of a widget does."""
    made = (b for b in BindingsMap(widget.BINDINGS).key_to_bindings.values())
    return {binding.key: binding.action for bindings in made for binding in bindings}


@pytest.mark.parametrize(("where", "widget"), [("field", Input), ("editor", TextArea)])
def test_the_keys_of_a_field_are_those_that_textual_gives_it(where: str, widget: type[Widget]) -> None:
    known = keys_of(widget)
    for action in at(where):
        for key in action.keys:
            if action.run and key not in ("escape", "tab"):  # these are the screen's
                assert known[key] == action.run, action.id


def test_the_readme_has_the_same_keys() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if "| where | key |" not in readme:
        pytest.skip("README.md has no key table yet")
    assert key_table_markdown() in readme
