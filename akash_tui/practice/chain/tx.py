"""Reading a transaction: strict protobuf, as the node's decoder (unknown fields and message types are refused)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from akash_tui.practice.chain.blocks import tx_hash
from akash_tui.practice.messages import bank, bids, cert, deployment, escrow, grants, leases, mint, provider
from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.state.refusal import sdk
from akash_tui.wire import cosmos_secp256k1_pb2
from akash_tui.wire import cosmos_tx_pb2 as tx_pb

PUBKEYS = {"/cosmos.crypto.secp256k1.PubKey": cosmos_secp256k1_pb2.PubKey}
MANY_KEYS = "/cosmos.crypto.multisig.LegacyAminoPubKey"
WIRE_TYPES = {0: "varint", 1: "fixed64", 2: "bytes", 3: "start_group", 4: "end_group", 5: "fixed32"}
KINDS: dict[str, Kind] = {
    kind.type_url: kind
    for module in (bank, bids, cert, deployment, escrow, grants, leases, mint, provider)
    for kind in module.KINDS
}
"""Every message type that this chain takes, by its type URL."""


@dataclass(frozen=True, slots=True)
class Tx:
    """A decoded transaction; `messages` pairs each message with what is known of its type."""

    raw: bytes
    parts: tx_pb.TxRaw
    body: tx_pb.TxBody
    auth: tx_pb.AuthInfo
    messages: tuple[tuple[Kind, Any], ...]

    @property
    def hash(self) -> str:
        """Upper-case hex."""
        return tx_hash(self.raw)

    @property
    def signers(self) -> list[str]:
        """Who must sign: the messages' signers, each once, in order."""
        return list(dict.fromkeys(kind.signer(message) for kind, message in self.messages))

    @property
    def timeout_ns(self) -> int:
        """timeout_timestamp in nanoseconds since 1970; 0 when absent."""
        stamp = self.body.timeout_timestamp
        return stamp.seconds * 10**9 + stamp.nanos if self.body.HasField("timeout_timestamp") else 0


def decode_tx(raw: bytes) -> Tx:
    """The transaction in these bytes, or a Refusal with sdk code 2."""
    parts = _parse(tx_pb.TxRaw(), raw)
    body = _parse(tx_pb.TxBody(), parts.body_bytes)
    auth = _parse(tx_pb.AuthInfo(), parts.auth_info_bytes)
    messages = []
    for any_ in body.messages:
        kind = KINDS.get(any_.type_url)
        if kind is None:
            raise sdk(2, f"unable to resolve type URL {any_.type_url}: tx parse error")
        messages.append((kind, _parse(kind.message(), any_.value)))
    return Tx(raw, parts, body, auth, tuple(messages))


def _parse(message: Any, data: bytes) -> Any:
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        # the wording a node gives for most broken bytes; the space after "proto:" is a no-break space there too
        raise sdk(2, "invalid length; proto:\u00a0invalid field number: tx parse error: tx parse error") from error
    _refuse_unknown(message)
    return message


def _refuse_unknown(message: Message) -> None:
    unknown_fields: Any = UnknownFieldSet(message)
    for unknown in unknown_fields:
        wire = WIRE_TYPES.get(unknown.wire_type, str(unknown.wire_type))
        name = message.DESCRIPTOR.full_name
        raise sdk(
            2, f'errUnknownField "/{name}": {{TagNum: {unknown.field_number}, WireType:"{wire}"}}: tx parse error'
        )
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            _refuse_unknown(child)
