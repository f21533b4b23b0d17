"""One process at a time on one deployment, one that replaces a file it has read, one quote for each new number, and who
runs: locks die with their holder, kill -9 included.
"""

from __future__ import annotations

import atexit
import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.ports.lock_holder import LockHolder, noted_holder, read_holder
from akash_tui.services.storage.disk_faults import WAIT_SECONDS
from akash_tui.services.storage.files import private_dir, write_atomic

if TYPE_CHECKING:
    from filelock import FileLock

CLAIMS: Final = 32
"""This many of its newest quotes for new deployments a session keeps the numbers of."""
_SLOTS: Final = 1024
"""Lock files of claims; two numbers that share one are not claimed at the same time."""


def lock_holder(folder: Path, chain_id: str, id: DeploymentId) -> LockHolder | None:
    """Who is at work on the deployment, by the note that it left; takes no lock, which would disturb it."""
    return read_holder(folder / f"{_name(chain_id, id)}.holder")


def _name(chain_id: str, id: DeploymentId) -> str:
    """What the lock of a deployment is called."""
    return hashlib.sha256(f"{chain_id}/{id.xid}".encode()).hexdigest()[:24]


@contextmanager
def deployment_lock(
    folder: Path, chain_id: str, id: DeploymentId, command: str = "akash-tui", *, now: datetime | None = None
) -> Iterator[None]:
    """Lock the deployment for one action of `command`. Raises `Busy`, which says who holds it, at once if another
    process or task has it, `BadInput` if something else lies where the folder of locks should be."""
    try:
        path = private_dir(folder) / f"{_name(chain_id, id)}.lock"
    except (FileExistsError, NotADirectoryError):
        raise BadInput(
            f"{folder} is not a folder; nothing was signed.", "Look at what lies there, and move it."
        ) from None
    # without the fallback to a lock by mere existence, which would outlive a killed holder
    with _held(path, command, lambda holder: _busy(id, holder), now=now, fallback_to_soft=False):
        yield


@contextmanager
def change_lock(path: Path, what: str) -> Iterator[None]:
    """Between reading a file and replacing it no other copy of the program writes `what`. Not to be nested. Raises
    `Busy`, which says who holds the lock, if another one does not end within `WAIT_SECONDS`."""

    def busy(holder: LockHolder | None) -> Busy:
        return Busy(
            f"{_who(f'writing {what}', holder)}; it did not end within {WAIT_SECONDS:.0f} seconds.",
            "Nothing was saved here. Wait a moment, then try again.",
        )

    with _held(private_dir(path.parent) / path.name, "akash-tui", busy, wait=WAIT_SECONDS):
        yield


@contextmanager
def _held(
    path: Path,
    command: str,
    busy: Callable[[LockHolder | None], Busy],
    *,
    wait: float = 0,
    now: datetime | None = None,
    fallback_to_soft: bool = True,
) -> Iterator[None]:
    """Hold the lock `path`, with a note of who holds it beside it; raises `busy` of the holder if it stays taken for
    `wait` seconds."""
    from filelock import FileLock, Timeout

    lock = FileLock(
        path, timeout=wait, blocking=wait > 0, mode=0o600, thread_local=False, fallback_to_soft=fallback_to_soft
    )
    note = path.with_name(f"{path.name.removesuffix('.lock')}.holder")
    try:
        lock.acquire()
    except Timeout:
        raise busy(read_holder(note)) from None
    try:
        with noted_holder(note, command, now):
            yield
    finally:
        lock.release()


def _who(doing: str, holder: LockHolder | None) -> str:
    if holder is None:
        return f"Another akash-tui is {doing}"
    if holder.is_this_process:
        return f"This akash-tui is itself {doing} (since {holder.since:%H:%M:%S} UTC)"
    return f"Another akash-tui is {doing}: {holder.words}"


def _busy(id: DeploymentId, holder: LockHolder | None) -> Busy:
    return Busy(
        f"{_who(f'at work on deployment {id.dseq}', holder)}; nothing was done here.",
        f"Wait until it is done, then check: akash-tui lease status {id.dseq}. If the other one crashed, the lock is "
        "free at once.",
    )


def write_once(path: Path, make: Callable[[], str]) -> None:
    """Write a file of the home unless it is there: of several processes at once, one. Raises `OSError` and `Busy`."""
    with change_lock(path.parent / "locks" / f"{path.name}.lock", path.name):
        if not path.exists():
            write_atomic(path, make())


class Presence:
    """That this process runs, as others can see it: a lock with a name of its own, which ends with the process."""

    def __init__(self, folder: Path) -> None:
        self.name: Final = token_hex(6)
        self._folder = folder
        self._held: FileLock | None = None
        self._beginning = threading.Lock()

    def begin(self) -> None:
        """Be seen from now on; safe to call again. Raises `OSError`, or `BadInput` where the folder cannot be one."""
        with self._beginning:
            if self._held is None:
                lock = _presence_lock(private_dir(self._folder), self.name)
                lock.acquire()
                self._held = lock
                atexit.register(self.end)

    def end(self) -> None:
        """As if the process had ended."""
        held, self._held = self._held, None
        if held is not None:
            held.release()
            Path(held.lock_file).unlink(missing_ok=True)

    def sees(self, name: str) -> bool:
        """Whether the process of this name runs."""
        from filelock import Timeout

        if not _presence_path(self._folder, name).exists():
            return False
        try:
            with _presence_lock(self._folder, name):
                return False
        except (Timeout, OSError):  # one that cannot be asked may run
            return True


def _presence_path(folder: Path, name: str) -> Path:
    return folder / f"running-{name}.lock"


def _presence_lock(folder: Path, name: str) -> FileLock:
    from filelock import FileLock

    path = _presence_path(folder, name)
    return FileLock(path, blocking=False, mode=0o600, thread_local=False, fallback_to_soft=False)


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
