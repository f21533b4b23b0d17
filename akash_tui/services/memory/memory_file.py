"""The file of one chain's bid memory (`memory/CHAIN.db`): its tables and their version, its connections, its faults.

It is no part of the journal: money stays apart. A damaged file is moved aside and a new one begins; a full disk, or a
file of a newer program, ends remembering for this run. Both are reported in a sentence and cost nothing else.

`PRAGMA user_version` is the number of migrations that a file has had; they are only ever added at the end.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Final, TypeVar

from akash_tui.private_files import ensure_database_file, move_file
from akash_tui.services.errors import AkashError
from akash_tui.services.storage.disk_faults import disk_fault, sqlite_code
from akash_tui.services.storage.files import chain_file_name, private_dir
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.journal_file import migrate, schema_version, transaction, use_wal

FOLDER: Final = "memory"
WAIT_SECONDS: Final = 2.0
"""How long a write waits for another process's; then it is tried again later."""

MIGRATIONS: Final = (
    # 1: what was seen. Times are seconds since 1970, prices per GPU-hour micro-ACT, prices per block exact text.
    # `days` repeats the bids by provider (0: all together), model and day: look-ups read it, and it outlives the bids.
    """
CREATE TABLE accounts (key INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);
CREATE TABLE models (
    key INTEGER PRIMARY KEY, vendor TEXT NOT NULL, model TEXT NOT NULL, vram INTEGER NOT NULL,
    UNIQUE (vendor, model, vram)
);
CREATE TABLE orders (
    key INTEGER PRIMARY KEY, owner INTEGER NOT NULL, dseq INTEGER NOT NULL, gseq INTEGER NOT NULL,
    oseq INTEGER NOT NULL, asked_at INTEGER NOT NULL, collected INTEGER NOT NULL, gpus INTEGER NOT NULL,
    UNIQUE (owner, dseq, gseq, oseq)
);
CREATE TABLE order_models (
    model INTEGER NOT NULL, order_key INTEGER NOT NULL, PRIMARY KEY (model, order_key)
) WITHOUT ROWID;
CREATE TABLE bids (
    order_key INTEGER NOT NULL, provider INTEGER NOT NULL, bseq INTEGER NOT NULL, model INTEGER, gpus INTEGER NOT NULL,
    denom TEXT NOT NULL, price TEXT NOT NULL, gpu_h INTEGER, delay INTEGER, seen_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL DEFAULT 0, run_seconds INTEGER, why TEXT,
    PRIMARY KEY (order_key, provider, bseq)
) WITHOUT ROWID;
CREATE INDEX bids_of_provider ON bids (provider, seen_at, delay);
CREATE INDEX bids_taken ON bids (provider, seen_at) WHERE outcome > 0;
CREATE TABLE days (
    provider INTEGER NOT NULL, model INTEGER NOT NULL, day INTEGER NOT NULL, low INTEGER NOT NULL,
    median INTEGER NOT NULL, high INTEGER NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL,
    last_at INTEGER NOT NULL, PRIMARY KEY (provider, model, day)
) WITHOUT ROWID;
CREATE INDEX days_of_model ON days (model, day, low);
""",
)
VERSION: Final = len(MIGRATIONS)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR)
"""The last one: a table or column of ours is missing."""
T = TypeVar("T")


class MemoryOff(Exception):
    """Nothing can be remembered or looked up in this run; it was reported in words."""


class MemoryBusy(Exception):
    """Another process is writing the file: try again later."""


def memory_path(home: Path, chain_id: str) -> Path:
    """Where the memory of a chain lies: one file for each, so that practice never mixes with real bids."""
    return home / FOLDER / f"{chain_file_name(chain_id)}.db"


