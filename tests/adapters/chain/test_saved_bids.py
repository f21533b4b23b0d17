"""Saved answers about bids: every age and every wrapping gives the same values."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from akash_tui.adapters.chain.saved_bids import parse_bids
from akash_tui.domain.akash.entities import BidState, EscrowState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.services.ports import BadInput
from tests.adapters.chain.recordings import MAINNET8, answer, load, needs_recordings

pytestmark = needs_recordings


def test_all_wrappings_give_the_same_bids() -> None:
    listed = answer("bids-three")
    bids = parse_bids(json.dumps(listed))
    assert len(bids) == 3
    assert parse_bids(json.dumps(load("bids-three"))) == bids
    assert parse_bids(listed) == bids
    assert parse_bids(listed["bids"]) == bids
    assert parse_bids({"data": listed["bids"]}) == bids
    assert parse_bids({"what": "", "response": {"status": 200, "body": json.dumps(listed)}}) == bids
    assert parse_bids(json.dumps(listed["bids"][0]).encode()) == bids[:1]


def test_a_single_bid_of_today() -> None:
    (bid,) = parse_bids(load("bid-info"))
    assert bid.id.dseq == 274
    assert bid.offers[0].resources.gpu_units == 1


def test_a_bid_that_discloses_its_gpu_in_mainnet_8s_shape() -> None:
    (bid,) = parse_bids((MAINNET8 / "bid-after.json").read_text(encoding="utf-8"))
    assert (bid.id.owner, bid.id.dseq, bid.id.gseq, bid.id.oseq, bid.id.bseq) == ("akash...cdu", 13759787, 1, 1, 0)
    assert (bid.state, bid.price.denom, bid.price.amount) == (BidState.CLOSED, "uakt", Decimal("1432.735519"))
    (offer,) = bid.offers
    assert offer.resources.gpu_models == (GpuModel("nvidia", "a100"),)
    assert (offer.count, offer.resources.gpu_units, offer.resources.memory) == (1, 1, 2**30)
    assert bid.escrow is not None
    assert (bid.escrow.state, bid.escrow.settled_at) == (EscrowState.CLOSED, 13759932)


def test_a_bid_from_before_mainnet_8_discloses_nothing() -> None:
    (bid,) = parse_bids((MAINNET8 / "bid-before.json").read_text(encoding="utf-8"))
    assert bid.state is BidState.OPEN
    assert bid.offers == ()
    assert bid.escrow is not None
    assert bid.escrow.held("uakt") == 5_000_000


def test_old_and_new_shapes_become_equal_values() -> None:
    today = answer("bid-info")
    old = json.loads(json.dumps(today))
    old["bid"]["bid_id"] = old["bid"].pop("id")
    del old["bid"]["bid_id"]["bseq"]
    del old["bid"]["reclamation_window"]
    assert [b.offers for b in parse_bids(old)] == [b.offers for b in parse_bids(today)]
    assert [(b.id, b.state, b.price) for b in parse_bids(old)] == [(b.id, b.state, b.price) for b in parse_bids(today)]


def test_no_bids_is_an_answer() -> None:
    assert parse_bids(answer("bids-none")) == []
    assert parse_bids({"bids": None}) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "<html>502</html>",
        "7",
        "{}",
        "[1, 2]",
        '{"orders": []}',
        '{"bids": [{"bid": null}]}',
        '{"bids": [{"bid": {"id": {"owner": "a"}}}]}',
        "[" * 100_000,
        '{"response":' * 50 + "1" + "}" * 50,
        b"\xff\xfe\x00",
    ],
)
def test_anything_else_is_bad_input_with_advice(text: str | bytes) -> None:
    with pytest.raises(BadInput) as caught:
        parse_bids(text)
    assert caught.value.title
    assert caught.value.advice


def test_escapes_in_a_saved_bid_are_cleaned() -> None:
    bid = answer("bid-info")
    bid["bid"]["resources_offer"][0]["resources"]["gpu"]["attributes"][0]["key"] = "vendor/\x1b[2Jnvidia/model/h100"
    (read,) = parse_bids(bid)
    assert read.offers[0].resources.gpu_attributes[0].key == "vendor/nvidia/model/h100"
