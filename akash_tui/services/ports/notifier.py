"""Notifications outside the program, as services see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from akash_tui.domain.alert import Alert


class Notifier(Protocol):
    """Where alerts appear outside the program: in the terminal, on the desktop, by a command of the user."""

    def sequence(self, alert: Alert) -> str | None:
        """What makes the terminal show a notification; None where it is not known to."""

    @property
    def desktop(self) -> str:
        """The program that shows desktop notifications here (`notify-send`, `osascript`); "" if there is none."""

    def command(self, hook: Sequence[str]) -> str | None:
        """The full path of a hook's program; None if it cannot be run."""

    async def show(self, alert: Alert) -> None:
        """Show it on the desktop. Raises `AkashError`."""

    async def run(self, hook: Sequence[str], alert: Alert) -> None:
        """Run the user's command with the alert's facts, no shell, for a bounded time. Raises `AkashError`."""
