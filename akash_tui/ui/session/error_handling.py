"""An app in which nothing goes wrong unheard: every error ends here, told with advice, logged, never fatal."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from akash_tui.services.ports import AkashError
from akash_tui.services.storage.crash_report import write_crash_report
from akash_tui.ui.dialogs.dialog_box import error_lines
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.session.problem_log import ProblemLog
from akash_tui.ui.session.status_message import StatusMessage
from akash_tui.ui.widgets.textual_private import FatalErrorApp, write_to_terminal

if TYPE_CHECKING:
    from akash_tui.domain.alert import Alert
    from akash_tui.services.core.program import Entry
    from akash_tui.services.leases.alert_delivery import AlertDelivery

ALERT_SECONDS = 30.0


class ErrorHandlingApp(FatalErrorApp[int]):
    """Has one voice (the activity line) and one log of problems."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.status = StatusMessage()
        self.problems = ProblemLog()
        self.away = False
        """True while the terminal belongs to something else (a shell in a service) and nothing may be drawn."""

    @asynccontextmanager
    async def guard(self, doing: str, *, loud: bool = True) -> AsyncIterator[None]:
        """The one place where errors end: told with advice, logged, never fatal, never silent."""
        try:
            yield
        except AkashError as error:
            self.trouble(doing, error, loud=loud)
        except Exception as error:
            report = write_crash_report(self.entry.home, error)
            self.trouble(
                doing,
                AkashError(
                    f"Something failed while {doing}.",
                    f"Leases keep running. Report (no secrets): {report}",
                    detail=type(error).__name__,
                ),
                loud=loud,
            )

    def trouble(self, doing: str, error: AkashError, *, loud: bool = True) -> None:
        """Log an error; a loud one is a dialog, a quiet one a line."""
        self.problems.add(doing, error)
        if loud and self.is_running:
            self.push_screen(QuestionDialog("That did not work", error_lines(error)))
        elif not self.status.answered:  # what was said last is about something that the person did
            self.status.say(f"{error.title} (! tells more)", "bad", 20)

    # -- alerts ------------------------------------------------------------------------

    @cached_property
    def alerts(self) -> AlertDelivery:
        """Bell, notification and hook, as the settings want them."""
        from akash_tui.services.leases.alert_delivery import AlertDelivery

        return AlertDelivery(
            self.entry.settings.alerts, self.entry.notifier, bell=self.bell, terminal=self._to_terminal
        )

    def _to_terminal(self, sequence: str) -> None:
        if not self.away:
            write_to_terminal(self, sequence)

    def bell(self) -> None:
        """Ring, also while the terminal is lent: nobody empties the driver's queue then, and it would fill up."""
        if not self.away:
            super().bell()
        elif sys.__stdout__ is not None:
            sys.__stdout__.write("\a")
            sys.__stdout__.flush()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Lend the terminal; nothing is drawn until it comes back, whatever happens meanwhile.

        Raises `SuspendNotSupported` where the terminal cannot be lent.
        """
        failed: BaseException | None = None
        with self.batch_update(), self.suspend():
            self.away = True
            try:
                yield
            except BaseException as error:  # thrown here, it would leave the app without its terminal
                failed = error
            finally:
                self.away = False
        self.refresh(layout=True)
        if failed is not None:
            raise failed

    def alert(self, alert: Alert) -> None:
        """Say it here, log it, and tell it outside as the user wants; never in the way of anything."""
        self.status.say(f"{alert.title}: {alert.says}", "bad" if alert.urgent else "warn", ALERT_SECONDS)
        self.problems.add("watching", AkashError(f"{alert.title}: {alert.says}"))
        self.run_worker(self._tell(alert), group="alerts", exit_on_error=False)

    async def _tell(self, alert: Alert) -> None:
        async with self.guard("telling an alert", loud=False):
            for fault in await self.alerts.tell(alert):
                self.problems.add("telling an alert", fault)

    def fatal_message(self, error: BaseException | None) -> str:
        """Write a crash report and say where it is."""
        report = write_crash_report(self.entry.home, error)
        return f"akash-tui failed and had to stop. Leases keep running; nothing is lost.\nReport (no secrets): {report}"

    def remember(self, **chosen: object) -> None:
        """Keep a setting; a home that cannot be written is reported, not fatal."""
        try:
            self.entry.save_settings(self.entry.settings.model_copy(update=chosen))
        except (AkashError, OSError) as error:
            title = error.title if isinstance(error, AkashError) else "The settings could not be saved."
            self.trouble("saving settings", AkashError(title, "Check that the home folder can be written."), loud=False)
