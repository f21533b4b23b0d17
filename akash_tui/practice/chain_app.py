"""The servers of the chain: REST, RPC and faucet, each an ASGI application over one world."""

from __future__ import annotations

from .faucet import faucet_app
from .rest import rest_app
from .rpc import rpc_app

__all__ = ["faucet_app", "rest_app", "rpc_app"]
