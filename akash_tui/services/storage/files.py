"""Private text files: folders 0700, files 0600, every save whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

from akash_tui.private_files import make_file, private_folder, read_plain_file, replace_file
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.disk_faults import disk_fault

LARGEST = 64 << 20
"""Bytes; no text file of ours is longer."""


def private_dir(path: Path) -> Path:
    """Make `path` (and parents) if needed, and close it to others. Raises `BadInput` for a folder shared by all."""
    if not private_folder(path):
        if path.is_symlink():
            raise BadInput(
                f"{path} is a link to {path.resolve()}, which is open to others.",
                f"Close that folder if it is yours (chmod 700 {path.resolve()}), or name another one.",
            )
        raise BadInput(f"{path} is shared by everybody on this machine.", "Name a folder of your own.")
    return path


def read_text(path: Path) -> str | None:
    """The file's UTF-8 text; None if it is not there. Raises `BadInput` that names what is wrong with it."""
    try:
        raw = read_plain_file(path, LARGEST)
        if len(raw) > LARGEST:
            raise BadInput(f"{path} is too large.", "Move it away; akash-tui never writes a file of that size.")
        return raw.decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_fault(error, path) or BadInput(
            f"{path} cannot be read: {error.strerror}.", "Correct that, or move it away."
        ) from error
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8 text.", "Correct the file, or move it away.") from None


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
