"""Charts: what plotext is told to draw, and that it fits where it is drawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import plotext
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akash_tui.domain.market.chart import bare, chart, thin_out, ticks
from akash_tui.domain.market.daily_series import KINDS, Point

FIRST = date(2024, 2, 28)
SPEND = KINDS["dailyUUsdSpent"]
VALUES = st.lists(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), min_size=1, max_size=300)


def days(*values: object, step: int = 1) -> list[Point]:
    return [Point(FIRST + timedelta(days=step * n), Decimal(str(value))) for n, value in enumerate(values)]


def rows(points: list[Point], width: int, height: int, *, plain: bool = False, line: int | None = None) -> list[str]:
    chart(points, SPEND, width, height).onto(plotext, width, height, plain=plain)
    if line is not None:
        plotext.vertical_line(line)
    return [line.ljust(width) for line in plotext.uncolorize(plotext.build()).splitlines()]


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(24, 78), st.integers(3, 20), st.booleans())
def test_a_drawing_has_the_size_asked_for(values: list[Decimal], width: int, height: int, plain: bool) -> None:
    drawn = rows(days(*values), width, height, plain=plain)
    assert len(drawn) == height
    assert {len(row) for row in drawn} == {width}
    assert not plain or "".join(drawn).isascii()
    assert "".join(drawn).strip()


def test_a_rising_line_rises_with_its_days_and_values_named() -> None:
    drawn = rows(days(*range(0, 6000, 200)), 60, 8, plain=True)
    columns = [row.index("*") for row in drawn if "*" in row]
    assert columns == sorted(columns, reverse=True)
    assert drawn[-1].split() == ["8", "Mar", "18", "Mar", "28", "Mar"]
    named = [row.split()[0] for row in drawn if "$" in row]
    assert named == ["$4,000", "$2,000", "$0"]


def test_a_day_that_is_missing_leaves_its_room() -> None:
    found = chart([*days(1, 2), Point(FIRST + timedelta(days=9), Decimal(3))], SPEND, 40, 8)
    assert (found.x, found.last) == ((0.0, 1.0, 9.0), 9.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 300), st.integers(24, 78), st.data())
def test_a_days_column_is_where_plotext_draws_it(count: int, width: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, count - 1))
    points = days(*([5, 9] * count)[:count])
    column = chart(points, SPEND, width, 12).column(place, width)
    lines = [row.index("│") for row in rows(points, width, 12, line=place) if "│" in row]
    assert set(lines) <= {column}


def test_months_are_named_where_days_are_too_many() -> None:
    names = [name for _, name in chart(days(*range(400)), SPEND, 80, 8).days]
    assert len(names) == 5
    assert all(name.split()[1] in ("2024", "2025") for name in names)


@given(VALUES, st.integers(1, 50))
def test_squeezing_keeps_within_the_values(values: list[Decimal], width: int) -> None:
    floats = [float(value) for value in values]
    squeezed = [y for _, y in thin_out(list(enumerate(floats)), width)]
    slack = 1e-9 * max(map(abs, floats))
    assert len(squeezed) == min(width, len(values))
    assert min(floats) - slack <= min(squeezed)
    assert max(squeezed) <= max(floats) + slack


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [
        (0, 1, 2, ["0.0", "0.5", "1.0"]),
        (51.2, 58.7, 3, ["52.5", "55.0", "57.5"]),
        (2711, 9204, 2, ["5000"]),
        (1e12, 1.3e12, 4, ["1e12", "1.1e12", "1.2e12", "1.3e12"]),
    ],
)
def test_figures_beside_a_chart_are_round(low: float, high: float, most: int, found: list[str]) -> None:
    assert {Decimal(text) for text in found} <= set(ticks(low, high, most))


@given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12), st.integers(2, 8))
def test_figures_beside_a_chart_lie_within_it(low: float, size: float, most: int) -> None:
    found = ticks(low, low + size, most)
    assert 2 <= len(found) <= most + 2
    assert found == sorted(found)
    assert found[0] >= Decimal(str(low))
    assert found[-1] <= Decimal(str(low + size))


def test_a_line_without_words() -> None:
    bare([Decimal(n) for n in range(12)], 4).onto(plotext, 4, 4, plain=True)
    assert plotext.uncolorize(plotext.build()).splitlines() == ["   *", "  * ", " *  ", "*   "]
