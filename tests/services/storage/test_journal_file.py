"""The database of a home: one version for all tables, older files adopted, and reads that disturb nobody."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.storage import journal_file
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, SavedDeployment, SavedLease, SavedStage
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions
from akash_tui.services.storage.standing_orders import StandingOrder, StandingOrders

CHAIN, OWNER = "akashnet-2", "akash1owner"
ID = DeploymentId(OWNER, 42)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VERSION_1 = """
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
PRAGMA user_version=1;
INSERT INTO intents VALUES (1, 'create', 'akashnet-2', 'akash1owner', 42, 'AA', '2026-11-23T12:01:00+00:00',
    '{"name": "web"}', '2026-11-23T12:00:00+00:00', 'done', 77, 0, '', '2026-11-23T12:00:30+00:00');
INSERT INTO intents VALUES (2, 'deposit', 'akashnet-2', 'akash1owner', 42, 'BB', NULL,
    '{"standing_order": "2026-11-23T12:00:00+00:00"}', '2026-11-23T12:05:00+00:00', 'open', NULL, NULL, '', NULL);
INSERT INTO deployments VALUES ('akashnet-2', 'akash1owner', 42, 'web', 'web.yaml', 'version: "2.0"', x'5bff',
    x'0102', '1.5', 'leased', '2026-11-23T12:00:00+00:00');
INSERT INTO leases VALUES ('akashnet-2', 'akash1owner', 42, 1, 1, 'akash1prov', 0, 'uact', '1543.6',
    '2026-11-23T12:00:00+00:00', NULL);
"""
"""As the program made it before all tables had one version, with a row in each."""
STRAYS = """
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
INSERT INTO versions VALUES ('akashnet-2', 'akash1owner', 42, x'0304', 'old.yaml', 'version: "2.1"', x'6b',
    '2026-11-23T12:00:00+00:00');
INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', 42, 'akash1bad', 'it never took the manifest');
INSERT INTO standing_orders VALUES ('akashnet-2', 'akash1owner', 42, 1000000, 3000000, '2.5', 5000,
    '2026-11-23T12:00:00+00:00', '');
"""
DEPLOYMENT = SavedDeployment(
    CHAIN, ID, "web", "web.yaml", 'version: "2.0"', b"[\xff", b"\1\2", Decimal("1.5"), SavedStage.LEASED, NOW
)
OTHER = SdlVersion(b"\3\4", "old.yaml", 'version: "2.1"', b"k")
ORDER = StandingOrder(
    CHAIN, ID, 1_000_000, 3_000_000, Decimal("2.5"), 5000, NOW,
    spent=1_000_000, times=1, first_at=NOW + timedelta(minutes=5),
)  # fmt: skip
REASON = {"akash1bad": "it never took the manifest"}

WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
db.execute("INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', 42, 'akash1other', 'not committed')")
print("writing", flush=True)
sys.stdin.read()
"""
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from akash_tui.services.storage import journal_file
class Killing(sqlite3.Connection):
    def execute(self, sql, *more):
        if sql.strip().startswith(sys.argv[2]):
            if sys.argv[3] == "after":
                super().execute(sql, *more)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(sql, *more)
real = sqlite3.connect
kind = lambda where: sqlite3.Connection if "mode=ro" in where else Killing
sqlite3.connect = lambda where, **more: real(where, **more, factory=kind(where))
journal_file.open_to_write(Path(sys.argv[1]))
"""
READ_ONLY = """
import os, sys
from pathlib import Path
from akash_tui.services.storage.journal import Journal
if os.geteuid() == 0:
    os.setuid(int(sys.argv[2]))
print([each.tx_hash for each in Journal(Path(sys.argv[1])).intents()])
"""


WRITES_AND_ENDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', ?, 'akash1other', '')", (sys.argv[2],))
print([row[0] for row in db.execute("SELECT dseq FROM avoided ORDER BY dseq")])
db.close()
"""


def old_home(folder: Path, strays: str = STRAYS) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "journal.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.executescript(VERSION_1 + strays)
    db.close()
    return path


