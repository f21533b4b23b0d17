"""Giving and ending grants: fee allowances (feegrant) and deposit authorizations (authz)."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules.grants import MSG_URL
from akash_tui.practice.state.books import DepositGrant, FeeGrant
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.events import plain, typed
from akash_tui.practice.state.genesis import ensure_account
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import cosmos_authz_pb2, cosmos_feegrant_pb2, escrow_v1_pb2

SCOPES = {escrow_v1_pb2.DepositAuthorization.deployment: "deployment", escrow_v1_pb2.DepositAuthorization.bid: "bid"}


def _check(message: Any) -> None:
    for label, address in (("granter", message.granter), ("grantee", message.grantee)):
        if fault := address_fault(address):
            raise sdk(7, f"invalid {label} address: {fault}: invalid address")
    if message.granter == message.grantee:
        raise sdk(7, "cannot self-grant: invalid address")


def _check_allowance(message: Any) -> None:
    _check(message)
    _inside(message.allowance, cosmos_feegrant_pb2.BasicAllowance)


def _check_authorization(message: Any) -> None:
    _check(message)
    found = _inside(message.grant.authorization, escrow_v1_pb2.DepositAuthorization)
    if not found.scopes or any(scope not in SCOPES for scope in found.scopes):
        raise Refusal("escrow", 15, "unauthorized deposit scope")


def _inside(packed: Any, kind: Any) -> Any:
    if packed.type_url != "/" + kind.DESCRIPTOR.full_name:
        raise sdk(6, f"{packed.type_url} is not served here: unknown request")
    try:
        return kind.FromString(packed.value)
    except DecodeError as error:
        raise sdk(2, "invalid length: tx parse error") from error


def _until(ctx: Context, holder: Any) -> str | None:
    if not holder.HasField("expiration"):
        return None
    if holder.expiration.ToNanoseconds() <= ctx.time_ns:
        raise sdk(18, "expiration must be after the current block time: invalid request")
    return str(holder.expiration.ToJsonString())


def _grant_fees(ctx: Context, message: Any) -> None:
    if (message.grantee, message.granter) in ctx.books.fee_grants:
        raise sdk(18, "fee allowance already exists: invalid request")
    basic = _inside(message.allowance, cosmos_feegrant_pb2.BasicAllowance)
    limit = sum(int(coin.amount) for coin in basic.spend_limit if coin.denom == "uakt")
    ensure_account(ctx.books, message.grantee)
    row = FeeGrant(message.granter, message.grantee, limit, _until(ctx, basic))
    ctx.books.fee_grants.put((message.grantee, message.granter), row)
    ctx.emit(plain("set_feegrant", granter=message.granter, grantee=message.grantee))


def _revoke_fees(ctx: Context, message: Any) -> None:
    key = (message.grantee, message.granter)
    if key not in ctx.books.fee_grants:
        raise sdk(38, "fee-grant not found: not found")
    ctx.books.fee_grants.drop(key)
    ctx.emit(plain("revoke_feegrant", granter=message.granter, grantee=message.grantee))


def _grant_deposits(ctx: Context, message: Any) -> None:
    found = _inside(message.grant.authorization, escrow_v1_pb2.DepositAuthorization)
    limit = sum(int(coin.amount) for coin in found.spend_limits if coin.denom == "uact")
    ensure_account(ctx.books, message.grantee)
    scopes = tuple(SCOPES[scope] for scope in found.scopes)
    row = DepositGrant(message.granter, message.grantee, limit, scopes, _until(ctx, message.grant))
    ctx.books.deposit_grants.put((message.grantee, message.granter), row)
    changed = typed(
        "cosmos.authz.v1beta1.EventGrant", grantee=message.grantee, granter=message.granter, msg_type_url=MSG_URL
    )
    ctx.emit(changed)


def _revoke_deposits(ctx: Context, message: Any) -> None:
    key = (message.grantee, message.granter)
    if message.msg_type_url != MSG_URL or key not in ctx.books.deposit_grants:
        raise Refusal("authz", 2, "authorization not found")
    ctx.books.deposit_grants.drop(key)
    ended = {"grantee": message.grantee, "granter": message.granter, "msg_type_url": MSG_URL}
    ctx.emit(typed("cosmos.authz.v1beta1.EventRevoke", **ended))


KINDS = [
    Kind(cosmos_feegrant_pb2.MsgGrantAllowance, "granter", _check_allowance, _grant_fees),
    Kind(cosmos_feegrant_pb2.MsgRevokeAllowance, "granter", _check, _revoke_fees),
    Kind(cosmos_authz_pb2.MsgGrant, "granter", _check_authorization, _grant_deposits),
    Kind(cosmos_authz_pb2.MsgRevoke, "granter", _check, _revoke_deposits),
]
