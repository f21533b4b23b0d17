"""Durations, sums and hourly prices: one rule, whoever asks, and nothing but `AmountError` for the rest."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.cli.values import positive, seconds
from akash_tui.domain.akash.amounts import (
    LIMIT,
    AmountError,
    parse_act,
    parse_act_per_hour,
    parse_deposit,
    parse_hours,
    parse_seconds,
    parse_uact,
    read_amount,
    split_amounts,
)
from akash_tui.domain.akash.money import MICRO, plain
from akash_tui.domain.bids.budget import BudgetError, parse_budget
from akash_tui.services.ports import BadInput

PARSERS: tuple[Callable[[str], object], ...] = (
    parse_seconds,
    parse_hours,
    parse_act,
    parse_act_per_hour,
    parse_uact,
    parse_deposit,
    read_amount,
)
NUMBERS = st.decimals(Decimal("0.000001"), Decimal(999_999), places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", 30),
        ("5m", 300),
        ("1.5h", 5400),
        ("2d", 172_800),
        ("250ms", Decimal("0.25")),
        ("1h30m", 5400),
        (" 1 h 30 m ", 5400),
        ("90", 90),
        ("0", 0),
        ("0s", 0),
        ("2D", 172_800),
    ],
)
def test_a_duration_in_seconds(text: str, expected: Decimal) -> None:
    assert parse_seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36h", 36),
        ("3d", 72),
        ("1d12h", 36),
        ("90m", Decimal("1.5")),
        ("12", 12),
        ("1,5", Decimal("1.5")),
        ("+1.5 h", Decimal("1.5")),
        ("$24h", 24),
        ("≈36h", 36),
        ("1e2", 100),
        ("1_000", 1000),
        (".5", Decimal("0.5")),
        ("5.", 5),
    ],
)
def test_hours(text: str, expected: Decimal) -> None:
    assert parse_hours(text) == expected


@pytest.mark.parametrize("text", ["-3", "$12", "1.2/h", "12h 24h", "0", "0h", "abc", "5 ACT", "24h h", "30m1h"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_hours(text)
    assert caught.value.text.endswith("Write 36h or 3d.")


@pytest.mark.parametrize(
    ("text", "micro"),
    [("5", 5_000_000), (" 0.5 ", 500_000), ("1,25", 1_250_000), ("5 act", 5_000_000), ("$5", 5_000_000)],
)
def test_sums_are_exact(text: str, micro: int) -> None:
    assert parse_uact(text) == micro
    assert parse_act(text) * MICRO == micro


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "NaN", "inf", "0.0000001", "1e12", "5 AKT", "5h", "1.2/h"])
def test_wrong_sums_are_refused(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_uact(text)
    assert caught.value.text.endswith(".")


@pytest.mark.parametrize("text", ["1,000", "12,500 ACT", "1,000,000", "$1,000"])
def test_a_comma_that_may_mean_thousands_is_refused(text: str) -> None:
    with pytest.raises(AmountError, match="may mean a thousand or a decimal"):
        parse_uact(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", (None, Decimal(24))),
        (" +1.5 h ", (None, Decimal("1.5"))),
        ("3d", (None, Decimal(72))),
        ("5", (5_000_000, None)),
        ("0.25 ACT", (250_000, None)),
    ],
)
def test_a_deposit_is_a_sum_or_hours(text: str, expected: object) -> None:
    assert parse_deposit(text) == expected


@pytest.mark.parametrize("text", ["", "0", "0h", "-5", "5 AKT", "x", "1e9", "1.1234567", "24 h h"])
def test_what_is_no_deposit_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        parse_deposit(text)


@pytest.mark.parametrize("text", ["1.20", "1.20/h", "1,20 /h", "$1.20/h"])
def test_a_price_per_hour(text: str) -> None:
    assert parse_act_per_hour(text) == Decimal("1.20")


@pytest.mark.parametrize(
    "text",
    [
        *("NaN", "sNaN", "inf", "-inf", "Infinity", "nan h", "infh", "-0.5", "-1h", "1e99", "1e999", "9" * 400),
        *(
            "1000000000",
            "1e9h",
            "99999999999d",
            "٣",
            "٣h",
            "２４h",
            "5\u212a",
            "1e-99",
            "1.2.3",
            "1,2,3",
            "_",
            ".",
            "1/2h",
        ),
        *("1" * 29, "2≈4", "h", "$", "≈", "\x00", "5\x00h"),
    ],
)
def test_nothing_reads_what_is_no_plain_figure(text: str) -> None:
    for parse in PARSERS:
        with pytest.raises(AmountError) as caught:
            parse(text)
        assert caught.value.message
        assert caught.value.advice
    with pytest.raises(BudgetError):
        parse_budget(text) if text != "≈" else parse_budget("≈$")
    with pytest.raises(BadInput, match="--wait"):
        seconds(text, "--wait")
    for unit in ("hours", "ACT", "AKT"):
        with pytest.raises(BadInput, match="--limit"):
            positive(text, "--limit", unit)


def test_a_unit_that_is_set_apart_joins_its_number() -> None:
    assert split_amounts(" ≈1.20 /h  24 h $30 5 ACT 3d") == ["1.20/h", "24h", "$30", "5ACT", "3d"]
    assert split_amounts("24h 20 6h") == ["24h", "20", "6h"]
    assert split_amounts(" ") == []


@given(NUMBERS)
def test_a_number_is_read_as_it_is_written(value: Decimal) -> None:
    text = plain(value)
    assert parse_act(text) == parse_act_per_hour(text) == parse_hours(text) == parse_seconds(text) == value
    assert parse_uact(f"{text} ACT") == value * MICRO
    assert parse_hours(f"{text}h") == value
    assert parse_seconds(f"{text}m") == value * 60
    assert parse_budget(f"{text}/h ${text} {text}h").typed == f"{text}/h {text}h ${text}"


@given(st.integers(0, 9999), st.integers(1, 9999), st.integers(0, 9999))
def test_the_parts_of_a_duration_add_up(days: int, hours: int, minutes: int) -> None:
    assert parse_seconds(f"{days}d{hours}h{minutes}m") == days * 86400 + hours * 3600 + minutes * 60


@given(st.one_of(st.text(max_size=40), st.text("0123456789.,_+-e≈$ hdmsACT/", max_size=20)))
def test_no_text_raises_anything_but_its_own_error_or_gives_more_than_the_limit(text: str) -> None:
    for parse in (parse_seconds, parse_hours, parse_act, parse_act_per_hour):
        try:
            value = parse(text)
        except AmountError:
            continue
        assert value.is_finite()
        assert 0 <= value < LIMIT
    try:
        amount, hours = parse_deposit(text)
    except AmountError:
        return
    assert (amount is None) != (hours is None)
