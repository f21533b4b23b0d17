"""A score for bids that hides nothing: fixed weights, each part with its points and the reason in words.

What is unknown earns no points, and its reason says so; nothing is estimated. The order by price stays the
default: no bid is ever accepted because of its score without a person who chose it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.money import coin_name, rate
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.text import plural

_UPTIME_FLOOR = 0.9
"""Share of 7 days at which uptime earns nothing; a tenth of the time away is no service."""
_SLOW_MS = 1000.0
"""An answer that takes this long earns nothing for latency."""


@dataclass(frozen=True, slots=True)
class ProviderHistory:
    """Our own leases with a provider, from the journal of this machine."""

    leases: int
    delivered: int
    """Of these, how many it took the manifest of."""


@dataclass(frozen=True, slots=True)
class ScoreComponent:
    """One weight's points and where they come from."""

    name: str
    points: int
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """0..100, the sum of its parts."""

    parts: tuple[ScoreComponent, ...]

    @property
    def points(self) -> int:
        """0..100."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class ScoreReference:
    """What a bid is compared with: the cheapest GPU-hour and the most VRAM among the open bids."""

    cheapest: Decimal | None
    vram: int | None


def reference(rows: Iterable[BidRow]) -> ScoreReference:
    """Of all rows that can be taken at a price that can be meant; without GPUs, the price of an hour counts."""
    fair = [row for row in rows if row.state is RowState.OPEN and not row.oddity]
    prices = [price for row in fair if (price := _worth(row)) is not None]
    sizes = [row.disclosure.vram_gib for row in fair if row.disclosure.vram_gib is not None]
    return ScoreReference(min(prices, default=None), max(sizes, default=None))


def score(row: BidRow, field: ScoreReference, history: Mapping[str, ProviderHistory] | None = None) -> Score:
    """The score of one bid within its field."""
    mine = history.get(row.id.provider) if history else None
    return Score(
        tuple(
            ScoreComponent(name, _points(share(row, field, mine), most), most, why(row, field, mine))
            for name, most, share, why in _PARTS
        )
    )


def points(row: BidRow, field: ScoreReference, history: Mapping[str, ProviderHistory] | None = None) -> int:
    """`score(...).points` without a word about where they come from: for thousands of bids."""
    mine = history.get(row.id.provider) if history else None
    return sum(_points(share(row, field, mine), most) for _, most, share, _ in _PARTS)


def _points(share: float, most: int) -> int:
    if share <= 0:
        return 0
    return most if share >= 1 else round(share * most)


def _worth(row: BidRow) -> Decimal | None:
    return row.gpu_h if row.gpu_h is not None else row.price_h


def _price(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    price = _worth(row)
    if row.oddity or price is None or field.cheapest is None:
        return 0.0
    return float(field.cheapest / price)


def _why_price(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    price = _worth(row)
    if row.oddity:
        return row.oddity
    if price is None:
        return f"priced in {coin_name(row.bid.price.denom)}: not comparable"
    if field.cheapest is None:
        return "no bid is open to compare it with"
    return f"${rate(price)} against the cheapest, ${rate(field.cheapest)}"


def _vram(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    size = row.disclosure.vram_gib
    return size / field.vram if size is not None and field.vram else 0.0


def _why_vram(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    size = row.disclosure.vram_gib
    if size is None or not field.vram:
        return "not known"
    return f"{size} GB of {field.vram} GB, the most that is offered"


def _uptime(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    up = row.uptime
    return 0.0 if up is None else (up - _UPTIME_FLOOR) / (1 - _UPTIME_FLOOR)


def _why_uptime(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    up = row.uptime
    return "not known" if up is None else f"{int(up * 1000) / 10:.1f} % of 7 days; 90 % earns nothing"


def _audit(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    return 1.0 if row.audited else 0.0


def _why_audit(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    return "not known" if row.audited is None else "audited" if row.audited else "not audited"


def _latency(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    reach = row.reach
    return 0.0 if reach is None or not reach.ok or reach.latency_ms is None else 1 - reach.latency_ms / _SLOW_MS


def _why_latency(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    reach = row.reach
    if reach is None:
        return "not asked yet"
    if not reach.ok or reach.latency_ms is None:
        return "does not answer"
    return f"{reach.latency_ms:.0f} ms; a second earns nothing"


def _history(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> float:
    return mine.delivered / mine.leases if mine is not None and mine.leases else 0.0


def _why_history(row: BidRow, field: ScoreReference, mine: ProviderHistory | None) -> str:
    if mine is None or not mine.leases:
        return "no lease of yours there yet"
    return f"{mine.delivered} of your {plural(mine.leases, 'lease')} there accepted the manifest"


_Share = Callable[[BidRow, ScoreReference, ProviderHistory | None], float]
_Why = Callable[[BidRow, ScoreReference, ProviderHistory | None], str]

_PARTS: tuple[tuple[str, int, _Share, _Why], ...] = (
    ("price", 45, _price, _why_price),
    ("VRAM", 15, _vram, _why_vram),
    ("uptime", 15, _uptime, _why_uptime),
    ("audit", 10, _audit, _why_audit),
    ("latency", 5, _latency, _why_latency),
    ("history", 10, _history, _why_history),
)
"""The points that each part gives at most, 100 in all; how much of them is earned (below 0 is nothing, above 1 all);
and why, in words."""
