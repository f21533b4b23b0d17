"""The journal on disk: whole rows or none, private, and true about what is open."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.services.ports import BadInput, SignedTx, TxDraft, TxResult
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import (
    Intent,
    IntentKind,
    Outcome,
    SavedDeployment,
    SavedStage,
    about_leases,
    lease_about,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHAIN, OWNER = "fake-1", "akash1owner"
ID = DeploymentId(OWNER, 42)
LEASE = LeaseId(OWNER, 42, 1, 1, "akash1prov")
PRICE = DecCoin(UACT, Decimal("1543.600000000000000001"))


def tx(hash: str = "AB", expires: datetime | None = NOW + timedelta(seconds=60)) -> SignedTx:
    return SignedTx(TxDraft((), OWNER, 1, 2, Coin(UAKT, 3)), b"raw", hash, expires)


def saved(stage: SavedStage = SavedStage.CREATING, hours: Decimal | None = Decimal("1.5")) -> SavedDeployment:
    return SavedDeployment(CHAIN, ID, "näme", "a.yaml", "version: '2.0'\n", b"[\xff]", b"\x01" * 32, hours, stage, NOW)


def result(code: int = 0) -> TxResult:
    return TxResult("AB", 77, code, "sdk" if code else "", "why" if code else "", 1, None)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home" / "journal.db")


def created(journal: Journal, hash: str = "AB") -> Intent:
    return journal.intend(IntentKind.CREATE, CHAIN, OWNER, 42, tx(hash), {"name": "näme"}, NOW, saved())


def test_what_is_written_is_read_by_the_next_start(journal: Journal) -> None:
    intent = created(journal)
    again = Journal(journal.path)
    assert again.open_intents(CHAIN) == [intent]
    assert intent.expires == NOW + timedelta(seconds=60)
    assert again.deployment(CHAIN, ID) == saved()
    assert again.deployments(CHAIN, OWNER) == [saved()]


def test_files_are_private(journal: Journal) -> None:
    created(journal)
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    for path in journal.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_commit_is_on_the_disk(journal: Journal) -> None:
    created(journal)
    with journal.writing() as db:
        (level,) = db.execute("PRAGMA synchronous").fetchone()
    assert level == 2  # FULL


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (Outcome.DONE, SavedStage.OPEN),
        (Outcome.FAILED, SavedStage.NEVER),
        (Outcome.NEVER, SavedStage.NEVER),
    ],
)
def test_a_creation_moves_its_deployment_on(journal: Journal, outcome: Outcome, stage: SavedStage) -> None:
    intent = created(journal)
    settled = journal.settle(intent, outcome, result() if outcome is Outcome.DONE else None, "note", NOW)
    assert (settled.outcome, settled.note) == (outcome, "note")
    assert journal.open_intents(CHAIN) == []
    kept = journal.deployment(CHAIN, ID)
    assert kept is not None
    assert kept.stage is stage


def test_settling_twice_changes_nothing(journal: Journal) -> None:
    intent = created(journal)
    journal.settle(intent, Outcome.DONE, result(), "", NOW)
    again = journal.settle(intent, Outcome.NEVER, None, "late", NOW)
    assert (again.outcome, again.height, again.note) == (Outcome.DONE, 77, "")


def test_a_second_try_of_a_creation_keeps_its_deployment_alive(journal: Journal) -> None:
    first = created(journal, "AA")
    second = created(journal, "BB")
    journal.settle(first, Outcome.FAILED, result(11), "out of gas", NOW)
    kept = journal.deployment(CHAIN, ID)
    assert kept is not None
    assert kept.stage is SavedStage.CREATING
    journal.settle(second, Outcome.DONE, result(), "", NOW)
    kept = journal.deployment(CHAIN, ID)
    assert kept is not None
    assert kept.stage is SavedStage.OPEN


def test_a_creation_that_never_happened_may_be_done_again(journal: Journal) -> None:
    journal.settle(created(journal), Outcome.NEVER, None, "", NOW)
    journal.settle(created(journal, "CC"), Outcome.DONE, result(), "", NOW)
    kept = journal.deployment(CHAIN, ID)
    assert kept is not None
    assert kept.stage is SavedStage.OPEN


def test_leases_are_kept_with_their_exact_price(journal: Journal) -> None:
    about: dict[str, object] = {"leases": lease_about([(LEASE, PRICE)])}
    intent = journal.intend(IntentKind.LEASE, CHAIN, OWNER, 42, tx("L"), about, NOW)
    assert about_leases(intent) == [(LEASE, PRICE)]
    assert journal.leases(CHAIN, ID) == []
    journal.settle(intent, Outcome.DONE, result(), "", NOW)
    (lease,) = journal.leases(CHAIN, ID)
    assert (lease.id, lease.price, lease.delivered) == (LEASE, PRICE, False)
    journal.mark_delivered(CHAIN, LEASE, NOW)
    assert journal.leases(CHAIN, ID)[0].delivered


def test_intents_of_other_chains_and_owners_stay_apart(journal: Journal) -> None:
    created(journal)
    journal.intend(IntentKind.MINT, "other-1", OWNER, None, tx("M", None), {}, NOW)
    journal.intend(IntentKind.CLOSE, CHAIN, "akash1else", 43, tx("C"), {}, NOW)
    assert [i.tx_hash for i in journal.open_intents(CHAIN, OWNER)] == ["AB"]
    assert [i.tx_hash for i in journal.open_intents(CHAIN)] == ["AB", "C"]
    assert [i.tx_hash for i in journal.intents()] == ["C", "M", "AB"]
    assert [i.tx_hash for i in journal.intents("other-1")] == ["M"]
    assert [i.tx_hash for i in journal.intents(limit=1)] == ["C"]
    assert journal.intents("other-1")[0].expires is None
    assert journal.intents("other-1")[0].deployment is None


def test_what_two_programs_learn_of_a_mint_is_kept_by_both(journal: Journal) -> None:
    about: dict[str, object] = {"fee": "5000uakt", "spends": ["7uakt"]}
    intent = journal.intend(IntentKind.MINT, CHAIN, OWNER, None, tx("M"), about, NOW)
    done = Journal(journal.path).settle(intent, Outcome.DONE, replace(result(), records=((77, 1),)), "cancelled", NOW)
    journal.note_exchanged(intent, Coin("uact", 6))  # by a program that read it before it was settled
    (now,) = journal.intents()
    assert now.about == done.about | {"gave": "6uact"}
    assert now.note == "cancelled"


def test_details_that_cannot_be_read_stay_as_they_are(journal: Journal) -> None:
    intent = journal.intend(IntentKind.MINT, CHAIN, OWNER, None, tx("M"), {"spends": ["7uakt"]}, NOW)
    with journal.writing() as db:
        db.execute("UPDATE intents SET about = '{'")
    (read,) = journal.open_intents(CHAIN)
    journal.settle(read, Outcome.DONE, result(), "", NOW)
    journal.note_exchanged(intent, Coin("uact", 6))
    assert journal.sent(CHAIN, OWNER, NOW).day.unreadable == 1


def test_two_processes_write_side_by_side(journal: Journal) -> None:
    other = Journal(journal.path)
    created(journal)
    other.intend(IntentKind.CLOSE, CHAIN, OWNER, 42, tx("C"), {}, NOW)
    assert len(journal.open_intents(CHAIN)) == 2


def test_a_write_that_fails_leaves_nothing_behind(journal: Journal) -> None:
    with pytest.raises(TypeError):
        journal.intend(IntentKind.CREATE, CHAIN, OWNER, 42, tx(), {"x": object()}, NOW, saved())
    broken = SavedDeployment(CHAIN, ID, None, "", "", b"", b"", None, SavedStage.OPEN, NOW)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        journal.intend(IntentKind.CREATE, CHAIN, OWNER, 42, tx(), {}, NOW, broken)
    assert journal.intents() == []
    assert journal.deployment(CHAIN, ID) is None


def test_who_only_reads_makes_no_file(journal: Journal) -> None:
    assert journal.intents() == []
    assert journal.deployments(CHAIN, OWNER) == []
    journal.close()
    assert not journal.path.parent.exists()


def test_a_file_made_meanwhile_by_another_process_is_read(journal: Journal) -> None:
    assert journal.open_intents(CHAIN) == []
    intent = created(Journal(journal.path))
    assert journal.open_intents(CHAIN) == [intent]


def test_all_are_listed_however_many(journal: Journal) -> None:
    with journal.writing() as db:
        db.executemany(
            "INSERT INTO intents (kind, chain_id, owner, dseq, tx_hash, about, created_at, outcome)"
            " VALUES ('close', ?, ?, 1, ?, '{}', ?, 'done')",
            [(CHAIN, OWNER, str(i), NOW.isoformat()) for i in range(1001)],
        )
    assert len(journal.intents()) == 1001


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(BadInput, match="cannot be written"):
        created(Journal(tmp_path / "home" / "journal.db"))


def test_a_foreign_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database, but somebody's file" * 100)
    with pytest.raises(BadInput):
        Journal(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_newer_journal_is_refused(journal: Journal) -> None:
    created(journal)
    with journal.writing() as db:
        db.execute("PRAGMA user_version=99")
    journal.close()
    with pytest.raises(BadInput, match="newer"):
        Journal(journal.path)


def test_closing_twice_is_fine(journal: Journal) -> None:
    journal.close()
    journal.close()


def test_names_and_what_is_open_of_other_accounts(journal: Journal) -> None:
    nothing = journal.state()
    intent = created(journal)
    assert journal.names() == {(CHAIN, OWNER, 42): "näme"}
    assert journal.open_elsewhere(CHAIN, "akash1else") == {}, "its creation is not decided yet"
    undecided = journal.state()
    journal.settle(intent, Outcome.DONE, result(), "", NOW)
    assert journal.open_elsewhere(CHAIN, "akash1else") == {OWNER: 1}
    assert journal.open_elsewhere(CHAIN, OWNER) == journal.open_elsewhere("other-1", "akash1else") == {}
    assert len({nothing, undecided, journal.state()}) == 3
    journal.mark_stage(CHAIN, ID, SavedStage.CLOSED)
    assert journal.open_elsewhere(CHAIN, "akash1else") == {}


def test_the_creations_of_pairs_are_found_without_reading_the_others(journal: Journal) -> None:
    for number in range(6):
        about: dict[str, object] = {"paired_with": number} if number in (1, 4) else {"name": "paired_with"}
        journal.intend(IntentKind.CREATE, CHAIN, OWNER, number, tx(f"{number}"), about, NOW)
        journal.intend(IntentKind.CREATE, CHAIN, "akash1other", number, tx(f"{number}"), about, NOW)
    asked: list[str] = []
    journal.reader.set_trace_callback(asked.append)
    assert [intent.dseq for intent in journal.of_pairs(CHAIN, OWNER)] == [4, 1]
    (question,) = asked
    ((*_, plan),) = journal.rows(f"EXPLAIN QUERY PLAN {question}")
    assert "INDEX intents_of_pairs (chain_id=? AND owner=?)" in plan
