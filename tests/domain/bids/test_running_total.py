"""What a choice for several groups costs so far, and what the open ones add."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.entities import BidId, OrderState
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.bids.running_total import running_total
from tests.domain.bids.values import NOW, OWNER, SIX, bid, group, nvidia, order

NAMES = {1: "gpu", 2: "web"}


def book_of_two() -> BidBook:
    book = BidBook(dict.fromkeys((1, 2), group(nvidia("a100"))))
    book.set_money(SIX, None)
    bids = [bid("p1", 1000), bid("p2", 2000), bid("p1", 500, gseq=2), bid("p3", 100, gseq=2, offers=())]
    book.apply(bids, height=100, now=NOW, orders=[order(gseq=1), order(gseq=2)])
    return book


def chosen(provider: str, gseq: int) -> dict[int, BidId]:
    return {gseq: BidId(OWNER, 7, gseq, 1, provider)}


def test_before_a_choice_each_group_adds_its_cheapest_acceptable_bid() -> None:
    total = running_total(book_of_two(), {}, Rule(), NAMES)
    assert total.sums == ("0 of 2 chosen", "all ≈$0.90/h")
    assert total.open_words == ("gpu adds ≈$0.60/h", "web adds ≈$0.30/h")  # not the one that names no GPU


def test_what_is_chosen_is_summed_and_the_budget_leaves_the_rest() -> None:
    total = running_total(book_of_two(), chosen("p2", 1), Rule(budget_h=Decimal(2)), NAMES)
    assert total.words == "1 of 2 chosen ≈$1.20/h · all ≈$1.50/h · budget leaves ≈$0.80/h · web adds ≈$0.30/h"
    assert not total.too_little
    both = running_total(book_of_two(), chosen("p2", 1) | chosen("p1", 2), Rule(budget_h=Decimal(2)), NAMES)
    assert both.words == "2 of 2 chosen ≈$1.50/h · budget leaves ≈$0.50/h"


def test_a_budget_that_the_open_groups_exceed_is_too_little_before_it_is_over() -> None:
    total = running_total(book_of_two(), chosen("p2", 1), Rule(budget_h=Decimal("1.4")), NAMES)
    assert (total.left_h, total.too_little) == (Decimal("0.2"), True)
    over = running_total(book_of_two(), chosen("p2", 1), Rule(budget_h=Decimal(1)), NAMES)
    assert "≈$0.20/h over budget" in over.words


def test_running_leases_take_their_part_of_the_budget() -> None:
    book = book_of_two()
    book.update_orders([order(OrderState.CLOSED, gseq=1)], NOW)
    total = running_total(book, {}, Rule(budget_h=Decimal(1)), NAMES, running_h=Decimal("0.6"))
    assert total.words == "0 of 1 chosen · all ≈$0.30/h · budget leaves ≈$0.40/h · web adds ≈$0.30/h"


def test_what_is_not_known_is_not_summed() -> None:
    book = book_of_two()
    book.apply([bid("p1", 1000), bid("p4", 10, gseq=2, denom=UAKT)], height=101, now=NOW)
    none = running_total(book, chosen("p1", 1), Rule(), NAMES)
    assert none.words == "1 of 2 chosen ≈$0.60/h · web: no acceptable bid"
    in_akt = running_total(book, chosen("p4", 2), Rule(budget_h=Decimal(1)), NAMES)
    assert in_akt.words == "1 of 2 chosen ≈$?/h · gpu adds ≈$0.60/h"


def test_a_bid_that_has_gone_is_no_choice_any_more_and_an_avoided_provider_no_offer() -> None:
    book = book_of_two()
    total = running_total(book, chosen("p9", 1), Rule(), {}, avoid={"p1": "blocked by you"})
    assert total.words == "0 of 2 chosen · group 1 adds ≈$1.20/h · group 2: no acceptable bid"
