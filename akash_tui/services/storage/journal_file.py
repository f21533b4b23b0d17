"""The journal's file and its two connections: one that only reads, one that writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.services.storage.schema import open_empty, open_to_read, open_to_write, transaction


class JournalFile:
    """The file, made by the first write: whoever only reads leaves nothing behind. Safe for several processes."""

    def __init__(self, path: Path) -> None:
        """Open `path` (usually `home/journal.db`) if it is there. Raises `BadInput` if it is not ours or too new."""
        self.path = path
        self._empty = open_empty()
        self._reader = open_to_read(path) if path.exists() else None
        self._writer: sqlite3.Connection | None = None

    @property
    def reader(self) -> sqlite3.Connection:
        """For single statements that read: each sees all that was committed before it. Never waits for a writer."""
        if self._reader is None and self.path.exists():  # another process made it meanwhile, or we did
            self._reader = open_to_read(self.path)
        return self._reader or self._empty

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several statements that all see the same state. Not to be nested."""
        db = self.reader
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; all of it counts, or nothing. For the journal and the neighbouring tables' own modules."""
        if self._writer is None:
            self._writer = open_to_write(self.path)
        with transaction(self._writer):
            yield self._writer

    def close(self) -> None:
        """Close the file; safe to call twice."""
        for db in (self._empty, self._reader, self._writer):  # the writer last: it tidies up the WAL
            if db is not None:
                db.close()
