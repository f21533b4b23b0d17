"""Transactions as REST JSON: how their bytes are sent, and what a broadcast, a simulation and a look-up answer."""

from __future__ import annotations

import base64
from typing import Any

from pydantic import JsonValue, ValidationError

from akash_tui.adapters.chain.rest_json.fields import Int32, Int64, JsonModel, LongText, Text
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import TxResult


def base64_text(raw: bytes) -> str:
    """The bytes of a transaction as `tx_bytes` carries them: standard base64 with padding."""
    return base64.b64encode(raw).decode()


class EventAttributeJson(JsonModel):
    key: LongText
    value: LongText | None = None
    index: bool | None = None


class EventJson(JsonModel):
    type: Text
    attributes: list[EventAttributeJson] | None = None


class TxResponseJson(JsonModel):
    height: Int64 = 0
    txhash: Text
    codespace: Text = ""
    code: Int32 = 0
    data: str = ""
    raw_log: LongText = ""
    logs: list[JsonValue] | None = None
    info: LongText = ""
    gas_wanted: Int64 = 0
    gas_used: Int64 = 0
    tx: dict[str, Any] | None = None
    timestamp: Text = ""
    events: list[EventJson] | None = None

    def value(self) -> TxResult:
        return TxResult(
            hash=self.txhash.upper(),
            height=self.height,
            code=self.code,
            codespace=self.codespace,
            log=self.raw_log,
            gas_used=self.gas_used,
            fee=_fee(self.tx),
            events=tuple(
                (e.type, tuple((a.key, a.value or "") for a in e.attributes or ())) for e in self.events or ()
            ),
        )


class BroadcastAnswer(JsonModel):
    tx_response: TxResponseJson | None = None


class OneTx(JsonModel):
    tx: dict[str, Any] | None = None
    tx_response: TxResponseJson


class FeeJson(JsonModel):
    amount: list[CoinJson] | None = None


class AuthInfoJson(JsonModel):
    fee: FeeJson


class TxAuthJson(JsonModel):
    auth_info: AuthInfoJson


def _fee(tx: dict[str, Any] | None) -> Coin | None:
    """The first fee coin of a decoded transaction; None if it paid none or cannot be read."""
    try:
        coins = TxAuthJson.model_validate(tx).auth_info.fee.amount
    except ValidationError:
        return None
    return coins[0].value() if coins else None


class GasInfoJson(JsonModel):
    gas_wanted: Int64 = 0
    gas_used: Int64


class SimulatedJson(JsonModel):
    data: str | None = None
    log: LongText = ""
    events: list[EventJson] | None = None
    msg_responses: list[JsonValue] | None = None


class Simulated(JsonModel):
    gas_info: GasInfoJson
    result: SimulatedJson | None = None