def version_of(path: Path) -> int:
    db = sqlite3.connect(path)
    (number,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return int(number)


def assert_all_there(path: Path) -> None:
    journal = Journal(path)
    deposit, create = journal.intents()
    assert (create.kind, create.tx_hash, create.outcome, create.height) == (IntentKind.CREATE, "AA", Outcome.DONE, 77)
    assert (create.expires, create.about) == (NOW + timedelta(minutes=1), {"name": "web"})
    assert (deposit.tx_hash, deposit.outcome, deposit.expires) == ("BB", Outcome.OPEN, None)
    assert journal.open_intents(CHAIN) == [deposit]
    assert journal.deployments(CHAIN, OWNER) == [DEPLOYMENT]
    assert journal.leases(CHAIN, ID) == [
        SavedLease(LeaseId(OWNER, 42, 1, 1, "akash1prov"), DecCoin(UACT, Decimal("1543.6")), delivered=False)
    ]
    assert SdlVersions(journal).find(CHAIN, ID, OTHER.version) == OTHER
    assert AvoidedProviders(journal).of(CHAIN, ID) == REASON
    assert StandingOrders(journal).find(CHAIN, ID) == ORDER
    journal.close()


def test_a_home_of_the_version_before_keeps_everything(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    assert_all_there(path)
    assert version_of(path) == journal_file.VERSION
    assert_all_there(path)


@pytest.mark.parametrize("missing", ["versions", "avoided", "standing_orders"])
def test_a_home_that_lacks_one_of_the_tables_gets_it(tmp_path: Path, missing: str) -> None:
    path = old_home(tmp_path, f"{STRAYS}; DROP TABLE {missing}")
    journal = Journal(path)
    assert SdlVersions(journal).find(CHAIN, ID, OTHER.version) == (None if missing == "versions" else OTHER)
    assert AvoidedProviders(journal).of(CHAIN, ID) == ({} if missing == "avoided" else REASON)
    assert StandingOrders(journal).find(CHAIN, ID) == (None if missing == "standing_orders" else ORDER)


def test_a_home_without_any_of_them_is_written_to(tmp_path: Path) -> None:
    journal = Journal(old_home(tmp_path, ""))
    SdlVersions(journal).save(CHAIN, ID, OTHER, NOW)
    AvoidedProviders(journal).add(CHAIN, ID, REASON)
    StandingOrders(journal).agree(ORDER)
    journal.close()
    assert_all_there(journal.path)


def test_an_old_file_and_a_new_one_have_the_same_tables(tmp_path: Path) -> None:
    def tables(path: Path) -> dict[str, str]:
        db = sqlite3.connect(path)
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        db.close()
        return {name: " ".join(sql.split()) for name, sql in rows}

    old, new = old_home(tmp_path), tmp_path / "new" / "journal.db"
    journal_file.open_to_write(old).close()
    journal_file.open_to_write(new).close()
    assert tables(old) == tables(new)
    assert len(tables(new)) == 12
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("statement", "when"),
    [
        ("BEGIN IMMEDIATE", "after"),
        ("CREATE TABLE IF NOT EXISTS avoided", "before"),
        ("CREATE TABLE IF NOT EXISTS standing_orders", "after"),
        (f"PRAGMA user_version={journal_file.VERSION}", "after"),
        ("COMMIT", "before"),
        ("COMMIT", "after"),
    ],
)
@pytest.mark.parametrize("strays", [STRAYS, ""], ids=["with-strays", "without"])
def test_a_migration_that_was_killed_is_completed_by_the_next_start(
    tmp_path: Path, statement: str, when: str, strays: str
) -> None:
    path = old_home(tmp_path, strays)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), statement, when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert version_of(path) == (journal_file.VERSION if (statement, when) == ("COMMIT", "after") else 1)
    if strays:
        assert_all_there(path)
    else:
        assert AvoidedProviders(Journal(path)).of(CHAIN, ID) == {}
    assert version_of(path) == journal_file.VERSION


def test_a_new_file_whose_maker_was_killed_is_completed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), "CREATE TABLE leases", "before"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.exists()
    assert Journal(path).intents() == []
    assert version_of(path) == journal_file.VERSION


@pytest.mark.parametrize("read", [True, False])
def test_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, read: bool) -> None:
    newer = journal_file.VERSION + 1
    path = old_home(tmp_path, STRAYS + f"; PRAGMA user_version={newer}")
    words = rf"newer akash-tui \(version {newer}, this one knows {journal_file.VERSION}\)"
    with pytest.raises(BadInput, match=words) as caught:
        journal_file.open_to_read(path) if read else journal_file.open_to_write(path)
    assert caught.value.advice == "Update akash-tui."
    assert version_of(path) == newer


