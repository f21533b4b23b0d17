"""Orders, bids and leases change state here, with their events; `messages` decides who may do it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from akash_tui.practice.rules import escrow
from akash_tui.practice.state.books import Bid, Group, Lease, Order
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.events import typed
from akash_tui.practice.state.refusal import Refusal

refuse = partial(Refusal, "market")
"""A refusal of the market module."""


def order_id(order: Order | Bid | Lease) -> dict[str, Any]:
    """An order id as REST and events write it."""
    return {"owner": order.owner, "dseq": str(order.dseq), "gseq": order.gseq, "oseq": order.oseq}


def bid_id(bid: Bid | Lease) -> dict[str, Any]:
    """A bid or lease id as REST and events write it."""
    return {**order_id(bid), "provider": bid.provider, "bseq": 0}


def deployment_xid(owner: str, dseq: int) -> str:
    """The escrow account of a deployment."""
    return f"{owner}/{dseq}"


def bid_xid(bid: Bid) -> str:
    """The escrow account of a bid."""
    return "/".join(map(str, bid.key))


def payment_key(lease: Bid | Lease) -> tuple[str, str, str]:
    """The payment of a lease: its place in the book of payments, under its deployment's account."""
    return "deployment", deployment_xid(lease.owner, lease.dseq), f"{lease.gseq}/{lease.oseq}/{lease.provider}"


def open_order(ctx: Context, group: Group, min_window: str | None) -> None:
    """A new order for a group, its oseq one above the closed ones."""
    oseq = 1
    for order in ctx.books.orders.scan(group.owner, group.dseq, group.gseq):
        if order.state != "closed":
            raise Refusal("undefined", 1, "order active: create order: active order exists")
        oseq += 1
    order = Order(group.owner, group.dseq, group.gseq, oseq, "open", group.spec, ctx.height, min_window)
    ctx.books.orders.put(order.key, order)
    ctx.emit(typed("akash.market.v1.EventOrderCreated", id=order_id(order)))


def close_order(ctx: Context, order: Order) -> None:
    """Close an order; closed already is fine."""
    if order.state == "closed":
        return
    ctx.books.orders.put(order.key, replace(order, state="closed"))
    ctx.emit(typed("akash.market.v1.EventOrderClosed", id=order_id(order)))


def close_bid(ctx: Context, bid: Bid) -> None:
    """Close a bid and give its deposit back; closed or lost already is fine."""
    if bid.state in ("closed", "lost"):
        return
    ctx.books.bids.put(bid.key, replace(bid, state="closed"))
    escrow.close_account(ctx, "bid", bid_xid(bid))
    ctx.emit(typed("akash.market.v1.EventBidClosed", id=bid_id(bid)))


def close_lease(ctx: Context, lease: Lease, state: str, reason: str) -> None:
    """End a lease; ended already is fine."""
    if lease.state in ("closed", "insufficient_funds"):
        return
    ctx.books.leases.put(lease.key, replace(lease, state=state, closed_on=ctx.height, reason=reason))
    ctx.emit(typed("akash.market.v1.EventLeaseClosed", id=bid_id(lease), reason=reason))


def lose_bids(ctx: Context, order: Order) -> None:
    """After a match: the first losing bid, by provider address, becomes `lost` and gets its deposit back.

    The others stay `open` for good: closing a bid's escrow account makes the real node's loop stop early
    (recordings/chain: bids-after-lease).
    """
    for bid in ctx.books.bids.scan(*order.key):
        if bid.state == "open":
            ctx.books.bids.put(bid.key, replace(bid, state="lost"))
            escrow.close_account(ctx, "bid", bid_xid(bid))
            return


def close_group_market(ctx: Context, group: Group, *, dry: bool) -> None:
    """Close a group's orders, their bids and leases; `dry`: because the account is out of funds."""
    state, reason = "closed", "lease_closed_owner"
    if dry:
        state, reason = "insufficient_funds", "lease_closed_reason_insufficient_funds"
    for order in ctx.books.orders.scan(group.owner, group.dseq, group.gseq):
        if order.state == "closed":
            continue
        close_order(ctx, order)
        wanted = ("open", "active") if order.state == "active" else ("open",)
        bids = list(ctx.books.bids.scan(*order.key))
        for bid in (each for word in wanted for each in bids if each.state == word):
            close_bid(ctx, bid)
            lease = ctx.books.leases.get(bid.key)
            if lease is None:
                continue
            close_lease(ctx, lease, state, reason)
            try:
                escrow.close_payment(ctx, *payment_key(bid))
            except Refusal as refusal:
                # the account is closed already when this follows from closing it: the payment closes with it
                if refusal.codespace != "escrow":
                    raise
