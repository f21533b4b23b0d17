"""The bid book: what it shows after snapshots, orders and facts in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from akash_tui.domain.akash.entities import Bid, BidId, BidState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UAKT
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.bids.bid_book import FORGET_SECONDS, BidBook
from akash_tui.domain.bids.bid_row import BestPrice, PriceChange, RowState
from akash_tui.domain.bids.bid_view import BidQuery, BidView
from akash_tui.domain.bids.sorting import CHEAPEST, SORT_COLUMNS, in_order, parse_sort
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.market.observations import MarketPrice, Reach
from tests.domain.bids.values import NOW, SIX, bid, group, later, nvidia, offer, order, provider


def best_prices_of(book: BidBook, gseq: int | None = None) -> Sequence[BestPrice]:
    view = BidView(book)
    view.update(BidQuery(group=gseq), NOW)
    return view.open.best


def book_of(*bids: Bid, **groups: object) -> BidBook:
    book = BidBook({1: group(nvidia("a100"), nvidia("h100"))})
    book.set_money(SIX, Decimal(5_000_000))
    book.apply(bids, height=100, now=NOW, orders=[order()])
    return book


def test_a_row_says_what_it_costs() -> None:
    (row,) = book_of(bid(price=1543)).rows()
    assert row.price_h == Decimal("0.9258")
    assert row.gpu_h == Decimal("0.9258")
    assert row.month == Decimal("0.9258") * Decimal("730.488")
    assert row.lasts is not None
    assert round(row.lasts, 2) == Decimal("5.40")
    assert row.state is RowState.OPEN
    assert row.change is PriceChange.NEW


def test_a_price_per_gpu_counts_all_replicas() -> None:
    book = book_of(bid(price=8000, offers=offer(nvidia("h100"), units=4, count=2)))
    (row,) = book.rows()
    assert row.disclosure.count == 8
    assert row.gpu_h == Decimal("0.6")


def test_a_price_in_another_token_is_not_compared() -> None:
    book = book_of(bid("p1", denom=UAKT, price=1), bid("p2", 5000))
    assert [r.id.provider for r in book.rows()] == ["p2", "p1"]
    assert book.rows()[1].price_h is None
    assert best_prices_of(book)[0].best is book.rows()[0]


def test_changes_are_marked_and_dated() -> None:
    book = book_of(bid(price=1000))
    book.apply([bid(price=900)], height=101, now=later(6))
    (row,) = book.rows()
    assert (row.change, row.changed_at) == (PriceChange.DOWN, later(6))
    book.apply([bid(price=950)], height=102, now=later(12))
    assert book.rows()[0].change is PriceChange.UP


def test_the_same_snapshot_changes_nothing() -> None:
    book = book_of(bid(), bid("p2"))
    revision, rows = book.revision, book.rows()
    assert not book.apply([bid(), bid("p2")], height=101, now=later(6))
    assert book.revision == revision
    assert list(book.rows()) == list(rows)
    assert all(a is b for a, b in zip(book.rows(), rows, strict=True)), "no row is made again"


def test_a_bid_that_vanishes_is_gone_and_may_come_back() -> None:
    book = book_of(bid(), bid("p2"))
    book.apply([bid("p2")], height=101, now=later(6))
    row = book.row(bid().id)
    assert row is not None
    assert (row.state, row.gone_at) == (RowState.GONE, later(6))
    assert row.gone_reason
    book.apply([bid(), bid("p2")], height=102, now=later(12))
    row = book.row(bid().id)
    assert row is not None
    assert (row.state, row.gone_reason, row.gone_at) == (RowState.OPEN, "", None)


@pytest.mark.parametrize(
    ("state", "height", "expected", "word"),
    [
        (BidState.ACTIVE, 101, RowState.TAKEN, "leased"),
        (BidState.LOST, 101, RowState.LOST, "another"),
        (BidState.CLOSED, 101, RowState.GONE, "withdrawn"),
        (BidState.CLOSED, 150, RowState.GONE, "5 minutes"),
        (BidState.UNKNOWN, 101, RowState.GONE, "does not know"),
    ],
)
def test_states_and_their_reasons(state: BidState, height: int, expected: RowState, word: str) -> None:
    book = book_of(bid())
    book.apply([bid(state=state)], height=height, now=later(6))
    (row,) = book.rows()
    assert row.state is expected
    assert word in row.gone_reason


@pytest.mark.parametrize(
    ("state", "expected"),
    [(OrderState.ACTIVE, RowState.LOST), (OrderState.CLOSED, RowState.GONE), (OrderState.UNKNOWN, RowState.GONE)],
)
def test_the_order_decides_not_the_bid(state: OrderState, expected: RowState) -> None:
    book = book_of(bid())
    assert book.order_open(1) is True
    book.update_orders([order(state)], later(6))
    (row,) = book.rows()
    assert row.bid.state is BidState.OPEN
    assert (row.state, row.gone_at) == (expected, later(6))
    assert book.rows(gone=False) == []
    assert book.order_open(1) is False
    assert best_prices_of(book)[0].best is None


def test_a_new_order_of_the_group_takes_bids_again() -> None:
    book = book_of(bid())
    book.apply([bid(), bid(oseq=2)], height=120, now=later(60), orders=[order(OrderState.CLOSED), order(oseq=2)])
    assert [r.id.oseq for r in book.rows(gone=False)] == [2]
    assert book.order_open(1) is True


def test_facts_come_later_and_change_the_row() -> None:
    book = book_of(bid(offers=offer(nvidia("a100"), nvidia("h100"))))
    (before,), revision = book.rows(), book.revision
    assert (before.provider, before.audited, before.region, before.disclosure.known) == (None, None, None, False)
    assert book.learn(
        providers=[provider("p1", nvidia("h100", 80), location_region="us-west", organization="Acme")],
        audits={"p1": [Audit("p1", "akash1auditor", ())]},
        reach={"p1": Reach(ok=True, latency_ms=84.0, at=NOW)},
    )
    (row,) = book.rows()
    assert (row.name, row.region) == ("Acme (p1.example)", "us-west")
    assert (row.audited, row.auditors) == (True, ("akash1auditor",))
    assert row.disclosure.known
    assert book.changed(revision) == [row]
    assert row.change is PriceChange.NEW  # a fact about the provider is no change of the bid
    revision = book.revision
    assert not book.learn(audits={"p1": [Audit("p1", "akash1auditor", ())]})
    assert book.revision == revision
    assert book.learn(audits={"p1": []})
    assert book.rows()[0].audited is False


def price_of(model: str, median: str, vram: int | None = None) -> MarketPrice:
    return MarketPrice(GpuModel("nvidia", model, vram, None), None, Decimal(median), None, None, None, NOW)


def test_against_the_market_only_where_the_model_is_known() -> None:
    book = book_of(bid("p1", 1000), bid("p2", 1000, offers=offer(nvidia("a100"), nvidia("h100"))))
    book.learn(prices=[price_of("a100", "0.5"), price_of("h100", "2")])
    known, unknown = (book.row(bid(p).id) for p in ("p1", "p2"))
    assert known is not None
    assert unknown is not None
    assert known.vs_market == Decimal("0.6") / Decimal("0.5") - 1
    assert unknown.vs_market is None


def test_two_sizes_of_one_model_are_not_mixed() -> None:
    book = book_of(bid("p1", 1000))
    prices = [price_of("a100", "0.5", 40), price_of("a100", "1", 80)]
    book.learn(prices=prices)
    assert book.rows()[0].vs_market is None
    book.learn(providers=[provider("p1", nvidia("a100", 80))])
    assert book.rows()[0].vs_market == Decimal("0.6") / 1 - 1


def test_the_best_of_each_model() -> None:
    h100 = offer(nvidia("h100"))
    book = book_of(bid("p1", 1000), bid("p2", 900), bid("p3", 3000, offers=h100))
    best = {price.model.model: price for price in best_prices_of(book)}
    assert best["a100"].best is not None
    assert (best["a100"].best.id.provider, best["a100"].bids) == ("p2", 2)
    assert best["h100"].bids == 1
    book.set_groups({1: group(nvidia("a100"), nvidia("l40s"))})
    best = {price.model.model: price for price in best_prices_of(book)}
    assert (best["l40s"].best, best["l40s"].bids) == (None, 0)


def test_an_order_for_any_gpu_lists_what_is_offered() -> None:
    book = BidBook({1: group(nvidia("*"))})
    book.apply([bid(offers=offer(nvidia("t4")))], height=100, now=NOW)
    assert [price.model.model for price in best_prices_of(book)] == ["t4"]


def test_groups_are_kept_apart() -> None:
    book = BidBook({1: group(nvidia("a100")), 2: group(nvidia("h100"))})
    book.apply([bid(gseq=1), bid(gseq=2, offers=offer(nvidia("h100")))], height=100, now=NOW)
    assert list(book.groups) == [1, 2]
    assert [r.gseq for r in book.rows(group=2)] == [2]
    assert [price.model.model for price in best_prices_of(book, 2)] == ["h100"]


def test_only_the_newest_order_counts_towards_the_cap() -> None:
    book = BidBook({1: group(nvidia("a100"))})
    book.apply([bid("p1"), bid("p2")], height=100, now=NOW)
    assert (book.count(1), book.count(), book.count(2)) == (2, 2, 0)
    book.update_orders([order(OrderState.CLOSED), order(oseq=2)], NOW)
    assert book.count(1) == 0
    book.apply([bid("p1"), bid("p2"), bid("p1", oseq=2)], height=101, now=NOW)
    assert (book.count(1), book.count()) == (1, 3)


def test_sorting_by_several_columns_with_the_unknown_last() -> None:
    book = book_of(bid("p1", 1000), bid("p2", 1000), bid("p3", 500))
    book.learn(
        providers=[provider("p1", region="b"), provider("p2", region="a")],
        reach={"p2": Reach(ok=True, latency_ms=9.0, at=NOW)},
    )

    def names(keys: Sequence[SortKey]) -> list[str]:
        return [r.id.provider for r in book.rows(keys)]

    assert names((SortKey("price"), SortKey("region"))) == ["p3", "p2", "p1"]
    assert names((SortKey("region"),)) == ["p2", "p1", "p3"]
    assert names((SortKey("region", descending=True),)) == ["p1", "p2", "p3"]
    assert names((SortKey("latency", descending=True),))[0] == "p2"
    with pytest.raises(KeyError):
        names((SortKey("nonsense"),))


@pytest.mark.parametrize("column", SORT_COLUMNS)
def test_every_column_sorts(column: str) -> None:
    book = book_of(bid("p1", 1000), bid("p2", 900, state=BidState.CLOSED), bid("p3", denom=UAKT))
    for descending in (False, True):
        assert len(book.rows((SortKey(column, descending),))) == 3


def test_sort_keys_as_text() -> None:
    assert parse_sort("price, -uptime") == (SortKey("price"), SortKey("uptime_7d", descending=True))
    assert parse_sort("") == CHEAPEST
    with pytest.raises(ValueError, match="nonsense"):
        parse_sort("price,nonsense")


def test_changed_names_each_row_once_and_in_order() -> None:
    book = book_of(bid("p1"), bid("p2"))
    since = book.revision
    assert book.changed(since) == []
    book.apply([bid("p1", 900), bid("p2"), bid("p3")], height=101, now=later(6))
    assert [r.id.provider for r in book.changed(since)] == ["p1", "p3"]
    assert len(book.changed(-1)) == 3


def test_the_oldest_open_bid_shows_when_bids_end() -> None:
    book = book_of(bid("p1", created_at=100), bid("p2", created_at=110))
    assert book.first_bid_height == 100
    book.apply([bid("p2", created_at=110)], height=111, now=NOW)
    assert book.first_bid_height == 110
    book.apply([], height=112, now=NOW)
    assert book.first_bid_height is None


def test_a_bid_listed_twice_in_one_answer_is_one_bid_and_does_not_flap() -> None:
    twice = [bid("p1", 900), bid("p2"), bid("p1", 10)]
    book = book_of(*twice)
    assert [r.bid.price.amount for r in book.rows()] == [900, 1000]
    revision = book.revision
    assert not book.apply([bid("p1", 900), bid("p2"), bid("p1", 10)], height=101, now=later(1))
    assert book.revision == revision


def test_bids_long_gone_from_every_list_are_forgotten() -> None:
    """A market where everybody comes and goes for hours does not fill the memory."""
    book = BidBook({1: group(nvidia("a100"))})
    for round in range(200):
        now = later(round * 60)
        book.apply([bid(f"p{round}-{n}") for n in range(10)], height=100 + 10 * round, now=now)
        book.learn(providers=[provider(f"p{round}-{n}") for n in range(10)])
        assert len(book.rows()) == len(book) <= 10 * (2 + FORGET_SECONDS / 60)
        assert len(book.providers) == len(book)
        assert len(book.changed(-1)) == len(book)
        assert best_prices_of(book)[0].bids == 10
    assert book.row(bid("p0-0").id) is None


def test_a_bid_that_is_still_listed_is_not_forgotten() -> None:
    closed = bid("p1", state=BidState.CLOSED)
    book = book_of(closed)
    book.apply([closed, bid("p2")], height=9_000, now=later(3 * int(FORGET_SECONDS)))
    book.apply([closed], height=9_001, now=later(4 * int(FORGET_SECONDS)))
    assert book.row(closed.id) is not None


PROVIDERS = [f"p{n}" for n in range(5)]


class BookMachine(RuleBasedStateMachine):
    """Against the simplest model: the last word on each bid and each order."""

    def __init__(self) -> None:
        super().__init__()
        self.book = BidBook({1: group(nvidia("a100"), nvidia("h100"))})
        self.last: dict[BidId, Bid] = {}
        self.listed: set[BidId] = set()
        self.orders: dict[int, OrderState] = {}
        self.height = 100
        self.seen_revision = -1
        self.known: dict[BidId, object] = {}

    def now(self) -> object:
        return NOW + timedelta(seconds=self.height)

    @rule(
        picks=st.dictionaries(
            st.tuples(st.sampled_from(PROVIDERS), st.sampled_from([1, 2])),
            st.tuples(st.integers(0, 5), st.sampled_from(list(BidState)), st.sampled_from(["a100", "h100", "*"])),
        )
    )
    def snapshot(self, picks: dict[tuple[str, int], tuple[int, BidState, str]]) -> None:
        self.height += 1
        bids = [
            bid(p, price, state=state, oseq=oseq, offers=offer(nvidia(model)))
            for (p, oseq), (price, state, model) in picks.items()
        ]
        revision = self.book.revision
        changed = self.book.apply(bids, height=self.height, now=NOW + timedelta(seconds=self.height))
        assert changed is (self.book.revision != revision)
        same = {b.id for b in bids} == self.listed and all(self.last.get(b.id) == b for b in bids)
        assert changed is not same
        self.last |= {b.id: b for b in bids}
        self.listed = {b.id for b in bids}

    @rule(oseq=st.sampled_from([1, 2]), state=st.sampled_from(list(OrderState)))
    def order_moves(self, oseq: int, state: OrderState) -> None:
        self.orders[oseq] = state
        self.book.update_orders([order(state, oseq=oseq)], NOW)

    @rule(name=st.sampled_from(PROVIDERS), model=st.sampled_from(["a100", "h100", "t4"]))
    def provider_is_read(self, name: str, model: str) -> None:
        self.book.learn(providers=[provider(name, nvidia(model))])

    @precondition(lambda self: self.last)
    @rule(seconds=st.integers(1, 9))
    def block_time_moves(self, seconds: int) -> None:
        from akash_tui.domain.akash.money import BlockTime

        self.book.set_money(BlockTime(Decimal(seconds), measured=True), Decimal(1_000_000))

    @invariant()
    def every_bid_has_one_row_with_its_last_state(self) -> None:
        rows = self.book.rows()
        assert {r.id for r in rows} == set(self.last)
        assert len(rows) == len(self.book)
        for row in rows:
            assert row.bid == self.last[row.id]
            can_be_taken = (
                row.id in self.listed
                and row.bid.state is BidState.OPEN
                and self.orders.get(row.id.oseq, OrderState.OPEN) is OrderState.OPEN
            )
            assert (row.state is RowState.OPEN) is can_be_taken
            assert bool(row.gone_reason) is not can_be_taken
            assert (row.gone_at is None) is (row.state in (RowState.OPEN, RowState.TAKEN))
            assert (row.price_h is None) is (row.bid.price.amount <= 0)
            assert bool(row.oddity) or row.price_h is not None

    @invariant()
    def rows_are_in_order_and_every_bid_that_changed_is_named(self) -> None:
        rows = self.book.rows()
        prices = [r.price_h for r in rows if r.price_h is not None]
        assert prices == sorted(prices)
        changed = {r.id for r in self.book.changed(self.seen_revision)}
        for row in rows:
            visible = (row.bid, row.state, row.gone_reason, row.provider)
            if self.known.get(row.id) != visible:
                assert row.id in changed
                assert self.book.revision > self.seen_revision
            self.known[row.id] = visible
        self.seen_revision = self.book.revision

    @invariant()
    def rows_can_be_narrowed_to_what_can_be_taken(self) -> None:
        first_seen = sorted(self.book.rows(()), key=lambda row: row.number)
        still = [row for row in first_seen if row.state is RowState.OPEN]
        for sort in ((SortKey("price"),), (SortKey("gpu", descending=True), SortKey("price", descending=True))):
            assert list(self.book.rows(sort)) == in_order(first_seen, sort)
            assert list(self.book.rows(sort, 1, gone=False)) == in_order(still, sort)
        assert self.book.first_bid_height == min((row.created_at for row in still), default=None)

    @invariant()
    def best_prices_are_the_cheapest_of_what_can_be_taken(self) -> None:
        for price in best_prices_of(self.book):
            fit = [
                r
                for r in self.book.rows(gone=False)
                if r.disclosure.known and any(price.model.matches(g.model) for g in r.gpus) and r.price_h is not None
            ]
            assert price.bids == len(fit)
            assert (price.best is None) is (not fit)
            if price.best is not None:
                meant = [r for r in fit if not r.oddity] or fit  # an absurd price is best only where it is alone
                assert price.best.price_h == min(r.price_h for r in meant if r.price_h is not None)


BookMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestBookMachine = BookMachine.TestCase