class MemoryFile:
    """One connection that reads and one that writes, each opened when it is first needed; safe for several threads and
    processes. A reader never waits for a writer: a screen asks while a batch is written or thinned."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading, self._writing = RLock(), RLock()
        """Code that takes both takes `_reading` first."""
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._off = False
        self._moved = 0
        """How often a damaged file was moved aside."""
        self._reader_of = 0
        """After how many of these the reading connection was opened."""
        self._opened = 0
        """The number (inode) of the file that was opened last."""

    def read(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` finds; `otherwise` without a file, and where it cannot be read. Never raises for a file."""
        with self._reading:
            if self._reader is None and not self.path.exists():
                return otherwise
            try:
                return self._do(work, self._to_read)
            except (MemoryOff, MemoryBusy):
                return otherwise
            except (ValueError, TypeError, ArithmeticError):  # SQLite lets any column hold any type
                words = f"A row of the bid memory {self.path} cannot be read, so a figure of it is missing."
                unreadable_rows.add(self.path, "memory", "row", words)
                return otherwise

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction: all of it counts, or nothing. Raises `MemoryOff` or `MemoryBusy`."""

        def whole(db: sqlite3.Connection) -> T:
            with transaction(db):
                return work(db)

        with self._writing:
            return self._do(whole, self._to_write)

    def shrink(self) -> None:
        """Give the space of deleted rows back to the disk, so that nothing of them is left in the file."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        with self._writing:
            self._do(work, self._to_write)

    def size(self) -> int:
        """Bytes on the disk, with what was not yet moved into the file itself."""
        found = 0
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            try:
                found += path.stat().st_size
            except OSError:
                continue
        return found

    def close(self) -> None:
        """Close the file; safe to call twice, and it opens again when needed."""
        with self._reading, self._writing:  # the writer last: it tidies up the WAL
            self._close_reader()
            self._close_writer()

    def _to_read(self) -> sqlite3.Connection:
        if self._reader_of != self._moved:
            self._close_reader()
        if self._reader is None:
            self._reader_of = self._moved
            self._reader = self._open()
        return self._reader

    def _to_write(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._open()
        return self._writer

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _do(self, work: Callable[[sqlite3.Connection], T], connection: Callable[[], sqlite3.Connection]) -> T:
        """`work` on a connection, whose lock the caller holds."""
        for again in (True, False):
            if self._off:
                raise MemoryOff
            moved = self._moved
            try:
                return work(connection())
            except (sqlite3.DatabaseError, OSError, AkashError) as error:
                self._judge(error, moved)
                if not again:
                    break
        self._stop("it was damaged twice in a row")
        raise MemoryOff

    def _judge(self, error: Exception, moved: int) -> None:
        """After a damaged file it can be tried again; else `MemoryOff` or `MemoryBusy`. `moved`: how often the file had
        been moved aside when the work began."""
        code = sqlite_code(error) if isinstance(error, sqlite3.Error) else None
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise MemoryBusy from error
        fault = error if isinstance(error, AkashError) else disk_fault(error, self.path)
        if fault is None and code in _DAMAGED:
            with self._writing:
                if moved == self._moved:  # else the other connection found it first
                    self._move_aside()
            return
        self._stop((fault.title if fault is not None else str(error)).rstrip("."))
        raise MemoryOff from error

    def _stop(self, why: str) -> None:
        with self._writing:
            self._close_writer()
            self._off = True
        words = f"Bids are not remembered while this program runs: {why}. Nothing else depends on it."
        unreadable_rows.add(self.path, "memory", "off", words)

    def _move_aside(self) -> None:
        """A new file begins; the damaged one is kept beside it. The reading connection follows at its next question."""
        self._close_writer()
        self._moved += 1
        with contextlib.suppress(OSError):
            if self._opened != self.path.stat().st_ino:
                return  # another process moved it: the new one is not damaged
        at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.name}.damaged-{at}")
        try:
            move_file(self.path, kept)
            for end in ("-wal", "-shm"):
                beside = self.path.with_name(self.path.name + end)
                if beside.exists():
                    move_file(beside, kept.with_name(kept.name + end))
        except OSError as error:
            self._stop(f"{self.path} is damaged and cannot be moved: {error.strerror}")
            raise MemoryOff from error
        words = f"The bid memory {self.path} was damaged. It was moved to {kept.name}, and a new one begins."
        unreadable_rows.add(self.path, "memory", str(kept), words)

    def _open(self) -> sqlite3.Connection:
        private_dir(self.path.parent)
        ensure_database_file(self.path)
        self._opened = self.path.stat().st_ino
        db = sqlite3.connect(
            self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            if schema_version(db) > VERSION:
                self._stop(f"{self.path} was written by a newer akash-tui")
                raise MemoryOff
            use_wal(db)
            db.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last second of it, never the file
            db.execute("PRAGMA secure_delete=FAST")
            migrate(db, MIGRATIONS)
        except BaseException:
            db.close()
            raise
        return db
