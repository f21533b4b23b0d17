"""The sources' SDLs, read and compiled once per version of their files, away from the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from akash_tui.domain.text import clean
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.presets import FileAsRead
from akash_tui.ui.deploy.sdl_files import read_file
from akash_tui.ui.deploy.sources import OPEN_ID, SdlSource
from akash_tui.ui.session.draft import Draft

if TYPE_CHECKING:
    from akash_tui.services.core.session import SdlReader

_Version = tuple[int, int]


class Previews:
    """A draft of each source; `read` runs in a thread, the rest only looks."""

    def __init__(self, reader: Callable[[], SdlReader]) -> None:
        self._reader = reader
        self._drafts: dict[str, tuple[_Version, Draft]] = {}
        self.faults: dict[str, AkashError] = {}
        """Why a source cannot be read, by its id."""
        self.revision = 0
        self._reading = Lock()
        """A thread that nobody waits for any more may still be reading when the next one begins."""

    def get(self, source: SdlSource) -> Draft | None:
        """The draft as it was read last; None before that."""
        known = self._drafts.get(source.id)
        return None if known is None else known[1]

    def read(self, sources: Iterable[SdlSource]) -> None:
        """Read those whose files are new or were changed. Files and the compiler: not for the thread of the keys."""
        for source in sources:
            if source.path is None or source.id == OPEN_ID:
                continue
            try:
                with self._reading:
                    self._read(source, source.path)
            except AkashError as error:
                self._drafts.pop(source.id, None)
                self.faults[source.id] = error
                self.revision += 1

    def _read(self, source: SdlSource, path: Path) -> None:
        version = _version(path)
        known = self._drafts.get(source.id)
        if known is not None and known[0] == version:
            return
        draft = new_draft(source, read_file(path), self._reader())
        self._drafts[source.id] = version, draft
        self.faults.pop(source.id, None)
        self.revision += 1


def new_draft(source: SdlSource, text: str, reader: SdlReader) -> Draft:
    """A draft of a source's text, under the name that its deployment will have."""
    assert source.path is not None
    name = source.preset.name if source.preset is not None else source.path.stem
    return Draft(
        clean(name, 60), source.path.name, text, reader, source=source.id, read=FileAsRead.of(source.path, text)
    )


def _version(path: Path) -> _Version:
    try:
        found = path.stat()
    except OSError:
        return -1, -1  # reading it says what is wrong
    return found.st_mtime_ns, found.st_size
