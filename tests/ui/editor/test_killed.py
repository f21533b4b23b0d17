"""kill -9 while somebody types: the draft is whole, and lacks at most what was typed in the last second."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from akash_tui.services.drafts import Drafts
from tests.ui.editor.typing_child import SOURCE
from tests.ui.fakes import SDL

SECOND = 1.0
ENOUGH = 2.5
"""Seconds of typing before the kill."""


@pytest.mark.slow
def test_a_kill_loses_at_most_the_last_second(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ui.editor.typing_child", str(tmp_path / "home")]
    child = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[3], stdout=subprocess.PIPE, text=True)
    keys: list[tuple[float, int, float]] = []
    try:
        assert child.stdout is not None
        for line in child.stdout:
            at, count, held_up = line.split()
            keys.append((float(at), int(count), float(held_up)))
            if keys[-1][0] - keys[0][0] > ENOUGH + keys[-1][2]:
                break
    finally:
        child.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        child.wait()
    found = Drafts(tmp_path / "home").find(SOURCE)
    assert found is not None
    assert found.text.endswith(SDL), "whole, whenever it was killed"
    kept = len(found.text) - len(SDL)
    assert found.text == "x" * kept + SDL
    slack = SECOND + keys[-1][2]  # a machine that held the program up held its draft up too
    assert kept >= max((count for at, count, _ in keys if at <= killed - slack), default=0)
