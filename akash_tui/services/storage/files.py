"""Private text files: folders 0700, files 0600, every save whole or not at all."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from akash_tui.domain.text import clean
from akash_tui.private_files import (
    make_file,
    open_plain_file,
    private_folder,
    read_plain_file,
    replace_file,
    require_no_database,
    require_plain_file,
)
from akash_tui.services.errors import BadFile, BadInput
from akash_tui.services.storage.disk_faults import disk_fault

LARGEST = 64 << 20
"""Bytes; no text file of ours is longer."""


def packaged(name: str) -> Path:
    """A file or folder that comes with the program: in a wheel beside our modules, in a checkout at its top."""
    package = Path(__file__).resolve().parents[2]
    inside = package / name
    return inside if inside.exists() else package.parent / name


def chain_file_name(chain_id: str) -> str:
    """A chain's id as a part of a file's name: whatever a node calls itself stays in its folder."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", chain_id)[:80]


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
            raise BadInput(f"{path} is too large.", "Move it away: no file of akash-tui is that large.")
        return raw.decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_fault(error, path) or BadInput(
            f"{path} cannot be read: {error.strerror}.", "Correct that, or move it away."
        ) from error
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8 text.", "Correct the file, or move it away.") from None


def read_user_text(path: Path, what: str, most: int, *, utf16: bool = False) -> str:
    """The text of a file that a person named, which should be `what` ("an SDL") of at most `most` bytes.

    `utf16` reads that too, if it has a byte order mark. Raises `BadFile`: for a pipe, a socket or a device at once.
    """
    return decode_user_text(read_user_bytes(path, what, most), clean(str(path)), what, most, utf16=utf16)


def read_user_bytes(path: Path, what: str, most: int) -> bytes:
    """The bytes of such a file, at most one more than `most`. Raises `BadFile` as `read_user_text` does."""
    shown = clean(str(path))
    try:
        return read_plain_file(path, most)
    except FileNotFoundError:
        raise _bad_file(shown, "does not exist.", what) from None
    except OSError as error:
        raise _bad_file(shown, f"cannot be read: {error.strerror}.", what) from None
    except ValueError:  # a null byte in the path
        raise _bad_file(shown, "is not a path.", what) from None


def decode_user_text(raw: bytes, shown: str, what: str, most: int, *, utf16: bool = False) -> str:
    """The text of bytes that a person gave: UTF-8, or with `utf16` also that with a byte order mark (from Windows).

    The mark stays. Raises `BadFile` with the line and column of what cannot be read.
    """
    if len(raw) > most:
        size = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1024} KiB"
        raise _bad_file(shown, f"is larger than {size}: too large for {what}.", what)
    encoding = encoding_of(raw) if utf16 else "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        name = encoding[:6].upper().removesuffix("-")
        advice = "Save the file as UTF-8."
        letter = raw[error.start : error.start + 1].decode("cp1252", "replace")
        if encoding == "utf-8" and letter.isprintable() and letter != "\N{REPLACEMENT CHARACTER}":
            advice = (
                f"If it was written as Latin-1 or Windows-1252, the byte is {letter}. Save the file as "
                "UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8."
            )
        reason = f"The byte 0x{raw[error.start]:02X} is not {name} text."
        title = f"{shown}, line {line}: this is not {name} text."
        raise BadFile(title, advice, reason, line=line, column=column) from None


def encoding_of(raw: bytes) -> str:
    """The encoding that a byte order mark at the beginning states; UTF-8 without one."""
    marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
    return marks.get(raw[:2], "utf-8")


def _bad_file(shown: str, fault: str, what: str) -> BadFile:
    return BadFile(f"{shown} {fault}", f"Give the path of {what}.", f"The file {fault}")


def write_atomic(path: Path, text: str) -> None:
    """Replace `path` by a file of mode 0600 that is on the disk before it takes the name."""
    private_dir(path.parent)
    replace_file(path, text.encode())


def write_new(path: Path, text: str | Iterable[str], *, replace: bool) -> None:
    """A file of mode 0600, whole or not at all; without `replace` never over one that is there (`FileExistsError`)."""
    data = (part.encode() for part in ([text] if isinstance(text, str) else text))
    if replace:
        require_no_database(path)
        replace_file(path, data)
    else:
        make_file(path, data)


def write_user_file(path: Path, text: str, *, replace: bool) -> None:
    """Write a file that a person named, with the mode of any other file of theirs; whole or not at all.

    Raises `OSError`: `FileExistsError` for one that is there without `replace`, and for a pipe, a socket, a device or
    a database.
    """
    if replace and path.exists():
        status = path.stat()
        require_plain_file(path, status)
        require_no_database(path)
        replace_file(path.resolve(), text.encode(), stat.S_IMODE(status.st_mode))
        return
    handle = open_plain_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Replace the user's own file, through a link if it is one, keeping its mode and encoding; whole or not at all."""
    target = path.resolve()
    encoding = encoding_of(read_plain_file(target, LARGEST)[:2])
    replace_file(target, text.encode(encoding), stat.S_IMODE(target.stat().st_mode))
