"""The price alert: checks the market until a GPU that matches a filter is free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from akash_tui.domain.alert import Alert
from akash_tui.domain.filtering.filter import Filter, FilterError, parse_filter
from akash_tui.domain.market import formatting
from akash_tui.domain.market.gpu_rows import GPUS, GpuRow, free_matches, unmatched_words
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError, BadInput, Unreachable

EVERY: Final = 60.0
"""Seconds between checks; the figures themselves are read as often as the indexer renews them."""


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One check: when, what matched, and why the figures could not be read again."""

    at: datetime
    hits: tuple[GpuRow, ...]
    fault: AkashError | None = None


@dataclass(slots=True)
class PriceWatch:
    """The filter that is waited for, and how the last check went."""

    expression: str
    checks: int = 0
    last: PriceCheck | None = None

    @property
    def hits(self) -> tuple[GpuRow, ...]:
        """What matched in the last check; empty while it waits."""
        return self.last.hits if self.last is not None else ()


def wanted(text: str, rows: Sequence[GpuRow] = ()) -> Filter:
    """The filter to wait for; `BadInput` says what is wrong with it.

    With the market's `rows`, a plain word must name something in them: an alert on it would never come.
    """
    try:
        found = parse_filter(text, GPUS)
    except FilterError as error:
        raise BadInput(f"The filter cannot be read: {error.message}.", error.advice) from error
    unknown = unmatched_words(found, rows)
    if unknown:
        raise BadInput(
            f"No GPU model on the market is called {unknown[0]}.",
            "Write gpu:MODEL to wait for a model that is not there yet, or compare: gpu:h100 min<2.",
        )
    return found


async def check(market: Market, what: Filter) -> PriceCheck:
    """Check once, and only figures that could be renewed: an old one raises no alert. Raises nothing."""
    try:
        rows = await market.rows()
    except Unreachable as error:
        return PriceCheck(market.session.clock.now(), (), error)
    fault = rows.fault if rows.old else None
    return PriceCheck(market.session.clock.now(), () if fault else tuple(free_matches(what, rows.value)), fault)


async def wait(market: Market, what: Filter, every: float, on_check: Callable[[PriceCheck], None]) -> PriceCheck:
    """Check until something matches; `on_check` gets every check, the one that found something is returned."""
    while True:
        found = await check(market, what)
        on_check(found)
        if found.hits:
            return found
        await market.session.clock.sleep(every)


def alert(expression: str, hits: Sequence[GpuRow], chain_id: str) -> Alert:
    """The alert for the bell, the desktop and the hook."""
    first = min(hits, key=lambda row: (row.minimum is None, row.minimum or 0))
    more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
    price = "price unknown" if first.minimum is None else f"from ≈ ${formatting.price(first.minimum)} per GPU-hour"
    name = f"{first.gpu.model} {formatting.vram(first.gpu)}"
    return Alert(
        code="market_watch",
        title="GPU free",
        description=f"{name}: {formatting.count(first.free)} free, {price}{more} ({expression}).",
        urgent=True,
        facts={
            "chain_id": chain_id,
            "expression": expression,
            "model": first.gpu.model,
            "free": formatting.count(first.free),
            "usd_gpu_h": formatting.price(first.minimum),
        },
    )
