"""Deployments, orders, bids, leases and escrow, as the chain reports them.

Ids carry what the chain writes: dseq is a number here and a string in JSON. An unknown
state is `UNKNOWN`, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.akash.resources import GroupSpec, ResourceOffer


@dataclass(frozen=True, slots=True, order=True)
class DeploymentId:
    owner: str
    dseq: int

    @property
    def xid(self) -> str:
        """The id of its escrow account: `owner/dseq`."""
        return f"{self.owner}/{self.dseq}"


@dataclass(frozen=True, slots=True, order=True)
class GroupId:
    owner: str
    dseq: int
    gseq: int


@dataclass(frozen=True, slots=True, order=True)
class OrderId:
    owner: str
    dseq: int
    gseq: int
    oseq: int

    @property
    def deployment(self) -> DeploymentId:
        return DeploymentId(self.owner, self.dseq)


@dataclass(frozen=True, slots=True, order=True)
class BidId:
    """A bid's id, and the id of the lease that may follow from it. `bseq` is 0 on today's chain."""

    owner: str
    dseq: int
    gseq: int
    oseq: int
    provider: str
    bseq: int = 0

    @property
    def order(self) -> OrderId:
        return OrderId(self.owner, self.dseq, self.gseq, self.oseq)

    @property
    def deployment(self) -> DeploymentId:
        return DeploymentId(self.owner, self.dseq)

    def __str__(self) -> str:
        return f"{self.owner}/{self.dseq}/{self.gseq}/{self.oseq}/{self.provider}"


LeaseId = BidId


class _State(StrEnum):
    @classmethod
    def _missing_(cls, value: object) -> _State:
        return cls("unknown")


class DeploymentState(_State):
    ACTIVE = "active"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class GroupState(_State):
    OPEN = "open"
    PAUSED = "paused"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class OrderState(_State):
    OPEN = "open"
    ACTIVE = "active"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class BidState(_State):
    """A losing bid may stay `OPEN` for good: whether it can be accepted depends on the order's state."""

    OPEN = "open"
    ACTIVE = "active"
    LOST = "lost"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class LeaseState(_State):
    ACTIVE = "active"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    CLOSED = "closed"
    RECLAIMING = "reclaiming"
    UNKNOWN = "unknown"

    @property
    def is_running(self) -> bool:
        """True while the lease exists on chain and costs money, whether or not its workload is up.

        That a provider reports every service as ready is another question: `LeaseStatus.running`.
        """
        return self in (LeaseState.ACTIVE, LeaseState.RECLAIMING)


class EscrowState(_State):
    OPEN = "open"
    CLOSED = "closed"
    OVERDRAWN = "overdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit into an escrow account: who paid, when, from `balance` or `grant`."""

    owner: str
    height: int
    source: str
    balance: DecCoin


@dataclass(frozen=True, slots=True)
class EscrowAccount:
    """Funds that a deployment (or bid) holds. `funds` are as of block `settled_at`, not of now."""

    state: EscrowState
    settled_at: int
    funds: tuple[DecCoin, ...]
    deposits: tuple[Deposit, ...] = ()
    transferred: tuple[DecCoin, ...] = ()
    """What settlements have paid out of it so far."""

    def deposited(self, denom: str) -> Decimal:
        """Micro-units ever deposited while it is open: what is left and what was paid; only a deposit changes it."""
        return self.held(denom) + sum((c.amount for c in self.transferred if c.denom == denom), Decimal(0))

    def held(self, denom: str) -> Decimal:
        """Micro-units of `denom` at the last settlement; negative when overdrawn."""
        return sum((c.amount for c in self.funds if c.denom == denom), Decimal(0))

    def projected(self, denom: str, rate: Decimal, height: int) -> Decimal:
        """Micro-units left at block `height` if leases cost `rate` a block since the settlement."""
        return self.held(denom) - rate * max(0, height - self.settled_at)


@dataclass(frozen=True, slots=True)
class Group:
    id: GroupId
    state: GroupState
    spec: GroupSpec
    created_at: int


@dataclass(frozen=True, slots=True)
class Deployment:
    id: DeploymentId
    state: DeploymentState
    hash: bytes
    """SHA-256 of the manifest that providers must receive (the "version")."""
    created_at: int
    groups: tuple[Group, ...]
    escrow: EscrowAccount


@dataclass(frozen=True, slots=True)
class Order:
    id: OrderId
    state: OrderState
    spec: GroupSpec
    created_at: int


@dataclass(frozen=True, slots=True)
class Bid:
    """One provider's offer for an order; `price` is per block for the whole group."""

    id: BidId
    state: BidState
    price: DecCoin
    created_at: int
    """Block height."""
    offers: tuple[ResourceOffer, ...]
    """Empty for bids older than Mainnet 8, which disclose nothing."""
    reclamation_seconds: Decimal | None = None
    escrow: EscrowAccount | None = None


@dataclass(frozen=True, slots=True)
class Reclamation:
    deadline: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lease:
    id: LeaseId
    state: LeaseState
    price: DecCoin
    created_at: int
    closed_on: int
    """Block height of the close; 0 while it runs."""
    reason: str
    reclamation: Reclamation | None = None


def all_reclaimed(leases: Iterable[Lease]) -> bool:
    """True if something runs and every lease of it is being reclaimed: no money keeps any of it much longer."""
    alive = [lease for lease in leases if lease.state.is_running]
    return bool(alive) and all(lease.state is LeaseState.RECLAIMING for lease in alive)
