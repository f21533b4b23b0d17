"""Running a transaction in a block: ante, then its messages, all or nothing."""

from __future__ import annotations

import logging
from dataclasses import replace

from google.protobuf.any_pb2 import Any as AnyPb

from akash_tui.practice.chain.ante import Chain, run_ante
from akash_tui.practice.chain.blocks import Outcome
from akash_tui.practice.chain.tx import Tx, decode_tx
from akash_tui.practice.state.books import Books
from akash_tui.practice.state.context import UNLIMITED, Context
from akash_tui.practice.state.events import Event, plain
from akash_tui.practice.state.refusal import Refusal
from akash_tui.wire import cosmos_abci_pb2

log = logging.getLogger(__name__)

BASEAPP = "cosmos-sdk/baseapp/baseapp.go:1045"
GAS_MESSAGE = 3_000


def execute(chain: Chain, books: Books, raw: bytes, height: int, time_ns: int) -> Outcome:
    """Execute against `books`. What the ante handler did stays even if a message is refused."""
    gas_wanted = gas_used = 0
    events: list[Event] = []
    try:
        tx = decode_tx(raw)
        gas_wanted = tx.auth.fee.gas_limit
        ctx = run_ante(chain, books, tx, height=height, time_ns=time_ns)
        events = list(ctx.events)
        try:
            data, events = run_messages(ctx, tx)
        finally:
            gas_used = ctx.gas.used
    except Refusal as refusal:
        gas_used = gas_used or refusal.gas_used
        return Outcome(refusal.code, refusal.codespace, refusal.text, gas_wanted, gas_used, b"", tuple(events))
    except Exception as error:  # what Cosmos calls a recovered panic: the chain continues
        log.exception("a message handler failed")
        text = f"recovered: {error}: panic"
        return Outcome(111222, "sdk", text, gas_wanted, gas_used, b"", tuple(events))
    return Outcome(0, "", "", gas_wanted, gas_used, data, tuple(events))


def simulate_tx(chain: Chain, books: Books, raw: bytes) -> Outcome:
    """Execute on a branch of `books` that is thrown away, without signatures and gas limit; refusals are raised."""
    tx = decode_tx(raw)
    ctx = run_ante(chain, books.branch(), tx, simulate=True)
    try:
        data, events = run_messages(ctx, tx)
    except Refusal as refusal:
        refusal.gas_used = ctx.gas.used
        refusal.place = refusal.place or BASEAPP
        raise
    return Outcome(0, "", "", UNLIMITED, ctx.gas.used, data, tuple(events))


def run_messages(ctx: Context, tx: Tx) -> tuple[bytes, list[Event]]:
    """Run all messages on a branch, write it back if all succeed; TxMsgData and all events, the ante's first."""
    branch = ctx.books.branch(ctx.gas.charge)
    events = list(ctx.events)
    data = cosmos_abci_pb2.TxMsgData()
    for index, (kind, message) in enumerate(tx.messages):
        run = replace(ctx, books=branch, events=[])
        signer = kind.signer(message)
        run.emit(plain("message", action=kind.type_url, sender=signer, module=kind.type_url.split(".")[1]))
        ctx.gas.charge("message", GAS_MESSAGE)
        try:
            answer = kind.run(run, message)
        except Refusal as refusal:
            if (refusal.codespace, refusal.code) == ("sdk", 11):
                raise
            raise refusal.at_message(index) from refusal
        data.msg_responses.append(AnyPb(type_url=f"{kind.type_url}Response", value=answer or b""))
        events += [Event(each.type, (*each.attributes, ("msg_index", str(index)))) for each in run.events]
    branch.write_back()
    return data.SerializeToString(), events
