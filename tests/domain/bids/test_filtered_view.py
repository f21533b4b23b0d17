"""What is kept up to date by changes alone is what one gets from looking at everything."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import Bid, BidState, OrderState
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.bids import sorted_view as book_view
from akash_tui.domain.bids.bid_book import CHEAPEST, BidBook, RowState, SortKey
from akash_tui.domain.bids.budget import NO_BUDGET, Budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.filtered_view import GONE_SECONDS, Sieve
from akash_tui.domain.bids.score import field_of
from akash_tui.domain.bids.score_field import LiveField
from akash_tui.domain.bids.sorting import in_order
from akash_tui.domain.filtering.filter import EVERYTHING, parse_filter
from tests.domain.bids.values import SIX, bid, group, later, nvidia, offer, order, provider

MODELS = [nvidia("a100", 80), nvidia("h100", 80), nvidia("rtx4090", 24)]
SORTS = (
    CHEAPEST,
    (SortKey("gpu", descending=True), SortKey("price")),
    (SortKey("audited"), SortKey("vram", descending=True), SortKey("price", descending=True)),
)


def some_bid(dice: random.Random, number: int) -> Bid:
    return bid(
        f"p{number}",
        dice.choice((-5, 1, 900, 1000, 2000, 10_000, 20_000)),
        state=dice.choices((BidState.OPEN, BidState.ACTIVE, BidState.CLOSED, BidState.LOST), (9, 1, 1, 1))[0],
        offers=offer(dice.choice(MODELS)) if dice.random() < 0.9 else (),
        gseq=dice.choice((1, 1, 2)),
        denom=UAKT if dice.random() < 0.1 else "uact",
        created_at=100 + number,
    )


@pytest.mark.parametrize("many", [0, 8], ids=["always mended", "as it is"])
@pytest.mark.parametrize("seed", range(12))
def test_mended_is_as_good_as_afresh(monkeypatch: pytest.MonkeyPatch, seed: int, many: int) -> None:
    monkeypatch.setattr(book_view, "MANY", many)
    dice = random.Random(seed)
    book = BidBook({1: group(*MODELS), 2: group(*MODELS)})
    book.set_money(SIX, Decimal(5_000_000))
    wanted = parse_filter(dice.choice(("", "gpu:h100|a100 usd_gpu_h<1.2", "audited", "!odd vram>=48")), BIDS)
    budget = dice.choice((NO_BUDGET, Budget(per_hour=Decimal("0.7")), Budget(amount=Decimal(20), hours=Decimal(30))))
    kept = {(sort, of): Sieve(book, sort, of, wanted, budget) for sort in SORTS for of in (None, 1)}
    fields = {of: LiveField(book, of) for of in (None, 1, 2)}
    listed = {n: some_bid(dice, n) for n in range(40)}
    for turn in range(40):
        now = later(turn * 7)
        for number in dice.sample(range(60), 5):
            if number in listed and dice.random() < 0.4:
                del listed[number]
            else:
                listed[number] = some_bid(dice, number)
        book.apply(list(listed.values()), height=100 + turn, now=now)
        if dice.random() < 0.3:
            book.learn(providers=[provider(f"p{dice.randrange(60)}", dice.choice(MODELS))])
        if dice.random() < 0.1:
            book.take_orders([order(dice.choice(list(OrderState)))], now)
        if dice.random() < 0.1:
            book.set_money(SIX, Decimal(dice.randrange(9_000_000)))
        for (sort, of), sieve in kept.items():
            sieve.look(now)
            rows = [row for row in in_order(book.all(), sort) if of in (None, row.gseq)]
            there = [row for row in rows if row.state in (RowState.OPEN, RowState.TAKEN)]
            went = [row for row in rows if row not in there]
            lately = [r for r in went if r.gone_at is not None and (now - r.gone_at).total_seconds() < GONE_SECONDS]
            afresh = wanted.apply(there + lately)
            assert sieve.shown == afresh
            assert sieve.shown.words == afresh.words
            still = [row for row in afresh.rows if row.state is RowState.OPEN]
            assert sieve.over == sum(1 for row in still if budget.why_over(row.price_h))
            assert book.count(of) == len(rows)
        for of, field in fields.items():
            assert field.read() == field_of(row for row in book.all() if of in (None, row.gseq))


def test_what_went_leaves_by_the_clock_alone() -> None:
    book = BidBook({1: group(*MODELS)})
    book.apply([bid("p1"), bid("p2")], height=100, now=later(0))
    sieve = Sieve(book, CHEAPEST, None, EVERYTHING, NO_BUDGET)
    book.apply([bid("p2")], height=101, now=later(1))
    sieve.look(later(1 + int(GONE_SECONDS) - 1))
    assert [row.id.provider for row in sieve.shown.rows] == ["p2", "p1"]
    before = sieve.shown
    sieve.look(later(1 + int(GONE_SECONDS) - 1))
    assert sieve.shown is before, "nothing moved: nothing is made anew"
    sieve.look(later(1 + int(GONE_SECONDS)))
    assert [row.id.provider for row in sieve.shown.rows] == ["p2"]
