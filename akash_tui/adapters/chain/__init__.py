"""One Akash chain over REST and websocket: `open_chain` gives `ports.Chain`.

Modules: `fields` and `wire_*` read JSON into domain values; `http`, `pool` and `faults` are the endpoints;
`reads`, `head`, `events`, `preparing`, `handing_in` and `finding` are what the chain is asked; `errors` and `refusals`
say its refusals in sentences; `saved` reads answers that somebody kept in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import Chain, Clock

if TYPE_CHECKING:
    import httpx


def open_chain(network: Network, clock: Clock, *, transport: httpx.AsyncBaseTransport | None = None) -> Chain:
    """A client for `network`; connects at first use. `transport` replaces the sockets in tests."""
    from akash_tui.adapters.chain.client import ChainClient

    return ChainClient(network, clock, transport)
