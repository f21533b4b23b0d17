"""What `akash-tui bids -o json` writes is read back with all that it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Never

import pytest

from akash_tui.adapters.chain.saved_bids import parse_saved
from akash_tui.adapters.chain.saved_rows import BidRowJson, SavedRows
from akash_tui.cli.bids import row_json
from akash_tui.cli.output import _json_form
from akash_tui.domain.akash.entities import BidId, BidState
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.services.core.events import BidSeen, BidWent, EventHead
from akash_tui.services.ports import BadInput
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import BIDS, ID, bid, book

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rows_of(saved: SavedBids) -> list[dict[str, Any]]:
    """The rows that the saved bids give, as JSON."""
    return as_json([row_json(row) for row in saved.book(NOW).rows()])


def as_json(rows: list[dict[str, object]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json.dumps(rows, default=_json_form))
    return found


def ours() -> list[dict[str, Any]]:
    """Rows with every source of a GPU, a region, an audit, a latency, a notice."""
    bids = (*BIDS, bid(6, "900", "a100", reclaim=7200))
    return as_json([row_json(row) for row in book(FrozenClock(), bids).rows()])


@pytest.mark.parametrize("lines", [False, True], ids=["json", "jsonl"])
def test_our_own_json_is_read_back_unchanged(lines: bool) -> None:
    rows = ours()
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    sources = {gpu["source"] for row in rows for gpu in row["gpus"]}
    assert sources == {"bid", "candidates", "none"} or "provider" in sources
    assert rows_of(parse_saved(text, NOW)) == rows


def test_a_gpu_by_the_providers_attributes_and_a_median_come_back() -> None:
    row = ours()[0]
    gpu = {"vendor": "nvidia", "model": "a100", "vram_gib": 80, "interface": "sxm", "count": 2, "source": "provider"}
    row |= {"gpus": [gpu], "vram_gib": 80, "gpu_h": None, "gb_h": None}
    row["market"] = {"delta": "0.1", "median": "0.5", "read_at": "2026-01-01T00:00:00.000Z"}
    (back,) = rows_of(parse_saved([row], NOW))
    assert back["gpus"] == [gpu]
    assert back["market"]["median"] == "0.5"
    assert back["market"]["read_at"] == row["market"]["read_at"]


def test_the_hourly_price_is_that_of_the_file() -> None:
    saved = parse_saved(json.dumps(ours()), NOW)
    assert saved.block_time.measured
    assert saved.block_time.seconds == Decimal("6.04")
    assert saved.funds is not None
    assert abs(saved.funds - 5_000_000) < 50_000


def test_the_events_of_a_run_are_read_the_last_word_of_each_bid() -> None:
    head = EventHead(NOW, "c", ID.owner, ID)
    rows = book(FrozenClock()).all()
    events = [
        BidSeen(head, r.id, None, r.bid.price, r.price_h, r.gpus, None, None).to_json() for r in (*rows, *rows[:1])
    ]
    events[-1] |= {"host": "provider.x.com", "region": "eu"}
    events.append(BidWent(head, rows[1].id, "closed").to_json())
    events.insert(
        0, {"v": 1, "event": "created", "dseq": str(ID.dseq), "owner": ID.owner, "price": {}, "provider": "x"}
    )
    text = "\n".join(json.dumps(event, default=_json_form) for event in events)
    back = {row["provider"]: row for row in rows_of(parse_saved(text))}
    assert len(back) == len(rows)
    assert (back[rows[0].id.provider]["host"], back[rows[0].id.provider]["region"]) == ("provider.x.com", "eu")
    assert back[rows[1].id.provider]["state"] == "gone"
    assert back[rows[2].id.provider]["state"] == "open"


class Unwalked(dict[BidId, BidRowJson]):
    """Rows that are looked up; to go through them all for each event would take the square of their number."""

    def items(self) -> Never:
        raise AssertionError("went through all rows")

    __iter__ = keys = values = items


def test_a_bid_that_is_gone_is_looked_up() -> None:
    rows = Unwalked()
    saved = SavedRows(NOW, rows)
    for row in ours():
        saved.add(row)
    gone = {name: ours()[1][name] for name in ("owner", "dseq", "gseq", "oseq", "provider")} | {"event": "bid_gone"}
    for event in (gone, {**gone, "provider": "another"}, {**gone, "dseq": "x"}, {"event": "bid_gone", "dseq": None}):
        saved.add(event)
    assert [row.id.provider for row in dict.values(rows) if row.event == "bid_gone"] == [gone["provider"]]


def test_one_array_with_all_events_of_a_run_is_read() -> None:
    """As `bids --watch -o json` and `deploy -o json` write it."""
    rows = ours()
    head = {name: rows[1][name] for name in ("owner", "dseq")}
    gone = {name: rows[1][name] for name in ("gseq", "oseq", "provider")} | head | {"event": "bid_gone", "reason": "x"}
    events = [
        head | {"event": "created", "tx": "AB"},
        *(row | {"event": "bid"} for row in rows),
        gone,
        head | {"event": "done", "state": "open"},
    ]
    for answer in (events, json.dumps(events)):
        saved = parse_saved(answer, NOW)
        assert len(saved.bids) == len(rows)
        assert [bid.id.provider for bid in saved.bids if bid.state is BidState.CLOSED] == [rows[1]["provider"]]


def test_a_damaged_row_is_named_by_its_number() -> None:
    rows = ours()
    del rows[1]["price"]["amount"]
    with pytest.raises(BadInput, match="Bid 2 of 6"):
        parse_saved(rows)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latency_ms", "nan"), ("uptime", {"1d": 1e308}), ("price_h", "Infinity"), ("lasts_h", "NaN"),
        ("gpus", [{"count": 1e99}]),
    ],
)  # fmt: skip
def test_figures_that_are_none_are_refused(field: str, value: object) -> None:
    rows = ours()
    rows[0][field] = value
    with pytest.raises(BadInput, match="Bid 1 of 6"):
        parse_saved(json.dumps(rows))


def test_tiny_and_huge_figures_are_only_odd() -> None:
    rows = ours()
    rows[0] |= {"price_h": "1e-99", "lasts_h": "1e99", "reclamation_h": "1e60"}
    rows[1] |= {"price_h": "1e99", "lasts_h": "-1"}
    assert len(rows_of(parse_saved(json.dumps(rows)))) == len(rows)


def test_no_rows_are_no_bids() -> None:
    with pytest.raises(BadInput, match="no bids"):
        parse_saved('{"event":"created","dseq":"1","v":1}')
