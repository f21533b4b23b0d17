"""Opening a chain is cheap: heavy libraries come when they are used."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import akash_tui.compose
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.network import Network
assert not {"httpx", "websockets", "google.protobuf", "cryptography"} & set(sys.modules), "at import"
from akash_tui.adapters.chain.client import ChainClient
ChainClient(Network("n", "c", ("https://node.example",), ("https://rpc.example",)), SystemClock())
print(sorted({"httpx", "websockets", "google.protobuf", "cryptography"} & set(sys.modules)))
"""


def test_opening_a_chain_loads_neither_http_nor_crypto() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
