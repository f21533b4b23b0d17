"""Ask a test network's faucet for tokens."""

from __future__ import annotations

import re

from akash_tui.adapters.system.small_requests import small_request
from akash_tui.services.ports import Refused


async def request_tokens(url: str, address: str, seconds: float) -> str:
    """The hash of the transaction that pays `address`, upper case.

    Raises `Unreachable` without a whole answer in time, `Refused` for any other than a transaction's hash.
    """
    tx = (await small_request("POST", url, {"address": address}, seconds, "The faucet")).get("tx")
    if not isinstance(tx, str) or not re.fullmatch(r"[0-9A-Fa-f]{64}", tx):
        raise Refused("The faucet refused: it names no transaction.", "Try again later.")
    return tx.upper()
