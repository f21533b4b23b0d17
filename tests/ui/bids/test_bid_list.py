"""The bid list without a screen."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.budget import NO_BUDGET
from akash_tui.ui.bids import bid_list
from akash_tui.ui.bids.bid_list import BidList
from akash_tui.ui.session import gc_pauses
from tests.domain.bids.values import bid, group, later, nvidia


def test_a_large_book_is_kept_out_of_collections_that_a_key_would_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(bid_list, "MANY", 2)
    monkeypatch.setattr(gc_pauses, "freeze", lambda: kept.append(len(kept) + 1))
    book = BidBook({1: group(nvidia("a100"))})
    run: Any = SimpleNamespace(id=None, book=book, block_time=None, avoid={})
    shown = BidList(time.monotonic)
    book.apply([bid("p1"), bid("p2")], height=100, now=later(0))
    assert len(shown.lines(run, NO_BUDGET, later(0))) == 2
    assert kept == [], "a book of the usual size is not worth it"
    book.apply([bid("p1"), bid("p2"), bid("p3")], height=101, now=later(1))
    assert len(shown.lines(run, NO_BUDGET, later(1))) == 3
    shown.lines(run, NO_BUDGET, later(2))
    assert kept == [1], "only when the book has changed"
