"""Messages about leases: the tenant accepts and closes, the provider withdraws and reclaims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from akash_tui.practice.messages.bids import bid_key_of, check_bid_id, check_provider_reason
from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules import escrow, market_book
from akash_tui.practice.rules.market_book import refuse
from akash_tui.practice.state.books import ALIVE, Lease
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.events import typed
from akash_tui.wire import market_v1_pb2 as ids
from akash_tui.wire import market_v1beta5_pb2 as pb


def _check_id(message: Any) -> None:
    check_bid_id(message.id)


def _create_lease(ctx: Context, message: Any) -> None:
    key = bid_key_of(message.bid_id)
    bid = ctx.books.bids.need(key, refuse(18, "invalid bid: bid not found"))
    if bid.state != "open":
        raise refuse(12, "bid not open")
    order = ctx.books.orders.need(key[:4], refuse(15, "invalid order: order not found"))
    if order.state != "open":
        raise refuse(13, "bid: order not open")
    group = ctx.books.groups.need(key[:3], refuse(16, "group not found"))
    if group.state != "open":
        raise refuse(17, "group not open")
    escrow.create_payment(ctx, *market_book.payment_key(bid), bid.provider, bid.price)
    lease = Lease(*key, "active", bid.price, ctx.height, reclamation_window=bid.reclamation_window)
    ctx.books.leases.put(key, lease)
    ctx.emit(typed("akash.market.v1.EventLeaseCreated", id=market_book.bid_id(lease), price=lease.price.json))
    ctx.books.orders.put(order.key, replace(order, state="active"))
    ctx.books.bids.put(key, replace(bid, state="active"))
    market_book.lose_bids(ctx, order)


def _close_lease(ctx: Context, message: Any) -> None:
    key = bid_key_of(message.id)
    order = ctx.books.orders.need(key[:4], refuse(15, "invalid order: order not found"))
    if order.state != "active":
        raise refuse(24, "order closed")
    bid = ctx.books.bids.need(key, refuse(18, "invalid bid: bid not found"))
    if bid.state != "active":
        raise refuse(11, "bid not active")
    lease = ctx.books.leases.need(key, refuse(20, "invalid lease: lease not found"))
    if lease.state not in ALIVE:
        raise refuse(24, "order closed")
    market_book.close_lease(ctx, lease, "closed", "lease_closed_owner")
    market_book.close_bid(ctx, bid)
    market_book.close_order(ctx, order)
    escrow.close_payment(ctx, *market_book.payment_key(bid))
    group = ctx.books.groups[key[:3]]
    if group.state == "open":
        market_book.open_order(ctx, group, order.min_window)


def _withdraw(ctx: Context, message: Any) -> None:
    lease = ctx.books.leases.need(bid_key_of(message.id), refuse(7, "unknown lease"))
    escrow.withdraw_payment(ctx, *market_book.payment_key(lease))


def _start_reclaim(ctx: Context, message: Any) -> None:
    lease = ctx.books.leases.need(bid_key_of(message.id), refuse(7, "unknown lease"))
    if lease.state != "active":
        raise refuse(10, "lease not active")
    if lease.reclamation_window is None:
        raise refuse(35, "lease does not have reclamation configured")
    reason = ids.LeaseClosedReason.Name(message.reason)
    deadline = int(ctx.time_ns / 1e9 + float(lease.reclamation_window.rstrip("s")))
    lease = replace(
        lease, state="reclaiming", reclaim_started=ctx.height, reclaim_deadline=deadline, reclaim_reason=reason
    )
    ctx.books.leases.put(lease.key, lease)
    ctx.emit(
        typed(
            "akash.market.v1.EventLeaseReclaimStarted",
            id=market_book.bid_id(lease),
            reason=reason,
            deadline=str(deadline),
        )
    )


KINDS = [
    Kind(pb.MsgCreateLease, "bid_id.owner", lambda message: check_bid_id(message.bid_id), _create_lease),
    Kind(pb.MsgCloseLease, "id.owner", _check_id, _close_lease),
    Kind(pb.MsgWithdrawLease, "id.provider", _check_id, _withdraw),
    Kind(pb.MsgLeaseStartReclaim, "id.provider", check_provider_reason, _start_reclaim),
]
