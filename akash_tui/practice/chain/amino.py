"""What SIGN_MODE_LEGACY_AMINO_JSON signs, by the practice chain's own reading of the SDK's rules.

Written apart from the client's, to catch its mistakes: sorted keys, no empty fields, 64-bit integers as text, enums as
numbers, bytes as base64, decimals with their point.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from google.protobuf import any_pb2, descriptor_pool, duration_pb2, timestamp_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from akash_tui.practice.state.amounts import dec_from_wire, dec_text
from akash_tui.wire import cosmos_tx_pb2 as tx_pb

NAMED = {
    "akash.bme.v1.MsgMintACT": "akash/bme/v1/MsgMintACT",
    "akash.bme.v1.MsgBurnACT": "akash/bme/v1/MsgBurnACT",
    "akash.escrow.v1.DepositAuthorization": "akash/DepositAuthorization",
    "cosmos.bank.v1beta1.MsgSend": "cosmos-sdk/MsgSend",
    "cosmos.authz.v1beta1.MsgGrant": "cosmos-sdk/MsgGrant",
    "cosmos.authz.v1beta1.MsgRevoke": "cosmos-sdk/MsgRevoke",
    "cosmos.feegrant.v1beta1.BasicAllowance": "cosmos-sdk/BasicAllowance",
    "cosmos.feegrant.v1beta1.MsgGrantAllowance": "cosmos-sdk/MsgGrantAllowance",
    "cosmos.feegrant.v1beta1.MsgRevokeAllowance": "cosmos-sdk/MsgRevokeAllowance",
}
"""Messages with an `amino.name`; the others are named by their type URL."""
GO_ESCAPES = {ord("&"): "\\u0026", ord("<"): "\\u003c", ord(">"): "\\u003e", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def sign_doc(body: tx_pb.TxBody, auth: tx_pb.AuthInfo, chain_id: str, number: int, sequence: int) -> bytes:
    """The StdSignDoc of one signer."""
    fee = _fields(auth.fee)
    doc = {
        "account_number": str(number),
        "chain_id": chain_id,
        "fee": {"amount": fee.pop("amount", []), "gas": fee.pop("gas_limit", "0"), **fee},
        "memo": body.memo,
        "msgs": [_any(message) for message in body.messages],
        "sequence": str(sequence),
        **({"timeout_height": str(body.timeout_height)} if body.timeout_height else {}),
    }
    return json.dumps(doc, sort_keys=True, separators=(",", ":"), ensure_ascii=False).translate(GO_ESCAPES).encode()


def _any(packed: any_pb2.Any) -> Any:
    name = packed.TypeName()
    message = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name)).FromString(packed.value)
    return {"type": NAMED.get(name, f"/{name}"), "value": _fields(message)}


def _fields(message: Any) -> Any:
    if isinstance(message, any_pb2.Any):
        return _any(message)
    if isinstance(message, timestamp_pb2.Timestamp):
        return message.ToJsonString()
    if isinstance(message, duration_pb2.Duration):
        return str(message.ToNanoseconds())
    return {
        field.name: [_one(message, field, each) for each in value] if field.is_repeated else _one(message, field, value)
        for field, value in message.ListFields()
    }


def _one(message: Any, field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return _fields(value)
    if field.type in (FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_INT64):
        return str(value)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64encode(value).decode()
    if message.DESCRIPTOR.full_name == "cosmos.base.v1beta1.DecCoin" and field.name == "amount":
        return dec_text(dec_from_wire(value))
    return value
