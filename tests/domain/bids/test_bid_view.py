"""What a person sees of a book, beside a plain reading of all its rows; and how often a large book is looked at."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import pytest

from akash_tui.domain.akash.entities import Bid, BidState, OrderState
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.bids import bid_view
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import RowState
from akash_tui.domain.bids.bid_view import GONE, PAUSE, BidQuery, BidView
from akash_tui.domain.bids.budget import NO_BUDGET, Budget
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.formatting import hourly, hourly_words
from akash_tui.domain.bids.score import ProviderHistory, points, reference
from akash_tui.domain.bids.sorting import CHEAPEST, in_order
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.filtering.sorting import SortKey
from tests.domain.bids.values import SIX, bid, group, later, nvidia, offer, order, provider

MODELS = [nvidia("a100", 80), nvidia("h100", 80), nvidia("rtx4090", 24)]
SORTS = (
    CHEAPEST,
    (SortKey("gpu", descending=True), SortKey("price")),
    (SortKey("audited"), SortKey("vram", descending=True), SortKey("price", descending=True)),
)


class BidKey(NamedTuple):
    sort: tuple[SortKey, ...]
    group: int | None
    by_score: int


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


@pytest.mark.parametrize("seed", range(12))
def test_the_view_is_a_plain_reading_of_all_rows(seed: int) -> None:
    dice = random.Random(seed)
    book = BidBook({1: group(*MODELS), 2: group(*MODELS)})
    book.set_money(SIX, Decimal(5_000_000))
    wanted = parse_filter(dice.choice(("", "gpu:h100|a100 usd_gpu_h<1.2", "audited", "!odd vram>=48")), BIDS)
    budget = dice.choice((NO_BUDGET, Budget(per_hour=Decimal("0.7")), Budget(amount=Decimal(20), hours=Decimal(30))))
    history = {"p3": ProviderHistory(3, 2)}
    views = {BidKey(sort, of, by_score): BidView(book) for sort in SORTS for of in (None, 1) for by_score in (0, 1)}
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
            book.update_orders([order(dice.choice(list(OrderState)))], now)
        if dice.random() < 0.1:
            book.set_money(SIX, Decimal(dice.randrange(9_000_000)))
        for (sort, of, by_score), view in views.items():
            view.update(BidQuery(of, sort, wanted, budget, bool(by_score), history), now)
            rows = [row for row in in_order(book.all(), sort) if of in (None, row.gseq)]
            there = [row for row in rows if row.state in (RowState.OPEN, RowState.TAKEN)]
            went = [row for row in rows if row.state not in (RowState.OPEN, RowState.TAKEN)]
            lately = [r for r in went if r.gone_at is not None and now - r.gone_at < GONE]
            measure = reference(rows)
            if by_score:
                there.sort(key=lambda r: (r.state is RowState.TAKEN, -points(r, measure, history)))
                lately.sort(key=lambda r: -points(r, measure, history))
            expected = wanted.apply(there + lately)
            assert view.shown == expected
            assert view.shown.words == expected.words
            assert view.points == ({r.key: points(r, measure, history) for r in expected.rows} if by_score else {})
            still = [row for row in expected.rows if row.state is RowState.OPEN]
            assert view.over_budget == sum(1 for row in still if budget.why_over(row.price_h))
            assert book.count(of) == len(rows)
            still = [row for row in rows if row.state is RowState.OPEN]
            fair = [row.price_h for row in still if row.price_h is not None and not row.oddity]
            assert (view.open.count, view.open.reference) == (len(still), measure)
            assert view.open.range_h == ((min(fair), max(fair)) if fair else None)
            best = {price.model.model: price.best for price in view.open.best}
            for row in still:
                if row.price_h is not None and not row.oddity and row.disclosure.known:
                    cheapest = best[row.gpus[0].model.model]
                    assert cheapest is not None
                    assert cheapest.price_h is not None
                    assert cheapest.price_h <= row.price_h


def test_a_price_in_akt_is_best_only_where_none_is_in_act() -> None:
    book = BidBook({1: group(nvidia("a100"))})
    book.set_money(SIX, None)
    cheap = bid("p2", 100, denom=UAKT)
    book.apply([bid("p1", 900, denom=UAKT), cheap], height=100, now=later(0))
    view = BidView(book)
    view.update(BidQuery(), later(0))
    assert view.in_akt
    best = [price.best for price in view.open.best if price.best is not None]
    assert [(row.id.provider, hourly(row), hourly_words(row)) for row in best] == [("p2", "0.06 AKT", "0.06 AKT/h")]
    book.apply([cheap, bid("p3", 5000)], height=100, now=later(1))
    view.update(BidQuery(), later(1))
    best = [price.best for price in view.open.best if price.best is not None]
    assert [(row.id.provider, hourly(row)) for row in best] == [("p3", "3.00")]


def test_a_query_covers_a_deployment_or_all() -> None:
    book = BidBook()
    others = [replace(each, id=replace(each.id, dseq=each.id.dseq + 1)) for each in (bid("p1"), bid("p2"))]
    book.apply([bid("p1"), *others], height=100, now=later(0))
    view = BidView(book)
    view.update(BidQuery(), later(0))
    assert (len(view.shown.rows), view.open.count) == (3, 3)
    view.update(BidQuery(deployment=others[0].id.deployment), later(0))
    assert (len(view.shown.rows), view.open.count) == (2, 2)
    assert book.count(deployment=others[0].id.deployment) == 2


def test_what_went_leaves_by_the_clock_alone() -> None:
    book = BidBook({1: group(*MODELS)})
    book.apply([bid("p1"), bid("p2")], height=100, now=later(0))
    view = BidView(book)
    book.apply([bid("p2")], height=101, now=later(1))
    seconds = int(GONE.total_seconds())
    assert view.update(BidQuery(), later(seconds))
    assert [row.id.provider for row in view.shown.rows] == ["p2", "p1"]
    before = view.shown
    assert not view.update(BidQuery(), later(seconds))
    assert view.shown is before, "nothing moved: nothing is computed"
    view.update(BidQuery(), later(seconds + 1))
    assert [row.id.provider for row in view.shown.rows] == ["p2"]


def test_changes_of_a_large_book_are_shown_twice_a_second_and_another_question_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bid_view, "MANY", 2)
    book = BidBook({1: group(*MODELS)})
    view, start = BidView(book), later(0)

    def shown() -> list[str]:
        return [row.id.provider for row in view.shown.rows]

    book.apply([bid("p1", 900), bid("p2", 1000)], height=100, now=start)
    view.update(BidQuery(), start)
    book.apply([bid("p1", 1100), bid("p2", 1000)], height=100, now=start)
    view.update(BidQuery(), start)
    assert shown() == ["p2", "p1"], "as many as this are shown at once"
    book.apply([bid("p1", 1100), bid("p2", 1000), bid("p3", 800)], height=100, now=start)
    assert not view.update(BidQuery(), start + PAUSE / 2)
    assert shown() == ["p2", "p1"]
    assert view.update(BidQuery(sort=(SortKey("price", descending=True),)), start + PAUSE / 2)
    assert shown() == ["p1", "p2", "p3"]
    book.apply([bid("p2", 1000), bid("p3", 800)], height=100, now=start)
    query = BidQuery(sort=(SortKey("price", descending=True),))
    assert not view.update(query, start + PAUSE)
    assert view.update(query, start + 1.5 * PAUSE)
    assert shown() == ["p2", "p3", "p1"]
    book.apply([bid("p2", 2000), bid("p3", 800)], height=100, now=start)
    assert view.update(query, start - 60 * PAUSE), "a clock that is set back stops nothing"
