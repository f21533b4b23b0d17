"""The faucet: real AKT for gas from its own account, and ACT to deploy with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from akash_tui.practice.chain.signing import signed
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import BadAddress, Key, decode_address
from akash_tui.wire import cosmos_bank_pb2

if TYPE_CHECKING:
    from akash_tui.practice.chain.world import World

UAKT, UACT = 500_000_000, 100_000_000  # per request
RESERVE = 1_000_000_000_000_000


class Faucet:
    """Hands out coins of one world. Make it before the first block (or on a restored world that had it)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key = Key.from_seed(f"faucet/{world.seed}".encode())
        if (self.key.address,) not in world.books.accounts:
            genesis.account(world.books, self.key.address, {"uakt": RESERVE})

    def give(self, address: str) -> str:
        """Send AKT, and ACT in the next block; the answer is the transaction's hash.

        BadAddress for a bad address, RuntimeError if the chain refuses.
        """
        decode_address(address)
        message = cosmos_bank_pb2.MsgSend(from_address=self.key.address, to_address=address)
        message.amount.add(denom="uakt", amount=str(UAKT))
        answer = self.world.submit(signed(self.world, self.key, message, gas=200_000))
        if answer.code:
            raise RuntimeError(answer.raw_log)
        # ACT cannot be transferred: the mint module creates it
        self.world.give(address, "uact", UACT)
        return answer.hash

    @property
    def info(self) -> dict[str, Any]:
        """Who gives how much."""
        coins = [{"denom": "uakt", "amount": str(UAKT)}, {"denom": "uact", "amount": str(UACT)}]
        return {"address": self.key.address, "chain_id": self.world.chain_id, "amount": coins}


def faucet_app(world: World) -> Starlette:
    """The faucet server: POST {"address": ...} answers {"tx": hash}, GET returns who gives how much."""
    faucet = Faucet(world)

    async def info(request: Request) -> Response:
        return JSONResponse(faucet.info)

    async def give(request: Request) -> Response:
        try:
            data = json.loads(await request.body())
            address = data["address"]
            if not isinstance(address, str):
                raise TypeError("address is not a text")
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"error": 'send {"address": "akash1..."}'}, 400)
        try:
            return JSONResponse({"tx": faucet.give(address)})
        except BadAddress as error:
            return JSONResponse({"error": str(error)}, 400)
        except RuntimeError as error:
            return JSONResponse({"error": str(error)}, 503)

    return Starlette(routes=[Route("/", info, methods=["GET"]), Route("/", give, methods=["POST"])])
