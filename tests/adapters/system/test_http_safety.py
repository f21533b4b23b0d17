"""Cookies are not taken."""

from __future__ import annotations

import httpx

from akash_tui.adapters.system.http_safety import no_cookies


async def test_a_cookie_is_neither_taken_nor_sent() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"Set-Cookie": "a=b"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), cookies=no_cookies()) as client:
        for _ in range(2):
            await client.get("http://node.test/")
        assert not client.cookies
    assert [request.headers.get("cookie") for request in asked] == [None, None]
