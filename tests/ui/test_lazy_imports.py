"""What starting costs: heavy libraries wait until they are needed."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("httpx", "google.protobuf", "keyring", "cryptography", "websockets", "yaml", "starlette", "plotext")
MODULES = ("ui.app", "ui.welcome.screen", "ui.deploy.screen", "ui.bids.screen", "ui.market.screen")
IMPORTS = f"""
import sys
from importlib import import_module
for module in {MODULES!r}:
    import_module(f"akash_tui.{{module}}")
    print(module, *(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_importing_a_screen_pulls_in_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(MODULES)
