"""Secrets in memory stay there: no core dumps, and no reading of this process by others of the same user."""

from __future__ import annotations

import contextlib
import sys

_GET_DUMPABLE, _SET_DUMPABLE = 3, 4
"""prctl(2): PR_GET_DUMPABLE and PR_SET_DUMPABLE."""


def protect_memory() -> None:
    """Turn core dumps off, and on Linux make the process not dumpable, which also keeps debuggers and /proc/PID/mem of
    the same user out. Programs that this one starts get no core dumps either. What cannot be done is in
    `memory_faults`."""
    # Windows has no such limits, and a system may refuse: memory_faults reports it
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_SET_DUMPABLE, 0)


def memory_faults() -> list[str]:
    """What is not protected now, in words; empty if everything is."""
    faults = []
    try:
        import resource

        if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
            faults.append("a crash may write the memory to a core dump")
    except ImportError:
        faults.append("core dumps cannot be turned off on this system")
    dumpable = _prctl(_GET_DUMPABLE)
    if dumpable is None:
        faults.append("other processes of your user cannot be kept from reading the memory on this system")
    elif dumpable != 0:
        faults.append("other processes of your user may read the memory")
    return faults


def _prctl(option: int, value: int = 0) -> int | None:
    """prctl(2)'s answer; None where there is none: it is Linux's own."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
    except (ImportError, OSError, AttributeError):
        return None
