"""One row that cannot be read costs that row, not the command, and is reported once."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.cli.app import run
from akash_tui.compose import Program
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import TxResult
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Outcome
from akash_tui.services.storage.sdl_versions import SdlVersions
from akash_tui.services.storage.standing_orders import StandingOrder, StandingOrders
from tests.services.storage.test_journal_file import CHAIN, DEPLOYMENT, ID, ORDER, OTHER, OWNER, REASON, old_home

BLOB = "x'00ff'"
NOT_UTF8 = "CAST(x'77ff' AS TEXT)"
DEEP = "'" + "[" * 100_000 + "'"
HUGE = "'1e400'"
SECOND = {
    "intents": "INSERT INTO intents (kind, chain_id, owner, dseq, tx_hash, expires, about, created_at, outcome)"
    " VALUES ('close', 'akashnet-2', 'akash1owner', 43, 'CC', NULL, '{}', '2026-11-23T13:00:00+00:00', 'done')",
    "deployments": "INSERT INTO deployments VALUES ('akashnet-2', 'akash1owner', 43, 'two', 'b', 'x', x'01', x'02',"
    " '1', 'open', '2026-11-23T13:00:00+00:00')",
    "leases": "INSERT INTO leases VALUES ('akashnet-2', 'akash1owner', 42, 2, 1, 'akash1two', 0, 'uact', '1',"
    " '2026-11-23T12:00:00+00:00', NULL, NULL)",
    "avoided": "INSERT INTO avoided VALUES ('akashnet-2', 'akash1owner', 42, 'akash1two', 'why')",
    "standing_orders": "INSERT INTO standing_orders VALUES ('akashnet-2', 'akash1owner', 43, 1, 3, '2', 5,"
    " '2026-11-23T12:00:00+00:00', '', '')",
    "versions": "INSERT INTO versions VALUES ('akashnet-2', 'akash1owner', 43, x'07', 'f', 's', x'01', 'now')",
}
DAMAGES = [
    ("intents", "kind", "'dance'"),
    ("intents", "kind", BLOB),
    ("intents", "tx_hash", BLOB),
    ("intents", "tx_hash", NOT_UTF8),
    ("intents", "dseq", "'many'"),
    ("intents", "dseq", "-1"),
    ("intents", "expires", "'tomorrow'"),
    ("intents", "created_at", "'2026-99-99'"),
    ("intents", "created_at", "'2026-11-23T12:00:00'"),
    ("intents", "created_at", "5"),
    ("intents", "about", BLOB),
    ("intents", "about", DEEP),
    ("intents", "about", "'[]'"),
    ("intents", "about", "'{\"hours\": 1e400}'"),
    ("intents", "about", "'{\"hours\": NaN}'"),
    ("intents", "about", '\'{"name": "\\ud800"}\''),
    ("intents", "outcome", "'maybe'"),
    ("intents", "height", "'high'"),
    ("intents", "note", NOT_UTF8),
    ("deployments", "name", NOT_UTF8),
    ("deployments", "sdl", BLOB),
    ("deployments", "manifest", "5"),
    ("deployments", "hours", HUGE),
    ("deployments", "hours", "'NaN'"),
    ("deployments", "stage", "'elsewhere'"),
    ("deployments", "created_at", "'yesterday'"),
    ("leases", "provider", NOT_UTF8),
    ("leases", "price", HUGE),
    ("leases", "price", BLOB),
    ("leases", "gseq", "'one'"),
    ("avoided", "provider", BLOB),
    ("avoided", "why", NOT_UTF8),
    ("standing_orders", "amount", "'much'"),
    ("standing_orders", "below", HUGE),
    ("standing_orders", "agreed_at", "'2026'"),
    ("standing_orders", "payers", "'[1'"),
    ("standing_orders", "payers", "'[1, 2]'"),
    ("standing_orders", "payers", DEEP),
    ("standing_orders", "stopped", BLOB),
    ("versions", "sdl", NOT_UTF8),
    ("versions", "manifest", "'text'"),
]


def damaged(folder: Path, *statements: str) -> Journal:
    path = old_home(folder)
    Journal(path).close()
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    unreadable_rows.take()
    return Journal(path)


@pytest.mark.parametrize(("table", "column", "value"), DAMAGES)
def test_one_unreadable_value_costs_its_row_and_is_reported_once(
    tmp_path: Path, table: str, column: str, value: str
) -> None:
    where = f"rowid = (SELECT max(rowid) FROM {table})"
    journal = damaged(tmp_path, SECOND[table], f"UPDATE {table} SET {column} = {value} WHERE {where}")
    for _ in range(2):
        assert [intent.tx_hash for intent in journal.intents()] == (["BB", "AA"])
        assert [intent.tx_hash for intent in journal.open_intents(CHAIN)] == ["BB"]
        assert journal.deployments(CHAIN, OWNER) == [DEPLOYMENT]
        assert [lease.id.provider for lease in journal.leases(CHAIN, ID)] == ["akash1prov"]
        assert AvoidedProviders(journal).of(CHAIN, ID) == REASON
        assert StandingOrders(journal).all(CHAIN, OWNER) == [ORDER]
        assert SdlVersions(journal).find(CHAIN, ID, OTHER.version) == OTHER
        assert SdlVersions(journal).find(CHAIN, DeploymentId(OWNER, 43), b"\7") is None
    (line,) = unreadable_rows.take()
    assert line.startswith("Row ")
    assert f"of the table {table} in {journal.path} cannot be read" in line
    assert line.isprintable()
    assert unreadable_rows.take() == []


@pytest.mark.parametrize(
    ("column", "value"), [("about", DEEP), ("about", BLOB), ("created_at", "'never'"), ("expires", "'soon'")]
)
def test_an_open_intent_whose_transaction_is_known_is_never_forgotten(tmp_path: Path, column: str, value: str) -> None:
    journal = damaged(tmp_path, f"UPDATE intents SET {column} = {value} WHERE tx_hash = 'BB'")
    before = datetime.now(UTC)
    (intent,) = journal.open_intents(CHAIN)
    assert (intent.tx_hash, intent.outcome, intent.dseq) == ("BB", Outcome.OPEN, 42)
    if column == "created_at":
        assert intent.created_at >= before, "its time-out must not seem to be over"


@pytest.mark.parametrize("about", [DEEP, BLOB, "'{\"life\": 1e400}'", "'{\"life\": NaN}'"])
def test_an_open_intent_of_which_not_everything_can_be_read_is_settled(tmp_path: Path, about: str) -> None:
    journal = damaged(tmp_path, f"UPDATE intents SET about = {about} WHERE tx_hash = 'BB'")
    (intent,) = journal.open_intents(CHAIN)
    result = TxResult("BB", 7, 0, "", "", 9, None)
    settled = journal.settle(intent, Outcome.DONE, result, "", datetime.now(UTC))
    assert (settled.outcome, settled.height, settled.code) == (Outcome.DONE, 7, 0)
    assert journal.settle(intent, Outcome.NEVER, None, "", datetime.now(UTC)).outcome is not Outcome.NEVER
    assert journal.open_intents(CHAIN) == []


def test_an_open_intent_of_an_unknown_kind_is_reported_with_its_transaction(tmp_path: Path) -> None:
    journal = damaged(tmp_path, "UPDATE intents SET kind = 'dance' WHERE tx_hash = 'BB'")
    assert journal.open_intents(CHAIN) == []
    (line,) = unreadable_rows.take()
    assert "Transaction BB may be undecided" in line


@pytest.mark.parametrize("about", [DEEP, BLOB, "'[]'", NOT_UTF8])
def test_a_deposit_that_cannot_be_read_counts_against_the_limit_of_automatic_top_ups(
    tmp_path: Path, about: str
) -> None:
    journal = damaged(tmp_path, f"UPDATE intents SET about = {about} WHERE tx_hash = 'BB'")
    order = StandingOrders(journal).find(CHAIN, ID)
    assert isinstance(order, StandingOrder)
    assert (order.times, order.spent, order.below) == (1, 1_000_000, Decimal("2.5"))


def test_the_journal_command_lists_the_rest_and_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    damaged(tmp_path, SECOND["intents"], "UPDATE intents SET kind = 'dance' WHERE tx_hash = 'CC'").close()
    assert run(Program(tmp_path), ["journal"]) == 0
    out, err = capfd.readouterr()
    assert "create" in out
    assert err.count("note: Row 3 of the table intents") == 1
