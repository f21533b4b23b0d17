"""Signals that end the program: ctrl+c, SIGTERM, and SIGHUP when its terminal is closed. All three mean the same."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Callable
from typing import Final

INTERRUPTED_EXIT: Final = 130
"""The exit code of a program that was interrupted."""
INTERRUPTED: Final = "interrupted"
"""The code of the `failed` event of a run that was interrupted."""
_TERMINAL_FDS: Final = (0, 1, 2)


def stop_at_signals(stop: Callable[[], object]) -> None:
    """Call `stop` in the running event loop at each of these signals, but only once for hang-ups.

    A shell repeats the hang-up that its terminal sent already; ctrl+c pressed twice is meant twice.
    """
    import asyncio  # not at the top: the command line starts without it

    loop = asyncio.get_running_loop()
    for number in interrupts():
        call = (lambda: _hang_up(stop)) if number == hang_up_signal() else stop
        with contextlib.suppress(NotImplementedError):  # the event loop of Windows takes no signals
            loop.add_signal_handler(number, call)


def interrupts() -> tuple[signal.Signals, ...]:
    """The signals that end the program; without SIGHUP where it is to be ignored, as under `nohup`."""
    hang_up = hang_up_signal()
    return (signal.SIGINT, signal.SIGTERM, *((hang_up,) if hang_up and not _is_ignored(hang_up) else ()))


def hang_up_signal() -> signal.Signals | None:
    """SIGHUP; None on systems without it."""
    return None if sys.platform == "win32" else signal.SIGHUP


def ignore_hang_ups() -> None:
    """From now on a further SIGHUP changes nothing, and what is written to a terminal that is gone is discarded."""
    hang_up = hang_up_signal()
    if hang_up is not None:
        signal.signal(hang_up, signal.SIG_IGN)
    for fd in _TERMINAL_FDS:
        if _is_dead_terminal(fd):
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, fd)
            os.close(nowhere)


def _hang_up(stop: Callable[[], object]) -> None:
    hang_up = hang_up_signal()
    if hang_up is not None and not _is_ignored(hang_up):
        ignore_hang_ups()
        stop()


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def _is_dead_terminal(fd: int) -> bool:
    """A character device that is no terminal any more: writing to it fails. Pipes and files stay what they are."""
    try:
        return stat.S_ISCHR(os.fstat(fd).st_mode) and not os.isatty(fd)
    except OSError:
        return False  # closed
