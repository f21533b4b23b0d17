"""Transactions as REST JSON: how their bytes are sent, and what a broadcast, a simulation and a look-up answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from akash_tui.adapters.chain.rest_json.fields import Int32, Int64, JsonModel, LongText, Many, Text, at
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import TxResult


def base64_text(raw: bytes) -> str:
    """The bytes of a transaction as `tx_bytes` carries them: standard base64 with padding."""
    return base64.b64encode(raw).decode()


class EventAttributeJson(JsonModel):
    key: LongText
    value: LongText | None = None


class EventJson(JsonModel):
    type: Text
    attributes: Many[EventAttributeJson] = ()


class TxResponseJson(JsonModel):
    height: Int64 = 0
    txhash: Text
    codespace: Text = ""
    code: Int32 = 0
    data: str = ""
    raw_log: LongText = ""
    gas_used: Int64 = 0
    tx: dict[str, Any] | None = None
    events: Many[EventJson] = ()

    def value(self) -> TxResult:
        return TxResult(
            hash=self.txhash.upper(),
            height=self.height,
            code=self.code,
            codespace=self.codespace,
            log=self.raw_log,
            gas_used=self.gas_used,
            fee=_fee(self.tx),
            paid=payments_in(self.events) if self.events else None,
            records=mint_records_in(self.data),
        )


_COIN = re.compile(r"([0-9]{1,40})([a-zA-Z][\w/.:-]{0,126}\w)", re.ASCII)


def payments_in(events: Sequence[EventJson]) -> tuple[tuple[str, Coin], ...]:
    """What the messages of a transaction paid, and to whom, by its events.

    Only events of a message count (they carry `msg_index`), so that fees stay out (recordings/chain,
    `close-deployment-included`: one `coin_received` a deposit). Amounts are lists: `4954994uact,5uakt`.
    """
    found: list[tuple[str, Coin]] = []
    for event in events:
        fields = {a.key: a.value or "" for a in event.attributes}
        if event.type != "coin_received" or "msg_index" not in fields or not fields.get("receiver"):
            continue
        for part in fields.get("amount", "").split(","):
            coin = _COIN.fullmatch(part)
            if coin is not None:
                found.append((fields["receiver"], Coin(coin[2], int(coin[1]))))
    return tuple(found)


_MINT_ANSWERS = (b"/akash.bme.v1.MsgMintACTResponse", b"/akash.bme.v1.MsgBurnACTResponse")


def mint_records_in(data: str) -> tuple[tuple[int, int], ...]:
    """Height and sequence of the ledger records that a transaction's mints and burns made, from its answers in hex;
    empty without any, or where they cannot be read (recordings/chain/mint-included)."""
    try:
        raw = bytes.fromhex(data)
    except ValueError:
        return ()
    if not any(name in raw for name in _MINT_ANSWERS):
        return ()
    from google.protobuf.message import DecodeError

    from akash_tui.wire.bme_v1_pb2 import MsgBurnACTResponse, MsgMintACTResponse
    from akash_tui.wire.cosmos_abci_pb2 import TxMsgData

    found = []
    try:
        for answer in TxMsgData.FromString(raw).msg_responses:
            if answer.type_url.encode() in _MINT_ANSWERS:
                kind = MsgMintACTResponse if answer.type_url.endswith("MsgMintACTResponse") else MsgBurnACTResponse
                id = kind.FromString(answer.value).id
                found.append((id.height, id.sequence))
    except DecodeError:
        return ()
    return tuple(found)


class BroadcastAnswer(JsonModel):
    tx_response: TxResponseJson | None = None


class OneTx(JsonModel):
    tx_response: TxResponseJson

    def value(self) -> TxResult:
        return self.tx_response.value()


class FeeJson(JsonModel):
    amount: Many[CoinJson] = at("auth_info", "fee", "amount", default=())


def _fee(tx: dict[str, Any] | None) -> Coin | None:
    """The first fee coin of a decoded transaction; None if it paid none or cannot be read."""
    try:
        coins = FeeJson.model_validate(tx).amount
    except ValidationError:
        return None
    return coins[0].value() if coins else None


class Simulated(JsonModel):
    gas_used: Int64 = at("gas_info", "gas_used")
