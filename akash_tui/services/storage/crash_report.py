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
from akash_tui.services.errors import AkashError, DiskFault
from akash_tui.services.storage.disk_faults import disk_fault

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


def report_crash(home: Path, error: BaseException | None, title: str) -> AkashError:
    """What a front end shows for an error that nobody expected: a fault of the disk in words; else `title`, with the
    report that was written. Where the disk does not take the report, that fault, since it is likely to be the reason.
    """
    fault = None if error is None else disk_fault(error, home=home)
    if fault is not None:
        return fault
    kind = "" if error is None else type(error).__name__
    try:
        report = write_crash_report(home, error)
    except OSError as refusal:
        fault = disk_fault(refusal, home / "crashes")
        if fault is None:
            return AkashError(title, f"No report could be written: {refusal.strerror}.", detail=kind)
        return DiskFault(f"{title} {fault.title}", fault.advice, detail=kind)
    return AkashError(title, f"akash-tui journal shows what was sent. Report (no secrets): {report}", detail=kind)


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
