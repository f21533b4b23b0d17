"""The order of bids whose prices are not in uact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import Bid, BidId, BidState
from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.sorting import parse_sort

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def in_order(prices: list[tuple[str, str]], sort: str) -> list[str]:
    """Amounts and coins as they are listed."""
    bids = [
        Bid(BidId("o", 1, 1, 1, f"p{at}"), BidState.OPEN, DecCoin(denom, Decimal(amount)), 1, ())
        for at, (amount, denom) in enumerate(prices)
    ]
    book = BidBook()
    book.apply(bids, height=1, now=NOW)
    return [str(row.bid.price) for row in book.rows(parse_sort(sort))]


OLD = [("900", "uakt"), ("100", "uakt"), ("500", "uakt"), ("50", "uakt")]


@pytest.mark.parametrize("sort", ["price", "month"])
def test_bids_of_one_coin_are_sorted_by_amount(sort: str) -> None:
    assert in_order(OLD, sort) == ["50uakt", "100uakt", "500uakt", "900uakt"]
    assert in_order(OLD, f"-{sort}") == ["900uakt", "500uakt", "100uakt", "50uakt"]


def test_coins_are_not_compared_with_each_other() -> None:
    mixed = [("7", "ibc/x"), ("900", "uakt"), ("2000", "uact"), ("3", "uakt"), ("1000", "uact"), ("9", "ibc/x")]
    assert in_order(mixed, "price") == ["1000uact", "2000uact", "7ibc/x", "9ibc/x", "3uakt", "900uakt"]
    assert in_order(mixed, "-price") == ["2000uact", "1000uact", "9ibc/x", "7ibc/x", "900uakt", "3uakt"]


def test_what_is_no_price_comes_last() -> None:
    odd = [("-5", "uakt"), ("9" * 60, "uact"), ("0", "uakt"), ("50", "uakt")]
    for sort in ("price", "-price"):
        assert in_order(odd, sort)[0] == "50uakt"


def test_by_deployment_and_group() -> None:
    bid = Bid(BidId("o", 2, 1, 1, "p"), BidState.OPEN, DecCoin("uact", Decimal(1)), 1, ())
    bids = [bid, replace(bid, id=replace(bid.id, dseq=1, gseq=2)), replace(bid, id=replace(bid.id, dseq=1))]
    book = BidBook()
    book.apply(bids, height=1, now=NOW)
    assert [(row.id.dseq, row.gseq) for row in book.rows(parse_sort("dseq"))] == [(1, 1), (1, 2), (2, 1)]
    assert [id.dseq for id in book.deployments] == [1, 2]
