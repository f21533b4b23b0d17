"""What a rule takes, and the reason for every bid that it does not take."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.entities import Bid, BidState, OrderState
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.decision import Decision, Reason, decide
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.rule import Rule, Wait, parse_preferences
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.market.observations import Reach
from tests.domain.bids.generated import drawn
from tests.domain.bids.values import NOW, SIX, bid, group, nvidia, offer, order, profile, provider

A100, H100, T4 = nvidia("a100"), nvidia("h100"), nvidia("t4")
SPEC = group(A100, H100, T4)


def book_of(*bids: Bid, groups: int = 1) -> BidBook:
    book = BidBook(dict.fromkeys(range(1, groups + 1), SPEC))
    book.set_money(SIX, None)
    book.apply(bids, height=100, now=NOW, orders=[order(gseq=g) for g in range(1, groups + 1)])
    return book


def preferring(text: str) -> Rule:
    return Rule("prefer", parse_preferences(text))


def codes(choice: Decision, gseq: int = 1) -> dict[str, str]:
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
    choice = decide(book, Rule(), tried={tried: "it was gone"})
    assert choice.picks[1].id.provider == "best"
    assert choice.total_h == Decimal("0.6")
    assert codes(choice) == {
        "dear": "more_expensive", "twin": "later", "gone": "gone", "lost": "lost", "akt": "other_denom",
        "vague": "undisclosed_gpu", "silent": "undisclosed_gpu", "tried": "failed_before",
    }  # fmt: skip
    assert all(r.reason for r in choice.rejected[1])


def test_the_work_grows_with_the_bids_and_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bids compared with one another held the screen for 20 seconds with 4,000 of them."""
    book = book_of(*(bid(f"p{n}", 1000 + n) for n in range(9)))

    def compared(one: BidRow, other: object) -> bool:
        raise AssertionError("a bid is looked up among all others")

    monkeypatch.setattr(BidRow, "__eq__", compared)
    for rule in (Rule(), Rule(budget_h=Decimal("0.601")), Rule(same_provider=True)):
        assert len(decide(book, rule).rejected[1]) == 8


def test_undisclosed_ones_count_when_allowed() -> None:
    book = book_of(bid("best", 1000), bid("vague", 1, offers=()))
    assert decide(book, Rule(allow_undisclosed=True)).picks[1].id.provider == "vague"


def test_what_only_the_provider_tells_is_no_promise() -> None:
    book = book_of(bid("vague", 1, offers=offer(A100, H100)))
    book.learn(providers=[provider("vague", H100)])
    assert book.rows()[0].disclosure.known
    choice = decide(book, Rule())
    assert choice.missing == (1,)
    assert codes(choice) == {"vague": "undisclosed_gpu"}


def test_models_in_order_of_liking() -> None:
    bids = [bid("t", 1, offers=offer(T4)), bid("a", 5, offers=offer(A100)), bid("h", 900, offers=offer(H100))]
    book = book_of(*bids)

    def pick(prefer: str) -> Decision:
        return decide(book, preferring(prefer))

    assert pick("h100, a100").picks[1].id.provider == "h"
    assert codes(pick("h100, a100")) == {"t": "not_preferred", "a": "less_preferred"}
    assert pick("l40s, a100, any").picks[1].id.provider == "a"
    assert pick("l40s, any").picks[1].id.provider == "t"
    assert pick("l40s").missing == (1,)


def test_a_budget_for_the_whole_deployment() -> None:
    book = book_of(bid("a", 1000, gseq=1), bid("b", 3000, gseq=1), bid("c", 1000, gseq=2), groups=2)
    choice = decide(book, Rule(budget_h=Decimal("1.2")))
    assert {g: r.id.provider for g, r in choice.picks.items()} == {1: "a", 2: "c"}
    assert codes(choice) == {"b": "over_budget"}
    short = decide(book, Rule(budget_h=Decimal("1.1")))
    assert short.missing
    assert decide(book, Rule(budget_h=Decimal("2.4"))).total_h <= Decimal("2.4")


def test_liking_goes_before_price_within_the_budget() -> None:
    book = book_of(bid("t", 1, offers=offer(T4)), bid("h", 3000, offers=offer(H100)))
    rule = replace(preferring("h100, any"), budget_h=Decimal(1))
    choice = decide(book, rule)
    assert choice.picks[1].id.provider == "t"
    assert codes(choice) == {"h": "over_budget"}


def test_audited_only() -> None:
    book = book_of(bid("yes", 1000), bid("no", 1), bid("unknown", 1))
    book.learn(audits={"yes": [Audit("yes", "akash1auditor", ())], "no": []})
    choice = decide(book, Rule(audited_only=True))
    assert choice.picks[1].id.provider == "yes"
    assert codes(choice) == {"no": "not_audited", "unknown": "not_audited"}


