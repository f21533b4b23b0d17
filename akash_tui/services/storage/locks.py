"""One process at a time on one deployment, and one quote for each new number: locks die with their holder, kill -9
included.

Beside a lock that is held lies a note of who holds it. The note decides nothing: the lock alone is the operating
system's, and a note that a killed holder left is of no effect.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.text import clean
from akash_tui.private_files import read_plain_file, replace_file
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.storage.files import private_dir

if TYPE_CHECKING:
    from filelock import FileLock

CLAIMS: Final = 32
"""So many of its newest quotes for new deployments a session keeps the numbers of."""
_SLOTS: Final = 1024
"""Lock files of claims; two numbers that share one are not claimed at the same time."""
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
        return json.dumps({"pid": self.pid, "command": self.command, "since": self.since.isoformat(), "host": self.host})


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


def lock_holder(folder: Path, chain_id: str, id: DeploymentId) -> LockHolder | None:
    """Who is at work on the deployment, by the note that it left; takes no lock, which would disturb it."""
    return read_holder(folder / f"{_name(chain_id, id)}.holder")


def _name(chain_id: str, id: DeploymentId) -> str:
    """What the lock of a deployment is called."""
    return hashlib.sha256(f"{chain_id}/{id.xid}".encode()).hexdigest()[:24]


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
def deployment_lock(
    folder: Path, chain_id: str, id: DeploymentId, command: str = "akash-tui", *, now: datetime | None = None
) -> Iterator[None]:
    """Lock the deployment for one action of `command`. Raises `Busy`, which says who holds it, at once if another
    process or task has it, `BadInput` if something else lies where the folder of locks should be."""
    from filelock import FileLock, Timeout

    try:
        path = private_dir(folder) / f"{_name(chain_id, id)}.lock"
    except (FileExistsError, NotADirectoryError):
        raise BadInput(
            f"{folder} is not a folder; nothing was signed.", "Look at what lies there, and move it."
        ) from None
    # without the fallback to a lock by mere existence, which would outlive a killed holder
    lock = FileLock(path, blocking=False, mode=0o600, thread_local=False, fallback_to_soft=False)
    note = path.with_suffix(".holder")
    try:
        lock.acquire()
    except Timeout:
        raise _busy(id, read_holder(note)) from None
    try:
        # a disk that takes no note costs the others the name of the holder, no more
        with contextlib.suppress(OSError):
            at = datetime.now(UTC) if now is None else now
            replace_file(note, LockHolder(os.getpid(), command, at, platform.node()).note().encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _busy(id: DeploymentId, holder: LockHolder | None) -> Busy:
    if holder is None:
        who = f"Another akash-tui is at work on deployment {id.dseq}"
    elif holder.is_this_process:
        who = f"This akash-tui is itself at work on deployment {id.dseq} (since {holder.since:%H:%M:%S} UTC)"
    else:
        who = f"Another akash-tui is at work on deployment {id.dseq}: {holder.words}"
    return Busy(
        f"{who}; nothing was done here.",
        f"Wait until it is done, then check: akash-tui lease status {id.dseq}. If the other one crashed, the lock is "
        "free at once.",
    )


class NumberClaims:
    """Numbers (dseq) of new deployments in the quotes of one session: no other session of this home quotes them.

    Every client takes the newest height as the number, so several that start at once would quote the same one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: deque[FileLock] = deque()

    def claim(self, chain_id: str, id: DeploymentId) -> bool:
        """Take a number for a quote; False if another quote has it. The oldest claim ends when there are too many."""
        from filelock import FileLock, Timeout

        slot = int(hashlib.sha256(f"{chain_id}/{id.xid}".encode()).hexdigest(), 16) % _SLOTS
        try:
            path = private_dir(self._folder) / f"claim-{slot}.lock"
            lock = FileLock(path, blocking=False, mode=0o600, thread_local=False, fallback_to_soft=False)
            lock.acquire()
        except Timeout:
            return False
        except OSError:
            return True  # a home that cannot be written: a quote may be shown, and the journal refuses to spend
        self._held.append(lock)
        if len(self._held) > CLAIMS:
            self._held.popleft().release()
        return True

    def release(self) -> None:
        """Give all numbers back."""
        while self._held:
            self._held.popleft().release()
