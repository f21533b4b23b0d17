"""Protobuf messages as the official command line writes and reads them (`akash tx … --generate-only`).

Names as in the .proto files, defaults shown, 64-bit integers as text, bytes as base64, decimals with their point,
absent messages as `null`, an Any as its message with `@type` (recordings/chain, `tx-create-deployment.unsigned.json`).
Reading is strict: an unknown name or a wrong type is an error that names its place.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import any_pb2, duration_pb2, timestamp_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from akash_tui.adapters.chain.tx.decode import KINDS
from akash_tui.adapters.chain.tx.messages import DEC_PLACES, decimal_text, packed
from akash_tui.domain.text import clean
from akash_tui.wire import cosmos_feegrant_pb2, cosmos_multisig_pb2, cosmos_secp256k1_pb2, escrow_v1_pb2

INSIDE: Final[Mapping[str, type[Message]]] = KINDS | {
    "/" + kind.DESCRIPTOR.full_name: kind
    for kind in (
        cosmos_secp256k1_pb2.PubKey,
        cosmos_multisig_pb2.LegacyAminoPubKey,
        cosmos_feegrant_pb2.BasicAllowance,
        escrow_v1_pb2.DepositAuthorization,
    )
}
"""What an Any may hold, by type URL."""
_TEXT_NUMBERS: Final = (FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT64)
_NUMBERS: Final = (*_TEXT_NUMBERS, FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_UINT32)
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,77}")
_SHOWN: Final = ("amount", "denom", "granter", "grantee", "owner", "payer", "provider", "signer", "xid")
"""Texts that sentences about a transaction name as they are: addresses, numbers, denominations."""
_DECIMAL: Final = re.compile(r"[0-9]{1,60}(\.[0-9]{1,18})?")


def to_json(message: Message) -> Any:
    """The JSON value of a message."""
    if isinstance(message, timestamp_pb2.Timestamp | duration_pb2.Duration):
        return message.ToJsonString()
    if isinstance(message, any_pb2.Any):
        return {"@type": message.type_url, **to_json(INSIDE[message.type_url].FromString(message.value))}
    found: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            found[field.name] = [_out(message, field, each) for each in getattr(message, field.name)]
        elif field.containing_oneof is not None and not message.HasField(field.name):
            continue
        elif field.message_type is not None and not message.HasField(field.name):
            found[field.name] = None
        else:
            found[field.name] = _out(message, field, getattr(message, field.name))
    return found


def _out(message: Message, field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return to_json(value)
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name
    if field.type == FieldDescriptor.TYPE_BYTES:
        return value.decode("ascii") if _is_number(message) else base64.b64encode(value).decode()
    if field.type in _TEXT_NUMBERS:
        return str(value)
    if _is_decimal(message, field):
        return decimal_text(value)
    return value


def from_json(message: Message, value: object, place: str = "") -> None:
    """Fill an empty message. ValueError with the place of whatever is not as it is written."""
    if not isinstance(value, dict):
        raise ValueError(f"{place or 'the file'} is not an object")
    for name, given in value.items():
        here = f"{place}.{clean(str(name), 40)}" if place else clean(str(name), 40)
        field = message.DESCRIPTOR.fields_by_name.get(name)
        if field is None:
            raise ValueError(f"{here} is not known")
        if given is None:
            continue
        if not field.is_repeated:
            _put(message, field, given, here)
            continue
        if not isinstance(given, list):
            raise ValueError(f"{here} is not a list")
        rows = getattr(message, name)
        for number, each in enumerate(given):
            if field.message_type is not None:
                _fill(rows.add(), each, f"{here}[{number}]")
            else:
                rows.append(_in(message, field, each, f"{here}[{number}]"))


def _put(message: Message, field: Any, given: object, here: str) -> None:
    if field.message_type is not None:
        inside = getattr(message, field.name)
        inside.SetInParent()
        _fill(inside, given, here)
        return
    try:
        setattr(message, field.name, _in(message, field, given, here))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{here} is out of range" if "range" in str(error) else str(error)) from None


def _fill(message: Message, given: object, here: str) -> None:
    if isinstance(message, timestamp_pb2.Timestamp | duration_pb2.Duration):
        try:
            message.FromJsonString(given)  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError):
            raise ValueError(f"{here} is not a time") from None
        return
    if not isinstance(message, any_pb2.Any):
        from_json(message, given, here)
        return
    url = given.get("@type") if isinstance(given, dict) else None
    kind = INSIDE.get(url) if isinstance(url, str) else None
    if kind is None:
        raise ValueError(f"{here} has the type {clean(str(url), 80)}, which this program does not send")
    assert isinstance(given, dict)
    inside = kind()
    from_json(inside, {name: each for name, each in given.items() if name != "@type"}, here)
    message.CopyFrom(packed(inside))


def _in(message: Message, field: Any, given: object, here: str) -> Any:
    if isinstance(given, bool) or field.type == FieldDescriptor.TYPE_BOOL:
        if not (isinstance(given, bool) and field.type == FieldDescriptor.TYPE_BOOL):
            raise ValueError(f"{here} has a wrong type")
        return given
    if field.enum_type is not None:
        known = field.enum_type.values_by_name.get(given) if isinstance(given, str) else None
        if known is None:
            raise ValueError(f"{here} is not known: {clean(str(given), 40)}")
        return known.number
    if field.type in _NUMBERS:
        if isinstance(given, int) or (isinstance(given, str) and _DIGITS.fullmatch(given)):
            return int(given)
        raise ValueError(f"{here} is not a whole number")
    if not isinstance(given, str):
        raise ValueError(f"{here} is not text")
    if _is_number(message):
        if not _DIGITS.fullmatch(given):
            raise ValueError(f"{here} is not a whole number")
        return given.encode("ascii")
    if field.type == FieldDescriptor.TYPE_BYTES:
        try:
            return base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"{here} is not base64") from None
    if _is_decimal(message, field):
        if not _DECIMAL.fullmatch(given):
            raise ValueError(f"{here} is not a decimal number")
        whole, _, places = given.partition(".")
        return str(int(whole + places.ljust(DEC_PLACES, "0")))
    if field.name in _SHOWN and not (given.isascii() and given.isprintable()):
        raise ValueError(f"{here} has characters that it cannot have")
    return given


def _is_number(message: Message) -> bool:
    """Whether the bytes of this message are the digits of a number (`ResourceValue`)."""
    return bool(message.DESCRIPTOR.name == "ResourceValue")


def _is_decimal(message: Message, field: Any) -> bool:
    return bool(message.DESCRIPTOR.name == "DecCoin" and field.name == "amount")
