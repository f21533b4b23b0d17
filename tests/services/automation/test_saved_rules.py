"""The rule of a deployment outlives the program; one that cannot be read is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.automation import saved_rules
from akash_tui.services.automation.policy import Policy
from akash_tui.services.automation.saved_rules import SavedRules
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import SavedStage

ID = DeploymentId("akash1me", 7)
RULE = Policy(prefer=["h100 <= 1.50", "any >= 40 GB"], wait="45s", audited=True, filter='provider:"a b"')


def test_the_newest_rule_of_each_deployment_is_known_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    rules = SavedRules(journal, "akashnet-2")
    assert rules.of(ID) is None
    rules.save(ID, Policy())
    rules.save(ID, RULE)
    journal.close()
    again = Journal(tmp_path / "journal.db")
    assert SavedRules(again, "akashnet-2").of(ID) == RULE
    assert SavedRules(again, "sandbox-2").of(ID) is None
    assert SavedRules(again, "akashnet-2").of(DeploymentId("akash1me", 8)) is None
    again.close()


def test_rules_of_closed_deployments_go_and_so_do_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal.db")
    rules = SavedRules(journal, "akashnet-2")
    closed, never, other = (DeploymentId("akash1me", dseq) for dseq in (8, 9, 10))
    for id in (ID, closed, never, other):
        rules.save(id, RULE)
    with journal.writing() as db:
        for id, stage in ((ID, "leased"), (closed, "closed"), (never, "never")):
            db.execute(
                "INSERT INTO deployments (chain_id, owner, dseq, name, file, sdl, manifest, version, stage, created_at)"
                " VALUES ('akashnet-2', ?, ?, '', '', '', x'', x'', ?, '2026-11-20T12:00:00+00:00')",
                (id.owner, id.dseq, SavedStage(stage)),
            )
    rules.save(other, Policy())
    assert [rules.of(id) for id in (ID, closed, never, other)] == [RULE, None, None, Policy()]
    monkeypatch.setattr(saved_rules, "MOST_RULES", 2)
    rules.save(DeploymentId("akash1me", 11), RULE)
    assert (rules.of(ID), rules.of(other)) == (None, Policy())
    journal.close()


def test_a_rule_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    rules = SavedRules(journal, "akashnet-2")
    rules.save(ID, RULE)
    for policy in ("prefer = [", 'bugdet = "1"', 'budget = "cheap"'):
        with journal.writing() as db:
            db.execute("UPDATE rules SET policy = ?", (policy,))
        assert rules.of(ID) is None
    journal.close()
