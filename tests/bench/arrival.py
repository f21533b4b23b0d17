"""How long after its block a bid stands on the screen: the real app against a real practice process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEAD, Figures, Skipped, ratio

ROOT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 2.0
BLOCK_SECONDS = 1.0
START_SECONDS = 60
RUN_SECONDS = 240


def run(bids: int) -> Iterator[str]:
    """Lines of the report: one practice network, deployments one after the other until there are enough bids."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"AKASH_TUI_HOME": folder}
        program = [
            sys.executable,
            "-m",
            "akash_tui",
            "practice",
            "--scenario",
            "calm",
            "--block-time",
            str(BLOCK_SECONDS),
        ]
        practice = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            line = practice.stdout.readline() if practice.stdout is not None else ""
            if not line.startswith("{"):
                raise Skipped("the practice network did not start (run akash-tui practice to see why)")
            found = _measure(bids, environment)
        finally:
            practice.send_signal(signal.SIGTERM)
            try:
                practice.wait(15)
            except subprocess.TimeoutExpired:
                practice.kill()
                practice.wait()
    seconds = Figures.of(found["seconds"])  # type: ignore[arg-type]
    yield HEAD
    yield Figures.of([s * 1000 for s in seconds.values]).line("bid in a block → painted row", "ms")
    yield ratio(f"median, as a share of a {POLL_SECONDS:g} s poll", seconds.median, POLL_SECONDS)
    yield ratio(f"p95, as a share of a {POLL_SECONDS:g} s poll", seconds.p95, POLL_SECONDS)
    yield f"    {found['deployments']} deployments, blocks of {BLOCK_SECONDS:g} s, practice in its own process;"
    yield "    from the block's time to the write that carries the row"
    if found["missed"]:
        yield f"    {found['missed']} bids never came to the screen within the wait"


def _measure(bids: int, environment: dict[str, str]) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.bench.arrival_child", str(bids)]
    try:
        answer = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS + 60
        )
    except subprocess.TimeoutExpired as error:
        raise Skipped(f"the app did not finish within {RUN_SECONDS + 60} s") from error
    if answer.returncode:
        raise Skipped(f"the app's run failed: {answer.stderr.strip().splitlines()[-1:]}")
    result: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return result
