"""In which order bids are listed: the columns, and what a price in another coin is compared with.

Loads nothing of what it sorts: the help of `bids` names the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from akash_tui.domain.akash.gpu import GpuSource
from akash_tui.domain.filtering.sorting import SortKey, known_first, read_sort

if TYPE_CHECKING:
    from akash_tui.domain.bids.bid_row import BidRow

_STATES = {"open": 0, "taken": 1, "lost": 2, "gone": 3}
"""By the value of `RowState`."""


def _model(row: BidRow) -> str | None:
    known = (g.model.model for g in row.gpus if g.source in (GpuSource.BID, GpuSource.PROVIDER))
    return next(known, None)


# The values of one column are all of one comparable type, which a mapping of columns cannot say.
_COLUMNS: dict[str, Callable[[BidRow], Any]] = {
    "price": lambda r: r.price_h,
    "per_gpu": lambda r: r.gpu_h,
    "gpu": _model,
    "gpus": lambda r: r.disclosure.count or None,
    "vram": lambda r: r.disclosure.vram_gib,
    "per_gb": lambda r: r.gb_h,
    "per_month": lambda r: r.month,
    "notice": lambda r: r.reclaim_h,
    "version": lambda r: r.version,
    "lasts": lambda r: r.lasts,
    "vs_market": lambda r: r.vs_market,
    "provider": lambda r: r.name.casefold(),
    "region": lambda r: r.region,
    "uptime_7d": lambda r: r.uptime,
    "uptime_1d": lambda r: r.uptime_1d,
    "uptime_30d": lambda r: r.uptime_30d,
    "audited": lambda r: None if r.audited is None else not r.audited,
    "latency": lambda r: r.reach.latency_ms if r.reach is not None and r.reach.ok else None,
    "age": lambda r: r.created_at,
    "dseq": lambda r: (r.id.dseq, r.gseq),
    "state": lambda r: _STATES[r.state.value],
}
SORT_COLUMNS = tuple(_COLUMNS)
CHEAPEST = (SortKey("price"),)
_BY_PRICE = ("price", "per_month")


def _other_coin(row: BidRow) -> tuple[str, Decimal] | None:
    """What orders prices that are not in uact, such as those of the years before: each coin by itself."""
    price = row.bid.price
    return (price.denom, price.amount) if row.price_h is None and not row.oddity else None


def in_order(rows: Iterable[BidRow], sort: Sequence[SortKey]) -> list[BidRow]:
    """Sorted by the keys, the first one counting most; equal rows keep their order. `KeyError` for a bad column.

    By price, the bids in another coin than uact come last, those of one coin in the order of their amounts.
    """
    ordered = list(rows)
    for key in reversed(sort):
        value = _COLUMNS[key.column]
        ordered = known_first(ordered, value, descending=key.descending)
        if key.column in _BY_PRICE and ordered and value(ordered[-1]) is None:
            unknown = [row for row in ordered if value(row) is None]
            ordered[-len(unknown) :] = _by_coin(unknown, descending=key.descending)
    return ordered


def _by_coin(rows: list[BidRow], *, descending: bool) -> list[BidRow]:
    """Each coin's bids by their amounts, the coins by their names; what is no price at all last."""
    priced = [(coin, row) for row in rows if (coin := _other_coin(row)) is not None]
    priced.sort(key=lambda pair: pair[0][1], reverse=descending)
    priced.sort(key=lambda pair: pair[0][0])
    return [row for _, row in priced] + [row for row in rows if _other_coin(row) is None]


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """`price,-uptime_7d` → keys, as `read_sort` reads them; the cheapest first where it is empty."""
    return read_sort(text, SORT_COLUMNS) or CHEAPEST
