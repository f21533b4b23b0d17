"""One process at a time on one deployment: a lock that dies with its holder, kill -9 included."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import Busy
from akash_tui.services.storage.files import private_dir


@contextmanager
def deployment_lock(folder: Path, chain_id: str, id: DeploymentId) -> Iterator[None]:
    """Lock the deployment for one action. Raises `Busy` at once if another process or task has it."""
    from filelock import FileLock, Timeout

    name = hashlib.sha256(f"{chain_id}/{id.xid}".encode()).hexdigest()[:24]
    # without the fallback to a lock by mere existence, which would outlive a killed holder
    path = private_dir(folder) / f"{name}.lock"
    lock = FileLock(path, blocking=False, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"Another akash-tui is at work on deployment {id.dseq}; nothing was done here.",
            "Wait until it is done, then check: akash-tui lease status "
            f"{id.dseq}. If the other one crashed, the lock is free at once.",
        ) from None
    try:
        yield
    finally:
        lock.release()