def test_a_filter_and_avoided_providers_narrow_the_choice() -> None:
    book = book_of(bid("0", "1"), bid("1", "2"), bid("2", "3"))
    first = decide(book, Rule()).picks[1].id.provider
    narrowed = decide(book, Rule(avoid=frozenset({first})))
    assert narrowed.picks[1].id.provider != first
    assert codes(narrowed)[first] == "avoided"
    nothing = decide(book, Rule(only=parse_filter("audited", BIDS)))
    assert nothing.missing == (1,)
    assert set(codes(nothing).values()) == {"filtered"}


def test_a_group_whose_order_is_taken_needs_no_choice() -> None:
    book = book_of(bid("a", gseq=1), bid("c", gseq=2), groups=2)
    book.update_orders([order(OrderState.ACTIVE, gseq=1)], NOW)
    choice = decide(book, Rule())
    assert set(choice.picks) == {2}
    assert choice.missing == ()


def test_a_group_without_bids_is_missing() -> None:
    choice = decide(book_of(bid("a", gseq=1), groups=2), Rule())
    assert choice.missing == (2,)


@given(
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 5000)), min_size=1, max_size=12),
    st.integers(1, 10_000),
)
def test_a_choice_is_within_the_budget_and_the_cheapest_there_is(bids: list[tuple[int, int]], budget: int) -> None:
    book = book_of(*(bid(f"p{n}", price, gseq=g) for n, (g, price) in enumerate(bids)), groups=2)
    limit = budget * SIX.blocks_per_hour / 1_000_000
    choice = decide(book, Rule(budget_h=limit))
    cheapest = [min((p for g, p in bids if g == wanted), default=None) for wanted in (1, 2)]
    possible = all(c is not None for c in cheapest) and sum(c or 0 for c in cheapest) <= budget
    assert (not choice.missing) is possible
    if possible:
        assert choice.total_h <= limit
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
    choice = decide(book, Rule(), avoid={"former": "it refused the manifest"})
    assert choice.picks[1].id.provider == "next"
    assert codes(choice) == {"more": "more_expensive"}


def hourly(price: str) -> str:
    """The price a block, in micro-ACT, of a bid that costs so much an hour (600 blocks)."""
    return str(Decimal(price) * 1_000_000 / 600)


def test_the_first_preference_whose_price_a_bid_does_not_exceed_is_its_place() -> None:
    book = book_of(
        bid("h-dear", hourly("1.60"), offers=offer(H100)),
        bid("a", hourly("0.95"), offers=offer(A100)),
        bid("a-dear", hourly("1.20"), offers=offer(A100)),
    )
    rule = preferring("h100 <= 1.50, a100 <= 1.00")
    choice = decide(book, rule)
    assert choice.picks[1].id.provider == "a"
    assert codes(choice) == {"h-dear": "above_cap", "a-dear": "above_cap"}
    assert "the rule pays at most 1.5 ACT" in {r.provider: r.reason for r in choice.rejected[1]}["h-dear"]
    assert decide(book, preferring("h100 <= 1.50, a100 <= 1.00, any")).picks[1].id.provider == "a"
    wide = decide(book, preferring("h100 <= 1.50, any <= 1.60, a100"))
    assert wide.picks[1].id.provider == "a"
    assert codes(wide) == {"h-dear": "more_expensive", "a-dear": "more_expensive"}


def test_a_price_is_that_of_the_whole_bid_with_all_its_gpus() -> None:
    book = book_of(bid("two", hourly("2.00"), offers=offer(H100, units=2)))
    assert codes(decide(book, preferring("h100 <= 1.50"))) == {"two": "above_cap"}
    assert decide(book, preferring("h100 <= 2.00")).picks[1].id.provider == "two"


def test_vram_that_is_not_known_is_not_enough() -> None:
    large = nvidia("a100", 80)
    book = book_of(
        bid("large", hourly("0.70"), offers=offer(large)),
        bid("small", hourly("0.10"), offers=offer(nvidia("t4", 16))),
        bid("unknown", hourly("0.20"), offers=offer(A100)),
        bid("dear", hourly("0.90"), offers=offer(large)),
        bid("attributes", hourly("0.60"), offers=offer(A100)),
    )
    book.learn(providers=[provider("attributes", large)])
    choice = decide(book, preferring("any >= 40 GB <= 0.80"))
    assert choice.picks[1].id.provider == "attributes"
    assert codes(choice) == {
        "large": "more_expensive", "small": "too_little_vram", "unknown": "vram_unknown", "dear": "above_cap"
    }  # fmt: skip
    assert "unknown" in {r.provider: r.reason for r in choice.rejected[1]}["unknown"]


