"""The one registry of actions: bindings, key bar, help, palette and the README's key table come from here.

A screen says with `why_not(id)` why an action cannot be used now; it is then dimmed, and its key says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from textual.binding import Binding, BindingType

from akash_tui.ui.actions.action import PLACES, Action
from akash_tui.ui.actions.deploying import DEPLOYING_ACTIONS
from akash_tui.ui.actions.everywhere import EVERYWHERE_ACTIONS
from akash_tui.ui.actions.market_and_money import MARKET_AND_MONEY_ACTIONS
from akash_tui.ui.actions.running import RUNNING_ACTIONS

ACTIONS: Final[tuple[Action, ...]] = (
    *EVERYWHERE_ACTIONS,
    *DEPLOYING_ACTIONS,
    *RUNNING_ACTIONS,
    *MARKET_AND_MONEY_ACTIONS,
)
BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}


@cache
def at(where: str) -> tuple[Action, ...]:
    """The actions of one place, in registry order."""
    return tuple(action for action in ACTIONS if action.where == where)


def bindings(*places: str) -> list[BindingType]:
    """Textual bindings of these places; the key bar is ours, so Textual shows none."""
    return [_binding(action) for place in places for action in at(place) if action.keys and not action.always]


def app_bindings() -> list[BindingType]:
    """Textual bindings of the app, which come before those of every screen, dialog and field."""
    return [_binding(action) for action in ACTIONS if action.always]


def _binding(action: Action) -> Binding:
    run = action.run or f"do('{action.id}')"
    return Binding(",".join(action.keys), run, action.title, show=False, priority=action.always, id=action.id)


@cache
def in_bar(where: str) -> tuple[Action, ...]:
    """What the key bar of a place shows, the most important first; an action without a key is in the palette only."""
    return tuple(sorted((each for each in at(where) if each.keys), key=lambda action: action.bar or len(ACTIONS)))


def key_table_markdown(places: Iterable[str] = PLACES) -> str:
    """The README's key table."""
    out = ["| where | key | what it does |", "| --- | --- | --- |"]
    for place in places:
        for action in at(place):
            keys = " ".join(f"`{key}`" for key in action.shown)
            out.append(f"| {PLACES[place]} | {keys} | {action.help} |")
    return "\n".join(out) + "\n"
