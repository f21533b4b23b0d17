"""Crash reports: the traceback without local variables, in a private file. Secrets may live in locals."""

from __future__ import annotations

import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from akash_tui import __version__


def write(home: Path, error: BaseException | None) -> Path:
    """Write a report under `home/crashes` with mode 0600 and return where it is.

    Only the chain of exception types and code lines: no locals, and no exception messages of types that are not
    ours, because a library may put what it was given into its message.
    """
    folder = home / "crashes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = datetime.now(UTC)
    path = folder / f"{at:%Y%m%d-%H%M%S-%f}.txt"
    lines = [
        f"akash-tui {__version__}, Python {platform.python_version()}, {platform.system()}, {at:%Y-%m-%d %H:%M:%S} UTC"
    ]
    lines += told(error)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def told(error: BaseException | None) -> list[str]:
    """The exception and its causes: types and code lines."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append("")
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [line.rstrip() for line in traceback.StackSummary.format(_frames(error))]
        error = error.__cause__ or error.__context__
    return lines


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)
