"""The palette, and its commands: the registry's actions of the screen behind it, and of the app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from textual import events, on
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, OptionList

from akash_tui.domain.glossary import GlossaryEntry, has_words, search_glossary
from akash_tui.services.errors import AkashError
from akash_tui.ui.actions.action import EVERYWHERE, PLACES, Action
from akash_tui.ui.actions.registry import at
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.glossary_screen import GlossaryScreen, glossary
from akash_tui.ui.widgets.dismiss_once import DismissOnce
from akash_tui.ui.widgets.key_bar import KeyBar, KeyHint

MOST_WORDS = 3
"""Words of the glossary that are found, below all actions."""
MOST_ELSEWHERE = 5
"""Actions of other places that are found, below the words."""
ELSEWHERE = {
    "deploy": ("app.deploy", "Opens Deploy; there"),
    "bids": ("app.bids", "Opens Bids; there"),
    "leases": ("app.leases", "Opens Leases; there"),
    "lease": ("app.leases", "Opens Leases; on the page of a deployment"),
    "market": ("app.market", "Opens Market; there"),
    "wallet": ("app.wallet", "Opens Wallet; there"),
    "sweep": ("app.sweep", "Opens Sweep; there"),
    "journal": ("app.journal", "Opens Journal; there"),
}
"""Places whose actions are found from any other place: what opens them, and how that is put into words."""
SCORE_PER_LETTER = 3.0
"""What each typed letter is worth where all words were found in the title or the description. Textual gives letters
that stand together in the title at least as much (`FuzzySearch.score`), and letters scattered over it less."""


class OneCommandPalette(CommandPalette, DismissOnce[None]):
    """The palette, which runs one command: enter pressed twice in one piece is one enter."""

    DEFAULT_CSS = "OneCommandPalette > KeyBar { dock: bottom; }"

    _is_late = False
    """Whether another place was opened before it stood."""

    def on_mount(self, event: events.Mount) -> None:
        if self.app.screen_stack[-1] is not self:  # another place was opened before the palette stood
            event.prevent_default()  # Textual would look for the screen below it there
            self._is_late = True
            return
        bar = KeyBar(id="palette-keys")
        self.mount(bar)
        hints = [
            KeyHint("enter", "run it"),
            KeyHint("down", "next"),
            KeyHint("escape", "close"),
            KeyHint("ctrl+u", "clear"),
        ]
        self.call_after_refresh(bar.show_keys, hints, [])

    def on_screen_resume(self) -> None:
        """Back at the place where it was opened, without what it would search: it goes."""
        if self._is_late:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """False for moves in the list before it has a size: Textual would count pages of no lines."""
        if action == "command_list":
            return all(listed.scrollable_content_region for listed in self.query(CommandList))
        return super().check_action(action, parameters)

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @on(Input.Changed)
    @on(Button.Pressed)
    def _late(self, event: Message) -> None:
        """What was on its way when the palette was dismissed."""
        if self.is_over:
            event.stop()
            event.prevent_default()


class ActionCommands(Provider):
    """Actions found by their title, letter by letter, or by words of their description; below them words explained,
    and actions of other places, which open that place.

    One that cannot be used now gives the reason when it is chosen.
    """

    def _actions(self) -> Iterator[tuple[str, Action, BaseScreen]]:
        screen = self.screen
        if not isinstance(screen, BaseScreen):
            return
        for place in (screen.where, EVERYWHERE):
            for action in at(place):
                if action.palette:
                    prefix = PLACES[place] + ": " if place != EVERYWHERE else ""
                    yield f"{prefix}{action.title}", action, screen

    async def discover(self) -> Hits:
        for name, action, screen in self._actions():
            shown = Content(f"{name}  ({action.shown[0]})" if action.keys else name)
            yield DiscoveryHit(shown, partial(screen.action_do, action.id), text=name, help=action.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, action, screen in self._actions():
            score = matcher.match(name)
            shown = matcher.highlight(name) if score > 0 else Content(name)
            if has_words(f"{name} {action.help}", query):
                score += SCORE_PER_LETTER * len(query)
            if score > 0:
                yield Hit(score, shown, partial(screen.action_do, action.id), text=name, help=action.help)
        for rank, entry in enumerate(search_glossary(self._words(), query)[:MOST_WORDS]):
            name = f"What is {entry.id}?"
            show = partial(self.app.push_screen, GlossaryScreen(entry.id))
            yield Hit(1 / (rank + 1), Content(name), show, text=name, help=entry.short)
        for rank, hit in enumerate(islice(self._elsewhere(query), MOST_ELSEWHERE)):
            name, opens, help = hit
            yield Hit(0.1 / (rank + 1), Content(name), opens, text=name, help=help)

    def _elsewhere(self, query: str) -> Iterator[tuple[str, Callable[[], None], str]]:
        """Actions with these words that another place has, with what opens it and where their key is."""
        screen = self.screen
        if not isinstance(screen, BaseScreen):
            return
        for place, (opener, where) in ELSEWHERE.items():
            for action in at(place) if place != screen.where else ():
                name = f"{PLACES[place]}: {action.title}"
                if action.palette and action.keys and has_words(f"{name} {action.help}", query):
                    help = f"{where} {action.shown[0]} does it. {action.help}"
                    yield name, partial(screen.action_do, opener), help

    def _words(self) -> Sequence[GlossaryEntry]:
        try:
            return glossary()
        except AkashError:  # help and the glossary itself say so
            return ()
