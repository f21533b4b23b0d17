"""Keys and memory while providers attack, beside the same run with honest ones: the real app on a pty."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEAD, Figures, ratio
from tests.bench.practice_process import practising
from tests.bench.typist import Session, sit_at

NAMES = {"calm": "honest providers", "gateway-hostile": "providers that attack"}
BLOCK_SECONDS = 0.3
FREEZE_MS = 100.0
"""No key may wait so long because of a provider."""
GROWTH_MIB = 96.0
"""What an app may grow by, whatever seven providers send: an answer and a stream each, and the lines that are kept."""


def run(seconds: float, rounds: int) -> Iterator[str]:
    """Lines of the report; the two take turns."""
    found: dict[str, list[Session]] = {name: [] for name in NAMES}
    for _ in range(rounds):
        for name in NAMES:
            found[name].append(_one(name, seconds))
    acts = {name: Figures.of([ms for s in all for ms in s.key_to_action_ms]) for name, all in found.items()}
    paints = {name: Figures.of([ms for s in all for ms in s.key_to_paint_ms]) for name, all in found.items()}
    yield HEAD
    for name, title in NAMES.items():
        yield f"  {title}"
        yield acts[name].line("  key → action", "ms")
        yield f"  {'  key → action, the longest':<44}{acts[name].values[-1]:>10.2f}{'':>10}  ms"
        yield paints[name].line("  key → painted", "ms")
        yield f"  {'  key → painted, the longest':<44}{paints[name].values[-1]:>10.2f}{'':>10}  ms"
        yield Figures.of([late for s in found[name] for late in s.told["late_ms"]]).line("  event loop late by", "ms")
        yield Figures.of([s.told["grown_mib"] for s in found[name]]).line("  memory grown by, at most", "MiB")
        yield Figures.of([s.told["cpu"] * 100 for s in found[name]]).line("  CPU, of one core", "%")
        yield Figures.of([s.told["lines"] for s in found[name]]).line("  log lines taken a second", "")
        if unanswered := sum(s.unanswered for s in found[name]):
            yield f"    {unanswered} keys were not answered"
    worst = acts["gateway-hostile"].values[-1]
    yield ratio("longest key → action, as a share of 100 ms", worst, FREEZE_MS, 1)
    yield ratio("the same, attacked / honest", worst, acts["calm"].values[-1])
    yield ratio("key → action p95, attacked / honest", acts["gateway-hostile"].p95, acts["calm"].p95)
    yield ratio("key → painted p95, attacked / honest", paints["gateway-hostile"].p95, paints["calm"].p95)
    grown = max(s.told["grown_mib"] for s in found["gateway-hostile"])
    yield ratio(f"memory grown, as a share of {GROWTH_MIB:g} MiB", grown, GROWTH_MIB, 1)
    yield f"    {rounds} rounds of {seconds:g} s; seven leases, all asked for their status without a pause,"
    yield "    two logs followed, one of them on the screen; the screen itself paints ten times a second"


def _one(scenario: str, seconds: float) -> Session:
    with (
        tempfile.TemporaryDirectory() as folder,
        practising(Path(folder), scenario=scenario, block_time=BLOCK_SECONDS) as environment,
    ):
        return sit_at(
            "tests.bench.hostile_child", [str(seconds)], longest=seconds + 240, keys=("p",), environment=environment
        )
