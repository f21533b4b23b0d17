"""Ask a test network's faucet for tokens: one POST, its answer bounded in size and time, no redirect followed."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from akash_tui.adapters.system.bounded_json import JsonLimits, loads
from akash_tui.adapters.system.http_safety import MALFORMED, no_cookies
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.services.ports import Refused, Unreachable

MAX_BODY: Final = 1 << 16
"""Bytes of an answer that are read at most; a real one has some hundred."""


async def request_tokens(url: str, address: str, seconds: float) -> str:
    """The hash of the transaction that pays `address`, upper case.

    Raises `Unreachable` without a whole answer in time, `Refused` for any other than a transaction's hash.
    """
    import httpx

    status, body = 0, bytearray()
    try:
        with logged_request("POST", url) as logged:
            async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=seconds, cookies=no_cookies()) as client:
                headers = {"Accept-Encoding": "identity"}  # so that a small answer cannot unfold into a huge one
                async with client.stream("POST", url, json={"address": address}, headers=headers) as answer:
                    status = logged.status = answer.status_code
                    async for part in answer.aiter_raw():
                        body += part
                        if len(body) > MAX_BODY:
                            raise Refused(
                                f"The faucet answered with more than {MAX_BODY // 1024} KiB.",
                                "It is no faucet of Akash. Nothing was used; check its address.",
                            )
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, *MALFORMED) as error:
        raise Unreachable(
            "The faucet does not answer.", "Try again in a moment.", detail=type(error).__name__
        ) from None
    tx = _hash(bytes(body))
    if status != 200 or tx is None:
        raise Refused(f"The faucet refused (HTTP {status}).", "Try again later.")
    return tx


def _hash(body: bytes) -> str | None:
    try:
        value = loads(body, JsonLimits(MAX_BODY, parts=100, values=1_000))
    except ValueError:
        return None
    tx = value.get("tx") if isinstance(value, dict) else None
    return tx.upper() if isinstance(tx, str) and re.fullmatch(r"[0-9A-Fa-f]{64}", tx) else None
