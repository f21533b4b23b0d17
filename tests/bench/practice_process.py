"""A practice network in a process of its own, for the length of a measurement."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Skipped

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def practising(home: Path, *, scenario: str = "calm", seed: int = 7, block_time: float) -> Iterator[dict[str, str]]:
    """Serve in `home`; gives the environment in which its clients find it. Raises `Skipped` if it does not start."""
    environment = {"AKASH_TUI_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    options = ["--scenario", scenario, "--seed", str(seed), "--block-time", str(block_time)]
    process = subprocess.Popen(
        [sys.executable, "-m", "akash_tui", "practice", *options],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        if not line.startswith("{"):
            raise Skipped("the practice network did not start (run akash-tui practice to see why)")
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
