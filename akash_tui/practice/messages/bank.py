"""Sending coins. Only uakt moves: ACT stays with the account that minted it."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules.deposits import check_coin
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.genesis import ensure_account
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import cosmos_bank_pb2


def _check(message: Any) -> None:
    for label, address in (("from", message.from_address), ("to", message.to_address)):
        if fault := address_fault(address):
            raise sdk(7, f"invalid {label} address: {fault}: invalid address")
    if not message.amount:
        raise sdk(10, ": invalid coins")
    for coin in message.amount:
        check_coin(coin)
        if int(coin.amount) == 0:
            raise sdk(10, f"{coin.amount}{coin.denom}: invalid coins")


def _send(ctx: Context, message: Any) -> None:
    for coin in message.amount:
        if coin.denom != "uakt":
            raise Refusal("bank", 5, f"{coin.denom} transfers are currently disabled: send transactions are disabled")
    for coin in message.amount:
        ctx.pay(message.from_address, message.to_address, coin.denom, int(coin.amount))
    ensure_account(ctx.books, message.to_address)


KINDS = [Kind(cosmos_bank_pb2.MsgSend, "from_address", _check, _send)]
