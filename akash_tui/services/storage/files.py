"""Private text files: folders 0700, files 0600, every save whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

from akash_tui.private_files import make_file, private_folder, replace_file
from akash_tui.services.ports import BadInput


def private_dir(path: Path) -> Path:
    """Make `path` (and parents) if needed, and close it to others. Raises `BadInput` for a folder shared by all."""
    if not private_folder(path):
        raise BadInput(f"{path} is shared by everybody on this machine.", "Name a folder of your own.")
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
    replace_file(path, text.encode())


def write_new(path: Path, text: str, *, replace: bool) -> None:
    """A file of mode 0600; without `replace` never over one that is there (`FileExistsError`)."""
    if replace:
        replace_file(path, text.encode())
    else:
        make_file(path, text.encode())


def replace_text(path: Path, text: str) -> None:
    """Replace the user's own file, through a link if it is one, keeping its mode; whole or not at all."""
    target = path.resolve()
    replace_file(target, text.encode(), stat.S_IMODE(target.stat().st_mode))
