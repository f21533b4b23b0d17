"""Two processes on one home, one of which acts between what the other reads and what it writes."""

from __future__ import annotations

import logging
import os
import resource
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.core.program import Home
from akash_tui.services.memory.memory_file import MemoryFile
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.storage import journal_file, locks, log_file
from akash_tui.services.storage.disk_faults import journal_fault
from akash_tui.services.storage.files import write_user_file
from akash_tui.services.storage.home import SETTINGS_FILE
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import SavedDeployment
from akash_tui.services.storage.journal_file import JournalFile
from akash_tui.services.storage.presets import Presets
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions
from akash_tui.services.storage.settings import SavedView, load
from tests.helpers.forks import PipedFork
from tests.helpers.worlds import GIVE_UP

ID = DeploymentId("akash1owner", 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def elsewhere(work: Callable[..., Any], *arguments: Any) -> None:
    """Run `work` in another process, to its end."""
    process = PipedFork(work, *arguments, env=os.environ)
    _, errors = process.communicate(GIVE_UP)
    assert (process.wait(GIVE_UP), errors) == (0, "")


def _chooses(home: Path) -> None:
    program = Home(home)
    now = program.settings
    bounds = now.bounds.model_copy(update={"max_fee": Decimal("0.1")})
    views = {name: view for name, view in now.views.items() if name != "old"} | {"theirs": SavedView(filter="gpu=t4")}
    program.save_settings(now.model_copy(update={"bounds": bounds, "views": views, "default_wallet": "main"}))


def test_settings_that_two_processes_change_have_both_changes(tmp_path: Path) -> None:
    """The app is open for days; what it saves must not undo a limit that was set meanwhile."""
    app = Home(tmp_path)
    app.save_settings(app.settings.model_copy(update={"views": {"old": SavedView(), "same": SavedView()}}))
    elsewhere(_chooses, tmp_path)
    bounds = app.settings.bounds.model_copy(update={"max_deposit": Decimal(2)})
    views = app.settings.views | {"mine": SavedView(filter="gpu=h100")}
    app.save_settings(app.settings.model_copy(update={"theme": "light", "bounds": bounds, "views": views}))
    saved = load(tmp_path)
    assert (saved.theme, saved.default_wallet) == ("light", "main")
    assert (saved.bounds.max_fee, saved.bounds.max_deposit) == (Decimal("0.1"), Decimal(2))
    assert list(saved.views) == ["same", "theirs", "mine"]
    assert app.settings == saved


def test_a_file_that_a_person_is_editing_is_not_replaced(tmp_path: Path) -> None:
    app = Home(tmp_path)
    app.save_settings(app.settings.model_copy(update={"theme": "light"}))
    (tmp_path / SETTINGS_FILE).write_text('{"theme": "lig')
    with pytest.raises(BadInput, match="cannot be used"):
        app.save_settings(app.settings.model_copy(update={"ascii": True}))
    assert (tmp_path / SETTINGS_FILE).read_text() == '{"theme": "lig'


def test_settings_wait_for_the_one_that_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Home(tmp_path)
    app.save_settings(app.settings.model_copy(update={"theme": "light"}))
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.0)
    with FileLock(tmp_path / "locks" / "settings.lock"), pytest.raises(Busy, match="writing the settings"):
        app.save_settings(app.settings.model_copy(update={"theme": "dark"}))
    assert load(tmp_path).theme == "light"


@pytest.mark.parametrize(
    "change",
    [
        lambda presets: presets.rename("mine", "new"),
        lambda presets: presets.copy("mine", "new"),
        lambda presets: presets.remove("mine"),
        lambda presets: presets.restore("gone"),
        lambda presets: presets.save("mine", "new text", replace=True),
    ],
)
def test_presets_wait_for_the_one_that_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Presets], object]
) -> None:
    """What another process saves must not go with a name that is renamed or removed at that moment."""
    presets = Presets(tmp_path, shipped=tmp_path / "shipped")
    for name in ("mine", "gone"):
        presets.save(name, f"# title: {name}\n")
    presets.remove("gone")
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.0)
    with FileLock(presets.folder / ".lock"), pytest.raises(Busy, match="writing presets"):
        change(presets)
    assert [preset.name for preset in presets.list()] == ["mine"]
    change(presets)


