"""Protobuf messages of a transaction → domain messages: the reverse of `messages.py`.

Read strictly: what this program would not write again byte for byte is none of its messages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any as Proto

from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError
from google.protobuf.message import Message as ProtoMessage

from akash_tui.adapters.chain.tx.messages import decimal_text, encode
from akash_tui.domain.akash.entities import BidId, DeploymentId, GroupId
from akash_tui.domain.akash.messages import (
    BurnAct,
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    GrantDeposits,
    GrantFees,
    Message,
    MintAct,
    PauseGroup,
    RevokeDeposits,
    RevokeFees,
    StartGroup,
    UpdateDeployment,
)
from akash_tui.domain.akash.money import Coin, DecCoin
from akash_tui.domain.akash.resources import (
    Attribute,
    Endpoint,
    EndpointKind,
    GroupSpec,
    Resources,
    ResourceUnit,
    SignedBy,
    Volume,
)
from akash_tui.wire import (
    base_deposit_pb2,
    bme_v1_pb2,
    cosmos_authz_pb2,
    cosmos_feegrant_pb2,
    deployment_v1beta4_pb2,
    escrow_v1_pb2,
    market_v1beta5_pb2,
)

KINDS: dict[str, type[ProtoMessage]] = {
    "/" + kind.DESCRIPTOR.full_name: kind
    for kind in (
        deployment_v1beta4_pb2.MsgCreateDeployment,
        deployment_v1beta4_pb2.MsgUpdateDeployment,
        deployment_v1beta4_pb2.MsgCloseDeployment,
        deployment_v1beta4_pb2.MsgPauseGroup,
        deployment_v1beta4_pb2.MsgStartGroup,
        deployment_v1beta4_pb2.MsgCloseGroup,
        market_v1beta5_pb2.MsgCreateLease,
        market_v1beta5_pb2.MsgCloseLease,
        escrow_v1_pb2.MsgAccountDeposit,
        bme_v1_pb2.MsgMintACT,
        bme_v1_pb2.MsgBurnACT,
        cosmos_feegrant_pb2.MsgGrantAllowance,
        cosmos_feegrant_pb2.MsgRevokeAllowance,
        cosmos_authz_pb2.MsgGrant,
        cosmos_authz_pb2.MsgRevoke,
    )
}
"""The messages that this program writes, by type URL."""


def decode(packed: Any) -> Message | None:
    """The domain message; None for a kind that this program does not write, or one with something in it that it does
    not know."""
    kind = KINDS.get(packed.type_url)
    if kind is None:
        return None
    try:
        found = _message(kind.FromString(packed.value))
        return found if found is not None and encode(found).value == packed.value else None
    except (DecodeError, ValueError, ArithmeticError):
        return None


def _message(p: Proto) -> Message | None:
    match p.DESCRIPTOR.name:
        case "MsgCreateDeployment":
            window = p.reclamation.min_window
            return CreateDeployment(
                id=_deployment(p.id),
                groups=tuple(_group(group) for group in p.groups),
                hash=p.hash,
                deposit=_coin(p.deposit.amount),
                sources=_sources(p.deposit),
                reclamation_ns=window.seconds * 10**9 + window.nanos if p.HasField("reclamation") else None,
            )
        case "MsgUpdateDeployment":
            return UpdateDeployment(_deployment(p.id), p.hash)
        case "MsgCloseDeployment":
            return CloseDeployment(_deployment(p.id))
        case "MsgPauseGroup":
            return PauseGroup(_group_id(p.id))
        case "MsgStartGroup":
            return StartGroup(_group_id(p.id))
        case "MsgCloseGroup":
            return CloseGroup(_group_id(p.id))
        case "MsgCreateLease":
            return CreateLease(_bid_id(p.bid_id))
        case "MsgCloseLease":
            return CloseLease(_bid_id(p.id))
        case "MsgAccountDeposit":
            owner, _, dseq = p.id.xid.partition("/")
            id = DeploymentId(owner, int(dseq))
            return DepositDeployment(p.signer, id, _coin(p.deposit.amount), _sources(p.deposit))
        case "MsgMintACT":
            return MintAct(p.owner, _coin(p.coins_to_burn))
        case "MsgBurnACT":
            return BurnAct(p.owner, _coin(p.coins_to_burn))
        case "MsgRevokeAllowance":
            return RevokeFees(p.granter, p.grantee)
        case "MsgRevoke":
            return RevokeDeposits(p.granter, p.grantee)
        case "MsgGrantAllowance":
            basic = cosmos_feegrant_pb2.BasicAllowance.FromString(p.allowance.value)
            if len(basic.spend_limit) == 1:
                return GrantFees(p.granter, p.grantee, _coin(basic.spend_limit[0]), _time(basic))
        case "MsgGrant":
            paid = escrow_v1_pb2.DepositAuthorization.FromString(p.grant.authorization.value)
            if len(paid.spend_limits) == 1:
                return GrantDeposits(p.granter, p.grantee, _coin(paid.spend_limits[0]), _time(p.grant))
    return None


def _group(p: Proto) -> GroupSpec:
    need = p.requirements
    return GroupSpec(
        name=p.name,
        attributes=_attributes(need.attributes),
        signed_by=SignedBy(tuple(need.signed_by.all_of), tuple(need.signed_by.any_of)),
        units=tuple(
            ResourceUnit(_resources(u.resource), u.count, DecCoin(u.price.denom, Decimal(decimal_text(u.price.amount))))
            for u in p.resources
        ),
    )


def _resources(p: Proto) -> Resources:
    return Resources(
        id=p.id,
        cpu_milli=int(p.cpu.units.val),
        cpu_attributes=_attributes(p.cpu.attributes),
        memory=int(p.memory.quantity.val),
        memory_attributes=_attributes(p.memory.attributes),
        storage=tuple(Volume(v.name, int(v.quantity.val), _attributes(v.attributes)) for v in p.storage),
        gpu_units=int(p.gpu.units.val),
        gpu_attributes=_attributes(p.gpu.attributes),
        endpoints=tuple(Endpoint(EndpointKind(e.kind), e.sequence_number) for e in p.endpoints),
    )


def _attributes(p: Proto) -> tuple[Attribute, ...]:
    return tuple(Attribute(a.key, a.value) for a in p)


def _coin(p: Proto) -> Coin:
    amount = int(p.amount)
    if amount < 0:  # it would lower the sum that the limits see
        raise ValueError("an amount is negative")
    return Coin(p.denom, amount)


def _sources(p: Proto) -> tuple[str, ...]:
    return tuple(base_deposit_pb2.Source.Name(source) for source in p.sources)


def _deployment(p: Proto) -> DeploymentId:
    return DeploymentId(p.owner, p.dseq)


def _group_id(p: Proto) -> GroupId:
    return GroupId(p.owner, p.dseq, p.gseq)


def _bid_id(p: Proto) -> BidId:
    return BidId(p.owner, p.dseq, p.gseq, p.oseq, p.provider, p.bseq)


def _time(p: Proto) -> datetime | None:
    return datetime.fromtimestamp(p.expiration.seconds, UTC) if p.HasField("expiration") else None
