"""Rules as a person types them: read with the place of what is wrong, and written back the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from akash_tui.domain.bids.rule import (
    Preference,
    Rule,
    RuleError,
    Wait,
    parse_percent,
    parse_preferences,
    parse_wait,
)

LINE = "h100 <= 1.50, a100 <= 1.00, any >=40GB <= 0.80"


def test_a_line_of_preferences() -> None:
    assert parse_preferences(LINE) == (
        Preference("h100", cap_h=Decimal("1.50")),
        Preference("a100", cap_h=Decimal("1.00")),
        Preference("any", 40, Decimal("0.80")),
    )
    assert parse_preferences("H100,a100 , any") == (Preference("h100"), Preference("a100"), Preference())
    assert parse_preferences("a100 ≤ $1/h ≥ 80 GiB, <= 0.80") == (
        Preference("a100", 80, Decimal(1)),
        Preference(cap_h=Decimal("0.80")),
    )
    assert parse_preferences(" ") == ()


@pytest.mark.parametrize("text", [LINE, "h100", "any >= 24 GB, rtx4090 <= 0.385", "any <= 1"])
def test_what_is_written_back_is_read_the_same(text: str) -> None:
    read = parse_preferences(text)
    assert parse_preferences(", ".join(p.typed for p in read)) == read
    assert parse_preferences(", ".join(p.words for p in read)) == read


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("h100 <= 1.50, , any", "nothing is written at 15", "h100 <= 1.50"),
        ("h100 <= 1,50", "'50' at 11 is not a GPU model", "a point, not a comma"),
        ("h100, a100 < 1", "'<' at 12 is not understood", "<= before a price"),
        ("h100 1.50", "'h100 1.50' at 1 is not a GPU model", "h100 <= 1.50"),
        ("h100 <= cheap", "'cheap' is not an amount at 6", "<= 1.50"),
        ("h100 <= 1 <= 2", "the second price at 11", "h100 <= 1.50"),
        ("any >= 40 GB >= 24 GB", "the second VRAM at 14", "h100 <= 1.50"),
        ("any >= 1.50", "'1.50' at 5 is not an amount of VRAM", "<= 1.50"),
        ("any <= 40GB", "'40GB' at 5 is VRAM", ">= 40GB"),
        ("h100 <= 1.50/gpu", "a price for one GPU", "all its GPUs together"),
        ("h100 <= 0", "is not above zero at 6", "<= 1.50"),
        ("h100<script>", "'<' at 5", "<="),
        ("a" * 2001, "more than 2000", "h100"),
        (",".join(["h100"] * 51), "more than 50", "h100"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_a_remedy(text: str, message: str, advice: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_preferences(text)
    assert message in caught.value.message
    assert advice in caught.value.advice


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("45s", Wait(Decimal(45))),
        ("45", Wait(Decimal(45))),
        ("1m30s", Wait(Decimal(90))),
        ("5 bids", Wait(None, 5)),
        ("45s or 5 bids", Wait(Decimal(45), 5)),
        ("1 bid 45 s", Wait(Decimal(45), 1)),
        ("", None),
    ],
)
def test_a_wait(text: str, wait: Wait | None) -> None:
    assert parse_wait(text) == wait
    if wait is not None:
        assert parse_wait(wait.typed) == parse_wait(wait.words) == wait


@pytest.mark.parametrize("text", ["soon", "0 bids", "2h", "5 bids 6 bids", "45s bids"])
def test_no_wait(text: str) -> None:
    with pytest.raises(RuleError):
        parse_wait(text)


def test_a_wait_is_over_by_what_comes_first() -> None:
    both = Wait(Decimal(45), 5)
    assert not both.is_over(44, 4)
    assert both.is_over(45, 0)
    assert both.is_over(1, 5)
    assert (Wait(None, 5).longest, both.longest) == (120, 45)


def test_per_cent() -> None:
    assert (parse_percent("99.5 %"), parse_percent("")) == (Decimal("99.5"), None)
    for text in ("0", "101", "much"):
        with pytest.raises(RuleError):
            parse_percent(text)


def test_a_rule_in_words() -> None:
    assert Rule("prefer", parse_preferences("h100,any")).words == "prefer h100,any"
    assert Rule().words == "cheapest"
    rule = Rule("prefer", parse_preferences(LINE), wait=Wait(Decimal(45)), audited_only=True)
    assert rule.summary == "h100 ≤ 1.50, a100 ≤ 1.00, any ≥ 40 GB ≤ 0.80 · wait 45 s · audited"
    assert Rule(uptime_7d=Decimal(99), reachable=True, same_provider=True).summary == (
        "the cheapest · up ≥ 99 % · reachable · one provider"
    )


@pytest.mark.parametrize("kind", ["best", "prefer"])
def test_rules_that_are_none(kind: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        Rule(kind)
