"""`python -m tests.bench [PART ...]`: every part prints its figures, or why it cannot."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator

from tests.bench import (
    arrival,
    bid_memory,
    board,
    commands,
    editor,
    flood,
    hostile_provider,
    leases_screen,
    market_screens,
    rush,
    screening,
    sdl_speed,
    startup,
    table,
)
from tests.bench.figures import Skipped

PARTS = {
    "startup": "First usable screen",
    "commands": "Commands that need no network",
    "table": "10,000 bids sorted and filtered, 1,000 changes a second",
    "thousand": "1,000 bids, 1,000 changes a second",
    "board": "10,000 bids filtered and ordered",
    "flood": "An hour of the flood: memory",
    "rush": "The rush on a real terminal: bytes",
    "market": "The market with a warm cache",
    "leases": "200 deployments",
    "memory": "A million remembered bids",
    "who": "Who could bid among 2,000 providers",
    "arrival": "A bid in a block → its row on the screen",
    "sdl": "The shared SDL corpus, warm",
    "editor": "Typing in an SDL of 2,000 lines",
    "hostile": "Keys and memory while a provider, a node or an indexer attacks",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Ratios measured side by side in one run."
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--pairs", type=int, default=9, help="pairs of starts (default 9)")
    parser.add_argument("--seconds", type=float, default=8.0, help="per streaming run (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds of streaming runs (default 3)")
    parser.add_argument("--bids", type=int, default=60, help="bids to wait for (default 60)")
    asked = parser.parse_args()
    runs: dict[str, Callable[[], Iterator[str]]] = {
        "startup": lambda: startup.run(asked.pairs),
        "commands": lambda: commands.run(asked.pairs),
        "table": lambda: table.run(asked.seconds, asked.rounds, 10_000, table.FILTER),
        "thousand": lambda: table.run(asked.seconds, asked.rounds, 1_000),
        "board": board.run,
        "flood": flood.run,
        "rush": rush.run,
        "market": market_screens.run,
        "leases": leases_screen.run,
        "memory": bid_memory.run,
        "who": screening.run,
        "arrival": lambda: arrival.run(asked.bids),
        "sdl": sdl_speed.run,
        "editor": lambda: editor.run(asked.rounds),
        "hostile": lambda: hostile_provider.run(asked.seconds, min(2, asked.rounds)),
    }
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} before the start; ratios count, not seconds,")
    print("and only where little else runs: a busy machine answers keys late whatever the table does")
    for name in asked.parts or PARTS:
        began = time.monotonic()
        print(f"\n{PARTS[name]}", flush=True)
        try:
            for line in runs[name]():
                print(line, flush=True)
        except Skipped as why:
            print(f"  skipped: {why}")
        print(f"    ({time.monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f})", flush=True)


if __name__ == "__main__":
    main()
