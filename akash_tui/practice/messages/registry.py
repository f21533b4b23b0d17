"""Every message type this chain takes, by its type URL."""

from __future__ import annotations

from akash_tui.practice.messages import bank, bids, cert, deployment, escrow, leases, mint, provider
from akash_tui.practice.messages.kinds import Kind

_KINDS: dict[str, Kind] = {
    kind.type_url: kind
    for module in (bank, bids, cert, deployment, escrow, leases, mint, provider)
    for kind in module.KINDS
}


def kind_of(type_url: str) -> Kind | None:
    """The message type of a type URL; None if this chain has none of that name."""
    return _KINDS.get(type_url)
