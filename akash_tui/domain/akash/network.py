"""A network: which chain, through which endpoints."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from akash_tui.domain.akash.money import DEFAULT_BLOCK_SECONDS

PLAUSIBLE_FACTOR: Final = Decimal(3)
"""Mainnet has kept to about 6 s for years; three times that is a halt or a lie, and no basis for a price."""

CUSTOM: Final = "custom"
"""The name of a network that has none: its endpoints were given as options."""


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
    block_seconds: Decimal | None = None
    """Seconds per block that are to be expected; None: those of every public Akash chain, unknown for others."""
    block_factor: Decimal = PLAUSIBLE_FACTOR
    """How many times longer or shorter than that a measured block time may be."""
    stated_block_seconds: Decimal | None = None
    """The block time for which its prices are meant, where a network states it: one whose time can be sped up."""
    clock: str | None = None
    """Where such a network's speed can be changed."""
    block_slack: Decimal = Decimal(1)
    """How many times longer still, where the machine that makes the blocks may be busy."""

    @property
    def expected_block_seconds(self) -> Decimal | None:
        """Seconds per block without measuring; None where nothing is known of the chain."""
        if self.block_seconds is not None:
            return self.block_seconds
        return DEFAULT_BLOCK_SECONDS if self.public else None

    def plausible_block_time(self, seconds: Decimal) -> bool:
        """Whether a measured block time can be believed; always where nothing is known of the chain."""
        expected = self.expected_block_seconds
        if expected is None:
            return True
        return expected / self.block_factor <= seconds <= expected * self.block_factor * self.block_slack

    @property
    def called(self) -> str:
        """Its name; one that was given by its endpoints alone is called by its host."""
        return (urlsplit(self.rest[0]).hostname if self.name == CUSTOM and self.rest else None) or self.name

    @property
    def options(self) -> str:
        """The options that name it on the command line; one without a name is given by its endpoints."""
        if self.name != CUSTOM or not self.rest or not self.rpc:
            return shlex.join(["--network", self.name])
        endpoints = ["--rest", self.rest[0], "--rpc", self.rpc[0], "--chain-id", self.chain_id]
        return shlex.join([*endpoints, *(["--indexer", self.indexer] if self.indexer else [])])

    @property
    def label(self) -> str:
        """What screens and errors call it."""
        return "PRACTICE" if self.practice else self.called


def is_loopback(url: str) -> bool:
    """True for addresses of this machine: they are reached without a proxy."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
