"""Bids of real chains in the book: what they disclose, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime

from akash_tui.adapters.chain.saved_bids import parse_bids
from akash_tui.domain.akash.entities import Order, OrderState
from akash_tui.domain.akash.gpu import GpuModel, GpuSource
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow
from tests.conformance import SHARED, need

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def rows_of(name: str) -> list[BidRow]:
    book = BidBook()
    bids = parse_bids(need(SHARED / "recordings" / name).read_text())
    book.apply(bids, height=max(b.created_at for b in bids), now=NOW)
    return list(book.rows(()))


def test_one_bid_names_its_model_another_only_echoes_the_order() -> None:
    sources = {frozenset(g.source for g in row.gpus) for row in rows_of("chain/bids-three.json")}
    assert frozenset({GpuSource.BID}) in sources
    assert frozenset({GpuSource.CANDIDATES}) in sources
    for row in rows_of("chain/bids-three.json"):
        assert row.disclosure.known is (row.gpus[0].source is GpuSource.BID)


def test_before_mainnet_8_nothing_was_disclosed() -> None:
    (row,) = rows_of("mainnet8/bid-before.json")
    assert {g.source for g in row.gpus} == {GpuSource.NONE}
    assert row.gpus[0].model == GpuModel("", "")
    (row,) = rows_of("mainnet8/bid-after.json")
    assert {g.source for g in row.gpus} == {GpuSource.BID}


def test_ram_and_interface_are_there_when_the_bid_names_them() -> None:
    models = {
        g.model for name in ("chain/bids-three.json", "chain/bids-one.json") for r in rows_of(name) for g in r.gpus
    }
    assert GpuModel("nvidia", "h100", 80, "sxm") in models


def test_a_loser_that_stays_open_is_told_by_its_order() -> None:
    bids = parse_bids(need(SHARED / "recordings" / "chain" / "bids-after-lease.json").read_text())
    book = BidBook()
    book.apply(bids, height=1000, now=NOW)
    assert sorted(r.state.value for r in book.rows()) == ["lost", "open", "taken"]
    leased = Order(bids[0].id.order, OrderState.ACTIVE, GroupSpec("dcloud"), 1)
    book.update_orders([leased], NOW)
    assert sorted(r.state.value for r in book.rows()) == ["lost", "lost", "taken"]
