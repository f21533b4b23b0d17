"""The schema of the home's database (`journal.db`): every table, its version, and its two connections.

`PRAGMA user_version` is the number of migrations that a file has had. Migrations are only ever added at the end; each
runs in one transaction together with its number, so a kill leaves a file either before it or after it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.storage.files import private_dir

MIGRATIONS = (
    # 1: what was sent, and what only this machine knows of its deployments and leases
    """
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
""",
    # 2: three tables that used to be made when first needed; where they are there already they stay, with their rows
    """
CREATE TABLE IF NOT EXISTS versions (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, version BLOB NOT NULL, file TEXT NOT NULL,
    sdl TEXT NOT NULL, manifest BLOB NOT NULL, saved_at TEXT NOT NULL,
    PRIMARY KEY (chain_id, owner, dseq, version)
);
CREATE TABLE IF NOT EXISTS avoided (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, provider TEXT NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (chain_id, owner, dseq, provider)
);
CREATE TABLE IF NOT EXISTS standing_orders (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, amount INTEGER NOT NULL, cap INTEGER NOT NULL,
    below TEXT NOT NULL, fee_most INTEGER NOT NULL, agreed_at TEXT NOT NULL, stopped TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (chain_id, owner, dseq)
);
""",
)
VERSION = len(MIGRATIONS)
WAIT_SECONDS = 10.0
"""How long a write waits for another process's."""


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


def open_empty() -> sqlite3.Connection:
    """A database in memory with every table and no row, to read from while there is no file."""
    db = _connect(":memory:")
    _migrate(db)
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that takes no lock that others wait for, and cannot write. Raises `BadInput` or `Busy`.

    A file of an older version is migrated first, which writes once.
    """
    with _explained(path):
        db = _connect_read_only(path)
        version = _version(db)
    if version < VERSION:
        db.close()
        open_to_write(path).close()
        with _explained(path):
            return _connect_read_only(path)
    _refuse_newer(path, db, version)
    return db


def open_to_write(path: Path) -> sqlite3.Connection:
    """A connection whose commits are on the disk when they return (WAL, synchronous FULL); makes the file with mode
    0600, and migrates an older one. Raises `BadInput` or `Busy`."""
    try:
        private_dir(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise BadInput(
            f"The journal {path} cannot be written: {error.strerror}.",
            "Give the folder to your user, or set AKASH_TUI_HOME; nothing is signed without a journal.",
        ) from error
    db = _connect(str(path))
    try:
        with _explained(path):
            version = _version(db)
            _refuse_newer(path, db, version)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it counts, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _migrate(db: sqlite3.Connection) -> None:
    while _version(db) < VERSION:
        with transaction(db):
            version = _version(db)  # again: another process may have been quicker
            if version < VERSION:
                for statement in filter(str.strip, MIGRATIONS[version].split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={version + 1}")


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _refuse_newer(path: Path, db: sqlite3.Connection, version: int) -> None:
    if version > VERSION:
        db.close()
        raise BadInput(
            f"The journal {path} was written by a newer akash-tui (version {version}, this one knows {VERSION}).",
            "Update akash-tui.",
        )


def _connect(where: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(where, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """Read-only. A WAL file needs its `-wal` and `-shm` neighbours, which even a reader makes; where the folder cannot
    be written and there is no `-wal`, nobody is writing and everything is in the file itself: read that alone."""
    with contextlib.suppress(OSError):  # a copy may have come with another mode
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    uri = path.absolute().as_uri()
    db = _connect(f"{uri}?mode=ro", uri=True)
    try:
        _version(db)
    except sqlite3.OperationalError as error:
        db.close()
        if _code(error) not in _CANNOT_OPEN or _wal_size(path):
            raise
        db = _connect(f"{uri}?mode=ro&immutable=1", uri=True)
    except BaseException:
        db.close()
        raise
    return db


def _wal_size(path: Path) -> int:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except FileNotFoundError:
        return 0


_CANNOT_OPEN = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; -1 for an error that is Python's own."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors while a file is opened as the errors of the program."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _code(error) in _LOCKED:
            raise Busy(
                f"Another akash-tui is writing the journal {path}, and did not end within {WAIT_SECONDS:.0f} seconds.",
                "Nothing was done here. Wait a moment, then try again.",
            ) from None
        raise BadInput(
            f"The journal {path} cannot be read.",
            "Move it away to start a new one; keep it, it lists your deployments.",
            detail=str(error),
        ) from error
