"""The rule that was written for each deployment: in the journal's file, so that a restart knows it.

Only what it says is saved, as the text of a policy file. That it is on never is: nothing is leased by a rule that was
not turned on in the program that runs.
"""

from __future__ import annotations

import tomllib

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.automation.policy import Policy, policy_text
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_rows import readable, text


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
        """Save the rule of a deployment, instead of the one before."""
        with self._journal.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)",
                (self._chain_id, id.owner, id.dseq, policy_text(policy)),
            )
