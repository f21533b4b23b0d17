"""Providers that a deployment should not be leased from again, and why; kept in the journal, so that a restart knows.

Rules and proposals pass their bids over. A person may still take one by hand.
"""

from __future__ import annotations

from collections.abc import Mapping

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.lease_end import by_provider, why_ended
from akash_tui.services.leases.attention import alarms
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.storage.journal import Journal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS avoided (
    chain_id TEXT NOT NULL, owner TEXT NOT NULL, dseq INTEGER NOT NULL, provider TEXT NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (chain_id, owner, dseq, provider)
)
"""
_TROUBLES = {
    "manifest_due": "it never took the manifest",
    "not_running": "it was paid for and did not run it",
    "unreachable": "it could not be asked",
    "reclaiming": "it takes its machine back",
}
"""Alarms of a lease that speak against its provider."""


class AvoidedProviders:
    """The avoided providers in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        with journal.writing() as db:
            db.execute(_SCHEMA)

    def add(self, chain_id: str, id: DeploymentId, providers: Mapping[str, str]) -> None:
        """Avoid these for a deployment; the newest reason counts."""
        with self._journal.writing() as db:
            for provider, why in providers.items():
                db.execute(
                    "INSERT INTO avoided VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (chain_id, owner, dseq, provider) DO UPDATE SET why = excluded.why",
                    (chain_id, id.owner, id.dseq, provider, why),
                )

    def of(self, chain_id: str, id: DeploymentId) -> dict[str, str]:
        """Address and reason of each."""
        with self._journal.writing() as db:
            rows = db.execute(
                "SELECT provider, why FROM avoided WHERE chain_id = ? AND owner = ? AND dseq = ? ORDER BY provider",
                (chain_id, id.owner, id.dseq),
            ).fetchall()
        return {provider: why for provider, why in rows}


def to_avoid(view: DeploymentView) -> dict[str, str]:
    """Providers of a deployment that let it down, each with a clause that says how: they ended the lease
    themselves, never took the manifest, or are in trouble with a lease that runs. Best with its services asked."""
    out: dict[str, str] = {}
    for seen in view.leases:
        lease = seen.lease
        if by_provider(lease):
            out[lease.id.provider] = why_ended(lease)
        elif not lease.state.is_running and seen.delivered is False:
            out[lease.id.provider] = _TROUBLES["manifest_due"]
    for alarm in alarms(view):
        if alarm.code in _TROUBLES:
            out[alarm.lease.rpartition("/")[2]] = _TROUBLES[alarm.code]
    return out
