"""What follows from escrow closing: a deployment without money ends, a lease without payment ends."""

from __future__ import annotations

from dataclasses import replace

from akash_tui.practice.rules import market_book
from akash_tui.practice.state.books import Deployment, EscrowAccount, EscrowPayment, Group
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.events import typed


class Lifecycle:
    """The escrow hooks of the deployment and market modules."""

    def account_closed(self, ctx: Context, account: EscrowAccount) -> None:
        """Close the deployment, its groups, orders, bids and leases."""
        if account.scope != "deployment":
            return
        owner, _, dseq = account.xid.partition("/")
        deployment = ctx.books.deployments.get((owner, int(dseq)))
        if deployment is None or deployment.state != "active":
            return
        ctx.books.deployments.put((owner, int(dseq)), replace(deployment, state="closed"))
        ctx.emit(typed("akash.deployment.v1.EventDeploymentClosed", id=deployment_id(deployment)))
        dry = account.state == "overdrawn"
        for group in ctx.books.groups.scan(owner, int(dseq)):
            if group.state != "closed":
                set_group(ctx, group, "insufficient_funds" if dry else "closed", "EventGroupClosed")
                market_book.close_group_market(ctx, group, dry=dry)

    def payment_closed(self, ctx: Context, payment: EscrowPayment) -> None:
        """Close the lease that was paid, with its bid and order."""
        owner, _, dseq = payment.xid.partition("/")
        gseq, oseq, provider = payment.pid.split("/")
        key = (owner, int(dseq), int(gseq), int(oseq), provider)
        bid, lease = ctx.books.bids.get(key), ctx.books.leases.get(key)
        order = ctx.books.orders.get(key[:4])
        if bid is None or lease is None or order is None or bid.state != "active":
            return
        market_book.close_order(ctx, order)
        market_book.close_bid(ctx, bid)
        if payment.state == "overdrawn":
            market_book.close_lease(ctx, lease, "insufficient_funds", "lease_closed_reason_insufficient_funds")
        else:
            market_book.close_lease(ctx, lease, "closed", "lease_closed_reason_unspecified")


def deployment_id(deployment: Deployment | Group) -> dict[str, str]:
    """A deployment id as REST and events write it."""
    return {"owner": deployment.owner, "dseq": str(deployment.dseq)}


def group_id(group: Group) -> dict[str, object]:
    """A group id as REST and events write it."""
    return {**deployment_id(group), "gseq": group.gseq}


def set_group(ctx: Context, group: Group, state: str, event: str) -> Group:
    """Change a group's state, with the event of that name."""
    group = replace(group, state=state)
    ctx.books.groups.put((group.owner, group.dseq, group.gseq), group)
    ctx.emit(typed(f"akash.deployment.v1.{event}", id=group_id(group)))
    return group
