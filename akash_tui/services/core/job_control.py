"""Stopping this program as ctrl+z does, so that the shell that started it gets its terminal back."""

from __future__ import annotations

import os
import signal
import sys

_STOP_YOURSELF = "kill -TSTP $$"


def why_not_stop(fd: int = 0) -> str | None:
    """Why this program cannot be stopped, as a sentence; None if a shell can take the terminal `fd` and continue it."""
    if sys.platform == "win32" or not os.path.exists("/bin/sh"):
        return "Programs cannot be suspended on this system."
    if not os.isatty(fd):
        return "Keys do not come from a terminal, so no shell could continue the app."
    return None if _a_shell_waits() else "No shell waits behind this app that could continue it."


def stop() -> None:
    """Stop the whole job, as its terminal would at ctrl+z; returns when it is continued.

    The whole process group: what started us (make, uv) would otherwise keep the shell waiting. The terminal must be
    as the shell expects it already, for a process that stops before us gives it back at once.
    """
    os.killpg(os.getpgrp(), signal.SIGTSTP)


def _a_shell_waits() -> bool:
    """Whether somebody outside our process group watches it. Where nobody does, the system ignores SIGTSTP (POSIX's
    orphaned process group) and a process that stops otherwise would stand still for ever. A child finds out."""
    child = os.posix_spawn("/bin/sh", ["sh", "-c", _STOP_YOURSELF], os.environ, setsigdef=[signal.SIGTSTP])
    _, status = os.waitpid(child, os.WUNTRACED)
    stopped = os.WIFSTOPPED(status)
    if stopped:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return stopped
