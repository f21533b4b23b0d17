"""Where the money of a deposit comes from: the signer's balance or grants, tried in the order the message gives."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.rules.grants import from_grants
from akash_tui.practice.state.amounts import ONE
from akash_tui.practice.state.books import Deposit
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import base_deposit_pb2 as deposit_pb


def check_deposit(deposit: Any) -> None:
    """The stateless checks of a Deposit message."""
    check_coin(deposit.amount)
    if not deposit.sources:
        raise Refusal("akash", 4, "empty deposit sources: invalid deposit source")
    seen = set()
    for source in deposit.sources:
        if source not in (deposit_pb.balance, deposit_pb.grant):
            raise Refusal("akash", 4, f"empty deposit source type {source}: invalid deposit source")
        if source in seen:
            raise Refusal("akash", 4, f"duplicate deposit source type {source}: invalid deposit source")
        seen.add(source)


def check_coin(coin: Any) -> None:
    """A coin's denom and amount are well-formed."""
    if not coin.denom:
        raise Refusal("undefined", 1, "invalid denom: ")
    if not coin.amount.isdecimal():
        raise sdk(10, f"invalid coin amount: {coin.amount!r}: invalid coins")


def authorize(ctx: Context, signer: str, deposit: Any, scope: str) -> list[Deposit]:
    """Who pays which part of a deposit. Raises code 1, codespace `undefined`, when the sources do not suffice."""
    denom, left = deposit.amount.denom, int(deposit.amount.amount)
    parts: list[Deposit] = []
    for source in deposit.sources:
        if not left:
            break
        if source == deposit_pb.balance:
            taken = min(ctx.balance(signer, denom), left)
            if taken:
                parts.append(Deposit(signer, ctx.height, "balance", denom, taken * ONE))
                left -= taken
        else:
            granted = from_grants(ctx, signer, denom, left, scope)
            parts += granted
            left -= sum(each.atto for each in granted) // ONE
    if left:
        raise Refusal("undefined", 1, "deposit invalid: insufficient balance")
    return parts
