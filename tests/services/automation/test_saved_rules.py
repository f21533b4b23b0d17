"""The rule of a deployment outlives the program; one that cannot be read is none."""

from __future__ import annotations

from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.automation.policy import Policy
from akash_tui.services.automation.saved_rules import SavedRules
from akash_tui.services.storage.journal import Journal

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


def test_a_rule_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    rules = SavedRules(journal, "akashnet-2")
    rules.save(ID, RULE)
    for policy in ("prefer = [", 'bugdet = "1"', 'budget = "cheap"'):
        with journal.writing() as db:
            db.execute("UPDATE rules SET policy = ?", (policy,))
        assert rules.of(ID) is None
    journal.close()
