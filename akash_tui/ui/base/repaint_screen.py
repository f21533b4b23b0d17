"""Repaint from a model at a steady, bounded rate, however fast the model changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from textual.timer import Timer

FPS = 10.0
FPS_REMOTE = 5.0
"""Over ssh: half as often, so that a slow line is not kept busy."""

_NEVER = object()
"""A revision that no model ever has: the next tick paints."""


def frames_per_second() -> float:
    """How often a screen may repaint here."""
    return FPS_REMOTE if os.environ.get("SSH_CONNECTION") else FPS


class RepaintScreen(Screen[None]):
    """A screen whose `paint()` runs only while it is in sight, under a dialog too, and only when `revision()` moved."""

    _clock: Timer | None = None
    _painted_revision: object = _NEVER

    def on_mount(self) -> None:
        self._clock = self.set_interval(1 / frames_per_second(), self._tick)

    @property
    def in_sight(self) -> bool:
        """True if nothing but dialogs is over it: around those it is still seen, and must not stand still."""
        stack = self.app.screen_stack
        return self in stack and all(above.is_modal for above in stack[stack.index(self) + 1 :])

    def on_screen_suspend(self) -> None:
        if self._clock is not None and not self.in_sight:
            self._clock.pause()

    def on_screen_resume(self) -> None:
        self._painted_revision = _NEVER
        if self._clock is not None:
            self._clock.resume()
            self._tick()

    def _tick(self) -> None:
        if not self.is_running or not self.is_attached or not self.in_sight:
            return
        revision = self.revision()
        if revision != self._painted_revision:
            self._painted_revision = revision
            self.paint()

    def repaint(self) -> None:
        """Paint at the next tick even if the revision has not moved."""
        self._painted_revision = _NEVER

    def revision(self) -> object:
        """A cheap value that differs whenever `paint()` would draw something else."""
        raise NotImplementedError

    def paint(self) -> None:
        """Draw the model as it is now."""
        raise NotImplementedError
