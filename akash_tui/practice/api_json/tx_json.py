"""Transactions and their answers as REST and RPC show them."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.api_json.block_json import b64, event_rows, hex_
from akash_tui.practice.chain.blocks import CheckTxAnswer, Outcome, TxRecord
from akash_tui.practice.chain.tx import decode_tx
from akash_tui.practice.state.proto_json import message_json, timestamp_text
from akash_tui.wire import cosmos_abci_pb2

Json = dict[str, Any]


def tx_json(raw: bytes) -> Json:
    """The transaction itself, messages with their `@type`."""
    tx = decode_tx(raw)
    return {
        "body": message_json(tx.body),
        "auth_info": {**message_json(tx.auth), "tip": None},
        "signatures": [b64(each) for each in tx.parts.signatures],
    }


_NO_BLOCK: Json = {
    "height": "0",
    "txhash": "",
    "codespace": "",
    "code": 0,
    "data": "",
    "raw_log": "",
    "logs": [],
    "info": "",
    "gas_wanted": "0",
    "gas_used": "0",
    "tx": None,
    "timestamp": "",
    "events": [],
}
"""A `tx_response` before the transaction is in a block."""


def check_json(answer: CheckTxAnswer) -> Json:
    """What a broadcast answers."""
    known = {"txhash": answer.hash, "codespace": answer.codespace, "code": answer.code, "raw_log": answer.raw_log}
    return _NO_BLOCK | known


def record_json(record: TxRecord) -> Json:
    """A transaction in a block: the `tx_response`."""
    outcome = record.outcome
    return _NO_BLOCK | {
        "height": str(record.height),
        "txhash": record.hash,
        "codespace": outcome.codespace,
        "code": outcome.code,
        "data": hex_(outcome.data),
        "raw_log": outcome.raw_log,
        "gas_wanted": str(outcome.gas_wanted),
        "gas_used": str(outcome.gas_used),
        "tx": {"@type": "/cosmos.tx.v1beta1.Tx", **tx_json(record.raw)},
        "timestamp": timestamp_text(record.time_ns // 10**9 * 10**9),
        "events": event_rows(outcome.events),
    }


def simulation_json(outcome: Outcome) -> Json:
    """What a simulation answers."""
    responses = cosmos_abci_pb2.TxMsgData.FromString(outcome.data).msg_responses
    return {
        "gas_info": {"gas_wanted": str(outcome.gas_wanted), "gas_used": str(outcome.gas_used)},
        "result": {
            "data": b64(outcome.data),
            "log": "",
            "events": event_rows(outcome.events, index=False),
            "msg_responses": [message_json(each) for each in responses],
        },
    }
