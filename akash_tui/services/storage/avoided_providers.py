"""Providers that a deployment should not be leased from again, and why: saved, so that a restart knows."""

from __future__ import annotations

from collections.abc import Mapping

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_rows import readable, text


class AvoidedProviders:
    """The avoided providers in one journal. Rules and proposals skip their bids; a person may still take one."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def add(self, chain_id: str, id: DeploymentId, providers: Mapping[str, str]) -> None:
        """Avoid these (address → reason) for a deployment; the newest reason counts."""
        with self._journal.writing() as db:
            for provider, why in providers.items():
                db.execute(
                    "INSERT INTO avoided VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (chain_id, owner, dseq, provider) DO UPDATE SET why = excluded.why",
                    (chain_id, id.owner, id.dseq, provider, why),
                )

    def of(self, chain_id: str, id: DeploymentId) -> dict[str, str]:
        """Address → reason, by address."""
        rows = self._journal.rows(
            "SELECT rowid, provider, why FROM avoided WHERE chain_id = ? AND owner = ? AND dseq = ? ORDER BY provider",
            (chain_id, id.owner, id.dseq),
        )
        return dict(readable(self._journal.path, "avoided", rows, lambda row: (text(row[1]), text(row[2]))))
