"""Deposits from another account's balance: authz grants of the escrow module's DepositAuthorization."""

from __future__ import annotations

from dataclasses import replace

from akash_tui.practice.state.amounts import ONE
from akash_tui.practice.state.books import Deposit
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.events import Event, typed

MSG_URL = "/akash.escrow.v1.MsgAccountDeposit"


def from_grants(ctx: Context, grantee: str, denom: str, wanted: int, scope: str) -> list[Deposit]:
    """Use the grantee's grants for up to `wanted`; the grants are reduced at once."""
    deposits = []
    for grant in list(ctx.books.deposit_grants.scan(grantee)):
        if denom != "uact" or scope not in grant.scopes or not wanted or not grant.limit:
            continue
        taken = min(grant.limit, wanted)
        wanted -= taken
        # a grant used up stays, so that a refund can fill it again; queries do not show it
        left = replace(grant, limit=grant.limit - taken, used=True)
        ctx.books.deposit_grants.put((grant.grantee, grant.granter), left)
        ctx.emit(grant_event(grant.granter, grantee))
        deposits.append(Deposit(grant.granter, ctx.height, "grant", denom, taken * ONE))
    return deposits


def give_back(ctx: Context, *, granter: str, grantee: str, denom: str, amount: int) -> None:
    """Put what a deployment did not use back into its grant, if that still exists."""
    grant = ctx.books.deposit_grants.get((grantee, granter))
    if grant is None or denom != "uact":
        return
    ctx.books.deposit_grants.put((grantee, granter), replace(grant, limit=grant.limit + amount))
    ctx.emit(grant_event(granter, grantee))


def grant_event(granter: str, grantee: str) -> Event:
    """authz emits an event for every change of a grant."""
    return typed("cosmos.authz.v1beta1.EventGrant", grantee=grantee, granter=granter, msg_type_url=MSG_URL)
