"""The rule that was written for each deployment: in the journal's file, so that a restart knows it.

Only what it says is saved, as the text of a policy file. That it is on never is: nothing is leased by a rule that was
not turned on in the program that runs.
"""

from __future__ import annotations

import tomllib
from typing import Final

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.automation.policy import Policy, policy_text
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import SavedStage
from akash_tui.services.storage.journal_rows import readable, text

MOST_RULES: Final = 500
"""The newest that are kept: nobody sees that a deployment is closed which was made elsewhere."""


class SavedRules:
    """The rules of one chain's deployments."""

    def __init__(self, journal: Journal, chain_id: str) -> None:
        self._journal = journal
        self._chain_id = chain_id

    def of(self, id: DeploymentId) -> Policy | None:
        """The rule of a deployment; None if none was written, or it cannot be read any more."""
        rows = self._journal.rows(
            "SELECT rowid, policy FROM rules WHERE chain_id = ? AND owner = ? AND dseq = ?",
            (self._chain_id, id.owner, id.dseq),
        )
        found = readable(
            self._journal.path, "rules", rows, lambda row: Policy.model_validate(tomllib.loads(text(row[1])))
        )
        return found[0] if found else None

    def save(self, id: DeploymentId, policy: Policy) -> None:
        """Save the rule of a deployment, instead of the one before; the rules of those that are closed go."""
        with self._journal.writing() as db:
            db.execute(
                "DELETE FROM rules WHERE EXISTS (SELECT 1 FROM deployments AS d WHERE d.chain_id = rules.chain_id"
                " AND d.owner = rules.owner AND d.dseq = rules.dseq AND d.stage IN (?, ?))",
                (SavedStage.CLOSED, SavedStage.NEVER),
            )
            db.execute(
                "INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)",
                (self._chain_id, id.owner, id.dseq, policy_text(policy)),
            )
            db.execute(
                "DELETE FROM rules WHERE rowid NOT IN (SELECT rowid FROM rules ORDER BY rowid DESC LIMIT ?)",
                (MOST_RULES,),
            )
