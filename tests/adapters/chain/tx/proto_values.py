"""Read protobuf messages back into domain values, to check that writing them gives the same bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import any_pb2

from akash_tui.domain.akash.entities import BidId, DeploymentId, GroupId
from akash_tui.domain.akash.messages import (
    BurnAct,
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    Message,
    MintAct,
    PauseGroup,
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
    deployment_v1beta4_pb2,
    escrow_id_pb2,
    escrow_v1_pb2,
    market_v1beta5_pb2,
)

TWELVE = " ".join(["abandon"] * 11 + ["about"])
"""The public test mnemonic behind the recordings."""


def need(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"no conformance data at {path}")
    return path


def load(path: Path) -> Any:
    return json.loads(need(path).read_text(encoding="utf-8"))


def group(p: deployment_v1beta4_pb2.GroupSpec) -> GroupSpec:
    need = p.requirements
    return GroupSpec(
        name=p.name,
        attributes=attributes(need.attributes),
        signed_by=SignedBy(tuple(need.signed_by.all_of), tuple(need.signed_by.any_of)),
        units=tuple(
            ResourceUnit(resources(u.resource), u.count, DecCoin(u.price.denom, Decimal(u.price.amount).scaleb(-18)))
            for u in p.resources
        ),
    )


def resources(p: Any) -> Resources:
    return Resources(
        id=p.id,
        cpu_milli=int(p.cpu.units.val),
        cpu_attributes=attributes(p.cpu.attributes),
        memory=int(p.memory.quantity.val),
        memory_attributes=attributes(p.memory.attributes),
        storage=tuple(Volume(v.name, int(v.quantity.val), attributes(v.attributes)) for v in p.storage),
        gpu_units=int(p.gpu.units.val),
        gpu_attributes=attributes(p.gpu.attributes),
        endpoints=tuple(Endpoint(EndpointKind(e.kind), e.sequence_number) for e in p.endpoints),
    )


def attributes(p: Any) -> tuple[Attribute, ...]:
    return tuple(Attribute(a.key, a.value) for a in p)


def coin(p: Any) -> Coin:
    return Coin(p.denom, int(p.amount))


def sources(p: base_deposit_pb2.Deposit) -> tuple[str, ...]:
    return tuple(base_deposit_pb2.Source.Name(s) for s in p.sources)


def group_id(p: Any) -> GroupId:
    return GroupId(p.owner, p.dseq, p.gseq)


def bid_id(p: Any) -> BidId:
    return BidId(p.owner, p.dseq, p.gseq, p.oseq, p.provider, p.bseq)


def create_deployment(raw: bytes) -> CreateDeployment:
    p = deployment_v1beta4_pb2.MsgCreateDeployment.FromString(raw)
    window = p.reclamation.min_window
    return CreateDeployment(
        id=DeploymentId(p.id.owner, p.id.dseq),
        groups=tuple(group(g) for g in p.groups),
        hash=p.hash,
        deposit=coin(p.deposit.amount),
        sources=sources(p.deposit),
        reclamation_ns=window.seconds * 10**9 + window.nanos if p.HasField("reclamation") else None,
    )


def message(p: any_pb2.Any) -> Message | None:
    """The domain message, or None for a kind that this program never sends."""
    match p.type_url:
        case "/akash.deployment.v1beta4.MsgCreateDeployment":
            return create_deployment(p.value)
        case "/akash.deployment.v1beta4.MsgUpdateDeployment":
            update = deployment_v1beta4_pb2.MsgUpdateDeployment.FromString(p.value)
            return UpdateDeployment(DeploymentId(update.id.owner, update.id.dseq), update.hash)
        case "/akash.deployment.v1beta4.MsgCloseDeployment":
            close = deployment_v1beta4_pb2.MsgCloseDeployment.FromString(p.value)
            return CloseDeployment(DeploymentId(close.id.owner, close.id.dseq))
        case "/akash.deployment.v1beta4.MsgPauseGroup":
            return PauseGroup(group_id(deployment_v1beta4_pb2.MsgPauseGroup.FromString(p.value).id))
        case "/akash.deployment.v1beta4.MsgStartGroup":
            return StartGroup(group_id(deployment_v1beta4_pb2.MsgStartGroup.FromString(p.value).id))
        case "/akash.deployment.v1beta4.MsgCloseGroup":
            return CloseGroup(group_id(deployment_v1beta4_pb2.MsgCloseGroup.FromString(p.value).id))
        case "/akash.market.v1beta5.MsgCreateLease":
            return CreateLease(bid_id(market_v1beta5_pb2.MsgCreateLease.FromString(p.value).bid_id))
        case "/akash.market.v1beta5.MsgCloseLease":
            return CloseLease(bid_id(market_v1beta5_pb2.MsgCloseLease.FromString(p.value).id))
        case "/akash.escrow.v1.MsgAccountDeposit":
            top_up = escrow_v1_pb2.MsgAccountDeposit.FromString(p.value)
            assert top_up.id.scope == escrow_id_pb2.deployment
            owner, dseq = top_up.id.xid.split("/")
            return DepositDeployment(
                top_up.signer, DeploymentId(owner, int(dseq)), coin(top_up.deposit.amount), sources(top_up.deposit)
            )
        case "/akash.bme.v1.MsgMintACT":
            mint = bme_v1_pb2.MsgMintACT.FromString(p.value)
            assert mint.to == mint.owner
            return MintAct(mint.owner, coin(mint.coins_to_burn))
        case "/akash.bme.v1.MsgBurnACT":
            burn = bme_v1_pb2.MsgBurnACT.FromString(p.value)
            assert burn.to == burn.owner
            return BurnAct(burn.owner, coin(burn.coins_to_burn))
    return None
