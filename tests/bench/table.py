"""The bids screen under load, beside the same load on Textual's own DataTable."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.figures import HEAD, Figures, Skipped, ratio

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "live": "akash-tui's bids screen",
    "batched": "DataTable, repainted 10 times a second",
    "each": "DataTable, a message per change",
}
KEY_GOAL = 1 / 20
CPU_GOAL = 1 / 5


def run(seconds: float, rounds: int) -> Iterator[str]:
    """Lines of the report; the tables take turns, each run in a process of its own."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in NAMES}
    for _ in range(rounds):
        for kind in NAMES:
            found[kind].append(_measure(kind, seconds))
    keys = {kind: Figures.of([k for r in runs for k in r["keys_ms"]]) for kind, runs in found.items()}
    cpu = {kind: Figures.of([r["cpu"] * 100 for r in runs]) for kind, runs in found.items()}
    yield HEAD
    for kind, name in NAMES.items():
        yield f"  {name}"
        yield keys[kind].line("  key → action", "ms")
        yield Figures.of([late for r in found[kind] for late in r["late_ms"]]).line("  event loop late by", "ms")
        yield cpu[kind].line("  CPU that the load needs, of one core", "%")
        yield Figures.of([r["kb_per_second"] for r in found[kind]]).line("  terminal output", "kB/s")
        behind = Figures.of([r["behind"] for r in found[kind]]).median
        if behind > 1:
            yield f"    fell behind: {behind:.0f} s more to work off {seconds:g} s of changes"
        if unanswered := sum(r["unanswered"] for r in found[kind]):
            yield f"    {unanswered} keys were not answered within 10 s after the run"
    for kind in ("batched", "each"):
        yield ratio(f"key → action p95, ours / {kind}", keys["live"].p95, keys[kind].p95, KEY_GOAL)
        yield ratio(f"CPU, ours / {kind}", cpu["live"].median, cpu[kind].median, CPU_GOAL)
    yield f"    160×48, {rounds} rounds of {seconds:g} s, keys from a thread at random times; real ANSI output, counted"


def _measure(kind: str, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.table_child", kind, str(seconds)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2 * seconds + 240)
    if answer.returncode:
        raise Skipped(f"the {kind} run failed: {answer.stderr.strip().splitlines()[-1:]}")
    result: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return result
