"""Waiting for a GPU: looks at the market again and again until a wanted one is free at the wanted price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from akash_tui.domain.alert import Alert
from akash_tui.domain.filtering.filter import Filter, FilterError
from akash_tui.domain.market import formatting
from akash_tui.domain.market.gpu_rows import GpuRow, gpu_filter, nameless, watched
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError, BadInput, Unreachable

EVERY: Final = 60.0
"""Seconds between looks; the figures themselves are asked for as often as the index renews them."""


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One look: when, what was there, and why there was nothing new to look at."""

    at: datetime
    hits: tuple[GpuRow, ...]
    fault: AkashError | None = None


@dataclass(slots=True)
class PriceWatch:
    """What is waited for, and how the last look went."""

    expression: str
    looks: int = 0
    last: PriceCheck | None = None

    @property
    def hits(self) -> tuple[GpuRow, ...]:
        """What was there when it rang; empty while it waits."""
        return self.last.hits if self.last is not None else ()


def wanted(text: str, rows: Sequence[GpuRow] = ()) -> Filter:
    """What to wait for, in the language of filters; `BadInput` says what is wrong with it.

    Held against the market's `rows`, a plain word must name something there: a watch for it would never end.
    """
    try:
        found = gpu_filter(text)
    except FilterError as error:
        raise BadInput(f"The filter cannot be read: {error.message}.", error.advice) from error
    unknown = nameless(found, rows)
    if unknown:
        raise BadInput(
            f"Nothing on the market is called {unknown[0]}.",
            "Write gpu:MODEL to wait for a model that is not there yet, or compare: gpu:h100 price<2.",
        )
    return found


async def look(market: Market, what: Filter) -> PriceCheck:
    """Look once, at figures that could be renewed: what was free before that rings no bell. Never raises."""
    try:
        told = await market.rows()
    except Unreachable as error:
        return PriceCheck(market.session.clock.now(), (), error)
    late = told.fault if told.old else None
    return PriceCheck(market.session.clock.now(), () if late else tuple(watched(what, told.value)), late)


async def wait(market: Market, what: Filter, every: float, looked: Callable[[PriceCheck], None]) -> PriceCheck:
    """Look until something is there; each look is told, the one that found it is returned."""
    while True:
        seen = await look(market, what)
        looked(seen)
        if seen.hits:
            return seen
        await market.session.clock.sleep(every)


def alert(expression: str, hits: Sequence[GpuRow], chain_id: str) -> Alert:
    """What is told to the bell, the desktop and the hook."""
    first = min(hits, key=lambda row: (row.minimum is None, row.minimum or 0))
    more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
    price = "price not known" if first.minimum is None else f"from ≈ ${formatting.price(first.minimum)} per GPU-hour"
    name = f"{first.gpu.model} {formatting.vram(first.gpu)}"
    return Alert(
        code="market_watch",
        title="GPU free",
        says=f"{name}: {formatting.count(first.free)} free, {price}{more} ({expression}).",
        urgent=True,
        facts={
            "chain_id": chain_id,
            "expression": expression,
            "model": first.gpu.model,
            "free": formatting.count(first.free),
            "usd_gpu_h": formatting.price(first.minimum),
        },
    )
