"""Daily figures of the network: what each series counts, a part of it, and its change against the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from akash_tui.domain.akash.money import MICRO

MONTH_DAYS: Final = 30


class Range(StrEnum):
    """How far back a chart goes."""

    MONTH = "1m"
    ALL = "all"

    @property
    def words(self) -> str:
        return {"1m": "1 month", "all": "all time"}[self.value]


@dataclass(frozen=True, slots=True)
class SeriesKind:
    """One series of the indexer (`/v1/graph-data/{name}` of the Console API): its name there, title and unit."""

    name: str
    title: str
    unit: str
    """`USD`, `ACT`, `AKT`, `USDC`, `%`, `leases`, `GPUs`, `CPUs`, `bytes`."""
    flow: bool
    """True: something that happened on that day; False: a state at that time."""
    divisor: Decimal = Decimal(1)
    """What the indexer's number is divided by to be in `unit`."""


KINDS: Final[dict[str, SeriesKind]] = {
    kind.name: kind
    for kind in (
        SeriesKind("gpuUtilization", "GPU utilisation", "%", flow=False),
        SeriesKind("dailyUUsdSpent", "daily network spend", "USD", flow=True, divisor=MICRO),
        SeriesKind("dailyUActSpent", "daily spend in ACT", "ACT", flow=True, divisor=MICRO),
        SeriesKind("dailyUAktSpent", "daily spend in AKT", "AKT", flow=True, divisor=MICRO),
        SeriesKind("dailyUUsdcSpent", "daily spend in USDC", "USDC", flow=True, divisor=MICRO),
        SeriesKind("dailyLeaseCount", "new leases a day", "leases", flow=True),
        SeriesKind("activeLeaseCount", "active leases", "leases", flow=False),
        SeriesKind("totalUUsdSpent", "spent in all", "USD", flow=False, divisor=MICRO),
        SeriesKind("totalLeaseCount", "leases in all", "leases", flow=False),
        SeriesKind("activeGPU", "leased GPUs", "GPUs", flow=False),
        SeriesKind("activeCPU", "leased CPUs", "CPUs", flow=False, divisor=Decimal(1000)),
        SeriesKind("activeMemory", "leased memory", "bytes", flow=False),
        SeriesKind("activeStorage", "leased storage", "bytes", flow=False),
    )
}
"""Those of the indexer's series that are shown, by name."""


@dataclass(frozen=True, slots=True)
class Point:
    """One day's value, in the unit of its series."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """One series, oldest day first, without repeats."""

    name: str
    points: tuple[Point, ...]
    current: Decimal | None
    """The value now, as the indexer states it; a day that is not over may be in it."""
    read_at: datetime

    @property
    def kind(self) -> SeriesKind:
        return KINDS[self.name]


@dataclass(frozen=True, slots=True)
class SeriesWindow:
    """A part of a series and its figure."""

    points: tuple[Point, ...]
    figure: Decimal | None
    """The sum of a flow, the mean of a state, over the window's whole days."""
    before: Decimal | None
    """The same over as many days before; None where these are not all known."""

    @property
    def change(self) -> Decimal | None:
        """Against the period before: 0.08 is 8 % more."""
        if self.figure is None or not self.before:
            return None
        return self.figure / self.before - 1


def window(series: Series, span: Range) -> SeriesWindow:
    """The last 30 whole days, or all of them. Today is among the points only of a state: a sum is not over yet."""
    today = series.read_at.date()
    whole = [p for p in series.points if p.day < today]
    rest = series.points[len(whole) :] if not series.kind.flow else ()
    if span is Range.ALL:
        return SeriesWindow((*whole, *rest), _figure(whole, series.kind), None)
    shown = whole[-MONTH_DAYS:]
    earlier = whole[:-MONTH_DAYS][-MONTH_DAYS:]
    before = _figure(earlier, series.kind) if len(earlier) == MONTH_DAYS else None
    return SeriesWindow((*shown, *rest), _figure(shown, series.kind), before)


def _figure(points: Sequence[Point], kind: SeriesKind) -> Decimal | None:
    if not points:
        return None
    total = sum((p.value for p in points), Decimal(0))
    return total if kind.flow else total / len(points)
