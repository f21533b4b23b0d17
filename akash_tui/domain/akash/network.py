"""A network: which chain, through which endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


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


def is_loopback(url: str) -> bool:
    """True for addresses of this machine: they are reached without a proxy."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
