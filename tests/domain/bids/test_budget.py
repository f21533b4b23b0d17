"""Budgets: how they are written, what they cap, and the reason they give."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.bids.budget import NO_BUDGET, Budget, BudgetError, parse_budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("", NO_BUDGET),
        ("1.20", Budget(per_hour=Decimal("1.20"))),
        ("≈$1.20/h 24h $30", Budget(Decimal("1.20"), Decimal(30), Decimal(24))),
        ("1,20/h", Budget(per_hour=Decimal("1.20"))),
        ("3D", Budget(hours=Decimal(72))),
    ],
)
def test_how_a_budget_is_written(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget
    assert parse_budget(budget.typed) == budget


@pytest.mark.parametrize("text", ["cheap", "0/h", "24h 3d", "-1", "1e9", "$", "1.2 1.3"])
def test_what_is_no_budget_says_how_one_is_written(text: str) -> None:
    with pytest.raises(BudgetError) as caught:
        parse_budget(text)
    assert "1.20/h" in caught.value.advice


def test_the_lower_cap_counts_and_the_reason_names_it() -> None:
    budget = parse_budget("1.20/h 24h $12")
    assert budget.cap_h == Decimal("0.5")
    assert budget.why_over(Decimal("0.5")) == ""
    assert budget.why_over(Decimal("0.6")) == "24 h would cost ≈ $14.40; the budget is $12.00"
    assert budget.why_over(Decimal("1.3")) == "≈ $1.30 an hour; the budget is $1.20"
    assert budget.why_over(None) == NO_BUDGET.why_over(Decimal(99)) == ""
    assert budget.words == "≈$1.20/h · 24 h · ≈$12.00 in all"


@given(st.text(max_size=30))
def test_no_text_raises_anything_but_its_own_error(text: str) -> None:
    try:
        budget = parse_budget(text)
    except BudgetError:
        return
    cap = budget.cap_h
    assert cap is None or (cap > 0 and budget.why_over(cap * 2))
