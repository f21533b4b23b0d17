"""The flaky scenario's bad line: every fate as a client meets it, and that the network stays usable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from akash_tui.practice.sockets.flaky import LOOPBACK, UNAVAILABLE, BadLine, Fate, Trouble
from akash_tui.practice.sockets.listeners import Listener
from tests.practice.gateway.tenant import Tenant, http, practice

BODY = b"x" * 50_000


async def app(scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(BODY))]})
    await send({"type": "http.response.body", "body": BODY})


@asynccontextmanager
async def behind(fate: Fate, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(BadLine, "fate", lambda self, number: fate)
    listener = Listener()
    await listener.open(app, line=Trouble("1/test", 1.0, 0.2))
    try:
        yield listener.port
    finally:
        listener.close()


async def get(port: int) -> bytes:
    """All bytes that come for a request until the connection ends."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("fate", [Fate.GOOD, Fate.STALL, Fate.TRICKLE])
async def test_a_slow_line_brings_everything_in_the_end(fate: Fate, monkeypatch: pytest.MonkeyPatch) -> None:
    async with behind(fate, monkeypatch) as port:
        assert (await get(port)).endswith(b"\r\n\r\n" + BODY)


async def test_a_cut_answer_ends_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    async with behind(Fate.CUT, monkeypatch) as port:
        assert 0 < len(await get(port)) <= 6000


async def test_a_refused_connection_brings_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with behind(Fate.REFUSED, monkeypatch) as port:
        assert await get(port) == b""


async def test_an_error_is_a_whole_answer_of_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async with behind(Fate.ERROR, monkeypatch) as port:
        assert await get(port) == UNAVAILABLE
    head, _, body = UNAVAILABLE.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_fates_come_from_the_seed_and_an_error_page_only_on_a_plain_line() -> None:
    def fates(seed: str, *, plain: bool = True, share: float = 0.5) -> list[Fate]:
        line = BadLine(1, Trouble(seed, share, stall=1), plain=plain)
        return [line.fate(number) for number in range(400)]

    assert fates("a") == fates("a") != fates("b")
    assert set(fates("a")) == set(Fate)
    assert Fate.ERROR not in fates("a", plain=False)
    assert set(fates("a", share=0.0)) == {Fate.GOOD}


def test_a_patient_client_gets_along_with_a_flaky_network(tmp_path: Path) -> None:
    with practice(tmp_path, "flaky") as (ready, _):
        tenant = Tenant(ready)
        status, _ = http("POST", ready["faucet"], {"address": tenant.key.address})
        assert status == 200
        good = bad = 0
        for _ in range(80):
            try:
                answer, body = http("GET", ready["rest"] + "/cosmos/base/tendermint/v1beta1/blocks/latest", timeout=2)
                good += answer == 200 and isinstance(body, dict)
                bad += answer != 200
            except (OSError, HTTPException):
                bad += 1
        assert good > 40
        assert bad > 3
