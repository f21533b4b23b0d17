"""One request to a server of a test network: its answer bounded in size and time, no redirect followed."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from akash_tui.adapters.system.bounded_json import JsonLimits, loads
from akash_tui.adapters.system.http_safety import MALFORMED, no_cookies, tls_context
from akash_tui.adapters.system.request_log import logged_request
from akash_tui.services.ports import Refused, Unreachable

MAX_BODY: Final = 1 << 16
"""Bytes of an answer that are read at most; a real one has some hundred."""


async def small_request(method: str, url: str, body: dict[str, Any] | None, seconds: float, who: str) -> dict[str, Any]:
    """The JSON object that `who` ("The faucet") answers; {} if it is none.

    Raises `Unreachable` without a whole answer in time, `Refused` for a status other than 200 and for a large answer.
    """
    import httpx

    status, read = 0, bytearray()
    try:
        with logged_request(method, url) as logged:
            tls = tls_context(url.lower().startswith("https:"))
            client = httpx.AsyncClient(timeout=seconds, cookies=no_cookies(), verify=tls)
            async with asyncio.timeout(seconds), client:
                headers = {"Accept-Encoding": "identity"}  # so that a small answer cannot unfold into a huge one
                async with client.stream(method, url, json=body, headers=headers) as answer:
                    status = logged.status = answer.status_code
                    async for part in answer.aiter_raw():
                        read += part
                        if len(read) > MAX_BODY:
                            raise Refused(
                                f"{who} answered with more than {MAX_BODY // 1024} KiB.",
                                "It is not an Akash service. Nothing was used; check its address.",
                            )
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, *MALFORMED) as error:
        raise Unreachable(f"{who} does not answer.", "Try again in a moment.", detail=type(error).__name__) from None
    if status != 200:
        raise Refused(f"{who} refused (HTTP {status}).", "Try again later.")
    try:
        value = loads(bytes(read), JsonLimits(MAX_BODY, parts=100, values=1_000))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
