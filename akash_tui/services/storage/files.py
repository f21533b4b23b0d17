"""Private files: folders 0700, files 0600, every save whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from akash_tui.services.ports import BadInput


def private_dir(path: Path) -> Path:
    """Make `path` (and parents) if needed, and close it to others. Raises `BadInput` for a folder shared by all."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = path.stat().st_mode
    if mode & stat.S_ISVTX:
        raise BadInput(f"{path} is shared by everybody on this machine.", "Name a folder of your own.")
    if mode & 0o077:
        path.chmod(0o700)
    return path


def read_text(path: Path) -> str | None:
    """The file's UTF-8 text; None if it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write_atomic(path: Path, text: str) -> None:
    """Replace `path` by a file of mode 0600 that is on the disk before it takes the name."""
    private_dir(path.parent)
    _replace(path, text, None)


def write_new(path: Path, text: str, *, replace: bool) -> None:
    """A file of mode 0600; without `replace` never over one that is there (`FileExistsError`)."""
    if replace:
        _replace(path, text, None)
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def replace_text(path: Path, text: str) -> None:
    """Replace the user's own file, through a link if it is one, keeping its mode; whole or not at all."""
    target = path.resolve()
    _replace(target, text, stat.S_IMODE(target.stat().st_mode))


def _replace(path: Path, text: str, mode: int | None) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
