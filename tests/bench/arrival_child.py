"""The app on the practice network of AKASH_TUI_HOME: `python -m tests.bench.arrival_child BIDS` prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from textual.strip import Strip

from akash_tui.compose import Program
from akash_tui.domain.bids.budget import Budget
from akash_tui.services.deployment.close import close
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.ui.app import AkashApp
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.live_table import LiveTable
from tests.bench.counting import CountingDriver

ROOT = Path(__file__).resolve().parents[2]
SIZE = (120, 40)
COLLECT_SECONDS = 12.0
LONGEST_SECONDS = 240.0


class Eye:
    """Notes when the write that carries a row for the first time reaches the terminal."""

    def __init__(self) -> None:
        self.rendered: set[str] = set()
        self.painted: dict[str, float] = {}

    def open(self) -> type[CountingDriver]:
        """Watch every LiveTable; returns the driver that the app must write through."""
        eye, render = self, LiveTable.render_line

        def render_line(table: LiveTable[Any], y: int) -> Strip:
            index = y - 1 + int(table.scroll_offset.y)
            if y > 0 and index < len(table.rows):
                eye.rendered.add(table.rows[index].id)
            return render(table, y)

        LiveTable.render_line = render_line  # type: ignore[method-assign, assignment]

        class Driver(CountingDriver):
            def write(self, data: str) -> None:
                now = time.time()
                for row in eye.rendered - eye.painted.keys():
                    eye.painted[row] = now
                super().write(data)

        return Driver


async def until(condition: Any, seconds: float) -> bool:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


async def block_times(rest: str, heights: set[int]) -> dict[int, float]:
    """Unix time of each block, from its header."""
    times: dict[int, float] = {}
    async with httpx.AsyncClient(base_url=rest, timeout=10) as client:
        for height in sorted(heights):
            answer = await client.get(f"/cosmos/base/tendermint/v1beta1/blocks/{height}")
            stamp: str = answer.json()["block"]["header"]["time"]
            whole, _, fraction = stamp.rstrip("Z").partition(".")
            times[height] = datetime.fromisoformat(whole + "+00:00").timestamp() + float(f"0.{fraction or 0}")
    return times


async def one_deployment(app: AkashApp, eye: Eye, sdl: str, number: int) -> TrackedRun:
    """Order, watch bids for a while, close."""
    run_manager = app.run_manager
    assert run_manager is not None
    quote = await create_quote(
        run_manager.session, run_manager.session.sdl.read(sdl, "deploy.yaml"), sdl, f"bench-{number}"
    )
    tracked = await run_manager.create(quote, Budget())
    app.do_bids()
    await asyncio.sleep(COLLECT_SECONDS)
    await until(lambda: all(str(row.id) in eye.painted for row in tracked.run.book.rows()), 5)
    await close(run_manager.session, await close_quote(run_manager.session, tracked.run.id), tracked.run)
    run_manager.forget(tracked.run.id)
    return tracked


async def measure(wanted: int) -> dict[str, Any]:
    eye = Eye()
    driver = eye.open()
    entry = Program()
    app = AkashApp(entry, network="practice")
    app.driver_class = driver
    sdl = (ROOT / "sdl_templates" / "vllm-chat.yaml").read_text(encoding="utf-8")
    began = time.monotonic()
    tracked_runs: list[TrackedRun] = []
    async with app.run_test(headless=False, size=SIZE):
        if not await until(lambda: app.run_manager is not None and app.session is not None, 60):
            raise SystemExit("the app did not open the practice network")
        rest = app.session.network.rest[0]  # type: ignore[union-attr]
        while sum(len(t.run.book) for t in tracked_runs) < wanted and time.monotonic() - began < LONGEST_SECONDS:
            tracked_runs.append(await one_deployment(app, eye, sdl, len(tracked_runs) + 1))
        bids = [row.bid for tracked in tracked_runs for row in tracked.run.book.rows()]
        times = await block_times(rest, {bid.created_at for bid in bids})
    seen = [eye.painted[str(bid.id)] - times[bid.created_at] for bid in bids if str(bid.id) in eye.painted]
    return {"seconds": seen, "missed": len(bids) - len(seen), "deployments": len(tracked_runs)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1])))))
