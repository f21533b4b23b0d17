"""Domain messages as protobuf, byte for byte as Akash's Go tools write them.

Go writes every embedded message that cannot be null even when it is empty (`signed_by` as `0a 00`),
and packs repeated enums; both are done here, because equal input must give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message as ProtoMessage
from google.protobuf.timestamp_pb2 import Timestamp

from akash_tui.domain.akash.entities import DeploymentId
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
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.resources import Attribute, GroupSpec, Resources
from akash_tui.services.ports import BadInput
from akash_tui.wire import (
    base_attributes_pb2,
    base_deposit_pb2,
    base_resources_pb2,
    bme_v1_pb2,
    cosmos_authz_pb2,
    cosmos_base_pb2,
    cosmos_feegrant_pb2,
    deployment_v1_pb2,
    deployment_v1beta4_pb2,
    escrow_id_pb2,
    escrow_v1_pb2,
    market_v1_pb2,
    market_v1beta5_pb2,
)

DEC_PLACES = 18
"""Decimal places of the Cosmos SDK's LegacyDec."""
DEPOSIT_MESSAGE = "/akash.escrow.v1.MsgAccountDeposit"
"""What a deposit authorization is for, as authz names it (recordings/chain/grant-deposit)."""
_SOURCES = {"balance": base_deposit_pb2.balance, "grant": base_deposit_pb2.grant}


def encode(message: Message) -> Any:
    """The message as the Any of a transaction body; `BadInput` for values that protobuf cannot carry."""
    try:
        proto = _proto(message)
    except ValueError as problem:  # protobuf's range checks: negative or too large numbers
        raise BadInput(
            "A number is outside the range that the chain can store.",
            "Check the amounts and counts of the SDL and of the deposit.",
            detail=str(problem),
        ) from None
    return packed(proto)


def packed(proto: ProtoMessage) -> Any:
    """A protobuf message as an Any, with the type URL that the chain writes."""
    return Any(type_url="/" + proto.DESCRIPTOR.full_name, value=proto.SerializeToString(deterministic=True))


def groups_proto(groups: Iterable[GroupSpec]) -> list[bytes]:
    """The bytes of each group as `akash.deployment.v1beta4.GroupSpec`, in order."""
    return [group_proto(group).SerializeToString(deterministic=True) for group in groups]


def group_proto(group: GroupSpec) -> deployment_v1beta4_pb2.GroupSpec:
    """One deployment group."""
    proto = deployment_v1beta4_pb2.GroupSpec(name=group.name)
    proto.requirements.signed_by.SetInParent()
    proto.requirements.signed_by.all_of.extend(group.signed_by.all_of)
    proto.requirements.signed_by.any_of.extend(group.signed_by.any_of)
    proto.requirements.attributes.extend(_attributes(group.attributes))
    for unit in group.units:
        proto.resources.add(
            resource=_resources(unit.resources),
            count=unit.count,
            price=cosmos_base_pb2.DecCoin(denom=unit.price.denom, amount=legacy_dec(unit.price.amount)),
        )
    return proto


