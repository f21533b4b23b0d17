"""A network: which chain, through which endpoints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Network:
    """One Akash network. URLs may have a path prefix; the first endpoint that works is used."""

    name: str
    chain_id: str
    rest: tuple[str, ...]
    rpc: tuple[str, ...]
    indexer: str | None = None
    faucet: str | None = None
    practice: bool = False
    """True only for the local practice network: every screen then shows PRACTICE."""
    public: bool = True
    """Public networks refuse providers whose host resolves to a private or loopback address."""

    @property
    def label(self) -> str:
        return "PRACTICE" if self.practice else self.name
