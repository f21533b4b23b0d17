"""Crash reports of both front ends: exception types and code lines, nothing else.

A library may put what it was given into the message of its exception, and local variables may hold keys. So neither
messages, notes nor locals of any exception are written, whether to a file or to the terminal.
"""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from akash_tui import __version__
from akash_tui.private_files import make_file, private_folder

_DEEPEST = 100
"""Causes and members of groups, one below the other, that are followed at most."""


def write_crash_report(home: Path, error: BaseException | None) -> Path:
    """Write a report of mode 0600 into `home/crashes` and return its path. Raises `OSError`."""
    folder = home / "crashes"
    private_folder(folder)
    at = datetime.now(UTC)
    path = folder / f"{at:%Y%m%d-%H%M%S-%f}.txt"
    head = f"akash-tui {__version__}, Python {platform.python_version()}, {platform.system()}, {at:%Y-%m-%d %H:%M:%S}"
    text = "\n".join([f"{head} UTC", *redacted_traceback(error), ""])
    make_file(path, text.encode("utf-8", "backslashreplace"))
    return path


def redacted_traceback(error: BaseException | None) -> list[str]:
    """The lines of a traceback without any message: for each exception its type and its code lines, then those of its
    cause (or of the one it was raised over) and of a group's members."""
    return list(_lines(error, set(), 0))


def _lines(error: BaseException | None, done: set[int], depth: int) -> Iterator[str]:
    while error is not None and id(error) not in done and depth < _DEEPEST:
        done.add(id(error))
        yield ""
        yield type_name(error)
        for entry in traceback.extract_tb(error.__traceback__).format():
            yield from entry.rstrip("\n").split("\n")
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _lines(member, done, depth + 1)
        error, depth = error.__cause__ or error.__context__, depth + 1


def type_name(error: BaseException) -> str:
    """The exception's type with its module, for example `builtins.ValueError`."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def redact_uncaught_errors() -> None:
    """From now on Python itself prints exceptions that nobody caught, in any thread, without their messages."""

    def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        _print(error or kind())

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            _print(args.exc_value)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        _print(args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable


def _print(error: BaseException | None) -> None:
    if sys.stderr is not None:
        print("\n".join(redacted_traceback(error)).lstrip("\n"), file=sys.stderr)
