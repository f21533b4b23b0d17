"""The faucet: real AKT for gas from its own account, and ACT to deploy with."""

from __future__ import annotations

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from akash_tui.practice.chain.signing import signed
from akash_tui.practice.chain.world import World
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import Key, address_fault
from akash_tui.wire import cosmos_bank_pb2

UAKT, UACT = 500_000_000, 100_000_000  # per request
RESERVE = 1_000_000_000_000_000


def faucet_app(world: World, *more: Route) -> Starlette:
    """The faucet server: POST {"address": ...} answers {"tx": hash}, GET returns who gives how much.

    Make it before the world's first block (or on a restored world that had it).
    """
    key = Key.from_seed(f"faucet/{world.seed}".encode())
    if (key.address,) not in world.books.accounts:
        genesis.account(world.books, key.address, {"uakt": RESERVE})

    async def info(request: Request) -> Response:
        coins = [{"denom": "uakt", "amount": str(UAKT)}, {"denom": "uact", "amount": str(UACT)}]
        return JSONResponse({"address": key.address, "chain_id": world.chain_id, "amount": coins})

    async def give(request: Request) -> Response:
        try:
            address = json.loads(await request.body())["address"]
            if not isinstance(address, str):
                raise TypeError("address is not a text")
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"error": 'send {"address": "akash1..."}'}, 400)
        if fault := address_fault(address):
            return JSONResponse({"error": fault}, 400)
        message = cosmos_bank_pb2.MsgSend(from_address=key.address, to_address=address)
        message.amount.add(denom="uakt", amount=str(UAKT))
        answer = world.submit(signed(world, key, message, gas=200_000))
        if answer.code:
            return JSONResponse({"error": answer.raw_log}, 503)
        # ACT cannot be transferred: the mint module creates it, in the next block
        world.give(address, "uact", UACT)
        return JSONResponse({"tx": answer.hash})

    return Starlette(routes=[Route("/", info, methods=["GET"]), Route("/", give, methods=["POST"]), *more])
