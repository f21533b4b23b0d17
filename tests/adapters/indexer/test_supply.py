"""What the market is read from: real answers of a practice world, answers made from the schema, and the oddest ones."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akash_tui.adapters.indexer.client import ConsoleIndexer, Reply
from akash_tui.adapters.indexer.json_fields import day, instant, loads
from akash_tui.adapters.indexer.supply import (
    read_akt_market,
    read_capacity,
    read_gpu_days,
    read_series,
    read_sheet,
    read_sheets,
    read_stock,
)
from akash_tui.adapters.indexer.values import read_prices
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.network import Network
from akash_tui.domain.market.daily_series import KINDS, Range, window
from akash_tui.services.ports import BadInput, Unreachable
from tests.adapters.indexer.answers import value_of
from tests.adapters.indexer.schema_answers import answers
from tests.conformance import SHARED, load, need

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
A = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"
SPECIFICATION = SHARED / "indexer" / "openapi.json"
READERS: dict[str, Any] = {
    "/v1/providers": read_sheets,
    "/v1/providers/{address}": read_sheet,
    "/v1/gpu-prices": read_prices,
    "/v1/network-capacity": read_capacity,
    "/v1/gpu-breakdown": read_gpu_days,
    "/v1/gpu": read_stock,
    "/v1/graph-data/{dataName}": lambda value, at: read_series("dailyUUsdSpent", value, at),
    "/v1/market-data/{coin?}": read_akt_market,
}


def schema(path: str) -> dict[str, Any]:
    found: dict[str, Any] = load(SPECIFICATION)["paths"][path]["get"]["responses"]["200"]["content"]
    answer: dict[str, Any] = found["application/json"]["schema"]
    return answer


def leaves(value: object) -> Iterator[object]:
    """Every plain value inside a value object."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def sane(value: object) -> None:
    """Cleaned, bounded, finite: what a screen may show without another look."""
    for leaf in leaves(value):
        if isinstance(leaf, Enum):
            continue
        if isinstance(leaf, str):
            assert len(leaf) <= 200
            assert "\x1b" not in leaf
        if isinstance(leaf, float):
            assert math.isfinite(leaf)
        if isinstance(leaf, Decimal):
            assert leaf.is_finite()
        if isinstance(leaf, int | float | Decimal):
            assert -100 <= leaf <= 10**24


@pytest.mark.parametrize("path", READERS)
def test_whatever_the_schema_allows_is_read(path: str) -> None:
    need(SPECIFICATION)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(answers(schema(path)))
    def reads(answer: Any) -> None:
        raw = loads(json.dumps(answer).encode())
        try:
            found = READERS[path](raw, NOW)
        except ValueError:
            assert path == "/v1/providers/{address}"  # the owner was none
            return
        sane(found)

    reads()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(JUNK, st.sampled_from(sorted(READERS)))
def test_junk_is_a_value_error_or_a_value_without_harm(junk: object, path: str) -> None:
    try:
        found = READERS[path](junk, NOW)
    except ValueError:
        return
    sane(found)


def test_a_series_is_in_its_unit_ordered_and_without_repeats() -> None:
    body = {
        "currentValue": 5_000_000,
        "compareValue": None,
        "snapshots": [
            {"date": "2026-11-22T00:00:00.000Z", "value": 3_000_000},
            {"date": "2026-11-21T00:00:00.000Z", "value": 1_500_000},
            {"date": "2026-11-22", "value": 4_000_000},
            {"date": "2027-01-01T00:00:00.000Z", "value": 1},
            {"date": "soon", "value": 1},
            {"date": "2026-11-20T00:00:00.000Z", "value": -1},
        ],
    }
    found = read_series("dailyUUsdSpent", body, NOW)
    assert [(p.day, p.value) for p in found.points] == [
        (date(2026, 11, 21), Decimal("1.5")),
        (date(2026, 11, 22), Decimal(4)),
    ]
    assert found.current == Decimal(5)


def test_a_month_is_compared_with_the_month_before_it_in_whole_days() -> None:
    def snapshot(back: int, value: int) -> dict[str, object]:
        return {"date": date.fromordinal(NOW.date().toordinal() - back).isoformat(), "value": value * 10**6}

    days = [snapshot(back, 2 if back <= 30 else 1) for back in range(61, 0, -1)]
    body = {"currentValue": 1, "compareValue": 1, "snapshots": [*days, snapshot(0, 100)]}
    found = window(read_series("dailyUUsdSpent", body, NOW), Range.MONTH)
    assert (found.figure, found.before, found.change) == (Decimal(60), Decimal(30), Decimal(1))
    assert len(found.points) == 30  # today is not over
    everything = window(read_series("dailyUUsdSpent", body, NOW), Range.ALL)
    assert (everything.figure, everything.change, len(everything.points)) == (Decimal(91), None, 61)
    short = window(read_series("dailyUUsdSpent", {"snapshots": days[-40:]}, NOW), Range.MONTH)
    assert short.change is None


@pytest.mark.parametrize("text", ["", "2026", "2026-13-01", "1999-01-01", "9" * 50, None, 7])
def test_a_day_that_is_none(text: object) -> None:
    assert day(text) is None
    assert instant(text) is None


def _asking(answer: object) -> tuple[ConsoleIndexer, list[str]]:
    client = ConsoleIndexer(Network("t", "t", (), (), indexer="http://127.0.0.1:9"), SystemClock())
    asked: list[str] = []

    async def fetch(path: str, asking: object, limits: object, body: object) -> Reply:
        asked.append(path)
        return Reply(json.dumps(answer).encode(), {})

    client._fetch = fetch  # type: ignore[assignment]
    return client, asked


async def test_a_sheet_has_its_profile() -> None:
    client, asked = _asking([{"owner": A, "stats": {"gpu": {"active": 3, "available": 5, "pending": 0}}}])
    (sheet,) = value_of(await client.sheets())
    gpu = sheet.resources.gpu
    assert sheet.profile.owner == A
    assert (gpu.active, gpu.available, gpu.total) == (3, 5, 8)
    assert asked == ["/v1/providers"]


async def test_series_are_named_and_kept_apart() -> None:
    client, asked = _asking({"snapshots": []})
    for name in KINDS:
        assert value_of(await client.series(name)).name == name
    assert asked == [f"/v1/graph-data/{name}" for name in KINDS]
    with pytest.raises(BadInput):
        await client.series("../../etc/passwd")
    with pytest.raises(BadInput):
        await client.sheet("../gpu")


async def test_an_answer_that_is_no_page_is_unreachable() -> None:
    client, _ = _asking([1, 2])
    with pytest.raises(Unreachable):
        await client.sheet(A)
    with pytest.raises(Unreachable):
        await client.capacity()
