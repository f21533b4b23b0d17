"""The journal's file: sqlite, WAL, synchronous FULL (a commit is on the disk when it returns), mode 0600."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.services.files import private_dir
from akash_tui.services.ports import BadInput

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
    """The open file; safe for several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open or make `path` (usually `home/journal.db`). Raises `BadInput` if it is not our file or too new."""
        private_dir(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        self.path = path
        self._db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            with self.writing():
                (version,) = self._db.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    for statement in filter(str.strip, _SCHEMA.split(";")):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise BadInput(
                f"The journal {path} cannot be read.",
                "Move it away to start a new one; keep it, it lists your deployments.",
                detail=str(error),
            ) from error
        if version > _SCHEMA_VERSION:
            self._db.close()
            raise BadInput(f"The journal {path} was written by a newer akash-tui.", "Update akash-tui.")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; all of it counts, or nothing. For this and the neighbouring tables' own modules."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._db.close()
