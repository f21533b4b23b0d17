"""The figures of the bars add up to the total, whatever the width."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from akash_tui.domain.market.supply import Amounts, Capacity, FigureSource, SupplyResources
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.ui.market.capacity_bars import capacity_bars, capacity_line

NOW = datetime(2026, 11, 24, tzinfo=UTC)
GPU = Amounts(129, 6, 111, 246)


def answer(gpu: Amounts) -> CachedValue[Capacity]:
    other = Amounts(1_000, 0, 3_000, 4_000)
    found = SupplyResources(gpu=gpu, cpu=other, memory=other, storage=other)
    return CachedValue(Capacity(17, found, FigureSource.INDEXER, NOW), NOW, False, None)


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_what_is_neither_leased_nor_free_is_named(columns: int) -> None:
    line = capacity_line(answer(GPU), None, columns, NOW, plain=False)
    bars = capacity_bars(answer(GPU), None, None, columns, plain=False)
    assert "129 of 246 leased, 6 in open bids  52 %" in line.plain
    assert "129 of 246 leased, 6 in open bids · 111 free" in bars.plain
    for each in (line, bars):
        assert max(len(row) for row in each.plain.split("\n")) < columns
    none = replace(GPU, pending=0, available=117)
    assert "in open bids" not in capacity_line(answer(none), None, columns, NOW, plain=False).plain


def test_figures_that_may_be_older_than_the_list_say_so() -> None:
    line = capacity_line(answer(GPU), None, 80, NOW + timedelta(minutes=3), plain=False).plain
    assert line.splitlines()[-1].endswith("3 min old")
    assert "old" not in capacity_line(answer(GPU), None, 80, NOW, plain=False).plain
