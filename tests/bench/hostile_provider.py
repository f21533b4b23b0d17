"""Keys and memory while a provider, a node or an indexer attacks, beside honest ones: the real app on a pty."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.bench.practice_process import practising
from tests.bench.typist import ROOT, Session, sit_at

BLOCK_SECONDS = 0.3
ABOVE_MS = 100.0
"""No key may wait so much longer than the longest one beside honest parties in the same minute."""
GROWTH_MIB = 160.0
"""What an app may grow by, whatever comes: two answers of REST of 8 MiB each and two of the indexer of 16 MiB, the
objects of one of them, and a provider's answers, streams and saved lines."""


def run(seconds: float, rounds: int) -> Iterator[str]:
    """Lines of the report: each attack beside the honest phase just before it."""
    sessions = [_one(seconds) for _ in range(rounds)]
    phases = [(session, phase) for session in sessions for phase in session.told["phases"]]
    names = list(dict.fromkeys(phase["name"] for _, phase in phases if phase["name"] != "honest"))
    yield f"{HEAD}   longest   the honest phase before it"
    worst = 0.0
    for name in names:
        attacked = Figures.of([ms for s, p in phases if p["name"] == name for ms in _keys(s, p)])
        calm = Figures.of([ms for s, p in phases if p["beside"] == name != p["name"] for ms in _keys(s, p)])
        worst = max(worst, attacked.longest - calm.longest)
        yield (
            f"  {name + ': key → action, ms':<44}{attacked.median:>10.2f}{attacked.p95:>10.2f}{attacked.longest:>10.2f}"
            f"{calm.longest:>10.2f}  n={len(attacked.values)}"
        )
    for name in ("honest", *names):
        these = [p for _, p in phases if p["name"] == name]
        late = Figures.of([ms for p in these for ms in p["late_ms"]])
        grown, cpu = max(p["grown_mib"] for p in these), max(p["cpu"] for p in these)
        yield (
            f"  {name + ': loop late by, ms':<44}{late.median:>10.2f}{late.p95:>10.2f}{late.longest:>10.2f}"
            f"   memory +{grown:.0f} MiB, CPU {cpu:.0%}"
        )
    if unanswered := sum(s.unanswered for s in sessions):
        yield f"    {unanswered} keys were not answered"
    yield ratio("longest key above the honest phase, of 100 ms", worst, ABOVE_MS, 1)
    grown = max(p["grown_mib"] for _, p in phases)
    yield ratio(f"memory grown, as a share of {GROWTH_MIB:g} MiB", grown, GROWTH_MIB, 1)
    yield f"    {rounds} rounds; {len(names)} attacks of {seconds:g} s, a log on the screen; before each one as many"
    yield "    seconds of the same reads from an honest party"


def _keys(session: Session, phase: dict[str, Any]) -> list[float]:
    """Milliseconds to the action of each key pressed in this phase."""
    keys = zip(session.pressed, session.key_to_action_ms, strict=True)
    return [ms for pressed, ms in keys if phase["began"] <= pressed < phase["ended"]]


@contextmanager
def _attacking() -> Iterator[str]:
    """The address of a hostile node and indexer in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.hostile_node"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().strip() if process.stdout is not None else ""
        if not address:
            raise Skipped("the hostile node did not start")
        yield address
    finally:
        process.terminate()
        process.wait(15)


def _one(seconds: float) -> Session:
    with (
        tempfile.TemporaryDirectory() as honest,
        tempfile.TemporaryDirectory() as hostile,
        practising(Path(hostile), scenario="gateway-hostile", block_time=BLOCK_SECONDS),
        practising(Path(honest), scenario="calm", block_time=BLOCK_SECONDS) as environment,
        _attacking() as node,
    ):
        return sit_at(
            "tests.bench.hostile_child",
            [str(seconds)],
            longest=26 * (seconds + 2) + 240,
            keys=("p",),
            environment={**environment, "HOSTILE_HOME": hostile, "HOSTILE_NODE": node},
        )
