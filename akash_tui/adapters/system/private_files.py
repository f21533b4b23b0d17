"""One process at a time on the wallets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.private_files import private_folder


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file `path` for a moment; other processes wait. It dies with its holder."""
    private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        try:
            import fcntl
        except ImportError:  # Windows: two programs changing wallets in the same instant are not worth more
            pass
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
