"""A full, read-only or failing disk, a damaged or busy journal: each is named as what it is, with what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from akash_tui.cli.app import run
from akash_tui.compose import Program
from akash_tui.services.ports import AkashError, BadInput, Busy, DiskFault
from akash_tui.services.storage import disk_faults, journal_file
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.crash_report import report_crash
from akash_tui.services.storage.journal import Journal
from tests.services.storage.test_journal_file import CHAIN, ID, REASON, old_home

NOW = datetime(2026, 11, 28, tzinfo=UTC)
MOVE = "move it away"
"""Advice that would forget open intents: only for a journal that is damaged."""
ERRNOS = [
    (errno.ENOSPC, "The disk is full"),
    (errno.EDQUOT, "Your disk quota is used up"),
    (errno.EROFS, "The disk is read-only"),
    (errno.EIO, "The disk reports an error"),
]
SQLITE: list[tuple[int, type[AkashError], str]] = [
    (sqlite3.SQLITE_FULL, DiskFault, "The disk is full"),
    (sqlite3.SQLITE_READONLY, DiskFault, "Your user may not open"),
    (sqlite3.SQLITE_IOERR, DiskFault, "The disk reports an error"),
    (sqlite3.SQLITE_IOERR_FSYNC, DiskFault, "The disk reports an error"),
    (sqlite3.SQLITE_CANTOPEN, DiskFault, "Your user may not open"),
    (sqlite3.SQLITE_CORRUPT, BadInput, "the file is damaged"),
    (sqlite3.SQLITE_NOTADB, BadInput, "the file is damaged"),
    (sqlite3.SQLITE_BUSY, Busy, "Another akash-tui is writing"),
    (sqlite3.SQLITE_LOCKED, Busy, "Another akash-tui is writing"),
    (sqlite3.SQLITE_NOMEM, BadInput, "too little memory"),
]
LIMITED = """
import resource, sys
from pathlib import Path
from akash_tui.cli.app import run
from akash_tui.compose import Program
from akash_tui.services.storage.journal import Journal
from tests.services.storage.test_journal_file import ID
journal = Journal(Path(sys.argv[1]) / "journal.db")
sys.dont_write_bytecode = True  # else what is imported from here on leaves a half-written file for all later runs
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
class Writing(Program):
    @property
    def presets(self):
        with journal.writing() as db:
            db.executemany(
                "INSERT INTO avoided VALUES ('c', 'o', ?, 'p', ?)", [(n, "x" * 1000) for n in range(100)]
            )
sys.exit(run(Writing(Path(sys.argv[1])), ["preset", "list"]))
"""


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


class Failing(sqlite3.Connection):
    """A connection whose statements of one kind fail, as SQLite would report it."""

    statement = ""
    code = 0

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        if self.statement and sql.strip().startswith(self.statement):
            raise sqlite_error(self.code)
        return super().execute(sql, *more)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> type[Failing]:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda where, **more: connect(where, factory=Failing, **more))
    monkeypatch.setattr(Failing, "statement", "")
    return Failing


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO avoided", "COMMIT"])
@pytest.mark.parametrize(("code", "kind", "title"), SQLITE)
def test_a_write_that_the_disk_does_not_take_says_why_and_nothing_is_written(
    tmp_path: Path,
    failing: type[Failing],
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    code: int,
    kind: type[AkashError],
    title: str,
) -> None:
    journal = Journal(old_home(tmp_path))
    avoided = AvoidedProviders(journal)
    avoided.add(CHAIN, ID, {"akash1before": "x"})
    monkeypatch.setattr(failing, "statement", statement)
    monkeypatch.setattr(failing, "code", code)
    with pytest.raises(kind, match=title) as caught:
        avoided.add(CHAIN, ID, {"akash1new": "y"})
    assert caught.value.exit_code == 2
    assert (MOVE in caught.value.advice) is (title == "the file is damaged")
    monkeypatch.setattr(failing, "statement", "")
    assert avoided.of(CHAIN, ID) == REASON | {"akash1before": "x"}
    avoided.add(CHAIN, ID, {"akash1new": "y"})
    assert "akash1new" in avoided.of(CHAIN, ID)


@pytest.mark.parametrize(("code", "kind", "title"), SQLITE)
def test_a_read_that_the_disk_does_not_give_says_why(
    tmp_path: Path,
    failing: type[Failing],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    kind: type[AkashError],
    title: str,
) -> None:
    journal = Journal(old_home(tmp_path))
    monkeypatch.setattr(failing, "statement", "SELECT")
    monkeypatch.setattr(failing, "code", code)
    with pytest.raises(kind, match=title):
        journal.open_intents(CHAIN)


def test_a_journal_that_may_not_grow_is_a_full_disk_and_not_a_damaged_journal(tmp_path: Path) -> None:
    journal = Journal(old_home(tmp_path))
    with journal.writing() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DiskFault, match="The disk is full") as caught:
        AvoidedProviders(journal).add(CHAIN, ID, {f"akash1{n}": "x" * 4000 for n in range(100)})
    assert MOVE not in caught.value.advice
    assert AvoidedProviders(journal).of(CHAIN, ID) == REASON


def test_a_journal_beyond_the_size_limit_of_the_process_is_a_failing_disk(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: The disk reports an error")
    assert MOVE not in done.stderr
    assert not (tmp_path / "crashes").exists()
    assert AvoidedProviders(Journal(path)).of(CHAIN, ID) == REASON


def test_a_full_disk_is_no_reason_to_read_a_journal_that_others_may_write_as_if_it_never_changed(
    tmp_path: Path, failing: type[Failing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a connection would not see what is written once there is space again, and an open intent would be missed."""
    path = old_home(tmp_path)
    Journal(path).close()
    monkeypatch.setattr(failing, "statement", "PRAGMA user_version")
    monkeypatch.setattr(failing, "code", sqlite3.SQLITE_CANTOPEN)
    with pytest.raises(DiskFault):
        journal_file.open_to_read(path)


