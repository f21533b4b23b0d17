"""One table under load on a terminal: `python -m tests.bench.table_child TELL END KIND SECONDS BIDS FILTER`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import Filter, parse_filter
from tests.bench.load import Market
from tests.bench.stock_table import PAINTS_PER_SECOND, StockApp, Table

WARM_UP_SECONDS = 1.5
HEARTBEAT_SECONDS = 0.005
LONGEST_DRAIN_SECONDS = 30.0

Settled = Callable[[], Awaitable[Any]]
Changed = Callable[[list[int]], None]


class Inside:
    """Runs the load, measures what only the process itself can, and tells the typist."""

    def __init__(self, tell: int, end: int, market: Market, seconds: float) -> None:
        self._tell, self._end = tell, end
        self.market, self.seconds = market, seconds
        self._late: list[float] = []

    def tell(self, **said: object) -> None:
        os.write(self._tell, json.dumps(said).encode() + b"\n")

    def acted(self, name: str) -> None:
        """The cursor has moved to the row of the provider with this name."""
        self.tell(acted=time.monotonic(), text=name.partition(".")[0] + ".")

    async def _beat(self) -> None:
        while True:
            due = time.perf_counter() + HEARTBEAT_SECONDS
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._late.append(time.perf_counter() - due)

    async def watch(self, changed: Changed, settled: Settled) -> None:
        """What the load costs when nobody touches a key, and then how long keys wait; after a warm-up.

        Two runs, because the bids screen stops re-sorting for a moment whenever a key is pressed. The
        cost counts until all of the load is settled: a table that cannot keep up pays later.
        """
        await self.market.run(WARM_UP_SECONDS, changed)
        await settled()
        cpu, began = time.process_time(), time.monotonic()
        await self.market.run(self.seconds, changed)
        wall = time.monotonic() - began
        all_done = await settled()
        ended = time.monotonic()
        cpu = (time.process_time() - cpu) / self.seconds
        self.tell(cpu=cpu, began=began, wall=wall, behind=ended - began - self.seconds, all=all_done)
        beat = asyncio.create_task(self._beat())
        self.tell(type=True)
        await self.market.run(self.seconds, changed)
        beat.cancel()
        self.tell(late_ms=[late * 1000 for late in self._late])
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._end, over.set)
        self.tell(enough=True)
        await over.wait()


async def one_paint() -> bool:
    """Give a table that repaints by the clock the time for it."""
    await asyncio.sleep(1.5 / PAINTS_PER_SECOND)
    return True


async def stock(inside: Inside, wanted: Filter, *, each: bool) -> None:
    app = StockApp(inside.market, wanted, each=each)

    async def settled() -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_DRAIN_SECONDS):
                await app.idle.wait()
        return await one_paint() and app.idle.is_set()

    async def measure(_: Any) -> None:
        table = app.query_one(Table)
        table.focus()
        table.on_move = inside.acted
        await inside.watch(app.changed, settled)
        app.exit()

    await app.run_async(auto_pilot=measure)


async def live(inside: Inside, wanted: Filter) -> None:
    from akash_tui.ui.bids.screen import BidsScreen
    from tests.bench.bids_screen import bids_app, table_of

    app = bids_app(inside.market)

    async def measure(_: Any) -> None:
        screen = app.screen
        assert isinstance(screen, BidsScreen)
        screen.use_filter(wanted)
        table = table_of(app)
        move = table.action_move

        def moved(step: int) -> None:
            move(step)
            assert table.cursor_row is not None
            inside.acted(table.cursor_row.row.name)

        table.action_move = moved  # type: ignore[method-assign]
        await inside.watch(lambda _: inside.market.publish(), one_paint)
        app.exit()

    await app.run_async(auto_pilot=measure)


def main(tell: int, end: int, kind: str, seconds: float, bids: int, wanted: str) -> None:
    inside = Inside(tell, end, Market(bids), seconds)
    try:
        found = parse_filter(wanted, BIDS)
        asyncio.run(live(inside, found) if kind == "live" else stock(inside, found, each=kind == "each"))
    except Exception as error:
        inside.tell(failed=repr(error))
        raise


if __name__ == "__main__":
    first, second, *rest = sys.argv[1:]
    main(int(first), int(second), rest[0], float(rest[1]), int(rest[2]), rest[3])
