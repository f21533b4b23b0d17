"""A bid as a line of the table: its columns, signs and tones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.bids.bid_row import BidRow, PriceChange, RowState
from akash_tui.domain.bids.budget import NO_BUDGET, Budget
from akash_tui.domain.bids.formatting import NONE, act, hourly, interface, per_gb, span
from akash_tui.domain.market.formatting import uptime
from akash_tui.domain.provider_note import UNDECIDED, ProviderNote
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.live_table import Cell, Column, named_column
from akash_tui.ui.widgets.styles import Tone

SIGN_SECONDS = 4.0
"""How long a new or changed bid carries its sign."""


NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class RowContext:
    """What all lines share; set again for every paint."""

    now: datetime = NEVER
    height: int = 0
    block_time: BlockTime = ASSUMED_BLOCK_TIME
    budget: Budget = NO_BUDGET
    avoid: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, ProviderNote] = field(default_factory=dict)

    @property
    def stamp(self) -> object:
        """Differs when a line may look different though its bid is the same; ages change every second."""
        decided = (*self.avoid.items(), *self.notes.items())
        return int(self.now.timestamp()), self.height, self.block_time, self.budget, decided


class BidLine:
    """One bid with what the context adds to it."""

    __slots__ = ("context", "gone", "id", "points", "row", "shade")

    def __init__(self, row: BidRow, context: RowContext, points: int | None = None, shade: Tone = "") -> None:
        self.row = row
        self.context = context
        self.id = row.key
        self.gone = row.state is not RowState.OPEN
        self.points = points
        """The score, while bids are ordered by it."""
        self.shade = shade
        """What its place among the prices of its model puts behind its price per GPU."""

    @property
    def over_budget(self) -> bool:
        """Whether its price is above the budget."""
        return self.context.budget.is_over(self.row.price_h)

    @property
    def why_avoided(self) -> str:
        """Why no rule takes bids of its provider; "" if they may."""
        return self.context.avoid.get(self.row.id.provider, "")

    @property
    def note(self) -> ProviderNote:
        """What was decided about its provider."""
        return self.context.notes.get(self.row.id.provider, UNDECIDED)

    @property
    def provider(self) -> Cell:
        """Who bids; what was decided about it stands before the name, which may be cut."""
        doubtful = self.why_avoided or self.note.blocked is not None
        return self._signs + self.row.name, "warn" if doubtful else "muted" if self.over_budget else ""

    @property
    def provider_in_short(self) -> str:
        """Who bids, by its host."""
        return self._signs + self.row.provider_name.short

    @property
    def _signs(self) -> str:
        sign = self.note.sign
        return (f"{sign} " if sign else "") + ("avoided: " if self.why_avoided else "")

    @property
    def buys(self) -> Decimal | None:
        """Hours that the budget's amount buys at its price; None without an amount or a price."""
        amount, price = self.context.budget.amount, self.row.price_h
        return None if amount is None or price is None else amount / price

    @property
    def sign(self) -> Cell:
        """New, more expensive or cheaper for a few seconds; gone or taken for good."""
        if self.row.state is RowState.TAKEN:
            return "✓", "good"
        if self.gone:
            return "✕", "muted"
        if self.row.oddity:
            return "!", "bad"
        if (self.context.now - self.row.changed_at).total_seconds() > SIGN_SECONDS:
            return "", ""
        signs: dict[PriceChange, Cell] = {
            PriceChange.NEW: ("●", "accent"),
            PriceChange.UP: ("▲", "bad"),
            PriceChange.DOWN: ("▼", "good"),
        }
        return signs.get(self.row.change, ("", ""))

    @property
    def gpu(self) -> Cell:
        """Models and count, marked by how we know them."""
        return formatting.gpus(self.row.disclosure)

    @property
    def lasts(self) -> Cell:
        """How long the deposit pays at its price; empty for a bid that is gone."""
        if self.gone:
            return "", ""
        return span(self.row.lasts), "" if self.row.lasts is not None else "muted"

    @property
    def audit(self) -> Cell:
        """Whether an auditor signed for its provider."""
        if self.row.audited is None:
            return NOT_KNOWN, "muted"
        return ("✓", "good") if self.row.audited else ("–", "muted")

    @property
    def market(self) -> Cell:
        """Per cent above or below the median of the market."""
        if not self.row.disclosure.gpus:
            return NONE, "muted"
        share = self.row.vs_market
        if share is None:
            return NOT_KNOWN, "muted"
        percent = int((share * 100).to_integral_value())
        sign = "+" if percent > 0 else "−" if percent < 0 else ""
        return f"{sign}{abs(percent)} %", "good" if percent < 0 else "warn" if percent > 15 else ""

    @property
    def uptime(self) -> Cell:
        """Per cent of the last 7 days."""
        up = self.row.uptime
        return uptime(up), "muted" if up is None else "warn" if up < 0.95 else ""

    @property
    def latency(self) -> Cell:
        """How fast its gateway answers."""
        reach = self.row.reach
        if reach is None:
            return NOT_KNOWN, "muted"
        if not reach.ok:
            return "silent", "bad"
        return (f"{reach.latency_ms:.0f} ms" if reach.latency_ms is not None else "ok"), ""

    @property
    def age(self) -> Cell:
        """Since its block; of a bid that is gone, since it went."""
        if self.gone and self.row.gone_at is not None:
            return formatting.ago((self.context.now - self.row.gone_at).total_seconds()), "muted"
        seconds = float(self.context.block_time.seconds) * max(0, self.context.height - self.row.created_at)
        return formatting.ago(seconds), "muted"


