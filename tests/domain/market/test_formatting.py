"""The market's figures in words and as drawings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from akash_tui.domain.market import formatting
from akash_tui.domain.market.daily_series import KINDS
from akash_tui.domain.market.supply import FigureSource, amounts
from akash_tui.domain.text import NOT_KNOWN


@pytest.mark.parametrize(
    ("share", "drawn"), [("0", "...."), ("0.5", "##.."), ("1", "####"), ("7", "####"), ("-1", "...."), (None, "....")]
)
def test_a_bar(share: str | None, drawn: str) -> None:
    assert "".join(formatting.bar(None if share is None else Decimal(share), 4, ascii_only=True)) == drawn


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "$0"),
        ("0.4217", "$0.42"),
        ("3412.3", "$3,412"),
        ("266420.59", "$266.4k"),
        ("2800000", "$2.8M"),
        ("6.4e12", "$6.4T"),
    ],
)
def test_money_is_short(value: str, text: str) -> None:
    assert formatting.figure(Decimal(value), KINDS["dailyUUsdSpent"]) == text


def test_what_is_not_known_is_said_so() -> None:
    nothing = (
        formatting.count(None),
        formatting.price(None),
        formatting.size(None),
        formatting.cores(None),
        formatting.signed(None),
    )
    assert {*nothing, formatting.percent(None), formatting.figure(None, KINDS["gpuUtilization"])} == {NOT_KNOWN}
    assert formatting.change(None) == ""


@pytest.mark.parametrize(
    ("share", "text"), [("0.083", "+8 %"), ("-0.5", "−50 %"), ("0.001", "±0 %"), ("1e9", "more than 100-fold")]
)
def test_changes(share: str, text: str) -> None:
    assert formatting.change(Decimal(share)) == text


def test_a_share_moves_by_points_and_a_sum_by_its_share() -> None:
    share, sum_ = KINDS["gpuUtilization"], KINDS["dailyUUsdSpent"]
    assert formatting.moved(Decimal(31), Decimal(38), share) == "−7.0 points"
    assert formatting.moved(Decimal(31), Decimal(0), share) == "+31.0 points"
    assert formatting.moved(Decimal(110), Decimal(100), sum_) == "+10 %"
    assert {formatting.moved(Decimal(1), before, sum_) for before in (None, Decimal(0))} == {""}


def test_ages_and_amounts() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    ages = [
        formatting.source_and_age(FigureSource.INDEXER, now - timedelta(seconds=s), now)
        for s in (5, 540, 7300, 864_000, -9)
    ]
    assert ages == [f"indexer, {age}" for age in ("just now", "9 min old", "2 h old", "10 d old", "just now")]
    assert formatting.taken("gpu", amounts(612, 0, 259)) == "612 of 871 leased"
    assert formatting.taken("memory", amounts(2**40, 0, 2**40)) == "1.0 TiB of 2.0 TiB leased"
    assert amounts(3, 0, 1).taken_share == Decimal("0.75")
    assert amounts(None, 0, 1).taken_share is None
    assert amounts(0, 0, 0).taken_share is None
