"""A faucet's answer: a transaction's hash, or a sentence; never more than it may be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from akash_tui.adapters.system.faucet import request_tokens
from akash_tui.adapters.system.small_requests import MAX_BODY
from akash_tui.services.ports import AkashError, Refused, Unreachable

HASH = "ab" * 32
Serve = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def faucet(serve: Serve) -> AsyncIterator[tuple[str, list[bytes]]]:
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        try:
            await serve(writer)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", asked


def description(head: bytes, body: bytes = b"") -> Serve:
    async def serve(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (head, len(body), body))
        await writer.drain()

    return serve


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b" " * MAX_BODY)
        await writer.drain()


async def trickling(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_the_hash_of_its_transaction() -> None:
    async with faucet(description(b"200 OK", b'{"tx":"%s"}' % HASH.encode())) as (url, asked):
        assert await request_tokens(url, "akash1x", 5) == HASH.upper()
    assert b"accept-encoding: identity" in asked[0].lower()


@pytest.mark.parametrize(
    ("serve", "kind", "words"),
    [
        (description(b"500 Oh", b'{"tx":"%s"}' % HASH.encode()), Refused, "HTTP 500"),
        (description(b"302 Found\r\nLocation: http://127.0.0.1:1/"), Refused, "HTTP 302"),
        (description(b"200 OK", b"[" * 60_000), Refused, "refused"),
        (description(b"200 OK", b'{"tx":3}'), Refused, "refused"),
        (description(b"200 OK", b'{"tx":"\x1b[2J"}'), Refused, "refused"),
        (endless, Refused, "more than 64 KiB"),
        (trickling, Unreachable, "does not answer"),
        (description(b"\x00\x00"), Unreachable, "does not answer"),
    ],
)
async def test_anything_else_is_a_sentence(serve: Serve, kind: type[AkashError], words: str) -> None:
    async with faucet(serve) as (url, asked):
        with pytest.raises(kind, match=words):
            await request_tokens(url, "akash1x", 2)
    assert len(asked) == 1
