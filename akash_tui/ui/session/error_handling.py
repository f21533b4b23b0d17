"""An app whose errors all end in one place: shown with advice, logged, never fatal."""

from __future__ import annotations

import io
import logging
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.console import Console
from textual.app import SuspendNotSupported

from akash_tui.services.core import job_control
from akash_tui.services.core.interrupts import INTERRUPTED_EXIT, stop_at_signals
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.crash_report import report_crash
from akash_tui.services.storage.disk_faults import disk_fault
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.ui.dialogs.dialog_box import error_lines
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.session.problem_log import ProblemLog
from akash_tui.ui.session.status_message import StatusMessage
from akash_tui.ui.widgets.textual_private import (
    FatalErrorApp,
    QuickStylesheet,
    restart_when_continued,
    write_to_terminal,
)

if TYPE_CHECKING:
    from akash_tui.domain.alert import Alert
    from akash_tui.services.core.program import AppProgram
    from akash_tui.services.leases.alerts import AlertDelivery

log = logging.getLogger(__name__)
ALERT_SECONDS = 30.0
Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]] | Coroutine[Any, Any, None]
"""What a worker runs."""


def once_started(work: Work) -> Work:
    """Work as a function. A coroutine whose worker is cancelled before it starts is closed: Python warns otherwise."""
    if not isinstance(work, Coroutine):
        return work
    waiting = [work]

    async def run() -> None:
        await waiting.pop()

    weakref.finalize(run, _close, waiting)
    return run


def _close(waiting: list[Coroutine[Any, Any, None]]) -> None:
    while waiting:
        waiting.pop().close()


class ErrorHandlingApp(FatalErrorApp[int]):
    """Has one status line and one log of problems."""

    def __init__(self, program: AppProgram) -> None:
        super().__init__()
        self.stylesheet = QuickStylesheet(variables=self.get_css_variables())
        self.program = program
        self.status = StatusMessage()
        self.problems = ProblemLog()
        self.away = False
        """True while the terminal belongs to something else (a shell in a service) and nothing may be drawn."""

    def on_load(self) -> None:
        """A signal that ends the program ends the app as quitting does: the terminal is left as it was found."""
        if not self.is_headless:  # in a test the process is not the app's own
            stop_at_signals(lambda: self.exit(return_code=INTERRUPTED_EXIT))

    def on_ready(self) -> None:
        if not self.is_headless:
            restart_when_continued(self)

    def background(self, work: Work, group: str) -> None:
        """Run this beside the screens, whichever is shown: the newest of a group wins."""
        self.run_worker(once_started(work), group=group, exclusive=True, exit_on_error=False)

    @asynccontextmanager
    async def guard(self, doing: str, *, loud: bool = True) -> AsyncIterator[None]:
        """The one place where errors end: shown with advice and logged; neither fatal nor silent.

        `doing` is what was being done, such as "saving a preset". A `loud` error is a dialog, others a status line.
        """
        try:
            yield
        except AkashError as error:
            self.report_error(doing, error, loud=loud)
        except Exception as error:
            log.info("broke while %s", doing, exc_info=error)
            broken = f"Something failed while {doing}. Leases keep running."
            self.report_error(doing, report_crash(self.program.home, error, broken), loud=loud)
        for line in unreadable_rows.take():
            self.problems.add(doing, AkashError(line))
            if not self.status.answered:
                self.status.say(f"{line} (! shows details)", "warn", 20)

    def report_error(self, doing: str, error: AkashError, *, loud: bool = True) -> None:
        """Log an error; a loud one is a dialog, a quiet one a line."""
        self.problems.add(doing, error)
        if loud and self.is_running:
            self.push_screen(QuestionDialog("That did not work", error_lines(error)))
        elif not self.status.answered:  # the last message answers something that the person did
            self.status.say(f"{error.title} (! shows details)", "bad", 20)

    # -- alerts ------------------------------------------------------------------------

    @cached_property
    def alerts(self) -> AlertDelivery:
        """Bell, notification and hook, as the settings say."""
        from akash_tui.services.leases.alerts import AlertDelivery

        return AlertDelivery(
            self.program.settings.alerts, self.program.notifier, bell=self.bell, terminal=self._to_terminal
        )

    def _to_terminal(self, sequence: str) -> None:
        if not self.away:
            write_to_terminal(self, sequence)

    def bell(self) -> None:
        """Ring the bell. While the app is suspended it is written directly: nobody empties the driver's queue then."""
        if not self.away:
            super().bell()
        elif sys.__stdout__ is not None:
            sys.__stdout__.write("\a")
            sys.__stdout__.flush()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Give the terminal to another program; nothing is drawn meanwhile.

        Raises `SuspendNotSupported` where the terminal cannot be suspended.
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

    def suspend_job(self, farewell: str) -> None:
        """Give the terminal back to the shell, with a line of `farewell`, until the shell continues the app.

        What cannot be is a status line.
        """
        reason = job_control.why_not_stop() if not self.is_headless else "There is no terminal."
        if reason is not None:
            self.status.say(f"{reason} ctrl+q quits.", "warn")
            return
        try:
            with self.suspended():
                print(farewell, file=sys.__stderr__, flush=True)
                job_control.stop()
        except SuspendNotSupported:
            self.status.say("This terminal cannot be suspended. ctrl+q quits.", "warn")

    def alert(self, alert: Alert) -> None:
        """Show an alert in the status line, log it, and deliver it outside the app as the settings say."""
        self.status.say(f"{alert.title}: {alert.description}", "bad" if alert.urgent else "warn", ALERT_SECONDS)
        self.problems.add("watching", AkashError(f"{alert.title}: {alert.description}"))
        self.run_worker(self._deliver(alert), group="alerts", exit_on_error=False)

    async def _deliver(self, alert: Alert) -> None:
        async with self.guard("delivering an alert", loud=False):
            for fault in await self.alerts.deliver(alert):
                self.problems.add("delivering an alert", fault)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """A picture of the screen as SVG; one sentence in its place while a secret is shown."""
        if any(getattr(screen, "shows_secret", False) for screen in self.screen_stack):
            console = Console(width=80, height=3, file=io.StringIO(), record=True, force_terminal=True)
            console.print("No picture is made of this screen: it shows recovery words or a passphrase.")
            return console.export_svg(title=title or self.title)
        return super().export_screenshot(title=title, simplify=simplify)

    def fatal_message(self, error: BaseException | None) -> str:
        """Write a crash report and say where it is; a fault of the disk is said instead."""
        stopped = "akash-tui failed and had to stop. Leases keep running; nothing is lost."
        report = report_crash(self.program.home, error, stopped)
        self.fatal_code = report.exit_code
        return f"{report.title}\n{report.advice}"

    def remember(self, **chosen: object) -> bool:
        """Save settings, by name, and whether that worked; a home that cannot be written is reported, not fatal."""
        try:
            self.program.save_settings(self.program.settings.model_copy(update=chosen))
        except (AkashError, OSError) as error:
            known = error if isinstance(error, AkashError) else disk_fault(error, self.program.home)
            failed = AkashError("The settings could not be saved.", "Check that the home folder can be written.")
            self.report_error("saving settings", known or failed, loud=False)
            return False
        return True
