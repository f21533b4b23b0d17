"""What a practice provider offers for an order, at which price, described how, and the messages that it sends."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import Any

from akash_tui.practice.provider.hardware import GIB, Gpu, Placement, need_of
from akash_tui.practice.provider.seeds import Offer, Prices
from akash_tui.wire import base_deposit_pb2 as deposit_pb
from akash_tui.wire import base_resources_pb2 as resources_pb
from akash_tui.wire import market_v1_pb2 as ids_pb
from akash_tui.wire import market_v1beta5_pb2 as market_pb

Json = dict[str, Any]
BidKey = tuple[str, int, int, int, str]

ATTO = 10**18
BID_DEPOSIT = 500_000
"""uact, the chain's minimum."""


def hourly(placements: list[Placement], prices: Prices) -> Decimal:
    """ACT per hour for the whole group, with the models that the placements give."""
    total = Decimal(0)
    for placement in placements:
        need = placement.need
        total += prices.cpu * need.cpu / 1000
        total += prices.memory * need.memory / GIB
        total += prices.storage * need.storage / GIB
        if placement.gpu is not None:
            total += prices.gpu[placement.gpu] * need.gpus
    return total


def per_block(hourly_price: Decimal, block_time: float) -> int:
    """An hourly price in ACT as uact per block, in 10**-18 (at least one; six places, as real bids have few)."""
    micro = hourly_price * Decimal(str(block_time)) / 3600 * 1_000_000
    rounded = micro.quantize(Decimal("0.000001"), rounding=ROUND_UP)
    return max(int(rounded * ATTO), 1)


def maximum(spec: Json) -> int:
    """The most a bid for this group spec may ask: the sum of price times count, in 10**-18 uact."""
    total = Decimal(0)
    for unit in spec["resources"]:
        total += Decimal(unit["price"]["amount"]) * unit["count"]
    return int(total * ATTO)


def describe(spec: Json, placements: list[Placement], style: Offer) -> list[Json]:
    """The `resources_offer` of a bid in REST's shape, in the group's order."""
    if style is Offer.EMPTY:
        return []
    rows, remaining = [], list(placements)
    for unit in spec["resources"]:
        mine, remaining = remaining[: unit["count"]], remaining[unit["count"] :]
        resource = dict(unit["resource"])
        if need_of(resource).gpus and mine[0].gpu is not None:
            resource["gpu"] = resource["gpu"] | {"attributes": _gpu_attributes(resource["gpu"], mine[0].gpu, style)}
        rows.append({"resources": resource, "count": unit["count"], "prices": None})
    return rows


def _gpu_attributes(requested: Json, gpu: Gpu, style: Offer) -> list[Json]:
    if style is Offer.ECHO:
        return list(requested["attributes"])
    if style is Offer.WILDCARD:
        return [{"key": f"vendor/{gpu.vendor}/model/*", "value": "true"}]
    wanted = next(a["key"] for a in requested["attributes"] if gpu.fits(a["key"]))
    return [{"key": gpu.named_like(wanted), "value": "true"}]


def _id(key: BidKey) -> Json:
    return dict(zip(("owner", "dseq", "gseq", "oseq", "provider"), key, strict=True))


def create_bid(key: BidKey, atto: int, offer: Sequence[Json], window: str | None) -> market_pb.MsgCreateBid:
    """A bid of `atto` 10**-18 uact per block; `offer` in REST's shape, `window` as `86400s`."""
    offered = [
        market_pb.ResourceOffer(resources=resources_message(each["resources"]), count=each["count"]) for each in offer
    ]
    message = market_pb.MsgCreateBid(id=ids_pb.BidID(**_id(key)), resources_offer=offered)
    message.price.denom, message.price.amount = "uact", str(atto)
    message.deposit.amount.denom, message.deposit.amount.amount = "uact", str(BID_DEPOSIT)
    message.deposit.sources.append(deposit_pb.balance)
    if window is not None:
        message.reclamation_window.seconds = int(window.removesuffix("s"))
    return message


def create_lease(key: BidKey) -> market_pb.MsgCreateLease:
    """A tenant's acceptance of a bid."""
    return market_pb.MsgCreateLease(bid_id=ids_pb.BidID(**_id(key)))


def close_bid(key: BidKey, reason: int) -> market_pb.MsgCloseBid:
    """Withdraw a bid, or end its lease; `reason` is a number of LeaseClosedReason."""
    message = market_pb.MsgCloseBid(id=ids_pb.BidID(**_id(key)))
    message.reason = reason  # type: ignore[assignment]
    return message


def start_reclaim(key: BidKey, reason: int) -> market_pb.MsgLeaseStartReclaim:
    """Announce that a lease ends when its reclamation window is over; `reason` as in `close_bid`."""
    message = market_pb.MsgLeaseStartReclaim(id=ids_pb.LeaseID(**_id(key)))
    message.reason = reason  # type: ignore[assignment]
    return message


def withdraw(key: BidKey) -> market_pb.MsgWithdrawLease:
    """Collect what a lease has earned."""
    return market_pb.MsgWithdrawLease(id=ids_pb.LeaseID(**_id(key)))


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
