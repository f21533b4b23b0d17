"""What a chart of daily figures shows, worked out once for the screen and the command line; plotext draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from statistics import fmean
from typing import Any, Final

from akash_tui.domain.market import formatting
from akash_tui.domain.market.daily_series import Point, SeriesKind

FINE: Final = "braille"
PLAIN: Final = "*"
"""plotext's markers: eight dots a cell, or one ASCII sign."""
DAY_COLUMNS: Final = 13
"""Columns for each day named below a chart."""
SCALE_ROWS: Final = 3
"""Lines for each figure named beside it."""
MONTHS_FROM: Final = 300
"""Days from which on months are named instead of days."""


@dataclass(frozen=True, slots=True)
class ChartData:
    """A line through days, with the names of some days below and of some values at the left."""

    x: tuple[float, ...]
    """Days since the first; a day that is missing leaves its room."""
    y: tuple[float, ...]
    last: float
    days: tuple[tuple[float, str], ...]
    values: tuple[tuple[float, str], ...]

    @property
    def left(self) -> int:
        """Columns that the values' names take at the left."""
        return max((len(name) + 1 for _, name in self.values), default=0)

    def column(self, day: float, width: int) -> int:
        """The column of a day in a drawing of this width, as plotext places it."""
        return self.left + int(0.5 + (width - self.left - 1) * day / self.last)

    def onto(self, figure: Any, width: int, height: int, *, plain: bool) -> None:
        """Have plotext (its module) draw this, and nothing else, in exactly `width` columns and `height` lines."""
        figure.clear_figure()
        figure.limit_size(False, False)  # else it is never larger than the terminal
        figure.theme("clear")  # the front end colours everything but the line
        figure.plot_size(width, height)
        figure.frame(False)
        figure.plot(self.x, self.y, marker=PLAIN if plain else FINE)
        figure.xlim(0, self.last)
        figure.ylim(*_room(self.y))
        figure.xticks([at for at, _ in self.days], [name for _, name in self.days])
        figure.yticks([at for at, _ in self.values], [f"{name} " for _, name in self.values])


def chart(points: Sequence[Point], kind: SeriesKind, width: int, height: int) -> ChartData:
    """The chart of some points (at least one) in `width` columns and `height` lines."""
    first = points[0].day
    x = [(point.day - first).days for point in points]
    thinned = thin_out([(float(at), float(point.value)) for at, point in zip(x, points, strict=True)], width)
    last = float(max(x[-1], 1))
    ys = tuple(y for _, y in thinned)
    return ChartData(
        x=tuple(at for at, _ in thinned),
        y=ys,
        last=last,
        days=_days(points, width),
        values=tuple(
            (float(at), formatting.figure(at, kind)) for at in ticks(*_room(ys), max(3, height // SCALE_ROWS))
        ),
    )


def bare(values: Sequence[Decimal], width: int) -> ChartData:
    """The line alone, without a word."""
    thinned = thin_out([(float(at), float(value)) for at, value in enumerate(values)], width)
    return ChartData(tuple(x for x, _ in thinned), tuple(y for _, y in thinned), float(max(len(values) - 1, 1)), (), ())


def thin_out(points: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """At most this many points: the mean of each stretch; the line takes as long as it has points."""
    count = len(points)
    if count <= most:
        return list(points)
    parts = (points[a:b] for a, b in pairwise([count * i // most for i in range(most + 1)]))
    return [(fmean(x for x, _ in part), fmean(y for _, y in part)) for part in parts]


def ticks(low: float, high: float, most: int) -> list[Decimal]:
    """Two or more figures between `low` and `high`, about `most`: round ones, or the two ends."""
    bottom, top = Decimal(str(low)), Decimal(str(high))
    exact = (top - bottom) / most
    decade = Decimal(10) ** exact.adjusted()
    step = next(decade * digit for digit in (1, 2, 5, 10) if decade * digit >= exact)
    for size in (step, step / 2, step / 5):
        first = (bottom / size).to_integral_value(ROUND_CEILING)
        found = (
            [(first + n) * size for n in range(int((top - first * size) // size) + 1)] if first * size <= top else []
        )
        if len(found) > 1:
            return found[:: -(-len(found) // (most + 1))]
    return [bottom, top]


def _room(ys: Sequence[float]) -> tuple[float, float]:
    """From the smallest to the largest; a flat line gets some room around it."""
    low, high = min(ys), max(ys)
    return (low, high) if high > low else (low - abs(low) / 10 - 0.5, high + abs(high) / 10 + 0.5)


def _days(points: Sequence[Point], width: int) -> tuple[tuple[float, str], ...]:
    first, last = points[0].day, points[-1].day
    form = "%-d %b" if (last - first).days < MONTHS_FROM else "%b %Y"
    step = max(1, -(-(len(points) - 1) // max(1, width // DAY_COLUMNS - 1)))
    chosen = points[::-step][::-1]  # from the newest back, as far apart as one another
    return tuple((float((point.day - first).days), format(point.day, form)) for point in chosen)
