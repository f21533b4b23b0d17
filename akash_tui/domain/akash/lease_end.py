"""Why a lease ended, in plain words, and what it cost."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.entities import Lease, LeaseState

_REASONS = {
    "lease_closed_owner": "you closed it",
    "lease_closed_reason_unstable": "its provider ended it: the workload kept failing",
    "lease_closed_reason_decommission": "its provider ended it: the machine is taken out of service",
    "lease_closed_reason_unspecified": "its provider ended it and gave no reason",
    "lease_closed_reason_manifest_timeout": "its provider ended it: no manifest reached it in time",
    "lease_closed_reason_insufficient_funds": "its deposit ran out",
}
"""The chain's words (shared reference, 3.1). A running lease carries `lease_closed_invalid`: no reason at all."""


def why_ended(lease: Lease) -> str:
    """One clause, for example "its deposit ran out"; empty while it runs."""
    if lease.state.is_running:
        return ""
    if lease.reason in _REASONS:
        return _REASONS[lease.reason]
    if lease.state is LeaseState.INSUFFICIENT_FUNDS:
        return _REASONS["lease_closed_reason_insufficient_funds"]
    said = lease.reason if lease.reason and lease.reason != "lease_closed_invalid" else ""
    return f"it ended ({said})" if said else "it ended; the chain gives no reason"


def how_long(hours: Decimal) -> str:
    """`5 h 26 min` for a sentence; `less than a minute`."""
    minutes = int(hours * 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes else "less than a minute"


def by_provider(lease: Lease) -> bool:
    """True if the provider ended it of its own will: a reason to avoid it next time."""
    return lease.reason.startswith("lease_closed_reason_") and not lease.reason.endswith("insufficient_funds")


def spent(lease: Lease, height: int) -> Decimal:
    """Micro-units that the lease has cost by block `height`, or by its end."""
    until = lease.closed_on or height
    return lease.price.amount * max(0, until - lease.created_at)