def legacy_dec(value: Decimal) -> str:
    """A decimal as LegacyDec's text on the wire: × 10^18, an integer. `BadInput` beyond 18 places."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise BadInput(f"The price {value} is not a number.", "Write it like 1000 or 12.5.")
    whole = int("".join(map(str, digits)))  # integers throughout: a Decimal context would round at 28 digits
    shift = DEC_PLACES + exponent
    if shift < 0:
        whole, rest = divmod(whole, 10**-shift)
        if rest:
            raise BadInput(f"The price {value} has more than {DEC_PLACES} decimal places.", "Round it.")
    else:
        whole *= 10**shift
    return str(-whole if sign else whole)


def decimal_text(amount: str) -> str:
    """A LegacyDec of the wire as a decimal with all its places: `10000.000000000000000000`."""
    return f"{int(amount) // 10**DEC_PLACES}.{int(amount) % 10**DEC_PLACES:0{DEC_PLACES}}"


def coin_proto(coin: Coin) -> cosmos_base_pb2.Coin:
    """A whole amount; `BadInput` if negative."""
    if coin.amount < 0:
        raise BadInput(f"The amount {coin.amount} {coin.denom} is negative.", "Enter zero or more.")
    return cosmos_base_pb2.Coin(denom=coin.denom, amount=str(coin.amount))


def _proto(message: Message) -> ProtoMessage:
    match message:
        case CreateDeployment():
            return _create_deployment(message)
        case UpdateDeployment():
            return deployment_v1beta4_pb2.MsgUpdateDeployment(id=_deployment_id(message.id), hash=message.hash)
        case CloseDeployment():
            return deployment_v1beta4_pb2.MsgCloseDeployment(id=_deployment_id(message.id))
        case CreateLease():
            return market_v1beta5_pb2.MsgCreateLease(bid_id=market_v1_pb2.BidID(**asdict(message.bid)))
        case CloseLease():
            return market_v1beta5_pb2.MsgCloseLease(id=market_v1_pb2.LeaseID(**asdict(message.lease)))
        case PauseGroup():
            return deployment_v1beta4_pb2.MsgPauseGroup(id=deployment_v1_pb2.GroupID(**asdict(message.group)))
        case StartGroup():
            return deployment_v1beta4_pb2.MsgStartGroup(id=deployment_v1_pb2.GroupID(**asdict(message.group)))
        case CloseGroup():
            return deployment_v1beta4_pb2.MsgCloseGroup(id=deployment_v1_pb2.GroupID(**asdict(message.group)))
        case DepositDeployment():
            account = escrow_id_pb2.Account(scope=escrow_id_pb2.deployment, xid=message.deployment.xid)
            deposit = _deposit(message.deposit, message.sources)
            return escrow_v1_pb2.MsgAccountDeposit(signer=message.signer, id=account, deposit=deposit)
        case MintAct():
            # the chain demands that `to` is the owner (x/bme MsgMintACT.ValidateBasic)
            return bme_v1_pb2.MsgMintACT(owner=message.owner, to=message.owner, coins_to_burn=coin_proto(message.burn))
        case BurnAct():
            return bme_v1_pb2.MsgBurnACT(owner=message.owner, to=message.owner, coins_to_burn=coin_proto(message.burn))
        case GrantFees():
            allowance = cosmos_feegrant_pb2.BasicAllowance(
                spend_limit=[coin_proto(message.limit)], expiration=_timestamp(message.expires)
            )
            return cosmos_feegrant_pb2.MsgGrantAllowance(
                granter=message.granter, grantee=message.grantee, allowance=packed(allowance)
            )
        case RevokeFees():
            return cosmos_feegrant_pb2.MsgRevokeAllowance(granter=message.granter, grantee=message.grantee)
        case GrantDeposits():
            return _grant_deposits(message)
        case RevokeDeposits():
            return cosmos_authz_pb2.MsgRevoke(
                granter=message.granter, grantee=message.grantee, msg_type_url=DEPOSIT_MESSAGE
            )


def _grant_deposits(message: GrantDeposits) -> cosmos_authz_pb2.MsgGrant:
    authorization = escrow_v1_pb2.DepositAuthorization(
        # the limit of earlier versions: a coin of 0, as the chain's own tools write it (recordings, grant-deposit)
        spend_limit=cosmos_base_pb2.Coin(denom=message.limit.denom, amount="0"),
        scopes=[escrow_v1_pb2.DepositAuthorization.deployment],
        spend_limits=[coin_proto(message.limit)],
    )
    grant = cosmos_authz_pb2.Grant(authorization=packed(authorization), expiration=_timestamp(message.expires))
    return cosmos_authz_pb2.MsgGrant(granter=message.granter, grantee=message.grantee, grant=grant)


def _timestamp(at: datetime | None) -> Timestamp | None:
    """A time in whole seconds."""
    return None if at is None else Timestamp(seconds=int(at.timestamp()))


def _create_deployment(message: CreateDeployment) -> deployment_v1beta4_pb2.MsgCreateDeployment:
    proto = deployment_v1beta4_pb2.MsgCreateDeployment(
        id=_deployment_id(message.id),
        groups=[group_proto(group) for group in message.groups],
        hash=message.hash,
        deposit=_deposit(message.deposit, message.sources),
    )
    if message.reclamation_ns is not None:
        window = proto.reclamation.min_window
        window.SetInParent()
        window.seconds, window.nanos = divmod(message.reclamation_ns, 1_000_000_000)
    return proto


def _deployment_id(id: DeploymentId) -> deployment_v1_pb2.DeploymentID:
    return deployment_v1_pb2.DeploymentID(**asdict(id))


def _deposit(amount: Coin, sources: Sequence[str]) -> base_deposit_pb2.Deposit:
    unknown = [s for s in sources if s not in _SOURCES]
    if unknown or not sources or len(set(sources)) != len(sources):
        raise BadInput("The deposit has no valid source.", "Name `balance`, `grant` or both, each once.")
    return base_deposit_pb2.Deposit(amount=coin_proto(amount), sources=[_SOURCES[s] for s in sources])


def _resources(it: Resources) -> base_resources_pb2.Resources:
    return base_resources_pb2.Resources(
        id=it.id,
        cpu=base_resources_pb2.CPU(units=_value(it.cpu_milli), attributes=_attributes(it.cpu_attributes)),
        memory=base_resources_pb2.Memory(quantity=_value(it.memory), attributes=_attributes(it.memory_attributes)),
        storage=[
            base_resources_pb2.Storage(name=v.name, quantity=_value(v.size), attributes=_attributes(v.attributes))
            for v in it.storage
        ],
        gpu=base_resources_pb2.GPU(units=_value(it.gpu_units), attributes=_attributes(it.gpu_attributes)),
        endpoints=[
            base_resources_pb2.Endpoint(kind=e.kind.name, sequence_number=e.sequence_number) for e in it.endpoints
        ],
    )


def _value(number: int) -> base_resources_pb2.ResourceValue:
    if number < 0:
        raise BadInput(f"The resource {number} is negative.", "Correct the sizes and counts in the SDL.")
    return base_resources_pb2.ResourceValue(val=str(number).encode("ascii"))


def _attributes(attributes: Iterable[Attribute]) -> list[base_attributes_pb2.Attribute]:
    return [base_attributes_pb2.Attribute(key=a.key, value=a.value) for a in attributes]
