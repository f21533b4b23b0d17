"""The practice scenario `rush` on a real terminal: how many bytes a second the bids screen sends, busy and still."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEAD, Figures, Skipped
from tests.bench.typist import SIZE
from tests.e2e.real_terminal import ENTER, RealTerminal

BUSY_SECONDS = 20
STILL_SECONDS = 20
SETTLE_SECONDS = 30
MODEM = 56_000 / 8
"""Bytes a second of the slowest line that anybody still remembers, to compare with."""


def run() -> Iterator[str]:
    """Lines of the report: the demo asks for bids, and twice as many providers as usual answer at once."""
    columns, lines = SIZE
    with (
        tempfile.TemporaryDirectory() as home,
        RealTerminal(
            "demo", "--scenario", "rush", "--speed", "6", home=Path(home), columns=columns, lines=lines
        ) as app,
    ):
        try:
            app.until("PRACTICE", "ACT ·", "A web page")
            app.down_to("vLLM", "ComfyUI")
            app.press(ENTER)
            app.until("accepts", "vllm")
            app.press(ENTER)
            app.until("Ask for bids (y)", "deposit")
            app.insist("y", "Ask for bids (y)")
            app.until("collecting")
        except AssertionError as error:
            raise Skipped(str(error).splitlines()[0]) from error
        busy = _bytes_a_second(app, BUSY_SECONDS)
        _bytes_a_second(app, SETTLE_SECONDS)
        still = _bytes_a_second(app, STILL_SECONDS)
        bids = re.search(r"(\d+) of \d+ bids", app.text)
        app.quit()
    yield HEAD
    yield Figures.of(busy).line("  bids coming, each second", "B/s")
    yield Figures.of(still).line("  bids there, only clocks and facts move", "B/s")
    come, after = (sum(found) / len(found) for found in (busy, still))
    yield f"    on average {come:,.0f} B/s while they come, {after:,.0f} B/s afterwards;"
    yield f"    a modem carries {MODEM:,.0f} B/s"
    yield f"    {columns}×{lines}, {bids[1] if bids else '?'} bids, practice network in the program's own process"


def _bytes_a_second(app: RealTerminal, seconds: int) -> list[float]:
    found = []
    for _ in range(seconds):
        before, end = len(app.raw), time.monotonic() + 1
        while (left := end - time.monotonic()) > 0:
            app._read(left)
        found.append(float(len(app.raw) - before))
    return found
