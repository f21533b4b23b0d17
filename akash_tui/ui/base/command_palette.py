"""The palette's commands: the registry's actions of the screen behind it, and of the app."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from akash_tui.ui.actions import EVERYWHERE, PLACES, Action, at
from akash_tui.ui.base.base_screen import BaseScreen


class ActionCommands(Provider):
    """Actions that can be found by typing; one that cannot be used now says why when chosen."""

    def _known(self) -> Iterator[tuple[str, Action, BaseScreen]]:
        shell = self.screen
        if not isinstance(shell, BaseScreen):
            return
        for place in (shell.where, EVERYWHERE):
            for action in at(place):
                if action.palette:
                    prefix = PLACES[place] + ": " if place != EVERYWHERE else ""
                    yield f"{prefix}{action.title}", action, shell

    async def discover(self) -> Hits:
        for name, action, shell in self._known():
            yield DiscoveryHit(
                Content(f"{name}  ({action.shown[0]})"), partial(shell.press, action.id), text=name, help=action.help
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, action, shell in self._known():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), partial(shell.press, action.id), text=name, help=action.help)
