"""A hostile node and indexer on loopback: `python -m tests.bench.hostile_node`; it prints its address and serves on.

The first part of the path names the attack. REST proves itself like an honest node, and attacks from then on.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import hashlib
import json
import re
from itertools import count

REST = ("rest-wide", "rest-rows", "rest-pages")
RPC = ("rpc-empty", "rpc-giant")
INDEXER = ("indexer-wide",)
CHAIN_ID = "hostile-1"
MIB = 1 << 20
_WIDE = b"[" + b"[]," * (8 * MIB // 3 - 2) + b"[]]"
_ROWS = b'{"balances":[' + b"{}," * 95_000 + b"{}]}"
_PACKED = gzip.compress(b"[" + b"[]," * (16 * MIB // 3) + b"[]]", 1)
_EMPTY = b"\x81\x00" * 65_536
_GIANT = b"\x81\x7f" + (250_000).to_bytes(8) + b" " * 250_000
_UPGRADED = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_COINS = [{"denom": f"ibc/{n:064X}", "amount": str(10**18 + n)} for n in range(500)]
_KEYS = count()


def _body(kind: str, path: str) -> bytes:
    if path.endswith("/node_info"):
        return json.dumps({"default_node_info": {"network": CHAIN_ID, "other": {"tx_index": "on"}}}).encode()
    if path.endswith("/syncing"):
        return b'{"syncing":false}'
    if kind == "rest-pages":
        return json.dumps({"balances": _COINS, "pagination": {"next_key": str(next(_KEYS))}}).encode()
    return {"rest-wide": _WIDE, "rest-rows": _ROWS, "indexer-wide": _PACKED}[kind]


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, KeyError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split()[1].decode().partition("?")[0]
            kind = path.split("/")[1]
            if found := re.search(rb"(?i)sec-websocket-key: *(\S+)", head):
                writer.write(_UPGRADED % base64.b64encode(hashlib.sha1(found[1] + _MAGIC).digest()))
                while True:
                    writer.write(_EMPTY if kind == "rpc-empty" else _GIANT)
                    await writer.drain()
            body = _body(kind, path)
            encoding = b"Content-Encoding: gzip\r\n" if body is _PACKED else b""
            writer.write(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (encoding, len(body)) + body)
            await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
