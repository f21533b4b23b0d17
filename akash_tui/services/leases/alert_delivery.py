"""The one place where alerts leave the program: bell, desktop notification, the user's own command.

Everything that watches (leases, funds, the market) makes an `Alert` and delivers it here, once. What is on is the
user's choice (`alerts` in settings.json): only the bell is, until they say otherwise. An alert that cannot be
delivered is returned as an error, never raised: nothing that watches may stop because a notification failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from akash_tui.domain.alert import Alert
from akash_tui.services.ports import AkashError
from akash_tui.services.ports.notifier import Notifier
from akash_tui.services.storage.settings import AlertWishes

AT_ONCE = 2
"""Hooks and notifications under way at once; more wait their turn."""
MOST_WAITING = 50
"""More than so many waiting alerts are not delivered outside: a hook that hangs must not pile up work."""


class AlertDelivery:
    """Delivers alerts in the ways that the user chose; owned by one front end."""

    def __init__(
        self,
        wishes: AlertWishes,
        notifier: Notifier,
        *,
        bell: Callable[[], None],
        terminal: Callable[[str], None] | None = None,
    ) -> None:
        """`terminal` writes an escape sequence to the user's terminal; None where there is none."""
        self.wishes = wishes
        self._notifier = notifier
        self._bell = bell
        self._terminal = terminal
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def deliver(self, alert: Alert) -> list[AkashError]:
        """Deliver one alert; what could not be done comes back, nothing is raised."""
        if alert.urgent and self.wishes.bell:
            self._bell()
        if not (self.wishes.desktop or self.wishes.hook):
            return []
        if self._waiting >= MOST_WAITING:
            return [
                AkashError("Too many alerts wait for the hook; one was left out.", "Find out why the hook is slow.")
            ]
        self._waiting += 1
        try:
            async with self._gate:
                return [*await self._on_desktop(alert), *await self._by_hook(alert)]
        finally:
            self._waiting -= 1

    async def _on_desktop(self, alert: Alert) -> list[AkashError]:
        if not self.wishes.desktop:
            return []
        sequence = None if self._terminal is None else self._notifier.sequence(alert)
        if sequence is not None and self._terminal is not None:
            self._terminal(sequence)
            return []
        try:
            await self._notifier.show(alert)
        except AkashError as error:
            return [error]
        return []

    async def _by_hook(self, alert: Alert) -> list[AkashError]:
        if not self.wishes.hook:
            return []
        try:
            await self._notifier.run(self.wishes.hook, alert)
        except AkashError as error:
            return [error]
        return []
