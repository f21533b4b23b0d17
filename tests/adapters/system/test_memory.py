"""Secrets in memory: no core dumps, and a process that others of the same user cannot read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from akash_tui.adapters.system import memory

PROTECTED = """
import json, resource
from akash_tui.adapters.system.memory import memory_faults, protect_memory
before = memory_faults()
protect_memory()
print(json.dumps([before, memory_faults(), resource.getrlimit(resource.RLIMIT_CORE)]))
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's own")


@linux
def test_core_dumps_are_off_and_the_process_is_not_dumpable() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -c unlimited; exec "$0" -c "$1"', sys.executable, PROTECTED],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after, limit = json.loads(done.stdout)
    assert before == ["a crash may write the memory to a core dump", "other processes of your user may read the memory"]
    assert after == []
    assert limit == [0, 0]


@linux
def test_the_program_itself_does_so_and_doctor_shows_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "akash_tui", "doctor", "-o", "jsonl"],
        capture_output=True,
        text=True,
        check=False,
        env={"AKASH_TUI_HOME": str(tmp_path / "home"), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )
    checks = {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert checks["memory"]["ok"] is True, done.stderr
    assert "No core dumps" in checks["memory"]["message"]


def test_where_it_cannot_be_done_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert memory.memory_faults()[-1] == (
        "other processes of your user cannot be kept from reading the memory on this system"
    )
    monkeypatch.setitem(sys.modules, "resource", None)
    memory.protect_memory()
    assert memory.memory_faults()[0] == "core dumps cannot be turned off on this system"
