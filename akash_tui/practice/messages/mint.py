"""Mint ACT from AKT and burn it back: a message only queues a ledger record; bme.py executes it at an epoch."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules.bme import MODULE, allowed, refuse
from akash_tui.practice.rules.deposits import check_coin
from akash_tui.practice.state.books import LedgerRecord
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.wire import bme_v1_pb2 as pb


def _check(message: Any) -> None:
    for address in (message.owner, message.to):
        if fault := address_fault(address):
            raise refuse(10, f"{fault}: invalid address")
    if message.owner != message.to:
        raise refuse(10, "owner and to must be the same: invalid address")
    check_coin(message.coins_to_burn)
    if int(message.coins_to_burn.amount) == 0:
        raise refuse(8, "amount must be positive: invalid amount")


def _queue(ctx: Context, message: Any, to_denom: str, response: Any) -> bytes:
    coin = message.coins_to_burn
    if (coin.denom, to_denom) not in (("uakt", "uact"), ("uact", "uakt")):
        raise refuse(9, f"invalid swap route {coin.denom} -> {to_denom}: invalid denomination")
    if not allowed(ctx.params, to_denom):
        raise refuse(6, "circuit breaker is active")
    sequence = 1 + len(ctx.books.ledger.keys(ctx.height))
    ctx.pay(message.owner, MODULE, coin.denom, int(coin.amount))
    record = LedgerRecord(
        coin.denom, to_denom, message.owner, ctx.height, sequence, "pending", int(coin.amount), message.to
    )
    ctx.books.ledger.put((ctx.height, sequence), record)
    id_ = pb.LedgerRecordID(
        denom=coin.denom, to_denom=to_denom, source=message.owner, height=ctx.height, sequence=sequence
    )
    return bytes(response(id=id_).SerializeToString())


KINDS = [
    Kind(pb.MsgMintACT, "owner", _check, lambda ctx, m: _queue(ctx, m, "uact", pb.MsgMintACTResponse)),
    Kind(pb.MsgBurnACT, "owner", _check, lambda ctx, m: _queue(ctx, m, "uakt", pb.MsgBurnACTResponse)),
    Kind(pb.MsgBurnMint, "owner", _check, lambda ctx, m: _queue(ctx, m, m.denom_to_mint, pb.MsgBurnMintResponse)),
]
