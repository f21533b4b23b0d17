"""Money from another account's balance: authz grants for deposits (DepositAuthorization), feegrants for fees."""

from __future__ import annotations

from dataclasses import replace

from google.protobuf.timestamp_pb2 import Timestamp

from akash_tui.practice.state.amounts import ONE
from akash_tui.practice.state.books import Deposit
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import decode_address
from akash_tui.practice.state.events import Event, plain, typed
from akash_tui.practice.state.refusal import Refusal

MSG_URL = "/akash.escrow.v1.MsgAccountDeposit"


def from_grants(ctx: Context, grantee: str, denom: str, wanted: int, scope: str) -> list[Deposit]:
    """Use the grantee's grants for up to `wanted`; the grants are reduced at once."""
    deposits = []
    for grant in list(ctx.books.deposit_grants.scan(grantee)):
        if is_over(ctx, grant.expiration):
            ctx.books.deposit_grants.drop((grant.grantee, grant.granter))
            continue
        if denom != "uact" or scope not in grant.scopes or not wanted or not grant.limit:
            continue
        taken = min(grant.limit, wanted)
        wanted -= taken
        # a grant used up stays, so that a refund can fill it again; queries do not show it
        left = replace(grant, limit=grant.limit - taken, used=True)
        ctx.books.deposit_grants.put((grant.grantee, grant.granter), left)
        ctx.emit(_grant_event(grant.granter, grantee))
        deposits.append(Deposit(grant.granter, ctx.height, "grant", denom, taken * ONE))
    return deposits


def give_back(ctx: Context, *, granter: str, grantee: str, denom: str, amount: int) -> None:
    """Put what a deployment did not use back into its grant, if that still exists."""
    grant = ctx.books.deposit_grants.get((grantee, granter))
    if grant is None or denom != "uact":
        return
    ctx.books.deposit_grants.put((grantee, granter), replace(grant, limit=grant.limit + amount))
    ctx.emit(_grant_event(granter, grantee))


def _grant_event(granter: str, grantee: str) -> Event:
    """authz emits an event for every change of a grant."""
    return typed("cosmos.authz.v1beta1.EventGrant", grantee=grantee, granter=granter, msg_type_url=MSG_URL)


def use_fee_grant(ctx: Context, granter: str, grantee: str, coins: dict[str, int]) -> None:
    """Charge the allowance, or refuse: with raw address bytes in the text, as the real node does."""
    grant = ctx.books.fee_grants.get((grantee, granter))
    start = f"{_raw(granter)} does not allow to pay fees for {_raw(grantee)}: "
    if grant is None:
        raise Refusal("sdk", 38, start + "fee-grant not found: not found")
    if is_over(ctx, grant.expiration):
        raise Refusal("feegrant", 3, start + "basic allowance: fee allowance expired")
    amount = coins.get("uakt", 0)
    if amount > grant.limit or set(coins) - {"uakt"}:
        raise Refusal("feegrant", 2, start + "basic allowance: fee limit exceeded")
    ctx.emit(plain("use_feegrant", granter=granter, grantee=grantee))
    if amount == grant.limit:
        ctx.books.fee_grants.drop((grantee, granter))
    else:
        ctx.books.fee_grants.put((grantee, granter), replace(grant, limit=grant.limit - amount))
    ctx.emit(plain("update_feegrant", granter=granter, grantee=grantee))


def is_over(ctx: Context, expiration: str | None) -> bool:
    """Whether a grant that ends then has ended by the block's time."""
    if expiration is None:
        return False
    at = Timestamp()
    at.FromJsonString(expiration)
    return at.ToNanoseconds() <= ctx.time_ns


def _raw(address: str) -> str:
    return decode_address(address).decode("utf-8", "replace")
