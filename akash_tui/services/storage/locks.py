"""One process at a time on one deployment: a lock that dies with its holder, kill -9 included."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import Busy
from akash_tui.services.storage.files import private_dir


@contextmanager
def deployment_lock(folder: Path, chain_id: str, id: DeploymentId) -> Iterator[None]:
    """Hold the deployment for one action. Raises `Busy` at once if another process or task has it."""
    name = hashlib.sha256(f"{chain_id}/{id.xid}".encode()).hexdigest()[:24]
    handle = os.open(private_dir(folder) / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _try_lock(handle):
            raise Busy(
                f"Another akash-tui is at work on deployment {id.dseq}; nothing was done here.",
                "Wait until it is done, then look again: akash-tui lease status "
                f"{id.dseq}. After a crash of the other one the lock is free at once.",
            )
        yield
    finally:
        # closing gives the lock back; the file stays, for removing it would let two holders in
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_windows(handle: int) -> bool:
    import msvcrt

    locking = getattr(msvcrt, "locking")  # noqa: B009  (not in the stubs of other platforms)
    try:
        locking(handle, getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except OSError:
        return False
    return True
