"""A score for bids that hides nothing: fixed weights, each part with its points and the reason in words.

What is not known earns no points and says so; nothing is estimated. The order by price stays the default:
a score is one more way to look, never the ground of a choice that a person did not make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.bid_row import BidRow, RowState
from akash_tui.domain.money import rate

WEIGHTS = {"price": 45, "VRAM": 15, "uptime": 15, "audit": 10, "latency": 5, "history": 10}
"""Points that each part gives at most; 100 in all."""
_UPTIME_FLOOR = 0.9
"""Share of 7 days at which uptime earns nothing; a tenth of the time away is no service."""
_SLOW_MS = 1000.0
"""An answer that takes this long earns nothing for latency."""


@dataclass(frozen=True, slots=True)
class History:
    """Our own leases with a provider, from the journal of this machine."""

    leases: int
    delivered: int
    """Of these, how many it took the manifest of."""


@dataclass(frozen=True, slots=True)
class Part:
    """One weight's points and where they come from."""

    name: str
    points: int
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """0..100, the sum of its parts."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Field:
    """What a bid is compared with: the cheapest GPU-hour and the most VRAM among the open bids."""

    cheapest: Decimal | None
    vram: int | None


def figures(row: BidRow) -> tuple[Decimal | None, int | None]:
    """What a bid puts into the field: price of a GPU-hour (of an hour without GPUs) and VRAM; None if it counts not."""
    if row.state is not RowState.OPEN or row.oddity:
        return None, None
    return row.gpu_h if row.gpu_h is not None else row.price_h, row.disclosure.vram_gib


def field_of(rows: Iterable[BidRow]) -> Field:
    """The field of all open bids with a price that can be meant."""
    found = [figures(row) for row in rows]
    prices = [price for price, _ in found if price is not None]
    sizes = [size for _, size in found if size is not None]
    return Field(min(prices, default=None), max(sizes, default=None))


def score(row: BidRow, field: Field, history: Mapping[str, History] | None = None) -> Score:
    """The score of one bid within its field."""
    return Score(
        tuple(
            Part(name, _points(share, WEIGHTS[name]), WEIGHTS[name], why())
            for name, (share, why) in _shares(row, field, history).items()
        )
    )


def points(row: BidRow, field: Field, history: Mapping[str, History] | None = None) -> int:
    """`score(...).points` without a word about where they come from: for thousands of bids."""
    return sum(_points(share, WEIGHTS[name]) for name, (share, _) in _shares(row, field, history).items())


_Share = tuple[float, Callable[[], str]]
"""What of a weight is earned, and how to say why."""


def _points(share: float, most: int) -> int:
    return round(max(0.0, min(1.0, share)) * most)


def _shares(row: BidRow, field: Field, history: Mapping[str, History] | None) -> dict[str, _Share]:
    return {
        "price": _price(row, field),
        "VRAM": _vram(row, field),
        "uptime": _uptime(row),
        "audit": _audit(row),
        "latency": _latency(row),
        "history": _history((history or {}).get(row.id.provider)),
    }


def _price(row: BidRow, field: Field) -> _Share:
    if row.oddity:
        return 0.0, lambda: row.oddity
    price, cheapest = row.gpu_h if row.gpu_h is not None else row.price_h, field.cheapest
    if price is None or cheapest is None:
        return 0.0, lambda: f"priced in {row.bid.price.denom}: not comparable"
    return float(cheapest / price), lambda: f"${rate(price)} against the cheapest, ${rate(cheapest)}"


def _vram(row: BidRow, field: Field) -> _Share:
    size = row.disclosure.vram_gib
    if size is None or not field.vram:
        return 0.0, lambda: "not known"
    return size / field.vram, lambda: f"{size} GB of {field.vram} GB, the most that is offered"


def _uptime(row: BidRow) -> _Share:
    up = row.uptime
    if up is None:
        return 0.0, lambda: "not known"
    share = (up - _UPTIME_FLOOR) / (1 - _UPTIME_FLOOR)
    return share, lambda: f"{int(up * 1000) / 10:.1f} % of 7 days; 90 % earns nothing"


def _audit(row: BidRow) -> _Share:
    if row.audited is None:
        return 0.0, lambda: "not known"
    return (1.0, lambda: "audited") if row.audited else (0.0, lambda: "not audited")


def _latency(row: BidRow) -> _Share:
    reach = row.reach
    if reach is None:
        return 0.0, lambda: "not asked yet"
    latency = reach.latency_ms
    if not reach.ok or latency is None:
        return 0.0, lambda: "does not answer"
    return 1 - latency / _SLOW_MS, lambda: f"{latency:.0f} ms; a second earns nothing"


def _history(mine: History | None) -> _Share:
    if mine is None or not mine.leases:
        return 0.0, lambda: "no lease of yours there yet"
    return (
        mine.delivered / mine.leases,
        lambda: f"{mine.delivered} of your {mine.leases} leases there took the manifest",
    )
