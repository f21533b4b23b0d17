"""Crash reports of both front ends: exception types and code lines, nothing else (see `services.redaction`)."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path

from akash_tui import __version__
from akash_tui.private_files import make_file, private_folder
from akash_tui.services.errors import AkashError, DiskFault
from akash_tui.services.redaction import redacted_traceback
from akash_tui.services.storage.disk_faults import disk_fault


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
