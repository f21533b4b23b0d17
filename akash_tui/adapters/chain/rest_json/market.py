"""Deployments and their escrow accounts, orders, bids and leases as REST JSON → `domain.akash.entities`.

Two shapes of bids are read into the same values: today's, and the one of Mainnet 8 and before
(`bid_id`, a flat escrow account), which saved answers still use (recordings/mainnet8).
"""

from __future__ import annotations

from decimal import Decimal

from akash_tui.adapters.chain.rest_json.fields import Base64, Int32, Int64, JsonModel, Many, Seconds, Text, at, first_of
from akash_tui.adapters.chain.rest_json.group import DecCoinJson, GroupSpecJson, OfferJson
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    Deposit,
    EscrowAccount,
    EscrowState,
    Group,
    GroupId,
    GroupState,
    Lease,
    LeaseState,
    Order,
    OrderId,
    OrderState,
    Reclamation,
)
from akash_tui.domain.akash.money import DecCoin

# --- escrow -----------------------------------------------------------------------------------


class DepositJson(JsonModel):
    owner: Text
    height: Int64
    source: Text
    balance: DecCoinJson

    def value(self) -> Deposit:
        return Deposit(self.owner, self.height, self.source, self.balance.value())


class EscrowJson(JsonModel):
    """Today's escrow account, or the older flat one: its owner's money (`balance`) and a depositor's (`funds`)."""

    state: Text = first_of(("state", "state"), ("state",))
    settled_at: Int64 = first_of(("state", "settled_at"), ("settled_at",), default=0)
    funds: Many[DecCoinJson] = at("state", "funds", default=())
    deposits: Many[DepositJson] = at("state", "deposits", default=())
    transferred: Many[DecCoinJson] = at("state", "transferred", default=())
    old_balance: DecCoinJson | None = at("balance", default=None)
    old_funds: DecCoinJson | None = at("funds", default=None)

    def value(self) -> EscrowAccount:
        funds = [coin.value() for coin in self.funds]
        old = [coin for coin in (self.old_balance, self.old_funds) if coin is not None]
        for denom in dict.fromkeys(coin.denom for coin in old):
            funds.append(DecCoin(denom, sum((coin.amount for coin in old if coin.denom == denom), Decimal(0))))
        deposits = tuple(deposit.value() for deposit in self.deposits)
        paid = tuple(coin.value() for coin in self.transferred)
        return EscrowAccount(EscrowState(self.state), self.settled_at, tuple(funds), deposits, paid)


# --- deployments ------------------------------------------------------------------------------


class DeploymentIdJson(JsonModel):
    owner: Text
    dseq: Int64


class GroupIdJson(DeploymentIdJson):
    gseq: Int32


class GroupJson(JsonModel):
    id: GroupIdJson
    state: Text
    group_spec: GroupSpecJson
    created_at: Int64

    def value(self) -> Group:
        return Group(GroupId(**dict(self.id)), GroupState(self.state), self.group_spec.value(), self.created_at)


class DeploymentJson(JsonModel):
    id: DeploymentIdJson = at("deployment", "id")
    state: Text = at("deployment", "state")
    hash: Base64 = at("deployment", "hash")
    created_at: Int64 = at("deployment", "created_at")
    groups: Many[GroupJson] = ()
    escrow_account: EscrowJson | None = None

    def value(self) -> Deployment:
        return Deployment(
            id=DeploymentId(**dict(self.id)),
            state=DeploymentState(self.state),
            hash=self.hash,
            created_at=self.created_at,
            groups=tuple(group.value() for group in self.groups),
            escrow=self.escrow_account.value() if self.escrow_account else EscrowAccount(EscrowState.UNKNOWN, 0, ()),
        )


# --- orders and bids --------------------------------------------------------------------------


class OrderIdJson(GroupIdJson):
    oseq: Int32


class OrderJson(JsonModel):
    id: OrderIdJson
    state: Text
    spec: GroupSpecJson
    created_at: Int64

    def value(self) -> Order:
        return Order(OrderId(**dict(self.id)), OrderState(self.state), self.spec.value(), self.created_at)


class OneOrder(JsonModel):
    order: OrderJson

    def value(self) -> Order:
        return self.order.value()


class BidIdJson(OrderIdJson):
    provider: Text
    bseq: Int32 = 0


class BidJson(JsonModel):
    id: BidIdJson = first_of(("bid", "id"), ("bid", "bid_id"))
    state: Text = at("bid", "state")
    price: DecCoinJson = at("bid", "price")
    created_at: Int64 = at("bid", "created_at")
    resources_offer: Many[OfferJson] = at("bid", "resources_offer", default=())
    reclamation_window: Seconds = at("bid", "reclamation_window", default=None)
    escrow_account: EscrowJson | None = None

    def value(self) -> Bid:
        return Bid(
            id=BidId(**dict(self.id)),
            state=BidState(self.state),
            price=self.price.value(),
            created_at=self.created_at,
            offers=tuple(offer.value() for offer in self.resources_offer),
            reclamation_seconds=self.reclamation_window,
            escrow=self.escrow_account.value() if self.escrow_account else None,
        )


# --- leases -----------------------------------------------------------------------------------


class ReclamationJson(JsonModel):
    deadline: Int64 = 0
    reason: Text = ""

    def value(self) -> Reclamation:
        return Reclamation(self.deadline, self.reason)


class LeaseJson(JsonModel):
    id: BidIdJson = at("lease", "id")
    state: Text = at("lease", "state")
    price: DecCoinJson = at("lease", "price")
    created_at: Int64 = at("lease", "created_at")
    closed_on: Int64 = at("lease", "closed_on", default=0)
    reason: Text = at("lease", "reason", default="")
    reclamation: ReclamationJson | None = at("lease", "reclamation", default=None)

    def value(self) -> Lease:
        return Lease(
            id=BidId(**dict(self.id)),
            state=LeaseState(self.state),
            price=self.price.value(),
            created_at=self.created_at,
            closed_on=self.closed_on,
            reason=self.reason,
            reclamation=self.reclamation.value() if self.reclamation else None,
        )