def test_reads_in_an_empty_home_make_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "home" / "journal.db")
    assert journal.intents() == journal.open_intents(CHAIN) == []
    assert journal.deployments(CHAIN, OWNER) == []
    assert journal.deployment(CHAIN, ID) is None
    assert journal.leases(CHAIN, ID) == []
    assert SdlVersions(journal).find(CHAIN, ID, b"x") is None
    assert AvoidedProviders(journal).of(CHAIN, ID) == {}
    assert StandingOrders(journal).find(CHAIN, ID) is None
    assert StandingOrders(journal).all(CHAIN, OWNER) == []
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_reads_work_while_another_process_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "WAIT_SECONDS", 0.0)
    path = old_home(tmp_path)
    journal_file.open_to_write(path).close()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        assert_all_there(path)
        with pytest.raises(Busy, match="Another akash-tui is writing"), Journal(path).writing():
            pass
    finally:
        writer.communicate()


def test_a_migration_waits_for_another_writer_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "WAIT_SECONDS", 0.0)
    path = old_home(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="Another akash-tui is writing the journal"):
        Journal(path)
    other.execute("COMMIT")
    other.close()
    assert_all_there(path)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    journal = Journal(old_home(tmp_path))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        journal.reader.execute("DELETE FROM avoided")
    assert AvoidedProviders(journal).of(CHAIN, ID) == REASON


def test_a_reader_sees_what_is_committed_after_it_was_opened(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    reading, writing = Journal(path), Journal(path)
    assert AvoidedProviders(reading).of(CHAIN, ID) == REASON
    AvoidedProviders(writing).add(CHAIN, ID, {"akash1two": "y"})
    assert AvoidedProviders(reading).of(CHAIN, ID) == REASON | {"akash1two": "y"}


def test_what_a_killed_writer_left_in_the_wal_is_read(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from akash_tui.domain.akash.entities import DeploymentId\n"
        "from akash_tui.services.storage.avoided_providers import AvoidedProviders\n"
        "from akash_tui.services.storage.journal import Journal\n"
        "id = DeploymentId('akash1owner', 42)\n"
        "AvoidedProviders(Journal(Path(sys.argv[1]))).add('akashnet-2', id, {'akash1two': 'y'})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -signal.SIGKILL
    assert path.with_name("journal.db-wal").stat().st_size > 0
    assert AvoidedProviders(Journal(path)).of(CHAIN, ID) == REASON | {"akash1two": "y"}


def test_a_home_that_cannot_be_written_is_read() -> None:
    with tempfile.TemporaryDirectory() as outside:  # where the child gets even as another user
        folder = Path(outside) / "home"
        path = old_home(folder)
        journal_file.open_to_write(path).close()
        other = 65534
        if os.geteuid() == 0:  # whom no mode keeps out
            Path(outside).chmod(0o711)
            os.chown(path, other, other)
            os.chown(folder, other, other)
        folder.chmod(0o500)
        try:
            done = subprocess.run(
                [sys.executable, "-c", READ_ONLY, str(path), str(other)], capture_output=True, text=True, check=False
            )
            assert done.stdout == "['BB', 'AA']\n", done.stderr
            assert [p.name for p in folder.iterdir()] == ["journal.db"]
        finally:
            folder.chmod(0o700)


def test_what_was_delivered_before_counts_as_sent(tmp_path: Path) -> None:
    path = old_home(tmp_path)
    db = sqlite3.connect(path)
    db.execute("UPDATE leases SET delivered_at = '2026-11-23T12:01:00+00:00'")
    db.commit()
    db.close()
    (lease,) = Journal(path).leases(CHAIN, ID)
    assert (lease.delivered, lease.tried) == (True, True)


def test_what_two_processes_write_by_turns_is_all_there(tmp_path: Path) -> None:
    """The one that ends must not take itself for the last one, and delete the WAL that the other writes to."""
    path = tmp_path / "journal.db"
    journal_file.open_to_write(path).close()
    mine = journal_file.JournalFile(path)
    assert mine.rows("SELECT * FROM avoided") == []

    def write(dseq: int) -> None:
        with mine.writing() as db:
            db.execute("INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', ?, 'akash1other', '')", (dseq,))

    def write_elsewhere(dseq: int) -> str:
        command = [sys.executable, "-c", WRITES_AND_ENDS, str(path), str(dseq)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    write(1)
    assert write_elsewhere(2) == "[1, 2]"
    write(3)
    assert write_elsewhere(4) == "[1, 2, 3, 4]"
    path.chmod(0o644)  # as a restored copy may come
    journal_file.open_to_read(path).close()
    write(5)
    assert write_elsewhere(6) == "[1, 2, 3, 4, 5, 6]"
    mine.close()
    assert journal_file.JournalFile(path).rows("SELECT COUNT(*) FROM avoided") == [(6,)]
