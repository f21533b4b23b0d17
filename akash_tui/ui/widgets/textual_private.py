"""Every private member of Textual that this program uses, with the reason: Textual may change these in any release.

Each has a test in tests/ui/widgets/test_textual_private.py that fails when Textual does.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any

from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.filter import LineFilter


class FatalErrorApp(App[ReturnType]):
    """An app that ends with its own words after an unhandled error.

    Textual prints a traceback with the values of local variables there, which may hold secrets; it has no public
    way to print something else.
    """

    fatal_code = 1
    """The exit code after such an error; `fatal_message` may set another one."""

    def fatal_message(self, error: BaseException | None) -> str:
        """Called once for an unhandled error, whose text may hold secrets: what is printed after the app has ended."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        self.bell()
        message = self.fatal_message(self._exception)
        self.exit(return_code=self.fatal_code, message=message)
        self._close_messages_no_wait()  # an app that broke does not work off the messages before the end


def line_filters(app: App[Any]) -> Sequence[LineFilter]:
    """The filters that every drawn line goes through last. There is no public list of them."""
    return app._filters


def add_line_filter(app: App[Any], line_filter: LineFilter) -> None:
    """Let every drawn line go through this filter too. Textual takes filters of its own only."""
    app._filters.append(line_filter)


def drop_line_filters(app: App[Any], kinds: tuple[type[LineFilter], ...]) -> None:
    """Let no drawn line go through filters of these kinds any more. Textual adds some by the environment."""
    app._filters[:] = [each for each in app._filters if not isinstance(each, kinds)]


def write_to_terminal(app: App[Any], sequence: str) -> None:
    """Write an escape sequence to the terminal between two paints: printing would land in the midst of one."""
    if app._driver is not None:
        app._driver.write(sequence)


def restart_when_continued(app: App[Any]) -> None:
    """Take the terminal again at SIGCONT, as Textual does, but give it back first where it was never given back.

    After SIGSTOP, or a SIGCONT that comes out of nowhere, Textual starts a second reader of the keys, takes its own
    terminal modes for those to restore, and does not end any more. A terminal that is closed sends SIGCONT after
    SIGHUP: it is not taken again, for its writer would die and the app wait for it for ever. For a driver without
    these parts nothing is done.
    """
    driver: Any = app._driver
    if not hasattr(driver, "_must_signal_resume"):
        return
    resume = signal.getsignal(signal.SIGCONT)

    def continued(number: int, frame: FrameType | None) -> None:
        if not driver._file.isatty():
            return
        if driver._auto_restart and driver._key_thread is not None and driver._key_thread.is_alive():
            driver._must_signal_resume = True  # draw everything again
            driver.suspend_application_mode()
        if callable(resume):
            resume(number, frame)

    signal.signal(signal.SIGCONT, continued)


def bind_key(node: DOMNode, keys: str, action: str, description: str) -> None:
    """Bind keys on one widget or screen only. Publicly, bindings belong to a class, not to one dialog's choices."""
    node._bindings.bind(keys, action, description, show=False)
