"""The file of the home's database (`journal.db`): its tables and their version, its connections, its transactions.

`PRAGMA user_version` is the number of migrations that a file has had. Migrations are only ever added at the end; those
that a file lacks run in one transaction together with the number, so a kill leaves a file before them or after them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from akash_tui.private_files import close_to_others, ensure_database_file, note_database, require_plain_file
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.disk_faults import WAIT_SECONDS, disk_fault, journal_fault, sqlite_code
from akash_tui.services.storage.files import private_dir
from akash_tui.services.storage.journal_rows import decode_text

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
    # 3: when a manifest was first sent to the lease's provider, accepted or not
    """
ALTER TABLE leases ADD COLUMN tried_at TEXT;
UPDATE leases SET tried_at = delivered_at;
""",
    # 4: deployments that ran out of funds, and when the person saw it
    """
CREATE TABLE out_of_funds (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, found_at TEXT NOT NULL, seen_at TEXT,
    PRIMARY KEY (chain_id, owner, dseq)
);
""",
    # 5: when deployments are to end by themselves; `start_height` is empty until the first lease
    """
CREATE TABLE runtime_limits (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, hours TEXT, amount INTEGER,
    agreed_at TEXT NOT NULL, start_height INTEGER, since TEXT, spent_before INTEGER NOT NULL DEFAULT 0,
    over TEXT NOT NULL DEFAULT '', PRIMARY KEY (chain_id, owner, dseq)
);
""",
    # 6: what a person has decided about providers; `blocked` is the reason, NULL if it is not
    """
CREATE TABLE provider_notes (
    chain_id TEXT NOT NULL, provider TEXT NOT NULL, favourite INTEGER NOT NULL, blocked TEXT, note TEXT NOT NULL,
    changed_at TEXT NOT NULL, PRIMARY KEY (chain_id, provider)
);
""",
    # 7: the rule that was written for a deployment, as the text of a policy file; whether it is on is never saved
    """
CREATE TABLE rules (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, policy TEXT NOT NULL,
    PRIMARY KEY (chain_id, owner, dseq)
);
""",
    # 8: who pays the top-ups of a standing order; empty in older ones
    """
ALTER TABLE standing_orders ADD COLUMN payers TEXT NOT NULL DEFAULT '';
""",
    # 9: the few intents of pairs are found without reading the others
    """
CREATE INDEX intents_of_pairs ON intents (chain_id, owner) WHERE instr(about, '"paired_with":') > 0;
""",
)
VERSION = len(MIGRATIONS)
_AGAIN_SECONDS = 0.01


class JournalFile:
    """The file, made by the first write: a mere reader leaves nothing behind. Safe for several processes."""

    def __init__(self, path: Path) -> None:
        """Open `path` (usually `home/journal.db`) if it is there. Raises `BadInput` if it is not ours or too new."""
        self.path = path
        self._empty: sqlite3.Connection | None = None
        self._reader = open_to_read(path) if path.exists() else None
        self._writer: sqlite3.Connection | None = None

    @property
    def reader(self) -> sqlite3.Connection:
        """For single statements that read: each sees all that was committed before it. Never waits for a writer."""
        if self._reader is None and self.path.exists():  # another process made it meanwhile, or we did
            self._reader = open_to_read(self.path)
        if self._reader is not None:
            return self._reader
        if self._empty is None:
            self._empty = open_empty()
        return self._empty

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement that reads. Raises `DiskFault`, `Busy`, or `BadInput` for a damaged file."""
        with _explained(self.path):
            return self.reader.execute(statement, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several statements that all see the same state. Not to be nested. Raises as `rows` does."""
        with _explained(self.path):
            db = self.reader
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; all of it counts, or nothing. For the journal and the neighbouring tables' own modules.
        Raises as `rows` does."""
        if self._writer is None:
            self._writer = open_to_write(self.path)
        with _explained(self.path), transaction(self._writer):
            yield self._writer

    def close(self) -> None:
        """Close the file; safe to call twice."""
        for db in (self._empty, self._reader, self._writer):  # the writer last: it tidies up the WAL
            if db is not None:
                db.close()


def open_empty() -> sqlite3.Connection:
    """A database in memory with every table and no row, to read from while there is no file."""
    db = _connect(":memory:")
    migrate(db, MIGRATIONS)
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that takes no lock that others wait for, and cannot write. Raises `BadInput` or `Busy`.

    A file of an older version is migrated first, which writes once.
    """
    try:
        require_plain_file(path, path.stat())
        note_database(path)
    except OSError as error:
        raise disk_fault(error, path) or BadInput(
            f"The journal {path} cannot be read: {error.strerror}.", "Look at what lies there; it was left as it is."
        ) from error
    with _explained(path):
        db = _connect_read_only(path)
        version = schema_version(db)
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
        ensure_database_file(path)
    except OSError as error:
        raise disk_fault(error, path) or BadInput(
            f"The journal {path} cannot be written: {error.strerror}.",
            "Give the folder to your user, or set AKASH_TUI_HOME; nothing is signed without a journal.",
        ) from error
    db = _connect(str(path))
    try:
        with _explained(path):
            version = schema_version(db)
            _refuse_newer(path, db, version)
            use_wal(db)
            db.execute("PRAGMA synchronous=FULL")
            migrate(db, MIGRATIONS)
    except BaseException:
        db.close()
        raise
    return db


def use_wal(db: sqlite3.Connection) -> None:
    """Write ahead from now on. Two processes that make a file at once are in each other's way here, and SQLite does not
    wait as it does elsewhere."""
    give_up = monotonic() + WAIT_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if sqlite_code(error) != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
        sleep(_AGAIN_SECONDS)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it counts, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself ends it when the disk is full or fails
            db.execute("ROLLBACK")
        raise


def migrate(db: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Bring a file to the newest version: all that it lacks in one transaction, so the disk is waited for once."""
    if schema_version(db) >= len(migrations):
        return
    with transaction(db):
        version = schema_version(db)  # again: another process may have been quicker
        for migration in migrations[version:]:
            for statement in filter(str.strip, migration.split(";")):
                db.execute(statement)
        if version < len(migrations):
            db.execute(f"PRAGMA user_version={len(migrations)}")


def schema_version(db: sqlite3.Connection) -> int:
    """How many migrations a file has had."""
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
    db = sqlite3.connect(where, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)
    db.text_factory = decode_text
    return db


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """Read-only. A WAL file needs its `-wal` and `-shm` neighbours, which even a reader makes; where the folder cannot
    be written and there is no `-wal`, nobody is writing and everything is in the file itself: read that alone."""
    with contextlib.suppress(OSError):  # a copy may have come with another mode
        close_to_others(path)
    uri = path.absolute().as_uri()
    db = _connect(f"{uri}?mode=ro", uri=True)
    try:
        schema_version(db)
    except sqlite3.OperationalError as error:
        db.close()
        # where the folder can be written (a full disk), others may write later, which this connection would not see
        if sqlite_code(error) not in _CANNOT_OPEN or _wal_size(path) or os.access(path.parent, os.W_OK):
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


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors as those of the program."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        fault = journal_fault(error, path)
        if fault is None:
            raise
        raise fault from error
