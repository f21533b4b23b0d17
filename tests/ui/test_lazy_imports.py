"""What starting costs: heavy libraries wait until they are needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("httpx", "google.protobuf", "keyring", "cryptography", "websockets", "yaml", "starlette", "plotext")


@pytest.mark.parametrize(
    "module",
    [
        "akash_tui.ui.app",
        "akash_tui.ui.welcome.screen",
        "akash_tui.ui.deploy.screen",
        "akash_tui.ui.bids.screen",
        "akash_tui.ui.market.screen",
    ],
)
def test_importing_a_screen_pulls_in_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
