"""Messages that providers send, built from what they offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from akash_tui.wire import base_deposit_pb2 as deposit_pb
from akash_tui.wire import base_resources_pb2 as resources_pb
from akash_tui.wire import market_v1_pb2 as ids_pb
from akash_tui.wire import market_v1beta5_pb2 as market_pb

Json = dict[str, Any]
BidKey = tuple[str, int, int, int, str]
BID_DEPOSIT = 500_000
"""uact, the chain's minimum."""


def _bid_id(key: BidKey) -> ids_pb.BidID:
    owner, dseq, gseq, oseq, provider = key
    return ids_pb.BidID(owner=owner, dseq=dseq, gseq=gseq, oseq=oseq, provider=provider)


def _lease_id(key: BidKey) -> ids_pb.LeaseID:
    owner, dseq, gseq, oseq, provider = key
    return ids_pb.LeaseID(owner=owner, dseq=dseq, gseq=gseq, oseq=oseq, provider=provider)


def create_bid(key: BidKey, atto: int, offer: Sequence[Json], window: str | None) -> market_pb.MsgCreateBid:
    """A bid of `atto` 10**-18 uact per block; `offer` in REST's shape, `window` as `86400s`."""
    message = market_pb.MsgCreateBid(id=_bid_id(key), resources_offer=[_offer(each) for each in offer])
    message.price.denom, message.price.amount = "uact", str(atto)
    message.deposit.amount.denom, message.deposit.amount.amount = "uact", str(BID_DEPOSIT)
    message.deposit.sources.append(deposit_pb.balance)
    if window is not None:
        message.reclamation_window.seconds = int(window.removesuffix("s"))
    return message


def close_bid(key: BidKey, reason: int) -> market_pb.MsgCloseBid:
    """Withdraw a bid, or end its lease; `reason` is a number of LeaseClosedReason."""
    message = market_pb.MsgCloseBid(id=_bid_id(key))
    message.reason = reason  # type: ignore[assignment]
    return message


def start_reclaim(key: BidKey, reason: int) -> market_pb.MsgLeaseStartReclaim:
    """Announce that a lease ends when its reclamation window is over; `reason` as in `close_bid`."""
    message = market_pb.MsgLeaseStartReclaim(id=_lease_id(key))
    message.reason = reason  # type: ignore[assignment]
    return message


def withdraw(key: BidKey) -> market_pb.MsgWithdrawLease:
    """Collect what a lease has earned."""
    return market_pb.MsgWithdrawLease(id=_lease_id(key))


def _offer(row: Json) -> market_pb.ResourceOffer:
    return market_pb.ResourceOffer(resources=resources_message(row["resources"]), count=row["count"])


def resources_message(row: Json) -> resources_pb.Resources:
    """Resources in protobuf from REST's shape."""
    message = resources_pb.Resources(id=row["id"])
    _fill(message.cpu, "units", row["cpu"])
    _fill(message.memory, "quantity", row["memory"])
    for volume in row["storage"]:
        _fill(message.storage.add(name=volume["name"]), "quantity", volume)
    _fill(message.gpu, "units", row["gpu"] or {"units": {"val": "0"}, "attributes": []})
    for endpoint in row["endpoints"]:
        kind = resources_pb.Endpoint.Kind.Value(endpoint["kind"])
        message.endpoints.add(kind=kind, sequence_number=endpoint["sequence_number"])
    return message


def _fill(part: Any, amount: str, row: Json) -> None:
    getattr(part, amount).val = row[amount]["val"].encode()
    for attribute in row["attributes"]:
        part.attributes.add(key=attribute["key"], value=attribute["value"])
