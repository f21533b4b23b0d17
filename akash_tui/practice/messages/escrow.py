"""The escrow module's message: add money to a deployment's (or a bid's) account."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.rules import escrow
from akash_tui.practice.rules.deposits import authorize, check_deposit
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.refusal import sdk
from akash_tui.wire import escrow_id_pb2, escrow_v1_pb2

SCOPES = {escrow_id_pb2.deployment: ("deployment", 2), escrow_id_pb2.bid: ("bid", 5)}


def _check(message: Any) -> None:
    if fault := address_fault(message.signer):
        raise sdk(7, f"{fault}: invalid address")
    parts = message.id.xid.split("/")
    if message.id.scope not in SCOPES or len(parts) != SCOPES[message.id.scope][1]:
        raise escrow.refuse(12, "invalid ID")
    if message.deposit.amount.amount in ("", "0"):
        raise escrow.refuse(16, "invalid deposit")
    check_deposit(message.deposit)


def _deposit(ctx: Context, message: Any) -> None:
    scope, _ = SCOPES[message.id.scope]
    deposits = authorize(ctx, message.signer, message.deposit, scope)
    escrow.deposit(ctx, scope, message.id.xid, deposits)


KINDS = [Kind(escrow_v1_pb2.MsgAccountDeposit, "signer", _check, _deposit)]
