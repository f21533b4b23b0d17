"""What processes of the tests are forked with: practice networks, and commands that sign.

Imported by the process that forks them alone, once, where that is started and not itself a fork (`forks.fork_server`).
"""

from __future__ import annotations

import gc
from importlib import import_module

for name in (
    *("chain.client", "chain.endpoints.websocket", "indexer.client", "provider.client", "sdl.sdl", "wallet.vault"),
    *("system.practice_clock",),
):
    import_module(f"akash_tui.adapters.{name}")
import_module("httpx")
for name in ("cli.deploy", "cli.lease", "cli.session", "compose", "practice.server.network"):
    import_module(f"akash_tui.{name}")
for name in ("helpers.worlds", "soak.client"):
    import_module(f"tests.{name}")

gc.collect()
gc.freeze()  # no fork searches, and so copies, what all of them share
