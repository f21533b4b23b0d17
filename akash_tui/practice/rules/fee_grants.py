"""Fees paid by a granter: the feegrant module's BasicAllowance."""

from __future__ import annotations

from dataclasses import replace

from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import decode_address
from akash_tui.practice.state.events import plain
from akash_tui.practice.state.refusal import Refusal


def use_fee_grant(ctx: Context, granter: str, grantee: str, coins: dict[str, int]) -> None:
    """Charge the allowance, or refuse: with raw address bytes in the text, as the real node does."""
    grant = ctx.books.fee_grants.get((grantee, granter))
    start = f"{_raw(granter)} does not allow to pay fees for {_raw(grantee)}: "
    if grant is None:
        raise Refusal("sdk", 38, start + "fee-grant not found: not found")
    amount = coins.get("uakt", 0)
    if amount > grant.limit or set(coins) - {"uakt"}:
        raise Refusal("feegrant", 2, start + "basic allowance: fee limit exceeded")
    ctx.emit(plain("use_feegrant", granter=granter, grantee=grantee))
    if amount == grant.limit:
        ctx.books.fee_grants.drop((grantee, granter))
    else:
        ctx.books.fee_grants.put((grantee, granter), replace(grant, limit=grant.limit - amount))
    ctx.emit(plain("update_feegrant", granter=granter, grantee=grantee))


def _raw(address: str) -> str:
    return decode_address(address).decode("utf-8", "replace")
