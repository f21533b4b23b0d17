"""Protobuf messages as the chain's REST gateway writes them: official names, defaults shown, 64-bit numbers as text."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from google.protobuf import any_pb2, descriptor_pool, duration_pb2, timestamp_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from akash_tui.practice.state.amounts import dec_from_wire, dec_text

# message fields that may be absent (pointers in the chain's code); every other message field shows its defaults
NULLABLE = {"reclamation", "reclamation_window", "timeout_timestamp", "prices", "cpu", "memory", "gpu", "public_key"}
TEXT_NUMBERS = {
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SINT64,
    FieldDescriptor.TYPE_FIXED64,
}


def message_json(message: Message) -> Any:
    """The JSON of a message; an `Any` is shown as the message in it, with its `@type`."""
    if isinstance(message, timestamp_pb2.Timestamp | duration_pb2.Duration):
        return message.ToJsonString()
    if isinstance(message, any_pb2.Any):
        descriptor = descriptor_pool.Default().FindMessageTypeByName(message.TypeName())
        return {"@type": message.type_url, **message_json(GetMessageClass(descriptor).FromString(message.value))}
    result: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            result[field.name] = [_value(message, field, each) for each in getattr(message, field.name)]
        elif field.containing_oneof is not None and not message.HasField(field.name):
            continue  # of several forms only the one that is there is shown
        elif field.message_type is not None and field.name in NULLABLE and not message.HasField(field.name):
            result[field.name] = None
        else:
            result[field.name] = _value(message, field, getattr(message, field.name))
    return result


def _value(message: Message, field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return message_json(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    if field.type == FieldDescriptor.TYPE_BYTES:
        if message.DESCRIPTOR.name == "ResourceValue":
            return value.decode("ascii", "replace") or "0"
        return base64.b64encode(value).decode()
    if field.type in TEXT_NUMBERS:
        return str(value)
    if message.DESCRIPTOR.name == "DecCoin" and field.name == "amount":
        return dec_text(dec_from_wire(value))
    return value


def timestamp_text(ns: int) -> str:
    """RFC 3339 in UTC with only the digits needed, as the chain writes block times."""
    seconds, nanos = divmod(ns, 10**9)
    fraction = f".{nanos:09d}".rstrip("0").rstrip(".")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"
