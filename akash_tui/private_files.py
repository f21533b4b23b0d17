"""Files that only their owner may read, written whole or not at all. The one writer of services and adapters.

It lies in no layer and uses the standard library alone, so that every layer that writes files may import it.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO


def private_folder(path: Path) -> bool:
    """Make `path` with mode 0700 (its parents too), and close it to others if it is open to them.

    False if it is shared by everybody on this machine, like `/tmp`: such a folder stays as it is. Raises `OSError`.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = path.stat().st_mode
    if mode & stat.S_ISVTX:
        return False
    if mode & 0o077:
        path.chmod(0o700)
    return True


def write_private(path: Path, data: bytes) -> None:
    """Replace or make a file of mode 0600 in a private folder, whole or not at all. Raises `OSError`."""
    private_folder(path.parent)
    replace_file(path, data)


def replace_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace the file `path`, or make it: after a crash it has the old content or the new one, never a part.

    Content and name are on the disk when this returns. The folder must be there and stays as it is. Raises `OSError`.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            if mode != 0o600:
                os.fchmod(handle, mode)
            _write(file, data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_file(path: Path, data: bytes) -> None:
    """Make a file of mode 0600; `FileExistsError` if there is one already. The folder must be there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            _write(file, data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def _write(file: BinaryIO, data: bytes) -> None:
    file.write(data)
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
