"""A figure of the market: what is read once is there at the next start, whoever stopped waiting for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.market.supply import AktMarket
from akash_tui.services.core.cached_answer import CachedAnswer
from akash_tui.services.market.figure import MarketFigure
from akash_tui.services.ports import Conditions, SourceAnswer
from akash_tui.services.storage.disk_cache import DiskCache, SingleLine
from tests.fakes.clock import SCREENS_START, FrozenClock

AT = SCREENS_START
PRICE = AktMarket(Decimal("1.21"), AT)


def figure(home: Path) -> MarketFigure[AktMarket]:
    async def fetch(_: Conditions) -> SourceAnswer[AktMarket]:
        return SourceAnswer(PRICE, AT)

    clock = FrozenClock()
    source = CachedAnswer(clock, "akt", 300, fetch)
    return MarketFigure("akt", clock, 300, source, disk=(DiskCache(home, "chain-1"), SingleLine[AktMarket](AktMarket)))


async def test_a_value_whose_saving_was_cancelled_is_saved_by_the_next_reader(tmp_path: Path) -> None:
    shown = figure(tmp_path)
    assert await shown.last() is None
    free = threading.Event()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    busy = asyncio.create_task(asyncio.to_thread(free.wait))
    reader = asyncio.create_task(shown.get())
    while shown.cached is None:  # noqa: ASYNC110 (there is no event for it)
        await asyncio.sleep(0)
    for _ in range(5):
        await asyncio.sleep(0)
    reader.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reader
    assert reader.cancelled(), "it waited for a thread"
    free.set()
    await busy
    await shown.get()
    again = await figure(tmp_path).last()
    assert again is not None
    assert again.value == PRICE
