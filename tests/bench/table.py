"""The bids screen under load, beside the same load on Textual's own DataTable."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.bench.typist import SIZE, Session, sit_at

NAMES = {
    "live": "akash-tui's bids screen",
    "batched": "DataTable, repainted 10 times a second",
    "each": "DataTable, a message per change",
}
FILTER = "gpu:h100|a100 usd_gpu_h<1.2"
KEY_GOAL = 1 / 10
PAINT_GOAL = 1 / 4
CPU_GOAL = 1 / 5
LONGEST_GOAL_MS = 100.0
"""No key may wait longer for its action while bids change."""


def run(seconds: float, rounds: int, bids: int, wanted: str = "") -> Iterator[str]:
    """Lines of the report; the tables take turns, each run in a process and on a terminal of its own."""
    found: dict[str, list[Session]] = {kind: [] for kind in NAMES}
    for turn in range(rounds):
        for kind in NAMES if turn == 0 else ("live", "batched"):  # the third never catches up, and takes minutes
            arguments = [kind, str(seconds), str(bids), wanted]
            try:
                found[kind].append(sit_at("tests.bench.table_child", arguments, longest=4 * seconds + 180))
            except Skipped as why:
                if kind != "each":
                    raise
                yield f"  {NAMES[kind]}: {why}"
    found = {kind: sessions for kind, sessions in found.items() if sessions}
    acts = {kind: Figures.of([k for s in all for k in s.key_to_action_ms]) for kind, all in found.items()}
    paints = {kind: Figures.of([k for s in all for k in s.key_to_paint_ms]) for kind, all in found.items()}
    cpu = {kind: Figures.of([s.told["cpu"] * 100 for s in all]) for kind, all in found.items()}
    yield HEAD
    for kind in found:
        yield f"  {NAMES[kind]}"
        yield acts[kind].line("  key → action", "ms")
        yield paints[kind].line("  key → its row painted", "ms")
        yield Figures.of([late for s in found[kind] for late in s.told["late_ms"]]).line("  event loop late by", "ms")
        yield cpu[kind].line("  CPU that the load needs, of one core", "%")
        yield Figures.of([_rate(s) for s in found[kind]]).line("  terminal output", "kB/s")
        waits = f"{acts[kind].longest:>10.2f}{paints[kind].longest:>10.2f}"
        yield f"  {'  longest wait of a key: action, paint':<44}{waits}  ms"
        yield from _troubles(found[kind], seconds)
    for kind in [kind for kind in found if kind != "live"]:
        yield ratio(f"key → action p95, ours / {kind}", acts["live"].p95, acts[kind].p95, KEY_GOAL)
        yield ratio(f"key → paint p95, ours / {kind}", paints["live"].p95, paints[kind].p95, PAINT_GOAL)
        yield ratio(f"CPU, ours / {kind}", cpu["live"].median, cpu[kind].median, CPU_GOAL)
    yield ratio(f"longest key wait of {LONGEST_GOAL_MS:g} ms, ours", acts["live"].longest, LONGEST_GOAL_MS, 1)
    filtered = f"sorted by price and filtered by {wanted}" if wanted else "sorted by price"
    yield f"    {bids:,} bids {filtered}; {SIZE[0]}×{SIZE[1]} on a pty, keys at random times,"
    yield f"    {rounds} rounds of {seconds:g} s, one of a message per change"


def _rate(session: Session) -> float:
    began = session.told["began"]
    wall = float(session.told["wall"])
    return session.bytes_between(began, began + wall) / wall / 1000


def _troubles(sessions: list[Session], seconds: float) -> Iterator[str]:
    behind = Figures.of([s.told["behind"] for s in sessions]).median
    if behind > 1:
        end = "" if all(s.told["all"] for s in sessions) else ", and even then not done: its figures are too good"
        yield f"    fell behind: {behind:.0f} s more to work off {seconds:g} s of changes{end}"
    if unanswered := sum(s.unanswered for s in sessions):
        yield f"    {unanswered} keys were not answered within 10 s after the run; counted as waiting until the end"
