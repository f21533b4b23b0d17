"""Messages about bids, a provider's side of the market module."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.messages.deployment import check_group_id
from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules import escrow, market_book
from akash_tui.practice.rules.deposits import authorize, check_deposit
from akash_tui.practice.rules.lifecycle import set_group
from akash_tui.practice.rules.market_book import refuse
from akash_tui.practice.rules.matching import attributes_match, capabilities_match
from akash_tui.practice.state.amounts import DecCoin, dec_from_text, dec_from_wire
from akash_tui.practice.state.books import ALIVE, Bid, Order
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.events import typed
from akash_tui.practice.state.proto_json import message_json
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import market_v1_pb2 as ids
from akash_tui.wire import market_v1beta5_pb2 as pb


def bid_key_of(id_: Any) -> tuple[str, int, int, int, str]:
    """The book key of a bid or lease id message."""
    return (id_.owner, id_.dseq, id_.gseq, id_.oseq, id_.provider)


def check_bid_id(id_: Any) -> None:
    """An order id, a provider's address that is not the owner's, bseq zero."""
    check_group_id(id_)
    if id_.oseq == 0:
        raise sdk(3, "BidID: Invalid OrderID: OrderID: Invalid Order Sequence: invalid sequence")
    if address_fault(id_.provider):
        raise sdk(7, "BidID: Invalid Provider Address: invalid address")
    if id_.owner == id_.provider:
        raise sdk(36, "BidID: self-bid: conflict")
    if id_.bseq:
        raise sdk(36, "BidID: invalid bseq: conflict")


def _check_create_bid(message: Any) -> None:
    check_bid_id(message.id)
    check_deposit(message.deposit)
    if dec_from_wire(message.price.amount) == 0:
        raise refuse(19, "invalid bid: zero price")
    if message.HasField("reclamation_window") and message.reclamation_window.seconds < 0:
        raise refuse(39, "reclamation window outside governance bounds")


def check_provider_reason(message: Any) -> None:
    """A bid or lease id, and a reason that a provider may give."""
    check_bid_id(message.id)
    if not 10_000 <= message.reason <= 19_999:
        raise refuse(33, f'value "{message.reason}" range 10000..19999: invalid lease closed reason')


def _create_bid(ctx: Context, message: Any) -> None:
    key = bid_key_of(message.id)
    _bid_deposit(ctx, message.deposit.amount)
    _room_for_bid(ctx, key[:4])
    order = ctx.books.orders.need(key[:4], refuse(15, "invalid order: order not found"))
    if order.state != "open":
        raise refuse(23, "order active") if order.state == "active" else refuse(24, "order closed")
    price = DecCoin(message.price.denom, dec_from_wire(message.price.amount))
    _bid_fits(ctx, order, message, price)
    deposits = authorize(ctx, message.id.provider, message.deposit, "bid")
    window = _bid_window(ctx, order, message)
    if key in ctx.books.bids:
        raise refuse(21, "invalid bid: bid exists from provider")
    offer = tuple(message_json(each) for each in message.resources_offer)
    bid = Bid(*key, "open", price, ctx.height, offer, window)
    ctx.books.bids.put(key, bid)
    ctx.emit(typed("akash.market.v1.EventBidCreated", id=market_book.bid_id(bid), price=price.json))
    escrow.create_account(ctx, "bid", market_book.bid_xid(bid), message.id.provider, deposits)


def _room_for_bid(ctx: Context, order_key: tuple[str, int, int, int]) -> None:
    most = ctx.params.order_max_bids
    if ctx.books.bids.count(*order_key) <= most:
        return
    counted = [bid for bid in ctx.books.bids.scan(*order_key) if bid.state != "lost"]
    if len(counted) > most:  # so one more than the parameter says: as the real node
        raise Refusal("undefined", 1, f"invalid bid: too many existing bids ({most})")


def _bid_deposit(ctx: Context, coin: Any) -> None:
    least = ctx.params.bid_min_deposit
    if coin.denom not in ("uact", "uakt"):
        raise Refusal("undefined", 1, f"deposit invalid: unsupported denom {coin.denom}")
    if int(coin.amount) < least:
        raise Refusal(
            "undefined", 1, f"deposit invalid: minimum:{least}{coin.denom} received:{coin.amount}{coin.denom}"
        )


def _bid_fits(ctx: Context, order: Order, message: Any, price: DecCoin) -> None:
    units = order.spec["resources"]
    limit = sum(dec_from_text(unit["price"]["amount"]) * int(unit["count"]) for unit in units)
    if price.denom != units[0]["price"]["denom"] or price.atto < 0 or price.atto > limit:
        raise refuse(22, "bid price is invalid")
    counts = {unit["resource"]["id"]: unit["count"] for unit in units}
    for offer in message.resources_offer:
        if counts.pop(offer.resources.id, None) != offer.count:
            raise refuse(32, "capabilities mismatch")
    provider = ctx.books.providers.need((message.id.provider,), refuse(30, "unknown provider"))
    signed = {audit.auditor: audit.attributes for audit in ctx.books.audits.scan(provider.owner)}
    if not attributes_match(order.spec, provider.attributes, signed):
        raise refuse(5, "attribute mismatch")
    if not capabilities_match(order.spec, provider.attributes):
        raise refuse(32, "capabilities mismatch")


def _bid_window(ctx: Context, order: Order, message: Any) -> str | None:
    offered = message.reclamation_window if message.HasField("reclamation_window") else None
    if order.min_window is not None:
        if offered is None:
            raise refuse(40, "order requires reclamation but bid does not offer it")
        if offered.seconds + offered.nanos / 1e9 < float(order.min_window.rstrip("s")):
            raise refuse(41, "reclamation window shorter than order minimum")
    if offered is None:
        return None
    if not ctx.params.min_window_s <= offered.seconds <= ctx.params.max_window_s:
        raise refuse(39, "reclamation window outside governance bounds")
    return str(offered.ToJsonString())


def _close_bid(ctx: Context, message: Any) -> None:
    key = bid_key_of(message.id)
    bid = ctx.books.bids.need(key, refuse(6, "unknown bid"))
    order = ctx.books.orders.need(key[:4], refuse(9, "unknown order for bid"))
    if bid.state == "open":
        market_book.close_bid(ctx, bid)
        return
    lease = ctx.books.leases.need(key, refuse(8, "unknown lease for bid"))
    if lease.state == "active" and lease.reclamation_window is not None:
        raise refuse(37, "reclamation not started; call MsgLeaseStartReclaim first")
    if lease.state == "reclaiming" and ctx.time_ns // 10**9 < lease.reclaim_deadline:
        raise refuse(38, "reclamation window has not elapsed")
    if lease.state not in ALIVE:
        raise refuse(10, "lease not active")
    if bid.state != "active":
        raise refuse(11, "bid not active")
    group = ctx.books.groups[key[:3]]
    set_group(ctx, group, "paused", "EventGroupPaused")
    market_book.close_lease(ctx, lease, "closed", ids.LeaseClosedReason.Name(message.reason))
    market_book.close_bid(ctx, bid)
    market_book.close_order(ctx, order)
    escrow.close_payment(ctx, *market_book.payment_key(bid))


KINDS = [
    Kind(pb.MsgCreateBid, "id.provider", _check_create_bid, _create_bid),
    Kind(pb.MsgCloseBid, "id.provider", check_provider_reason, _close_bid),
]
