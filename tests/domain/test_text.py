"""Text of strangers: one printable line, nothing that a terminal would act on."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.text import LIMIT, clean, clean_lines, end_time, short_address

ESC = "\x1b"


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("plain text", "plain text"),
        (f"{ESC}[31mred{ESC}[0m", "red"),
        (f"{ESC}]0;owned\x07after", "after"),
        (f"{ESC}]8;;http://evil{ESC}\\link", "link"),
        (f"{ESC}Pbody{ESC}\\after", "after"),
        ("\x9b31mred", "red"),
        ("a\nb\tc\r", "a b c"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\x00b\x7fc", "abc"),
        ("größe 日本", "größe 日本"),
        ("\ud800", ""),
    ],
)
def test_what_stays(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


@given(st.text())
def test_nothing_dangerous_stays(text: str) -> None:
    tidy = clean(text)
    assert len(tidy) <= LIMIT
    assert "\n" not in tidy
    for character in tidy:
        assert unicodedata.category(character) not in ("Cc", "Cs"), repr(character)
        assert character not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u200e\u200f\ufeff"
    tidy.encode("utf-8")


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_long_text_is_cut_with_a_sign() -> None:
    assert clean("x" * 1000) == "x" * (LIMIT - 1) + "…"
    assert clean("é" * 1000, 10) == "é" * 9 + "…"


def test_lines_are_kept_where_asked() -> None:
    assert clean_lines(f"a{ESC}[2J\nb\x00") == "a\nb"


def test_addresses_are_shortened_but_never_to_look_whole() -> None:
    assert short_address("akash1qqu2345678901234567890123456789kf3") == "akash1qqu…kf3"
    assert short_address("akash1short") == "akash1short"


def test_an_end_that_is_far_away_has_its_year() -> None:
    at = datetime(2029, 10, 20, 20, 13).astimezone()
    assert end_time(at, Decimal(5)) == "Sat 20 Oct 20:13"
    assert end_time(at, Decimal(365 * 24)) == "20 Oct 2029"
