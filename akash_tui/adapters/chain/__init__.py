"""One Akash chain over REST and websocket: `open_chain` gives `ports.Chain`.

Rooms: `endpoints` (one HTTP exchange, the pool of endpoints, reads, the newest block, the websocket), `rest_json`
(JSON → domain values), `tx` (simulate, sign, broadcast, look up), `errors` (the chain's refusals as sentences).
`saved_bids` reads answers about bids from a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import Chain, Clock

if TYPE_CHECKING:
    import httpx


def open_chain(network: Network, clock: Clock, *, transport: httpx.AsyncBaseTransport | None = None) -> Chain:
    """A client for `network` that connects at first use. `transport` replaces the sockets in tests."""
    from akash_tui.adapters.chain.client import ChainClient

    return ChainClient(network, clock, transport)
