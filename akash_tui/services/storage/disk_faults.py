"""Errors of the disk in words: a full, read-only or failing disk is one thing, a damaged journal another.

The one place that knows errno and SQLite's result codes (https://www.sqlite.org/rescode.html). A journal on a full or
failing disk is whole and lists what was sent: no advice may be to move it away.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.services.errors import AkashError, BadInput, Busy, DiskFault

if TYPE_CHECKING:
    import sqlite3

WAIT_SECONDS = 10.0
"""How long a write to the journal waits for another process's."""
_NO_ROOM = 64 << 10
"""Bytes: with less free space on the disk, an error without a reason means that it is full (SQLite reports a full
disk as an I/O error where it grows the file that its readers share)."""
_STAY = (
    "Leave akash-tui's files where they are: they list what was sent. Afterwards akash-tui resume looks it up and "
    "repeats nothing."
)


def disk_fault(error: BaseException, path: Path | None = None, *, home: Path | None = None) -> DiskFault | None:
    """The error as one of the disk, with what to do; None if the disk is not the reason.

    `path`: where it happened, if the error does not name it. With `home` the error may come from anywhere: then a file
    outside that folder is not named, because a library may put anything into its errors.
    """
    if isinstance(error, OSError):
        named = error.filename
        where = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else path
        if where is not None and home is not None and not where.is_relative_to(home):
            where = None
        # without a file it may be a socket's error, or that of the pipe that reads our output
        return _fault(error.errno or 0, where, error) if where is not None or error.errno in _DISK_ALONE else None
    import sqlite3  # here: a start that reads no journal need not wait for it

    if isinstance(error, sqlite3.Error):
        number = _errno(error, path)
        return None if number is None else _fault(number, path, error)
    return None


def journal_fault(error: sqlite3.Error, path: Path) -> AkashError | None:
    """What SQLite says of the journal at `path`, as an error of the program; None if it is the program's own fault."""
    import sqlite3

    code = sqlite_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(
            f"Another akash-tui is writing the journal {path}, and did not end within {WAIT_SECONDS:.0f} seconds.",
            "Nothing was done here. Wait a moment, then try again.",
        )
    fault = disk_fault(error, path)
    if fault is not None:
        return fault
    if code == sqlite3.SQLITE_NOMEM:
        return BadInput(f"There is too little memory to read the journal {path}.", "Close other programs.")
    # the last one: a table or column of ours is missing
    if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR):
        return None
    return BadInput(
        f"The journal {path} cannot be read: the file is damaged, or not a journal.",
        "Restore it from a copy. Without one, wait 10 minutes so that nothing sent can still count, look at your "
        "deployments and balance on chain, then move it away to start a new one; keep it, it lists your deployments.",
        detail=str(error),
    )


def sqlite_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; -1 for an error that is Python's own."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


def _errno(error: sqlite3.Error, path: Path | None) -> int | None:
    """The reason of a SQLite error as an errno; None if it is not the disk's."""
    import sqlite3

    code = sqlite_code(error)
    if code == sqlite3.SQLITE_FULL:
        return errno.ENOSPC
    if code == sqlite3.SQLITE_IOERR:
        return errno.ENOSPC if path is not None and _is_full(path.parent) else errno.EIO
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return errno.EROFS if path is None or _is_read_only(path.parent) else errno.EACCES
    if code == sqlite3.SQLITE_CANTOPEN:
        return _why_not_opened(path)
    return None


def _is_full(folder: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


def _is_read_only(folder: Path) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _why_not_opened(path: Path | None) -> int:
    if path is not None:
        try:
            path.stat()
            os.close(os.open(path.parent, os.O_RDONLY))  # never the file itself, see `ensure_database_file`
        except OSError as error:
            return error.errno or errno.EIO
        if _is_full(path.parent):
            return errno.ENOSPC
        if _is_read_only(path.parent):
            return errno.EROFS
    return errno.EACCES


_DISK_ALONE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
"""Only files end like this, so they are the disk's even where no file is named."""


def _fault(number: int, path: Path | None, error: BaseException) -> DiskFault | None:
    what = "A file" if path is None else str(path)
    titles = {
        errno.ENOSPC: (f"The disk is full: {what} cannot be written.", "Free some space."),
        errno.EDQUOT: (f"Your disk quota is used up: {what} cannot be written.", "Delete files of yours."),
        errno.EFBIG: (f"{what} would be longer than this system allows.", "Raise the limit (ulimit -f)."),
        errno.EROFS: (
            f"The disk is read-only: {what} cannot be written.",
            "Make it writable; a disk with errors often becomes read-only by itself, so check it.",
        ),
        errno.EIO: (
            f"The disk reports an error: {what} cannot be read or written.",
            "Check the disk and your quota, and copy the folder to another disk while it can be read.",
        ),
        errno.EACCES: (f"Your user may not open {what}.", "Make your user its owner, and of its folder (chown)."),
    }
    titles[errno.EPERM] = titles[errno.EACCES]
    if number not in titles:
        return None
    title, advice = titles[number]
    # an OSError's text adds nothing to the title
    return DiskFault(title, f"{advice} {_STAY}", detail="" if isinstance(error, OSError) else str(error))
