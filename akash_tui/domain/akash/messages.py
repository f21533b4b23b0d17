"""The messages that a tenant can send to the chain, as values; an adapter encodes them as protobuf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from akash_tui.domain.akash.entities import BidId, DeploymentId, GroupId, LeaseId
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.resources import GroupSpec

BALANCE_ONLY = ("balance",)
GRANT_ONLY = ("grant",)
GRANT_THEN_BALANCE = ("grant", "balance")


@dataclass(frozen=True, slots=True)
class CreateDeployment:
    """`akash.deployment.v1beta4.MsgCreateDeployment`."""

    id: DeploymentId
    groups: tuple[GroupSpec, ...]
    hash: bytes
    deposit: Coin
    sources: tuple[str, ...] = GRANT_THEN_BALANCE
    reclamation_ns: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateDeployment:
    """`akash.deployment.v1beta4.MsgUpdateDeployment`: only the manifest hash can change."""

    id: DeploymentId
    hash: bytes


@dataclass(frozen=True, slots=True)
class CloseDeployment:
    """`akash.deployment.v1beta4.MsgCloseDeployment`."""

    id: DeploymentId


@dataclass(frozen=True, slots=True)
class CreateLease:
    """`akash.market.v1beta5.MsgCreateLease`."""

    bid: BidId


@dataclass(frozen=True, slots=True)
class CloseLease:
    """`akash.market.v1beta5.MsgCloseLease`: a new order of the same group opens at once."""

    lease: LeaseId


@dataclass(frozen=True, slots=True)
class PauseGroup:
    """`akash.deployment.v1beta4.MsgPauseGroup`: its lease and its orders end; it can be started again."""

    group: GroupId


@dataclass(frozen=True, slots=True)
class StartGroup:
    """`akash.deployment.v1beta4.MsgStartGroup`: a paused group opens again, with a new order."""

    group: GroupId


@dataclass(frozen=True, slots=True)
class CloseGroup:
    """`akash.deployment.v1beta4.MsgCloseGroup`: its lease and its orders end for good."""

    group: GroupId


@dataclass(frozen=True, slots=True)
class DepositDeployment:
    """`akash.escrow.v1.MsgAccountDeposit` into a deployment's escrow account."""

    signer: str
    deployment: DeploymentId
    deposit: Coin
    sources: tuple[str, ...] = GRANT_THEN_BALANCE


@dataclass(frozen=True, slots=True)
class MintAct:
    """`akash.bme.v1.MsgMintACT`: burn uakt for uact; executed some blocks later, may be cancelled."""

    owner: str
    burn: Coin


@dataclass(frozen=True, slots=True)
class BurnAct:
    """`akash.bme.v1.MsgBurnACT`: burn uact for uakt."""

    owner: str
    burn: Coin


@dataclass(frozen=True, slots=True)
class GrantFees:
    """A `MsgGrantAllowance` of a basic allowance: pay the fees of `grantee`, up to `limit`."""

    granter: str
    grantee: str
    limit: Coin
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevokeFees:
    """A `MsgRevokeAllowance`: pay them no more."""

    granter: str
    grantee: str


@dataclass(frozen=True, slots=True)
class GrantDeposits:
    """A `MsgGrant` of an `akash.escrow.v1.DepositAuthorization`: pay the deposits of the deployments
    of `grantee`, up to `limit`."""

    granter: str
    grantee: str
    limit: Coin
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevokeDeposits:
    """A `MsgRevoke` of it."""

    granter: str
    grantee: str


Message = (
    CreateDeployment
    | UpdateDeployment
    | CloseDeployment
    | CreateLease
    | CloseLease
    | PauseGroup
    | StartGroup
    | CloseGroup
    | DepositDeployment
    | MintAct
    | BurnAct
    | GrantFees
    | RevokeFees
    | GrantDeposits
    | RevokeDeposits
)


def actor(message: Message) -> str:
    """The account that has to sign."""
    match message:
        case CreateDeployment() | UpdateDeployment() | CloseDeployment():
            return message.id.owner
        case CreateLease():
            return message.bid.owner
        case CloseLease():
            return message.lease.owner
        case PauseGroup() | StartGroup() | CloseGroup():
            return message.group.owner
        case DepositDeployment():
            return message.signer
        case MintAct() | BurnAct():
            return message.owner
        case GrantFees() | RevokeFees() | GrantDeposits() | RevokeDeposits():
            return message.granter


def spent_by(message: Message) -> Coin | None:
    """What a message takes from the wallet besides its fee; None if nothing."""
    match message:
        case CreateDeployment() | DepositDeployment():
            return message.deposit
        case MintAct() | BurnAct():
            return message.burn
    return None


def spent_in_all(messages: Sequence[Message]) -> dict[str, int]:
    """What messages take together, by token, in smallest units; empty if only gas is paid.

    A grant that is given counts with its limit: somebody else may take so much, and nothing is signed here for it.
    """
    out: dict[str, int] = {}
    for message in messages:
        coin = message.limit if isinstance(message, GrantFees | GrantDeposits) else spent_by(message)
        if coin is not None:
            out[coin.denom] = out.get(coin.denom, 0) + coin.amount
    return out
