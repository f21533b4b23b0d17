"""A bid as a line of the table: its columns, signs and tones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.bid_row import BidRow, Change, RowState
from akash_tui.domain.money import BlockTime
from akash_tui.ui import words
from akash_tui.ui.live_table import Cell, Column

SIGN_SECONDS = 4.0
"""How long a new or changed bid carries its sign."""
GONE_SECONDS = 120.0
"""How long a bid that is gone stays at the end of the list, struck through."""


@dataclass(frozen=True, slots=True)
class BidLine:
    """One bid with what the moment adds to it."""

    row: BidRow
    now: datetime
    height: int
    block_time: BlockTime
    budget_h: Decimal | None

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def gone(self) -> bool:
        return self.row.state is not RowState.OPEN

    @property
    def over_budget(self) -> bool:
        return self.budget_h is not None and self.row.price_h is not None and self.row.price_h > self.budget_h

    @property
    def sign(self) -> Cell:
        """New, dearer, cheaper for a few seconds; gone or taken for good."""
        if self.row.state is RowState.TAKEN:
            return "✓", "good"
        if self.gone:
            return "✕", "muted"
        if (self.now - self.row.changed_at).total_seconds() > SIGN_SECONDS:
            return "", ""
        signs: dict[Change, Cell] = {Change.NEW: ("●", "accent"), Change.UP: ("▲", "bad"), Change.DOWN: ("▼", "good")}
        return signs.get(self.row.change, ("", ""))

    @property
    def name(self) -> str:
        return words.provider_name(self.row.id.provider, self.row.provider, self.row.profile)

    @property
    def gpu(self) -> Cell:
        return words.gpus(self.row.disclosure)

    @property
    def lasts(self) -> Cell:
        if self.gone:
            return "", ""
        return words.span(self.row.lasts), "" if self.row.lasts is not None else "muted"

    @property
    def audit(self) -> Cell:
        if self.row.audited is None:
            return words.NOT_KNOWN, "muted"
        return ("✓", "good") if self.row.audited else ("–", "muted")

    @property
    def market(self) -> Cell:
        share = self.row.vs_market
        if share is None:
            return words.NOT_KNOWN, "muted"
        percent = int((share * 100).to_integral_value())
        sign = "+" if percent > 0 else "−" if percent < 0 else ""
        return f"{sign}{abs(percent)} %", "good" if percent < 0 else "warn" if percent > 15 else ""

    @property
    def uptime(self) -> Cell:
        up = self.row.uptime
        if up is None:
            return words.NOT_KNOWN, "muted"
        return f"{int(up * 1000) / 10:.1f} %", "warn" if up < 0.95 else ""

    @property
    def latency(self) -> Cell:
        reach = self.row.reach
        if reach is None:
            return words.NOT_KNOWN, "muted"
        if not reach.ok:
            return "silent", "bad"
        return (f"{reach.latency_ms:.0f} ms" if reach.latency_ms is not None else "ok"), ""

    @property
    def age(self) -> Cell:
        if self.gone and self.row.gone_at is not None:
            return words.ago((self.now - self.row.gone_at).total_seconds()), "muted"
        seconds = float(self.block_time.seconds) * max(0, self.height - self.row.created_at)
        return words.ago(seconds), "muted"


def _price(line: BidLine) -> Cell:
    return words.act(
        line.row.price_h
    ), "warn" if line.over_budget else "strong" if line.row.price_h is not None else "muted"


COLUMNS: tuple[Column[BidLine], ...] = (
    Column("state", "", 1, lambda b: b.sign, stays=0),
    Column("gpu", "GPU", 15, lambda b: b.gpu, stays=0, grow=7),
    Column("interface", "", 4, lambda b: (words.interface(b.row.disclosure), "muted"), stays=9),
    Column("vram", "VRAM", 7, lambda b: words.vram(b.row.disclosure), right=True, stays=2),
    Column("price", "≈$/h", 7, _price, right=True, stays=0),
    Column(
        "gpu_h",
        "$/GPU-h",
        8,
        lambda b: (words.act(b.row.gpu_h), "muted" if b.row.gpu_h is None else ""),
        right=True,
        stays=3,
    ),
    Column("market", "vs mkt", 7, lambda b: b.market, right=True, stays=7),
    Column("lasts", "lasts", 7, lambda b: b.lasts, right=True, stays=5),
    Column("provider", "provider", 16, lambda b: (b.name, ""), stays=1, grow=16),
    Column(
        "region",
        "region",
        12,
        lambda b: (b.row.region or words.NOT_KNOWN, "" if b.row.region else "muted"),
        stays=6,
        grow=4,
    ),
    Column("uptime", "up 7d", 7, lambda b: b.uptime, right=True, stays=8),
    Column("audited", "audit", 6, lambda b: b.audit, stays=4),
    Column("latency", "answers", 7, lambda b: b.latency, right=True, stays=11),
    Column("age", "age", 6, lambda b: b.age, right=True, stays=10),
    Column("over", "", 1, lambda b: ("$" if b.over_budget else "", "warn"), stays=1),
)
SORTABLE: tuple[str, ...] = ("price", "gpu_h", "gpu", "vram", "lasts", "provider", "region", "uptime", "audited", "age")
"""What `o` goes through; a click on a header may sort by any of the book's columns."""
