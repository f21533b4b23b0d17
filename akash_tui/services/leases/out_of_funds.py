"""Deployments that ran out of funds and were closed, until the person has seen it: saved, so that a restart knows."""

from __future__ import annotations

from datetime import datetime

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_rows import iso, readable, whole


class OutOfFunds:
    """The ends of one wallet's deployments in one journal. Each is unseen once, however often it is found."""

    def __init__(self, journal: Journal, chain_id: str, owner: str) -> None:
        self._journal = journal
        self._of = chain_id, owner

    def found(self, id: DeploymentId, now: datetime) -> None:
        """It ran out of funds: unseen from now on, unless it was seen before."""
        with self._journal.writing() as db:
            db.execute(
                "INSERT INTO out_of_funds VALUES (?, ?, ?, ?, NULL) ON CONFLICT (chain_id, owner, dseq) DO NOTHING",
                (*self._of, id.dseq, iso(now)),
            )

    def seen(self, id: DeploymentId, now: datetime) -> None:
        """The person has seen that it ran out of funds."""
        with self._journal.writing() as db:
            db.execute(
                "UPDATE out_of_funds SET seen_at = ? WHERE chain_id = ? AND owner = ? AND dseq = ? AND seen_at IS NULL",
                (iso(now), *self._of, id.dseq),
            )

    def unseen(self) -> list[DeploymentId]:
        """Those that the person has not seen yet, the newest first."""
        rows = self._journal.rows(
            "SELECT rowid, dseq FROM out_of_funds WHERE chain_id = ? AND owner = ? AND seen_at IS NULL"
            " ORDER BY found_at DESC, dseq DESC",
            self._of,
        )
        return [
            DeploymentId(self._of[1], dseq)
            for dseq in readable(self._journal.path, "out_of_funds", rows, lambda row: whole(row[1]))
        ]
