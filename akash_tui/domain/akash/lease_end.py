"""Why a lease ended, in plain words, and what it cost."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.entities import Lease, LeaseState

_NO_FUNDS = "lease_closed_reason_insufficient_funds"
_REASONS = {
    "lease_closed_owner": "you closed it",
    "lease_closed_reason_unstable": "its provider ended it: the workload kept failing",
    "lease_closed_reason_decommission": "its provider ended it: the machine is being decommissioned",
    "lease_closed_reason_unspecified": "its provider ended it and gave no reason",
    "lease_closed_reason_manifest_timeout": "its provider ended it: it received no manifest in time",
    _NO_FUNDS: "its deposit ran out",
}
"""The chain's reasons (shared reference, 3.1). A running lease carries `lease_closed_invalid`: no reason at all."""


def why_ended(lease: Lease) -> str:
    """One clause, for example "its deposit ran out"; empty while it runs."""
    if lease.state.is_running:
        return ""
    if ran_out(lease):
        return _REASONS[_NO_FUNDS]
    if lease.reason in _REASONS:
        return _REASONS[lease.reason]
    reason = lease.reason if lease.reason and lease.reason != "lease_closed_invalid" else ""
    return f"it ended ({reason})" if reason else "it ended; the chain gives no reason"


def ran_out(lease: Lease) -> bool:
    """True if it ended because the deposit was spent."""
    return lease.reason == _NO_FUNDS or (lease.state is LeaseState.INSUFFICIENT_FUNDS and lease.reason not in _REASONS)


def how_long(hours: Decimal) -> str:
    """`45 min`, `5 h 26 min`, `3 d 4 h`; `less than a minute`."""
    minutes = int(hours * 60)
    if not minutes and hours > 0:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def seconds_text(seconds: float) -> str:
    """`25 s`, `1 min 30 s`, `30 min`, `1 h 10 min`: a duration that somebody has set."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.3g} s"
    if whole % 60 and whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return how_long(Decimal(whole) / 3600)


def by_provider(lease: Lease) -> bool:
    """True if the provider ended it by its own decision: a reason to avoid that provider."""
    return lease.reason.startswith("lease_closed_reason_") and not lease.reason.endswith("insufficient_funds")


def spent(lease: Lease, height: int) -> Decimal:
    """Micro-units that the lease has cost by block `height`, or by its end."""
    until = lease.closed_on or height
    return lease.price.amount * max(0, until - lease.created_at)
