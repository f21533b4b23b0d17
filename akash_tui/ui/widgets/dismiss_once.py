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
        return super().dismiss(result)

    @property
    def is_over(self) -> bool:
        """Whether it is dismissed already, or another screen covers it."""
        return self.app.screen_stack[-1:] != [self]