def test_an_io_error_on_a_disk_without_room_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_faults, "_NO_ROOM", 1 << 62)
    fault = disk_faults.disk_fault(sqlite_error(sqlite3.SQLITE_IOERR_SHMSIZE), tmp_path / "journal.db")
    assert fault is not None
    assert fault.title.startswith("The disk is full")


def test_a_journal_on_a_read_only_disk_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mounted:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "statvfs", lambda path: Mounted())
    fault = disk_faults.disk_fault(sqlite_error(sqlite3.SQLITE_READONLY_ROLLBACK), tmp_path / "journal.db")
    assert fault is not None
    assert fault.title.startswith("The disk is read-only")


def test_a_damaged_page_is_a_damaged_journal(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    journal_file.open_to_write(path).close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    with pytest.raises(BadInput, match="the file is damaged") as caught:
        Journal(path).intents()
    assert "Restore it from a copy" in caught.value.advice
    assert "on chain" in caught.value.advice


def test_a_fault_of_the_program_is_not_one_of_the_disk(tmp_path: Path) -> None:
    assert disk_faults.journal_fault(sqlite3.ProgrammingError("closed"), tmp_path) is None
    assert disk_faults.journal_fault(sqlite_error(sqlite3.SQLITE_CONSTRAINT), tmp_path) is None
    assert disk_faults.disk_fault(OSError(errno.ECONNRESET, "reset")) is None
    assert disk_faults.disk_fault(OSError(errno.EIO, "the terminal has gone")) is None
    assert disk_faults.disk_fault(ValueError()) is None


@pytest.mark.parametrize(("number", "title"), ERRNOS)
def test_a_command_on_a_disk_that_takes_nothing_ends_with_2_and_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int, title: str
) -> None:
    (tmp_path / "web.yaml").write_text('version: "2.0"\n')

    def fails(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert run(Program(home), ["preset", "save", "mine", str(tmp_path / "web.yaml")]) == 2
    err = capfd.readouterr().err
    assert err.startswith(f"error: {title}")
    assert str(home / "presets" / "mine.yaml") in err
    assert "\ntry: " in err
    assert "Traceback" not in err
    assert not (home / "crashes").exists()


class Broken(Program):
    """A program whose presets break for a reason of their own."""

    @property
    def presets(self) -> Any:
        raise RuntimeError("a secret")


@pytest.mark.parametrize(("number", "title"), ERRNOS)
def test_a_crash_whose_report_cannot_be_written_ends_with_2_and_says_why(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int, title: str
) -> None:
    def fails(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    assert run(Broken(tmp_path), ["preset", "list"]) == 2
    err = capfd.readouterr().err
    assert err.startswith("error: Something broke inside akash-tui (RuntimeError)")
    assert title in err
    assert "\ntry: " in err
    assert "a secret" not in err
    assert list((tmp_path / "crashes").iterdir()) == []


def test_a_crash_report_that_cannot_be_written_for_another_reason_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("a file where the folder should be")
    shown = report_crash(tmp_path, RuntimeError("a secret"), "It broke.")
    assert (shown.title, shown.exit_code) == ("It broke.", 1)
    assert "No report could be written" in shown.advice


def test_a_file_outside_of_the_home_is_not_named(tmp_path: Path) -> None:
    """A library may put anything into the file name of its error."""
    shown = report_crash(tmp_path, OSError(errno.ENOSPC, "full", "words of a wallet"), "It broke.")
    assert shown.title == "The disk is full: A file cannot be written."
