"""Messages of the deployment module: create, update, close; close, pause and start a group."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import partial
from typing import Any

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules import escrow, market_book
from akash_tui.practice.rules.deposits import authorize, check_deposit
from akash_tui.practice.rules.group_limits import check_group, group_price
from akash_tui.practice.rules.lifecycle import deployment_id, set_group
from akash_tui.practice.state.books import Deployment, Group
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.events import typed
from akash_tui.practice.state.proto_json import message_json
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import deployment_v1beta4_pb2 as pb

PARAMS_PLACE = "chain-sdk/go/node/deployment/v1beta4/params.go:58"


refuse = partial(Refusal, "deployment")
"""A refusal of the deployment module."""


def check_deployment_id(id_: Any) -> None:
    """Owner is an address, dseq is not zero."""
    if address_fault(id_.owner):
        raise sdk(7, "DeploymentID: Invalid Owner Address: invalid address")
    if id_.dseq == 0:
        raise sdk(3, "DeploymentID: Invalid Deployment Sequence: invalid sequence")


def check_group_id(id_: Any) -> None:
    """A deployment id with a gseq that is not zero."""
    check_deployment_id(id_)
    if id_.gseq == 0:
        raise sdk(3, "GroupID: Invalid Group Sequence: invalid sequence")


def _check_group(message: Any) -> None:
    check_group_id(message.id)


def _check_create(message: Any) -> None:
    check_deployment_id(message.id)
    check_deposit(message.deposit)
    if not message.groups:
        raise refuse(7, "Invalid groups")
    _check_hash(message)
    for group in message.groups:
        check_group(group)
        denom, _ = group_price(group)
        if int(message.deposit.amount.amount) and denom != message.deposit.amount.denom:
            raise refuse(20, f"Mismatched denominations ({message.deposit.amount.denom} != {denom}): Deposit invalid")


def _check_hash(message: Any) -> None:
    if not message.hash:
        raise refuse(9, "Invalid: empty hash")
    if len(message.hash) != 32:
        raise refuse(10, "Invalid: deployment hash")


def _check_update(message: Any) -> None:
    check_deployment_id(message.id)
    _check_hash(message)


def _create(ctx: Context, message: Any) -> None:
    owner, dseq = message.id.owner, message.id.dseq
    if ctx.books.deployments.get((owner, dseq)) is not None:
        raise refuse(3, "Deployment exists")
    _minimum_deposit(ctx, message.deposit.amount)
    window = _reclamation(ctx, message)
    _same_denom(message.groups)
    deposits = authorize(ctx, owner, message.deposit, "deployment")
    hash_ = base64.b64encode(message.hash).decode()
    deployment = Deployment(owner, dseq, "active", hash_, ctx.height, window)
    ctx.books.deployments.put((owner, dseq), deployment)
    ctx.emit(typed("akash.deployment.v1.EventDeploymentCreated", id=deployment_id(deployment), hash=hash_))
    groups = [
        Group(owner, dseq, index, "open", message_json(spec), ctx.height)
        for index, spec in enumerate(message.groups, start=1)
    ]
    for group in groups:
        ctx.books.groups.put((owner, dseq, group.gseq), group)
    for group in groups:
        market_book.open_order(ctx, group, window)
    escrow.create_account(ctx, "deployment", market_book.deployment_xid(owner, dseq), owner, deposits)


def _minimum_deposit(ctx: Context, coin: Any) -> None:
    least = ctx.params.deployment_min_deposit
    if coin.denom not in ("uact", "uakt"):
        raise Refusal("undefined", 1, f"Deposit invalid: Invalid deposit denomination {coin.denom}")
    if int(coin.amount) < least:
        text = f"Deposit too low - {coin.amount} < {least}{coin.denom}: Deposit invalid"
        raise refuse(20, text, PARAMS_PLACE)
    if coin.denom == "uakt":
        raise refuse(20, "Deposit invalid")


def _reclamation(ctx: Context, message: Any) -> str | None:
    if not message.HasField("reclamation"):
        return None
    window = message.reclamation.min_window
    if window.seconds < ctx.params.min_window_s:
        raise refuse(26, "min_window below governance minimum: invalid reclamation configuration")
    if (window.seconds, window.nanos) > (ctx.params.max_window_s, 0):
        raise refuse(26, "min_window above governance maximum: invalid reclamation configuration")
    return str(window.ToJsonString())


def _same_denom(groups: Any) -> None:
    denom, _ = group_price(groups[0])
    names = set()
    for group in groups:
        other, _ = group_price(group)
        if other != denom:
            text = f"inconsistent group denomination: {denom} != {other}: invalid price: Invalid groups"
            raise refuse(7, text)
        if group.name in names:
            text = f"duplicate deployment group name {group.name}: duplicate group name: Invalid groups"
            raise refuse(7, text)
        names.add(group.name)
    if denom != "uact":
        raise refuse(24, f"unsupported denomination {denom}: invalid price")


def _deployment(ctx: Context, id_: Any) -> Deployment:
    return ctx.books.deployments.need((id_.owner, id_.dseq), refuse(4, "Deployment not found"))


def _update(ctx: Context, message: Any) -> None:
    deployment = _deployment(ctx, message.id)
    if deployment.state != "active":
        raise refuse(5, "Deployment closed")
    hash_ = base64.b64encode(message.hash).decode()
    if hash_ == deployment.hash:
        raise refuse(10, "Invalid: deployment hash")
    ctx.books.deployments.put((deployment.owner, deployment.dseq), replace(deployment, hash=hash_))
    ctx.emit(typed("akash.deployment.v1.EventDeploymentUpdated", id=deployment_id(deployment), hash=hash_))


def _close(ctx: Context, message: Any) -> None:
    deployment = _deployment(ctx, message.id)
    if deployment.state != "active":
        raise refuse(5, "Deployment closed")
    escrow.close_account(ctx, "deployment", market_book.deployment_xid(deployment.owner, deployment.dseq))


def _group(ctx: Context, id_: Any) -> Group:
    group = ctx.books.groups.need((id_.owner, id_.dseq, id_.gseq), refuse(14, "Group not found"))
    if group.state == "closed":
        raise refuse(15, "Group already closed")
    return group


def _close_group(ctx: Context, message: Any) -> None:
    group = _group(ctx, message.id)
    set_group(ctx, group, "closed", "EventGroupClosed")
    market_book.close_group_market(ctx, group, dry=False)


def _pause_group(ctx: Context, message: Any) -> None:
    group = _group(ctx, message.id)
    if group.state == "paused":
        raise refuse(17, "Group paused")
    set_group(ctx, group, "paused", "EventGroupPaused")
    market_book.close_group_market(ctx, group, dry=False)


def _start_group(ctx: Context, message: Any) -> None:
    group = _group(ctx, message.id)
    if group.state == "open":
        raise refuse(16, "Group open")
    group = set_group(ctx, group, "open", "EventGroupStarted")
    market_book.open_order(ctx, group, _deployment(ctx, message.id).min_window)


KINDS = [
    Kind(pb.MsgCreateDeployment, "id.owner", _check_create, _create),
    Kind(pb.MsgUpdateDeployment, "id.owner", _check_update, _update),
    Kind(pb.MsgCloseDeployment, "id.owner", lambda message: check_deployment_id(message.id), _close),
    Kind(pb.MsgCloseGroup, "id.owner", _check_group, _close_group),
    Kind(pb.MsgPauseGroup, "id.owner", _check_group, _pause_group),
    Kind(pb.MsgStartGroup, "id.owner", _check_group, _start_group),
]
