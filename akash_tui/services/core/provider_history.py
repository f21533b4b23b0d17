"""What this machine remembers of its own dealings with each provider."""

from __future__ import annotations

from akash_tui.domain.bids.score import ProviderHistory
from akash_tui.services.storage.journal import Journal


def own_history(journal: Journal, chain_id: str, owner: str) -> dict[str, ProviderHistory]:
    """Leases by provider, and how many of them got as far as the manifest."""
    found: dict[str, ProviderHistory] = {}
    for deployment in journal.deployments(chain_id, owner):
        for lease in journal.leases(chain_id, deployment.id):
            before = found.get(lease.id.provider, ProviderHistory(0, 0))
            found[lease.id.provider] = ProviderHistory(before.leases + 1, before.delivered + lease.delivered)
    return found
