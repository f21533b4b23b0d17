"""Files that only their owner may read, written whole or not at all, and plain files opened safely. The one reader and
writer of services and adapters.

It lies in no layer and uses the standard library alone, so that every layer that opens files may import it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_OPEN_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_KINDS = (
    (stat.S_ISDIR, errno.EISDIR, "Is a directory"),
    (stat.S_ISFIFO, errno.EINVAL, "It is a named pipe, not a file"),
    (stat.S_ISSOCK, errno.EINVAL, "It is a socket, not a file"),
    (stat.S_ISCHR, errno.EINVAL, "It is a device, not a file"),
    (stat.S_ISBLK, errno.EINVAL, "It is a device, not a file"),
)


_SQLITE = b"SQLite format 3\0"
_databases: dict[tuple[int, int], Path] = {}
"""The database files that this process has opened, by device and number."""


def note_database(path: Path) -> None:
    """A database is about to be opened: from now on `open_plain_file` refuses it, under whatever name.

    Closing any handle of a file gives up all POSIX locks that the process holds on it. SQLite would go on without those
    of its own connections: another process takes itself for the last one, deletes the WAL, and what is written after
    that is lost (https://sqlite.org/howtocorrupt.html, 2.2). Raises `OSError`.
    """
    status = path.stat()
    _databases[status.st_dev, status.st_ino] = path


def _is_open_database(path: Path, status: os.stat_result) -> bool:
    """Whether it is a file of a database of ours, its `-wal` or `-shm` included."""
    for end in ("-wal", "-shm"):
        if path.name.endswith(end) and (base := path.with_name(path.name.removesuffix(end))).exists():
            path, status = base, base.stat()
    noted = _databases.get((status.st_dev, status.st_ino))
    try:
        return noted is not None and os.path.samestat(noted.stat(), status)  # a number is used again after its file
    except FileNotFoundError:
        return False


def require_no_database(path: Path) -> None:
    """Raise `OSError` for a database of any program: to write over it, or into it, destroys it."""
    if path.exists() and read_plain_file(path, len(_SQLITE)).startswith(_SQLITE):
        raise OSError(errno.EINVAL, "It is a database", str(path))


def require_plain_file(path: Path, status: os.stat_result) -> None:
    """Raise `OSError` that says what `path` is if it is not a plain file: opening a pipe or a device may wait for
    ever, or do something to it."""
    for is_kind, number, words in _KINDS:
        if is_kind(status.st_mode):
            raise OSError(number, words, str(path))


def open_plain_file(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """A handle of a plain file, looked at before it is opened and again after. Raises `OSError`, also for a database
    that this process has open; never waits."""
    try:
        status = path.stat()
        require_plain_file(path, status)
        if _is_open_database(path.resolve(), status):
            raise OSError(errno.EINVAL, "It is a database of akash-tui, which is open", str(path))
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        flags |= _NO_LINK  # a link to nowhere must not make a file somewhere else
    handle = os.open(path, flags | _OPEN_FLAGS, mode)
    try:
        require_plain_file(path, os.fstat(handle))
    except OSError:
        os.close(handle)
        raise
    return handle


def read_plain_file(path: Path, most: int) -> bytes:
    """The bytes of a plain file, and one more than `most` of a longer one. Raises `OSError`: also for a pipe, a socket
    or a device, at once."""
    with os.fdopen(open_plain_file(path), "rb") as file:
        return file.read(most + 1)


def close_to_others(path: Path) -> None:
    """Take a plain file or a folder from group and others. A link is left alone, and so is what it leads to.

    Raises `OSError`."""
    status = path.lstat()
    if not status.st_mode & 0o077:
        return
    if stat.S_ISREG(status.st_mode):
        path.chmod(0o600)  # by its name, see `ensure_database_file`
    elif stat.S_ISDIR(status.st_mode):
        handle = os.open(path, os.O_RDONLY | _OPEN_FLAGS | _NO_LINK)
        try:
            os.fchmod(handle, 0o700)
        finally:
            os.close(handle)


def ensure_database_file(path: Path) -> None:
    """Make an empty file of mode 0600; one that is there is closed to others, and not opened, see `note_database`.

    Raises `OSError`.
    """
    try:
        require_plain_file(path, path.stat())
    except FileNotFoundError:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _OPEN_FLAGS, 0o600))
        except FileExistsError:  # another process made it meanwhile, or it is a link to nowhere
            require_plain_file(path, path.stat())
    note_database(path)
    close_to_others(path)


def private_folder(path: Path) -> bool:
    """Make `path` with mode 0700 (its parents too), and close it to others if it is open to them.

    False if it is shared by everybody on this machine, like `/tmp`, or a link to a folder that is open to others: such
    a folder stays as it is. Raises `OSError`.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = path.stat().st_mode
    if mode & stat.S_ISVTX or (mode & 0o077 and path.is_symlink()):
        return False
    close_to_others(path)
    return True


def write_private(path: Path, data: bytes) -> None:
    """Replace or make a file of mode 0600 in a private folder, whole or not at all. Raises `OSError`."""
    private_folder(path.parent)
    replace_file(path, data)


def replace_file(path: Path, data: bytes | Iterable[bytes], mode: int = 0o600) -> None:
    """Replace the file `path`, or make it: after a crash it has the old content or the new one, never a part.

    Content and name are on the disk when this returns; `data` in parts is written as they are made. The folder must be
    there and stays as it is. Raises `OSError`, and what making the parts raises.
    """
    import tempfile  # here: a start that writes nothing need not wait for it

    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
        with os.fdopen(handle, "wb") as file:
            if mode != 0o600:
                os.fchmod(handle, mode)
            _write(file, data)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            error.filename = str(path)  # the system names none, or the temporary one
        raise
    _sync_folder(path.parent)


def move_file(path: Path, new: Path) -> None:
    """Give a file another name, which is on the disk when this returns. A file of that name is replaced.

    Raises `OSError`.
    """
    os.replace(path, new)
    _sync_folder(new.parent)


def make_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Make a file of mode 0600; `FileExistsError` if there is one already. The folder must be there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            _write(file, data)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno is not None:
                error.filename = str(path)  # the system names none
            raise
    _sync_folder(path.parent)


def _write(file: BinaryIO, data: bytes | Iterable[bytes]) -> None:
    file.writelines([data] if isinstance(data, bytes) else data)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Put the new name itself on the disk, where the system lets folders be opened."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:  # some network file systems refuse this for folders; the content is safe already
        return
    finally:
        os.close(handle)