def test_floors_take_nobody_of_whom_it_is_not_known() -> None:
    book = book_of(*(bid(name, 10 + n) for n, name in enumerate(("down", "low", "new", "silent", "good"))))
    book.learn(
        profiles={
            "down": profile("down"), "low": profile("low", uptime=0.985), "new": profile("new", uptime=None),
            "silent": profile("silent"), "good": profile("good"),
        },
        reach={
            name: Reach(name != "down", 12.0, NOW) for name in ("down", "low", "new", "good")
        },
    )  # fmt: skip
    rule = Rule(uptime_7d=Decimal(99), reachable=True)
    choice = decide(book, rule)
    assert choice.picks[1].id.provider == "good"
    assert codes(choice) == {
        "down": "unreachable", "low": "low_uptime", "new": "uptime_unknown", "silent": "reach_unknown",
    }  # fmt: skip
    reasons = {r.provider: r.reason for r in choice.rejected[1]}
    assert "unknown" in reasons["new"]
    assert "unknown" in reasons["silent"]
    assert "98.5 %" in reasons["low"]


def test_one_provider_for_all_groups() -> None:
    book = book_of(
        bid("cheap", 100, gseq=1), bid("both", 300, gseq=1), bid("dear", 400, gseq=1),
        bid("other", 100, gseq=2), bid("both", 300, gseq=2), bid("dear", 400, gseq=2),
        groups=2,
    )  # fmt: skip
    apart = decide(book, Rule())
    assert [row.id.provider for row in apart.picks.values()] == ["cheap", "other"]
    together = decide(book, Rule(same_provider=True))
    assert [row.id.provider for row in together.picks.values()] == ["both", "both"]
    assert codes(together) == {"cheap": "other_provider", "dear": "more_expensive"}
    assert codes(together, 2) == {"other": "other_provider", "dear": "more_expensive"}
    assert decide(book, Rule(same_provider=True, budget_h=Decimal("0.1"))).missing == (1, 2)


def test_beside_a_lease_that_runs_only_its_provider_bids_for_the_same() -> None:
    book = book_of(bid("there", 900), bid("elsewhere", 1))
    rule = Rule(same_provider=True)
    choice = decide(book, rule, beside=frozenset({"there"}))
    assert choice.picks[1].id.provider == "there"
    assert codes(choice) == {"elsewhere": "other_provider"}
    assert decide(book, rule, beside=frozenset({"there"}), avoid={"there": "it failed"}).choice is None


def test_a_group_without_gpus_is_held_to_plain_any_alone() -> None:
    book = BidBook({1: group()})
    book.set_money(SIX, None)
    bare = offer(units=0)
    book.apply([bid("cpu", hourly("0.50"), offers=bare)], height=100, now=NOW, orders=[order()])
    assert decide(book, preferring("h100 <= 0.10")).usable
    assert codes(decide(book, preferring("h100, any <= 0.40"))) == {"cpu": "above_cap"}


def test_nothing_is_taken_before_the_wait_is_over() -> None:
    book = book_of(bid("a", 1), bid("b", 2), bid("gone", 3, state=BidState.CLOSED), bid("c", 9, gseq=2), groups=2)
    rule = Rule(wait=Wait(Decimal(45), 2))
    assert decide(book, rule, waited=44.9).choice is None
    assert decide(book, rule, waited=45.0).choice is not None
    assert decide(book, Rule(wait=Wait(Decimal(45), 1)), waited=0.0).choice is not None  # one in each group


def test_each_bid_has_one_reason_from_the_list() -> None:
    """Over many books and rules: every bid is picked or has exactly one reason, and a code of the list."""
    seen: set[Reason] = set()
    for seed in range(300):
        world, rule, avoid = drawn(seed)
        choice = decide(world, rule, avoid=avoid)
        for gseq in world.groups:
            owners = [r.provider for r in choice.rejected[gseq]]
            picked = [choice.picks[gseq].id.provider] if gseq in choice.picks else []
            assert sorted(owners + picked) == sorted(row.id.provider for row in world.rows(group=gseq)), seed
        assert all(r.reason and isinstance(r.code, Reason) for rs in choice.rejected.values() for r in rs), seed
        seen.update(r.code for rs in choice.rejected.values() for r in rs)
    assert seen >= set(Reason) - {Reason.TAKEN, Reason.FAILED_BEFORE, Reason.ABSURD_PRICE, Reason.OTHER_DENOM}


def test_the_documented_codes_are_all_there_are() -> None:
    pages = Path(__file__).parents[3] / "docs/command-line.md"
    line = next(line for line in pages.read_text(encoding="utf-8").splitlines() if "with one of these codes" in line)
    assert re.findall(r"`(\w+)`", line.partition("these codes")[2].partition(". ")[0]) == [
        code.value for code in Reason
    ]
