"""Drafts: what was typed into an SDL and not saved yet, one file each in the home folder, so that no kill loses it.

A draft belongs to its source (a preset, a file, a deployment), and to the process that wrote it, so that two apps that
change one preset never write over each other's text. What a process left that has ended belongs to the next one that
looks for it. Its file is the text itself below one comment line that says what it is, so that a person can read it
without this program. The value of a secret parameter is never written.
"""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from akash_tui.domain.sdl.edit.secret_removal import without_secrets
from akash_tui.domain.sdl.edit.text_diff import fingerprint as fingerprint
from akash_tui.private_files import read_plain_file, write_private
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.disk_faults import disk_fault
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.locks import Presence

FOLDER: Final = "drafts"
LARGEST: Final = 4 << 20
"""Bytes of a draft; a text beyond it is no SDL, and is not kept."""
_HEAD: Final = "# akash-tui draft "
_SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as it is on the disk."""

    source: str
    """What it is a draft of, such as `preset blog` or `file /home/me/train.yaml`."""
    text: str
    base: str
    """The fingerprint of the text that it began with."""
    at: datetime


class Drafts:
    """The drafts of one home folder. Its calls touch the disk: none belongs on the way of a key."""

    def __init__(self, home: Path, process: Presence | None = None) -> None:
        """`process`: whose drafts are written; this one's if not given."""
        self.folder = home / FOLDER
        self._process = process or _this_process(home / "locks")

    def save(self, source: str, text: str, base: str, now: datetime) -> str:
        """Write a draft, whole or not at all; returns the text as written, which has no value of a secret parameter.

        `base`: the text that it began with. Raises `BadInput` if it is too large, `DiskFault` if the disk refuses.
        """
        kept = without_secrets(text, base)
        head = {"of": source, "base": fingerprint(base), "at": now.isoformat()}
        data = f"{_HEAD}{json.dumps(head)}\n{kept}".encode("utf-8", "surrogatepass")
        if len(data) > LARGEST:
            raise BadInput("This text is too large for a draft.", "ctrl+s saves it under a name.")
        path = self._own_path(source)
        try:
            self._process.begin()  # before there is a file that others might take for left behind
            write_private(path, data)
        except OSError as error:
            raise disk_fault(error, path) or BadInput(
                f"The draft cannot be written: {error.strerror}.", "ctrl+s saves the text under a name."
            ) from error
        return kept

    def find(self, source: str) -> SavedDraft | None:
        """The newest draft of this source; None if there is none. One that cannot be read is reported and stays.

        What a process left that has ended is this one's from now on; an older one stays, and is found after it.
        """
        found = [(draft, path) for path in self._paths(source) if (draft := _read(path, source)) is not None]
        newest = max(found, key=lambda each: each[0].at.timestamp(), default=None)
        if newest is None:
            return None
        draft, path = newest
        self._take_over(path, self._own_path(source))
        return draft

    def _take_over(self, path: Path, own: Path) -> None:
        """Make a draft that was left behind this process's own, unless it has one of that source."""
        *_, owner = path.name.removesuffix(_SUFFIX).split(".")
        if own.exists() or self._process.sees(owner):
            return
        with contextlib.suppress(OSError, BadInput):  # another process was quicker, or the disk refuses: it stays
            self._process.begin()
            path.rename(own)

    def remove(self, source: str) -> None:
        """Forget this process's draft of this source, if there is one. Raises `DiskFault`, or `BadInput` for another
        refusal."""
        path = self._own_path(source)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_fault(error, path) or BadInput(
                f"The draft {path} cannot be removed: {error.strerror}.", "Remove it yourself."
            ) from error

    def has(self, source: str) -> bool:
        """Whether there is a draft of this source, without reading it."""
        return bool(self._paths(source))

    def _own_path(self, source: str) -> Path:
        return self.folder / f"{fingerprint(source)}.{self._process.name}{_SUFFIX}"

    def _paths(self, source: str) -> list[Path]:
        """The drafts of a source, of all processes; earlier programs named none."""
        name = fingerprint(source)
        return [*self.folder.glob(f"{name}{_SUFFIX}"), *self.folder.glob(f"{name}.*{_SUFFIX}")]


_processes: dict[Path, Presence] = {}


def _this_process(folder: Path) -> Presence:
    """This process, as others see it in this folder of locks."""
    return _processes.setdefault(folder, Presence(folder))


def _read(path: Path, source: str) -> SavedDraft | None:
    """A draft of `source`; None for one that is gone, cannot be read or is of another source."""
    try:
        data = read_plain_file(path, LARGEST)
        head, _, text = data.decode("utf-8", "surrogatepass").partition("\n")
        said = json.loads(head.removeprefix(_HEAD))
        found = SavedDraft(str(said["of"]), text, str(said["base"]), datetime.fromisoformat(said["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        unreadable_rows.add(path, FOLDER, source, f"The draft {path} cannot be read; it was left as it is.")
        return None
    return found if found.source == source and len(data) <= LARGEST else None


def preset_source(name: str) -> str:
    """The source of a preset's draft."""
    return f"preset {name}"


def text_source(text: str) -> str:
    """The source of a draft of a text that has no home yet."""
    return f"text {fingerprint(text)}"


class DraftWriter:
    """Keeps the draft of one source up to date, from several threads: an older text never comes after a newer one."""

    def __init__(self, drafts: Drafts, source: str, base: str) -> None:
        self._drafts = drafts
        self._source = source
        self._base = base
        self._lock = threading.Lock()
        self._written = -1
        self.left_out = False
        """Whether the value of a secret parameter was left out of what was written last."""

    def write(self, version: int, text: str, now: datetime) -> None:
        """Write this version of the text, unless a later one was written; one that equals the source's own text needs
        no draft. Raises as `Drafts.save` does."""
        with self._lock:
            if version <= self._written:
                return
            if text == self._base:
                self._drafts.remove(self._source)
                self.left_out = False
            else:
                self.left_out = self._drafts.save(self._source, text, self._base, now) != text
            self._written = version
