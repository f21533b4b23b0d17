"""Money: micro-units, blocks and hours, and how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.money import (
    ASSUMED_BLOCK_TIME,
    BlockTime,
    Coin,
    DecCoin,
    block_price,
    deposit_for_hours,
    exact,
    lasts_hours,
    named,
    per_hour,
    per_month,
    plain,
    rate,
    rounded,
    signed_units,
    units,
)

SIX = BlockTime(Decimal(6), measured=True, blocks=10)
PRICES = st.decimals(min_value="0.000001", max_value=10_000_000, places=18)
TIMES = st.decimals(min_value="0.05", max_value=60, places=3).map(lambda s: BlockTime(s, measured=True))


def test_a_coin_has_its_usual_name_and_a_strange_one_is_never_counted_in_millionths() -> None:
    assert named(Coin("uact", 20_000_000)) == "20.0000 ACT"
    assert named(Coin("uakt", 5_900), 4) == "0.0059 AKT"
    assert named(Coin("ibc/1F", 5_000_000)) == "5000000ibc/1F"
    assert block_price(DecCoin("uact", Decimal("1543.6"))) == "0.001544 ACT"
    assert block_price(DecCoin("uakt", Decimal(50))) == "0.000050 AKT"
    assert block_price(DecCoin("uxyz", Decimal("50.5"))) == "50.5uxyz"


def test_an_hour_of_blocks() -> None:
    assert per_hour(Decimal("1543.6"), SIX) == Decimal("0.92616")
    assert per_month(Decimal(1)) == Decimal("730.488")
    assert not ASSUMED_BLOCK_TIME.measured


def test_how_long_funds_last() -> None:
    assert lasts_hours(Decimal(5_000_000), Decimal(1000), SIX) == Decimal(5_000_000) / 1000 * 6 / 3600
    assert lasts_hours(Decimal(-5), Decimal(1000), SIX) == 0
    assert lasts_hours(Decimal(5), Decimal(0), SIX) is None
    assert lasts_hours(Decimal(5), Decimal(-1), SIX) is None


@given(PRICES, TIMES, st.integers(1, 10_000))
def test_a_deposit_for_so_many_hours_lasts_so_long_and_hardly_longer(
    price: Decimal, block_time: BlockTime, hours: int
) -> None:
    deposit = deposit_for_hours(Decimal(hours), price, block_time)
    lasts = lasts_hours(Decimal(deposit), price, block_time)
    assert lasts is not None
    assert lasts >= hours - Decimal("1e-15")
    shorter = lasts_hours(Decimal(deposit - 1), price, block_time)
    assert shorter is not None
    assert shorter <= hours + Decimal("1e-15")


@pytest.mark.parametrize(
    ("value", "text"),
    [("1543.600000000000000000", "1543.6"), ("1E+3", "1000"), ("0E-18", "0"), ("-0.50", "-0.5"), ("100", "100")],
)
def test_plain(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=18))
def test_plain_is_exact_and_has_no_exponent(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert set(text) <= set("-.0123456789")


def test_units_and_rates() -> None:
    assert units(41_200_000) == "41.20"
    assert [exact(n) for n in (0, 1_870, 10_000, 41_200_000)] == ["0.00", "0.001870", "0.01", "41.20"]
    assert units(Decimal("1234567890123"), 0) == "1,234,568"
    assert [rate(Decimal(v)) for v in ("0.92616", "0.0034", "0.00001", "1234.5", "0")] == [
        "0.93", "0.0034", "1.0e-5", "1,234.50", "0.00",
    ]  # fmt: skip


def test_coins_as_the_chain_writes_them() -> None:
    assert str(Coin("uact", 5)) == "5uact"
    assert str(DecCoin("uact", Decimal("5.50"))) == "5.5uact"


def test_rounding_never_fails_however_large() -> None:
    assert rounded(Decimal("1.23456789"), 6) == Decimal("1.234568")
    assert rounded(Decimal(10) ** 30, 6) == Decimal(10) ** 30


def test_a_change_has_a_real_minus_sign() -> None:
    assert [signed_units(n) for n in (5_000_000, -12_500_000, 0)] == ["+5.00", "−12.50", "0.00"]
    assert signed_units(-4_500, 4) == "−0.0045"
