"""Deployments, orders, bids and leases as REST JSON → `domain.akash.entities`.

Two shapes of bids are read into the same values: today's, and the one of Mainnet 8 and before
(`bid_id`, a flat escrow account), which saved answers still use (recordings/mainnet8).
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import AliasChoices, Field, PrivateAttr

from akash_tui.adapters.chain.rest_json.escrow import EscrowJson, JsonPage, PaymentJson
from akash_tui.adapters.chain.rest_json.fields import Base64, Int32, Int64, JsonModel, Text, seconds
from akash_tui.adapters.chain.rest_json.group import DecCoinJson, GroupSpecJson, OfferJson
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
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

# --- deployments ------------------------------------------------------------------------------


class DemandJson(JsonModel):
    """What a deployment demands for a reclamation."""

    min_window: Text | None = None


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
        id = GroupId(self.id.owner, self.id.dseq, self.id.gseq)
        return Group(id, GroupState(self.state), self.group_spec.value(), self.created_at)


class DeploymentCoreJson(JsonModel):
    id: DeploymentIdJson
    state: Text
    hash: Base64
    created_at: Int64
    reclamation: DemandJson | None = None


class DeploymentJson(JsonModel):
    deployment: DeploymentCoreJson
    groups: list[GroupJson] | None = None
    escrow_account: EscrowJson | None = None

    def value(self) -> Deployment:
        core = self.deployment
        id = DeploymentId(core.id.owner, core.id.dseq)
        unknown = EscrowAccount("deployment", id.xid, id.owner, EscrowState.UNKNOWN, 0, ())
        return Deployment(
            id=id,
            state=DeploymentState(core.state),
            hash=core.hash,
            created_at=core.created_at,
            groups=tuple(g.value() for g in self.groups or ()),
            escrow=self.escrow_account.value() if self.escrow_account else unknown,
            reclamation_min_seconds=seconds(core.reclamation.min_window) if core.reclamation else None,
        )


class DeploymentsPage(JsonPage):
    deployments: list[DeploymentJson] | None = None


# --- orders and bids --------------------------------------------------------------------------


class OrderIdJson(GroupIdJson):
    oseq: Int32


class OrderJson(JsonModel):
    id: OrderIdJson
    state: Text
    spec: GroupSpecJson
    created_at: Int64
    reclamation: DemandJson | None = None

    def value(self) -> Order:
        id = OrderId(self.id.owner, self.id.dseq, self.id.gseq, self.id.oseq)
        wanted = seconds(self.reclamation.min_window) if self.reclamation else None
        return Order(id, OrderState(self.state), self.spec.value(), self.created_at, wanted)


class OneOrder(JsonModel):
    order: OrderJson


class OrdersPage(JsonPage):
    orders: list[OrderJson] | None = None


class BidIdJson(OrderIdJson):
    provider: Text
    bseq: Int32 = 0

    def value(self) -> BidId:
        return BidId(self.owner, self.dseq, self.gseq, self.oseq, self.provider, self.bseq)


class BidCoreJson(JsonModel):
    id: BidIdJson = Field(validation_alias=AliasChoices("id", "bid_id"))
    state: Text
    price: DecCoinJson
    created_at: Int64
    resources_offer: list[OfferJson] | None = None
    reclamation_window: Text | None = None


class BidJson(JsonModel):
    bid: BidCoreJson
    escrow_account: EscrowJson | None = None

    def value(self) -> Bid:
        core = self.bid
        return Bid(
            id=core.id.value(),
            state=BidState(core.state),
            price=core.price.value(),
            created_at=core.created_at,
            offers=tuple(o.value() for o in core.resources_offer or ()),
            reclamation_seconds=seconds(core.reclamation_window),
            escrow=self.escrow_account.value() if self.escrow_account else None,
        )


class BidsPage(JsonPage):
    """One page of bids. Its values are made while it is validated, in a thread if it is long: a list of thousands
    must not keep the screen waiting."""

    bids: list[BidJson] | None = None
    _values: tuple[Bid, ...] = PrivateAttr(default=())

    def model_post_init(self, context: object, /) -> None:
        """Called by pydantic at the end of the validation."""
        self._values = tuple(bid.value() for bid in self.bids or ())

    @property
    def values(self) -> tuple[Bid, ...]:
        """The bids of this page."""
        return self._values


# --- leases -----------------------------------------------------------------------------------


class ReclamationJson(JsonModel):
    window: Text | None = None
    started_at: Int64 = 0
    deadline: Int64 = 0
    reason: Text = ""

    def value(self) -> Reclamation:
        return Reclamation(seconds(self.window) or Decimal(0), self.started_at, self.deadline, self.reason)


class LeaseCoreJson(JsonModel):
    id: BidIdJson
    state: Text
    price: DecCoinJson
    created_at: Int64
    closed_on: Int64 = 0
    reason: Text = ""
    reclamation: ReclamationJson | None = None


class LeaseJson(JsonModel):
    lease: LeaseCoreJson
    escrow_payment: PaymentJson | None = None

    def value(self) -> Lease:
        core = self.lease
        return Lease(
            id=core.id.value(),
            state=LeaseState(core.state),
            price=core.price.value(),
            created_at=core.created_at,
            closed_on=core.closed_on,
            reason=core.reason,
            reclamation=core.reclamation.value() if core.reclamation else None,
            payment=self.escrow_payment.state.value() if self.escrow_payment else None,
        )


class LeasesPage(JsonPage):
    leases: list[LeaseJson] | None = None
