"""Rules that choose, and the reason for every bid that was not chosen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.entities import Bid, BidState, OrderState
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.services.deployment.bid_rules import BidChoice, Rule, choose
from akash_tui.services.ports import BadInput
from tests.domain.bids.values import NOW, SIX, bid, group, nvidia, offer, order, provider

A100, H100, T4 = nvidia("a100"), nvidia("h100"), nvidia("t4")
SPEC = group(A100, H100, T4)


def total_h(choice: BidChoice) -> Decimal:
    """ACT per hour of all picks."""
    return sum((row.price_h for row in choice.picks.values() if row.price_h is not None), Decimal(0))


def book_of(*bids: Bid, groups: int = 1) -> BidBook:
    book = BidBook(dict.fromkeys(range(1, groups + 1), SPEC))
    book.set_money(SIX, None)
    book.apply(bids, height=100, now=NOW, orders=[order(gseq=g) for g in range(1, groups + 1)])
    return book


def codes(choice: BidChoice, gseq: int = 1) -> dict[str, str]:
    return {r.provider: r.code for r in choice.rejected[gseq]}


def test_the_cheapest_and_why_not_the_others() -> None:
    book = book_of(
        bid("dear", 2000),
        bid("best", 1000, created_at=99),
        bid("twin", 1000, created_at=100),
        bid("gone", 1, state=BidState.CLOSED),
        bid("lost", 1, state=BidState.LOST),
        bid("akt", 1, denom=UAKT),
        bid("vague", 1, offers=offer(A100, H100)),
        bid("silent", 1, offers=()),
        bid("tried", 1),
    )
    tried = next(r.id for r in book.rows() if r.id.provider == "tried")
    choice = choose(book, Rule(), without=frozenset({tried}))
    assert choice.picks[1].id.provider == "best"
    assert total_h(choice) == Decimal("0.6")
    assert codes(choice) == {
        "dear": "dearer", "twin": "later", "gone": "gone", "lost": "lost", "akt": "other_denom",
        "vague": "undisclosed_gpu", "silent": "undisclosed_gpu", "tried": "failed_before",
    }  # fmt: skip
    assert all(r.reason for r in choice.rejected[1])


def test_undisclosed_ones_count_when_allowed() -> None:
    book = book_of(bid("best", 1000), bid("vague", 1, offers=()))
    assert choose(book, Rule(allow_undisclosed=True)).picks[1].id.provider == "vague"


def test_what_only_the_provider_tells_is_no_promise() -> None:
    book = book_of(bid("vague", 1, offers=offer(A100, H100)))
    book.learn(providers=[provider("vague", H100)])
    assert book.rows()[0].disclosure.known
    choice = choose(book, Rule())
    assert choice.missing == (1,)
    assert codes(choice) == {"vague": "undisclosed_gpu"}


def test_models_in_order_of_liking() -> None:
    bids = [bid("t", 1, offers=offer(T4)), bid("a", 5, offers=offer(A100)), bid("h", 900, offers=offer(H100))]
    book = book_of(*bids)

    def pick(*prefer: str) -> BidChoice:
        return choose(book, Rule("prefer", prefer))

    assert pick("h100", "a100").picks[1].id.provider == "h"
    assert codes(pick("h100", "a100")) == {"t": "not_preferred", "a": "less_preferred"}
    assert pick("l40s", "a100", "any").picks[1].id.provider == "a"
    assert pick("l40s", "any").picks[1].id.provider == "t"
    assert pick("l40s").missing == (1,)


def test_the_rule_in_words() -> None:
    assert Rule("prefer", ("h100", "any")).words == "prefer h100,any"
    assert Rule().words == "cheapest"


def test_a_budget_for_the_whole_deployment() -> None:
    book = book_of(bid("a", 1000, gseq=1), bid("b", 3000, gseq=1), bid("c", 1000, gseq=2), groups=2)
    choice = choose(book, Rule(budget_h=Decimal("1.2")))
    assert {g: r.id.provider for g, r in choice.picks.items()} == {1: "a", 2: "c"}
    assert codes(choice) == {"b": "over_budget"}
    short = choose(book, Rule(budget_h=Decimal("1.1")))
    assert short.missing
    assert total_h(choose(book, Rule(budget_h=Decimal("2.4")))) <= Decimal("2.4")


def test_liking_goes_before_price_within_the_budget() -> None:
    book = book_of(bid("t", 1, offers=offer(T4)), bid("h", 3000, offers=offer(H100)))
    rule = Rule("prefer", ("h100", "any"), budget_h=Decimal(1))
    choice = choose(book, rule)
    assert choice.picks[1].id.provider == "t"
    assert codes(choice) == {"h": "over_budget"}


def test_audited_only() -> None:
    book = book_of(bid("yes", 1000), bid("no", 1), bid("unknown", 1))
    book.learn(audits={"yes": [Audit("yes", "akash1auditor", ())], "no": []})
    choice = choose(book, Rule(audited_only=True))
    assert choice.picks[1].id.provider == "yes"
    assert codes(choice) == {"no": "not_audited", "unknown": "not_audited"}


def test_a_filter_and_avoided_providers_narrow_the_choice() -> None:
    book = book_of(bid("0", "1"), bid("1", "2"), bid("2", "3"))
    first = choose(book, Rule()).picks[1].id.provider
    narrowed = choose(book, Rule(avoid=frozenset({first})))
    assert narrowed.picks[1].id.provider != first
    assert codes(narrowed)[first] == "avoided"
    nothing = choose(book, Rule(only=parse_filter("audited", BIDS)))
    assert nothing.missing == (1,)
    assert set(codes(nothing).values()) == {"filtered"}


def test_a_group_whose_order_is_taken_needs_no_choice() -> None:
    book = book_of(bid("a", gseq=1), bid("c", gseq=2), groups=2)
    book.update_orders([order(OrderState.ACTIVE, gseq=1)], NOW)
    choice = choose(book, Rule())
    assert set(choice.picks) == {2}
    assert choice.missing == ()


def test_a_group_without_bids_is_missing() -> None:
    choice = choose(book_of(bid("a", gseq=1), groups=2), Rule())
    assert choice.missing == (2,)


@pytest.mark.parametrize("arguments", [{"kind": "best"}, {"kind": "prefer"}])
def test_bad_rules(arguments: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        Rule(**arguments)  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 5000)), min_size=1, max_size=12),
    st.integers(1, 10_000),
)
def test_a_choice_is_within_the_budget_and_the_cheapest_there_is(bids: list[tuple[int, int]], budget: int) -> None:
    book = book_of(*(bid(f"p{n}", price, gseq=g) for n, (g, price) in enumerate(bids)), groups=2)
    limit = budget * SIX.blocks_per_hour / 1_000_000
    choice = choose(book, Rule(budget_h=limit))
    cheapest = [min((p for g, p in bids if g == wanted), default=None) for wanted in (1, 2)]
    possible = all(c is not None for c in cheapest) and sum(c or 0 for c in cheapest) <= budget
    assert (not choice.missing) is possible
    if possible:
        assert total_h(choice) <= limit
        assert [choice.picks[g].bid.price.amount for g in (1, 2)] == cheapest
    rejected = sum(len(r) for r in choice.rejected.values())
    assert rejected + len(choice.picks) == len(bids)


def test_bids_of_an_order_that_is_over_are_no_part_of_the_choice() -> None:
    """After a lease was given up its provider's former bid is closed: that says nothing of the new order."""
    book = BidBook({1: SPEC})
    book.set_money(SIX, None)
    book.apply(
        [bid("former", 1, state=BidState.CLOSED), bid("lost", 2), bid("next", 900, oseq=2), bid("more", 950, oseq=2)],
        height=100,
        now=NOW,
        orders=[order(OrderState.CLOSED), order(oseq=2)],
    )
    choice = choose(book, Rule(), avoid={"former": "it refused the manifest"})
    assert choice.picks[1].id.provider == "next"
    assert codes(choice) == {"more": "dearer"}