def _price(line: BidLine) -> Cell:
    text = hourly(line.row)
    if line.row.oddity:
        return text, "bad"
    return text, "muted" if text == NOT_KNOWN or line.over_budget else "strong"


def _amount(line: BidLine, value: Decimal | None) -> Cell:
    return act(value), "muted" if value is None or line.over_budget else ""


def _gpu_h(line: BidLine) -> Cell:
    if not line.row.disclosure.gpus:
        return NONE, "muted"
    text, tone = _amount(line, line.row.gpu_h)
    return text, tone or line.shade


def _gb(line: BidLine) -> Cell:
    if not line.row.disclosure.gpus:
        return NONE, "muted"
    return per_gb(line.row.gb_h), _amount(line, line.row.gb_h)[1]


def _month(line: BidLine) -> Cell:
    value = line.row.month
    return NOT_KNOWN if value is None else act(value.quantize(Decimal(1))).removesuffix(".00"), (
        "muted" if value is None or line.over_budget else ""
    )


def _gpu(line: BidLine) -> Cell:
    text, tone = line.gpu
    return text, "muted" if line.over_budget and tone != "warn" else tone


def _notice(line: BidLine) -> Cell:
    hours = line.row.reclaim_h
    return (NONE, "muted") if hours is None else (span(hours), "warn")


COLUMNS: tuple[Column[BidLine], ...] = (
    named_column("state", 1, lambda b: b.sign, stays=0, untitled=True),
    named_column("gpu", 13, _gpu, stays=0, grow=9, middle=True),
    named_column("interface", 4, lambda b: (interface(b.row.disclosure), "muted"), stays=9, untitled=True),
    named_column("vram", 7, lambda b: formatting.vram(b.row.disclosure), right=True, stays=2),
    named_column("price", 7, _price, right=True, stays=0),
    named_column("per_gpu", 8, _gpu_h, right=True, stays=3),
    named_column("per_gb", 7, _gb, right=True, stays=13),
    named_column("per_month", 10, _month, right=True, stays=12),
    named_column("vs_market", 9, lambda b: b.market, right=True, stays=7),
    named_column("lasts", 7, lambda b: b.lasts, right=True, stays=5),
    named_column("provider", 16, lambda b: b.provider, stays=1, grow=24, narrow=lambda b: b.provider_in_short),
    named_column(
        "region",
        10,
        lambda b: (b.row.region or NOT_KNOWN, "" if b.row.region else "muted"),
        stays=6,
        grow=6,
    ),
    named_column("uptime_7d", 9, lambda b: b.uptime, right=True, stays=8),
    named_column("audited", 7, lambda b: b.audit, stays=4),
    named_column("latency", 8, lambda b: b.latency, right=True, stays=11),
    named_column("notice", 7, _notice, right=True, stays=14),
    named_column("age", 6, lambda b: b.age, right=True, stays=10),
    named_column("over", 1, lambda b: ("$" if b.over_budget else "", "warn"), stays=1, untitled=True),
)
SCORE_COLUMN: Column[BidLine] = named_column(
    "score",
    6,
    lambda b: (NOT_KNOWN if b.points is None else str(b.points), "accent"),
    right=True,
    stays=0,
)
"""Stands beside the price while bids are ordered by score."""
BUYS_COLUMN: Column[BidLine] = named_column(
    "buys",
    7,
    lambda b: (span(b.buys), "muted" if b.buys is None or b.over_budget else ""),
    right=True,
    stays=6,
)
"""Stands beside what the deposit lasts while the budget names an amount."""


AKT_WIDTH = 12
"""Cells for `1,234.56` and its coin."""
DSEQ_COLUMN: Column[BidLine] = named_column("dseq", 10, lambda b: (order_words(b.row), ""), right=True, stays=0)
"""Stands first where a saved answer has the bids of several deployments."""


def order_words(row: BidRow) -> str:
    """Deployment and group of a bid: `501`, or `501/2` for the second group."""
    return f"{row.id.dseq}/{row.gseq}" if row.gseq != 1 else str(row.id.dseq)


def columns_shown(
    *, by_score: bool, with_amount: bool, with_dseq: bool = False, with_akt: bool = False
) -> list[Column[BidLine]]:
    """The columns of the table now; `with_amount`: the budget names an amount of money; `with_akt`: a price in AKT is
    among the bids, which takes more room."""
    columns = list(COLUMNS)
    keys = [column.key for column in columns]
    if with_akt:
        at = keys.index("price")
        columns[at] = replace(columns[at], width=AKT_WIDTH)
    if with_amount:
        columns.insert(keys.index("lasts") + 1, BUYS_COLUMN)
    if by_score:
        columns.insert(keys.index("price"), SCORE_COLUMN)
    if with_dseq:
        columns.insert(1, DSEQ_COLUMN)
    return columns


SORTABLE: tuple[str, ...] = tuple(column.key for column in COLUMNS if column.title)
"""What `o` goes through: every column with a title."""
