"""The journal's file: sqlite, WAL, synchronous FULL (a commit is on the disk when it returns), mode 0600."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.services.ports import BadInput
from akash_tui.services.storage.files import private_dir

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE intents (
    key INTEGER PRIMARY KEY, kind TEXT NOT NULL, chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER,
    tx_hash TEXT NOT NULL, expires TEXT, about TEXT NOT NULL, created_at TEXT NOT NULL,
    outcome TEXT NOT NULL, height INTEGER, code INTEGER, note TEXT NOT NULL DEFAULT '', settled_at TEXT
);
CREATE INDEX intents_open ON intents (chain_id, outcome);
CREATE TABLE deployments (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL,
    sdl TEXT NOT NULL, manifest BLOB NOT NULL, version BLOB NOT NULL, hours TEXT, stage TEXT NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (chain_id, owner, dseq)
);
CREATE TABLE leases (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, gseq INTEGER NOT NULL, oseq INTEGER NOT NULL,
    provider TEXT NOT NULL, bseq INTEGER NOT NULL DEFAULT 0, denom TEXT NOT NULL, price TEXT NOT NULL,
    created_at TEXT NOT NULL, delivered_at TEXT,
    PRIMARY KEY (chain_id, owner, dseq, gseq, oseq, provider, bseq)
);
"""


class JournalFile:
    """The file, made by the first write: whoever only reads leaves nothing behind. Safe for several processes."""

    def __init__(self, path: Path) -> None:
        """Open `path` (usually `home/journal.db`) if it is there. Raises `BadInput` if it is not ours or too new."""
        self.path = path
        self._file: sqlite3.Connection | None = None
        self._empty = _connected(":memory:")
        if path.exists():
            self._file = _opened(path)

    @property
    def _db(self) -> sqlite3.Connection:
        """The file; while there is none, an empty journal."""
        if self._file is None and self.path.exists():  # another process made it meanwhile
            self._file = _opened(self.path)
        return self._file or self._empty

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; all of it counts, or nothing. For this and the neighbouring tables' own modules."""
        if self._file is None:
            self._file = _opened(self.path)
        with _transaction(self._file):
            yield self._file

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._empty.close()
        if self._file is not None:
            self._file.close()


def _opened(path: Path) -> sqlite3.Connection:
    try:
        private_dir(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise BadInput(
            f"The journal {path} cannot be written: {error.strerror}.",
            "Give the folder to your user, or set AKASH_TUI_HOME; nothing is signed without a journal.",
        ) from error
    return _connected(path)


def _connected(path: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        with _transaction(db):
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
    except sqlite3.DatabaseError as error:
        db.close()
        raise BadInput(
            f"The journal {path} cannot be read.",
            "Move it away to start a new one; keep it, it lists your deployments.",
            detail=str(error),
        ) from error
    if version > _SCHEMA_VERSION:
        db.close()
        raise BadInput(f"The journal {path} was written by a newer akash-tui.", "Update akash-tui.")
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
