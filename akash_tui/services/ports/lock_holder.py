"""Who holds a lock: a note beside it, for the message of the process that finds it taken.

The note decides nothing: the lock alone is the operating system's, and a note that a killed holder left has no effect.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from akash_tui.domain.text import clean
from akash_tui.private_files import read_plain_file, replace_file

_LONGEST_NOTE: Final = 2000
"""Bytes of a note; a longer one is none of ours."""


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds a lock: a process of the machine `host`, with the command that it runs, without its arguments."""

    pid: int
    command: str
    since: datetime
    host: str

    @property
    def is_this_process(self) -> bool:
        """Whether it is this program itself: another task of the app, such as an automatic top-up."""
        return (self.pid, self.host) == (os.getpid(), platform.node())

    @property
    def words(self) -> str:
        """`process 4711 (akash-tui lease close), since 14:02:11 UTC`."""
        where = "" if self.host == platform.node() else f" on {self.host}"
        return f"process {self.pid}{where} ({self.command}), since {self.since:%H:%M:%S} UTC"

    def note(self) -> str:
        """It as the note beside the lock; `read_holder` reads it."""
        return json.dumps(
            {"pid": self.pid, "command": self.command, "since": self.since.isoformat(), "host": self.host}
        )


def read_holder(note: Path) -> LockHolder | None:
    """Who holds the lock beside which this note lies; None where that is not known, or the one named is dead."""
    try:
        raw = read_plain_file(note, _LONGEST_NOTE)
        found = json.loads(raw)
        since = datetime.fromisoformat(found["since"]).astimezone(UTC)
        holder = LockHolder(int(found["pid"]), clean(str(found["command"]), 60), since, clean(str(found["host"]), 60))
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return None if holder.host == platform.node() and not _is_alive(holder.pid) else holder


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@contextmanager
def noted_holder(note: Path, command: str, now: datetime | None = None) -> Iterator[None]:
    """While this process holds the lock beside `note`, say so there. A disk that takes no note costs the others the
    name of the holder, no more."""
    at = datetime.now(UTC) if now is None else now
    with contextlib.suppress(OSError):
        replace_file(note, LockHolder(os.getpid(), command, at, platform.node()).note().encode())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
