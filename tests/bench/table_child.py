"""One table under load in a process of its own: `python -m tests.bench.table_child KIND SECONDS` prints JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.message import Message
from textual.widgets import DataTable

from tests.bench.load import Market

SIZE = (160, 48)
WARM_UP_SECONDS = 1.5
KEYS_PER_SECOND = 5
HEARTBEAT_SECONDS = 0.005
PAINTS_PER_SECOND = 10
LONGEST_DRAIN_SECONDS = 60.0


class CountingDriver(HeadlessDriver):
    """Makes Textual build its real terminal output, and only counts it."""

    total = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        CountingDriver.total += len(data)


class Probe:
    """Keys from outside, when they were pressed and when something was done about them; and the loop's lateness."""

    def __init__(self, app: App[Any]) -> None:
        self.app = app
        self.loop = asyncio.get_running_loop()
        self.pressed: list[float] = []
        self.done: list[float] = []
        self.late: list[float] = []
        self._stop = threading.Event()
        self._acted = asyncio.Event()

    def acted(self) -> None:
        """Called by the table when its cursor is told to move."""
        self.done.append(time.perf_counter())
        self._acted.set()

    def _press(self) -> None:
        dice = random.Random(3)
        keys = ("down", "down", "down", "up")
        while not self._stop.wait(dice.uniform(0.5, 1.5) / KEYS_PER_SECOND):
            self.pressed.append(time.perf_counter())
            self.loop.call_soon_threadsafe(self.app.simulate_key, dice.choice(keys))

    async def _beat(self) -> None:
        while True:
            due = time.perf_counter() + HEARTBEAT_SECONDS
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.late.append(time.perf_counter() - due)

    async def watch(self, load: Callable[[float], Any], seconds: float, settled: Callable[[], Any]) -> dict[str, Any]:
        """What `load` costs when nobody touches a key, and then how long keys wait; after a warm-up.

        Two runs, because the bids screen stops re-sorting for a moment whenever a key is pressed. The
        cost counts until all of the load is `settled`: a table that cannot keep up pays later.
        """
        await load(WARM_UP_SECONDS)
        await settled()
        CountingDriver.total = 0
        beat = asyncio.create_task(self._beat())
        cpu, began = time.process_time(), time.perf_counter()
        await load(seconds)
        wall = time.perf_counter() - began
        await settled()
        cpu = time.process_time() - cpu
        behind = time.perf_counter() - began - wall
        beat.cancel()
        sent = CountingDriver.total
        keys = threading.Thread(target=self._press, daemon=True)
        keys.start()
        try:
            await load(seconds)
        finally:
            self._stop.set()
            keys.join()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while len(self.done) < len(self.pressed):
                    self._acted.clear()
                    await self._acted.wait()
        return {
            "cpu": cpu / wall,
            "keys_ms": [(done - pressed) * 1000 for pressed, done in zip(self.pressed, self.done, strict=False)],
            "unanswered": len(self.pressed) - len(self.done),
            "late_ms": [late * 1000 for late in self.late],
            "behind": behind,
            "kb_per_second": sent / wall / 1000,
        }


COLUMNS = (
    "±", "GPU", "VRAM", "≈$/h", "$/GPU-h", "$/month", "vs market", "lasts", "provider", "region", "audit", "block",
)  # fmt: skip


def cells(row: Any) -> tuple[str, ...]:
    """What the bids screen tells of a bid, as plain text: twelve columns."""
    gpu = row.gpus[0]
    model = gpu.model
    return (
        {1: "▲", -1: "▼"}.get(int(row.change), " "),
        f"{model.model} ×{gpu.count}",
        f"{model.vram_gib} GB" if model.vram_gib else "?",
        f"{row.price_h:.3f}",
        f"{row.gpu_h:.3f}",
        f"{row.month:.0f}",
        "?",
        f"{row.lasts:.0f} h",
        row.name,
        row.region or "?",
        {True: "✓", False: "–", None: "?"}[row.audited],
        str(row.created_at),
    )


class Table(DataTable[str]):
    """A stock DataTable that tells when its cursor moves."""

    probe: Probe | None = None

    def action_cursor_down(self) -> None:
        if self.probe is not None:
            self.probe.acted()
        super().action_cursor_down()

    def action_cursor_up(self) -> None:
        if self.probe is not None:
            self.probe.acted()
        super().action_cursor_up()


class BidChanged(Message):
    """One bid has another price."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


class StockApp(App[None]):
    """Bids in a DataTable, sorted by price; repainted from the book ten times a second, or on every change."""

    def __init__(self, market: Market, *, each: bool) -> None:
        super().__init__(driver_class=CountingDriver)
        self.market = market
        self.each = each
        self.seen = 0
        self.waiting = 0
        self.idle = asyncio.Event()
        self.idle.set()

    def compose(self) -> ComposeResult:
        yield Table(cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        table = self.query_one(Table)
        for title in COLUMNS:
            table.add_column(title, key=title)
        for row in self.market.book.rows():
            table.add_row(*cells(row), key=str(row.id))
        self.seen = self.market.book.revision
        if not self.each:
            self.set_interval(1 / PAINTS_PER_SECOND, self.repaint_all)

    def _update(self, row: Any) -> None:
        table = self.query_one(Table)
        key = str(row.id)
        for title, text in zip(COLUMNS, cells(row), strict=True):
            if table.get_cell(key, title) != text:
                table.update_cell(key, title, text)

    def _sort(self) -> None:
        self.query_one(Table).sort("≈$/h", key=float)

    def repaint_all(self) -> None:
        book = self.market.book
        changed = book.changed(self.seen)
        self.seen = book.revision
        for row in changed:
            self._update(row)
        if changed:
            self._sort()

    def changed(self, places: list[int]) -> None:
        """New truth: into the book at once; with `each`, one message per bid."""
        self.market.publish()
        if self.each:
            self.waiting += len(places)
            self.idle.clear()
            for place in places:
                self.post_message(BidChanged(place))

    def on_bid_changed(self, message: BidChanged) -> None:
        row = self.market.book.row(self.market.bids[message.place].id)
        self._update(row)
        self._sort()
        self.waiting -= 1
        if not self.waiting:
            self.idle.set()

    async def settled(self) -> None:
        """All changes are in the table and painted."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_DRAIN_SECONDS):
                await self.idle.wait()
        await one_paint()


async def one_paint() -> None:
    """Give a table that repaints by the clock the time for it."""
    await asyncio.sleep(1.5 / PAINTS_PER_SECOND)


async def run_stock(seconds: float, *, each: bool) -> dict[str, Any]:
    market = Market()
    app = StockApp(market, each=each)
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        table = app.query_one(Table)
        table.focus()
        probe = table.probe = Probe(app)
        return await probe.watch(lambda s: market.run(s, app.changed), seconds, app.settled)


async def run_live(seconds: float) -> dict[str, Any]:
    from tests.bench.bids_screen import running_bids_screen

    market = Market()
    async with running_bids_screen(market, CountingDriver, SIZE) as (app, on_move):
        probe = Probe(app)
        on_move(probe.acted)
        return await probe.watch(lambda s: market.run(s, lambda _: market.publish()), seconds, one_paint)


KINDS: dict[str, Callable[[float], Any]] = {
    "live": run_live,
    "batched": lambda seconds: run_stock(seconds, each=False),
    "each": lambda seconds: run_stock(seconds, each=True),
}


if __name__ == "__main__":
    kind, length = sys.argv[1], float(sys.argv[2])
    print(json.dumps(asyncio.run(KINDS[kind](length))))