def _writes_and_ends(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', 1, 'akash1other', '')")
    db.close()


def test_finding_out_why_a_database_cannot_be_opened_gives_up_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    mine = JournalFile(path)
    with mine.writing():
        pass
    fault = sqlite3.OperationalError("unable to open database file")
    fault.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    assert journal_fault(fault, path) is not None
    elsewhere(_writes_and_ends, path)
    assert path.with_name("journal.db-wal").exists(), "the other process took itself for the last one"
    mine.close()


def test_two_processes_that_make_a_journal_at_once_both_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.db"
    path.touch()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # as it is while the other one has come half way
    monkeypatch.setattr(journal_file, "sleep", lambda seconds: other.execute("COMMIT"), raising=False)
    mine = JournalFile(path)
    with mine.writing() as db:
        db.execute("INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', 1, 'akash1other', '')")
    mine.close()
    assert other.execute("SELECT COUNT(*) FROM avoided").fetchone() == (1,)
    other.close()


def _writes_to_a_full_disk(existing: Path, new: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    for path in (existing, new):
        with pytest.raises(OSError, match="File too large"):
            write_user_file(path, "x" * 100, replace=True)


def test_a_disk_that_fills_up_takes_no_file_that_was_there(tmp_path: Path) -> None:
    existing = tmp_path / "mine.yaml"
    existing.write_text("old")
    existing.chmod(0o644)
    elsewhere(_writes_to_a_full_disk, existing, tmp_path / "new.yaml")
    assert existing.read_text() == "old"
    assert os.listdir(tmp_path) == ["mine.yaml"]
    write_user_file(existing, "new", replace=True)
    assert (existing.read_text(), existing.stat().st_mode & 0o777) == ("new", 0o644)


def test_of_two_processes_that_log_to_one_file_one_begins_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    monkeypatch.setattr(log_file, "MAX_BYTES", 400)
    first, second = log_file.open_log(path), log_file.open_log(path)
    begun = path.read_text()
    for handler, text in ((second, "b" * 400), (first, "c" * 400)):
        handler.emit(logging.makeLogRecord({"name": "akash_tui", "msg": text}))
    log_file.close_log(first)
    log_file.close_log(second)
    assert path.with_name("log.1").read_text() == begun
    assert [line[-3:] for line in path.read_text().splitlines()] == ["bbb", "ccc"]


def _remembers(path: Path) -> None:
    memory = MemoryFile(path)
    memory.write(lambda db: db.execute("INSERT INTO accounts (address) VALUES ('akash1theirs')"))
    memory.close()


def test_of_two_processes_that_find_a_damaged_memory_one_moves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory" / "chain.db"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    move = MemoryFile._move_aside

    def after_the_other(self: MemoryFile) -> None:
        elsewhere(_remembers, path)
        move(self)

    monkeypatch.setattr(MemoryFile, "_move_aside", after_the_other)
    mine = MemoryFile(path)
    mine.write(lambda db: db.execute("INSERT INTO accounts (address) VALUES ('akash1mine')"))
    found: list[tuple[str]] = mine.read(
        lambda db: db.execute("SELECT address FROM accounts ORDER BY address").fetchall(), []
    )
    mine.close()
    assert found == [("akash1mine",), ("akash1theirs",)]
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def _uses_a_version(home: Path) -> None:
    journal = Journal(home / "journal.db")
    SdlVersions(journal).use("chain", ID, SdlVersion(b"2", "new.yaml", "new", b"m"), "name", NOW)
    journal.close()


def test_of_two_processes_that_make_a_file_at_once_one_does(tmp_path: Path) -> None:
    """Such as the practice wallet: both go on with the same one."""
    path = tmp_path / "practice-wallet"

    def make() -> str:
        with pytest.raises(Busy):
            locks.write_once(path, lambda: "other words")
        return "words"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(locks, "WAIT_SECONDS", 0.0)
        locks.write_once(path, make)
    locks.write_once(path, lambda: "other words")
    assert path.read_text() == "words"


def test_two_processes_that_learn_of_a_deployment_at_once_both_save_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal.db")
    read = Journal.deployment

    def then_the_other(self: Journal, chain_id: str, id: DeploymentId) -> SavedDeployment | None:
        found = read(self, chain_id, id)
        elsewhere(_uses_a_version, tmp_path)
        return found

    monkeypatch.setattr(Journal, "deployment", then_the_other)
    SdlVersions(journal).use("chain", ID, SdlVersion(b"3", "newer.yaml", "newer", b"m"), "name", NOW)
    saved = read(journal, "chain", ID)
    assert saved is not None
    assert (saved.version, saved.file, saved.name) == (b"3", "newer.yaml", "name")
    journal.close()
