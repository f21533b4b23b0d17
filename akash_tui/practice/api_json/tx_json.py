"""Transactions and their answers as REST and RPC show them."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.api_json.block_json import b64, event_rows
from akash_tui.practice.chain.blocks import CheckTxAnswer, Outcome, TxRecord
from akash_tui.practice.chain.tx import Tx, decode_tx
from akash_tui.practice.state.proto_json import message_json, timestamp_text
from akash_tui.wire import cosmos_abci_pb2

Json = dict[str, Any]


def tx_json(tx: Tx) -> Json:
    """The transaction itself, messages with their `@type`."""
    return {
        "body": message_json(tx.body),
        "auth_info": {**message_json(tx.auth), "tip": None},
        "signatures": [b64(each) for each in tx.parts.signatures],
    }


def check_json(answer: CheckTxAnswer) -> Json:
    """What a broadcast answers."""
    return _response(height=0, hash_=answer.hash, code=answer.code, codespace=answer.codespace, raw_log=answer.raw_log)


def record_json(record: TxRecord) -> Json:
    """A transaction in a block: the `tx_response`."""
    outcome = record.outcome
    seconds = record.time_ns // 10**9 * 10**9
    return _response(
        height=record.height,
        hash_=record.hash,
        code=outcome.code,
        codespace=outcome.codespace,
        raw_log=outcome.raw_log,
        data=outcome.data.hex().upper(),
        gas=(outcome.gas_wanted, outcome.gas_used),
        tx={"@type": "/cosmos.tx.v1beta1.Tx", **tx_json(decode_tx(record.raw))},
        timestamp=timestamp_text(seconds),
        events=event_rows(outcome.events),
    )


def _response(
    *,
    height: int,
    hash_: str,
    code: int,
    codespace: str,
    raw_log: str,
    data: str = "",
    gas: tuple[int, int] = (0, 0),
    tx: Json | None = None,
    timestamp: str = "",
    events: list[Json] | None = None,
) -> Json:
    return {
        "height": str(height),
        "txhash": hash_,
        "codespace": codespace,
        "code": code,
        "data": data,
        "raw_log": raw_log,
        "logs": [],
        "info": "",
        "gas_wanted": str(gas[0]),
        "gas_used": str(gas[1]),
        "tx": tx,
        "timestamp": timestamp,
        "events": events or [],
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
