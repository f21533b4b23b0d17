"""Which providers a deployment should not be leased from again, and why."""

from __future__ import annotations

from akash_tui.domain.akash.lease_end import by_provider, why_ended
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_reader import DeploymentView

_TROUBLES = {
    "manifest_due": "it never took the manifest",
    "not_running": "it was paid for and did not run it",
    "unreachable": "it could not be asked",
    "reclaiming": "it takes its machine back",
}
"""Attention items of a lease that speak against its provider."""


def to_avoid(view: DeploymentView) -> dict[str, str]:
    """Providers of a deployment that failed it, each with a clause that says how: they ended the lease themselves,
    never took the manifest, or a lease of theirs needs attention now. Complete if they were asked for services."""
    out: dict[str, str] = {}
    for seen in view.leases:
        lease = seen.lease
        if by_provider(lease):
            out[lease.id.provider] = why_ended(lease)
        elif not lease.state.is_running and seen.delivered is False:
            out[lease.id.provider] = _TROUBLES["manifest_due"]
    for item in attention_items(view):
        if item.code in _TROUBLES:
            out[item.lease.rpartition("/")[2]] = _TROUBLES[item.code]
    return out
