"""What SIGN_MODE_LEGACY_AMINO_JSON signs: hardware wallets and accounts of several keys use it.

The rules are those of the Cosmos SDK (x/tx/signing/aminojson): sorted keys, no defaults, 64-bit integers as text, each
message with its amino name; the messages of Akash that have none are named by their type URL.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from google.protobuf import any_pb2, duration_pb2, timestamp_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from akash_tui.adapters.chain.tx.messages import decimal_text
from akash_tui.adapters.chain.tx.proto_json import INSIDE
from akash_tui.wire import cosmos_tx_pb2

_NAMES: Final = {
    "/akash.bme.v1.MsgMintACT": "akash/bme/v1/MsgMintACT",
    "/akash.bme.v1.MsgBurnACT": "akash/bme/v1/MsgBurnACT",
    "/akash.escrow.v1.DepositAuthorization": "akash/DepositAuthorization",
    "/cosmos.authz.v1beta1.MsgGrant": "cosmos-sdk/MsgGrant",
    "/cosmos.authz.v1beta1.MsgRevoke": "cosmos-sdk/MsgRevoke",
    "/cosmos.feegrant.v1beta1.BasicAllowance": "cosmos-sdk/BasicAllowance",
    "/cosmos.feegrant.v1beta1.MsgGrantAllowance": "cosmos-sdk/MsgGrantAllowance",
    "/cosmos.feegrant.v1beta1.MsgRevokeAllowance": "cosmos-sdk/MsgRevokeAllowance",
}
"""The `amino.name` of a message, where its .proto file gives one (chain-sdk and cosmos-sdk)."""
_TEXT_NUMBERS: Final = (FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT64)
_NANOSECONDS: Final = 10**9


def amino_bytes(
    body: cosmos_tx_pb2.TxBody, fee: cosmos_tx_pb2.Fee, *, chain_id: str, account_number: int, sequence: int
) -> bytes:
    """The bytes that are hashed and signed."""
    paid: dict[str, Any] = {"amount": [value(coin) for coin in fee.amount], "gas": str(fee.gas_limit)}
    paid |= {name: text for name, text in (("payer", fee.payer), ("granter", fee.granter)) if text}
    doc: dict[str, Any] = {
        "account_number": str(account_number),
        "chain_id": chain_id,
        "fee": paid,
        "memo": body.memo,
        "msgs": [value(message) for message in body.messages],
        "sequence": str(sequence),
    }
    if body.timeout_height:
        doc["timeout_height"] = str(body.timeout_height)
    text = json.dumps(doc, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "&<>\u2028\u2029":  # as Go's encoding/json writes them
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def value(message: Message) -> Any:
    """The amino JSON of a message: what is empty is left out."""
    if isinstance(message, timestamp_pb2.Timestamp):
        return message.ToJsonString()
    if isinstance(message, duration_pb2.Duration):
        return str(message.seconds * _NANOSECONDS + message.nanos)
    if isinstance(message, any_pb2.Any):
        inside = INSIDE[message.type_url].FromString(message.value)
        return {"type": _NAMES.get(message.type_url, message.type_url), "value": value(inside)}
    found: dict[str, Any] = {}
    for field, given in message.ListFields():
        found[field.name] = (
            [_one(message, field, each) for each in given] if field.is_repeated else _one(message, field, given)
        )
    return found


def _one(message: Message, field: Any, given: Any) -> Any:
    if field.message_type is not None:
        return value(given)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64encode(given).decode()
    if field.type in _TEXT_NUMBERS:
        return str(given)
    if message.DESCRIPTOR.name == "DecCoin" and field.name == "amount":
        return decimal_text(given)
    return given
