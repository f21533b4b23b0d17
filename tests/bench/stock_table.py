"""The same bids in Textual's own DataTable, sorted by price and filtered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import DataTable

from akash_tui.domain.filtering.filter import Filter
from tests.bench.load import Market

PAINTS_PER_SECOND = 10
COLUMNS = (
    "±", "GPU", "VRAM", "price/h", "per GPU", "per month", "vs market", "lasts", "provider", "region", "audit", "block",
)  # fmt: skip


def cells(row: Any) -> tuple[str, ...]:
    """What the bids screen shows of a bid, as plain text: twelve columns."""
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
    """A stock DataTable that reports when its cursor has moved, and to which provider."""

    on_move: Callable[[str], None] | None = None

    def _report(self) -> None:
        if self.on_move is not None and self.row_count:
            self.on_move(self.get_row_at(self.cursor_row)[COLUMNS.index("provider")])

    def action_cursor_down(self) -> None:
        super().action_cursor_down()
        self._report()

    def action_cursor_up(self) -> None:
        super().action_cursor_up()
        self._report()


class BidChanged(Message):
    """One bid has another price."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


class StockApp(App[None]):
    """Repainted from the book ten times a second, or on every change."""

    def __init__(self, market: Market, wanted: Filter, *, each: bool) -> None:
        super().__init__()
        self.market = market
        self.wanted = wanted
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
        for row in self.wanted.apply(self.market.book.rows()).rows:
            table.add_row(*cells(row), key=row.key)
        self.seen = self.market.book.revision
        if not self.each:
            self.set_interval(1 / PAINTS_PER_SECOND, self.repaint_all)

    def _update(self, row: Any) -> None:
        table = self.query_one(Table)
        there = row.key in table.rows
        if not self.wanted.apply((row,)).rows:
            if there:
                table.remove_row(row.key)
        elif not there:
            table.add_row(*cells(row), key=row.key)
        else:
            for title, text in zip(COLUMNS, cells(row), strict=True):
                if table.get_cell(row.key, title) != text:
                    table.update_cell(row.key, title, text)

    def _sort(self) -> None:
        self.query_one(Table).sort("price/h", key=float)

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
