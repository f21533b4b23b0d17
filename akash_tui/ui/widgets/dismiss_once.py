"""A screen over another one that can be dismissed once only, whatever arrives after that."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

T = TypeVar("T")


class DismissOnce(Screen[T]):
    """Several keys can arrive in one piece (a paste, a slow line): all of them are on their way to this screen before
    the first one has dismissed it.

    Textual would answer each and take the next screen off the stack too, or end the app if there is none. Here only the
    screen in front can be dismissed.
    """

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Dismiss the screen with its result; nothing happens unless it is the one in front."""
        if self.is_over:
            return AwaitComplete()
        if not self.is_mounted:  # its parts are not there yet, and its own `on_mount` would miss them
            self.call_later(self._dismiss_mounted, result)
            return AwaitComplete()
        return super().dismiss(result)

    def _dismiss_mounted(self, result: T | None) -> None:
        self.dismiss(result)

    @property
    def is_over(self) -> bool:
        """Whether it is dismissed already, or another screen covers it."""
        return self.app.screen_stack[-1:] != [self]
