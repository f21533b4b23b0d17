"""The servers of the chain: REST, RPC and faucet, each an ASGI application over one world."""

from __future__ import annotations

from akash_tui.practice.api.faucet import faucet_app
from akash_tui.practice.api.rest import rest_app
from akash_tui.practice.api.rpc import rpc_app

__all__ = ["faucet_app", "rest_app", "rpc_app"]
