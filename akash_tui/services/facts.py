"""What is known of providers, read in the background with bounded concurrency and kept for a while."""

from __future__ import annotations

from akash_tui.services.ports import Chain, Clock, Gateway, Indexer


class Facts:
    """A session's cache of providers, audits, probes, profiles and prices."""

    def __init__(self, chain: Chain, gateway: Gateway, indexer: Indexer | None, clock: Clock) -> None:
        self.chain = chain
        self.gateway = gateway
        self.indexer = indexer
        self.clock = clock
