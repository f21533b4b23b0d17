"""Transactions: the bytes to simulate, to sign and to send (SIGN_MODE_DIRECT, one signer).

A transaction is either unordered, with a time-out that must be unique to the nanosecond per signer
(the chain's replay check), or ordered, with the account's next sequence number.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from google.protobuf.any_pb2 import Any
from google.protobuf.timestamp_pb2 import Timestamp

from akash_tui.adapters.chain.tx.messages import coin_proto, encode
from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import BadInput, NotSignedIn, SignedTx, Signer, TxDraft
from akash_tui.wire import cosmos_secp256k1_pb2, cosmos_signing_pb2, cosmos_tx_pb2

MEMO_LIMIT = 256
"""Characters (bytes of UTF-8) that the chain allows by default."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS = 1_000_000_000


def unique_timeout(latest: datetime) -> int:
    """A time-out in nanoseconds since 1970, at most a second before `latest`, random to the nanosecond.

    The chain refuses a second transaction of the same signer with the same time-out; a billion
    values make two equal ones within one second unlikely enough, across processes too.
    """
    return _nanoseconds(latest) - secrets.randbelow(_NS)


def expiry(timeout_ns: int) -> datetime:
    """The time-out rounded up to the microsecond: a block later than this cannot hold the transaction."""
    return _EPOCH + timedelta(microseconds=-(-timeout_ns // 1000))


def body_bytes(messages: Sequence[Message], memo: str = "", *, timeout_ns: int | None = None) -> bytes:
    """A TxBody; unordered if it has a time-out."""
    if len(memo.encode()) > MEMO_LIMIT:
        raise BadInput(f"The memo has more than {MEMO_LIMIT} bytes.", "Shorten it.")
    if not messages:
        raise BadInput("There is nothing to sign: the transaction has no message.", "Choose an action first.")
    body = cosmos_tx_pb2.TxBody(messages=[encode(m) for m in messages], memo=memo)
    if timeout_ns is not None:
        seconds, nanos = divmod(timeout_ns, _NS)
        body.unordered = True
        body.timeout_timestamp.CopyFrom(Timestamp(seconds=seconds, nanos=nanos))
    return body.SerializeToString(deterministic=True)


def auth_info_bytes(public_key: bytes, *, sequence: int = 0, gas_limit: int = 0, fee: Coin | None = None) -> bytes:
    """An AuthInfo of one direct signer; sequence 0 in unordered transactions (the chain insists)."""
    key = cosmos_secp256k1_pb2.PubKey(key=public_key)
    packed = Any(type_url="/" + key.DESCRIPTOR.full_name, value=key.SerializeToString(deterministic=True))
    single = cosmos_tx_pb2.ModeInfo.Single(mode=cosmos_signing_pb2.SIGN_MODE_DIRECT)
    signer = cosmos_tx_pb2.SignerInfo(
        public_key=packed, mode_info=cosmos_tx_pb2.ModeInfo(single=single), sequence=sequence
    )
    amount = [coin_proto(fee)] if fee is not None and fee.amount else []  # Go's Coins hold no zeros
    cost = cosmos_tx_pb2.Fee(amount=amount, gas_limit=gas_limit)
    return cosmos_tx_pb2.AuthInfo(signer_infos=[signer], fee=cost).SerializeToString(deterministic=True)


def sign_bytes(body: bytes, auth_info: bytes, *, chain_id: str, account_number: int) -> bytes:
    """The SignDoc: what is hashed and signed."""
    doc = cosmos_tx_pb2.SignDoc(
        body_bytes=body, auth_info_bytes=auth_info, chain_id=chain_id, account_number=account_number
    )
    return doc.SerializeToString(deterministic=True)


def raw_bytes(body: bytes, auth_info: bytes, signature: bytes) -> bytes:
    """The TxRaw: what is sent and simulated."""
    raw = cosmos_tx_pb2.TxRaw(body_bytes=body, auth_info_bytes=auth_info, signatures=[signature])
    return raw.SerializeToString(deterministic=True)


def tx_hash(raw: bytes) -> str:
    """Upper-case hex SHA-256 of the raw bytes: the name of the transaction, known before it is sent."""
    return hashlib.sha256(raw).hexdigest().upper()


def draft_bytes(
    messages: Sequence[Message],
    public_key: bytes,
    memo: str = "",
    *,
    sequence: int | None = None,
    timeout_ns: int | None = None,
    gas_limit: int = 0,
    fee: Coin | None = None,
) -> bytes:
    """A transaction to simulate, with one empty signature. Give exactly one of `sequence` and `timeout_ns`.

    With a fee the simulation counts the gas of its transfer, and fails if it cannot be paid.
    """
    _one_of(sequence, timeout_ns)
    body = body_bytes(messages, memo, timeout_ns=timeout_ns)
    return raw_bytes(body, auth_info_bytes(public_key, sequence=sequence or 0, gas_limit=gas_limit, fee=fee), b"")


def sign_tx(
    draft: TxDraft,
    signer: Signer,
    *,
    chain_id: str,
    account_number: int,
    sequence: int | None = None,
    timeout_ns: int | None = None,
    gas_limit: int | None = None,
    fee: Coin | None = None,
) -> SignedTx:
    """Sign the draft. Exactly one of `sequence` (ordered) and `timeout_ns` (see `unique_timeout`).

    `gas_limit` and `fee` override the draft's; the draft inside the result is what was signed.
    Raises `NotSignedIn` if the signer is not the account the draft was made for.
    """
    _one_of(sequence, timeout_ns)
    if signer.address != draft.signer:
        raise NotSignedIn("This transaction was prepared for another account.", "Prepare it again.")
    if draft.ordered != (sequence is not None):
        raise ValueError("an ordered draft is signed with a sequence, an unordered one with a time-out")
    final = replace(
        draft,
        gas_limit=draft.gas_limit if gas_limit is None else gas_limit,
        fee=draft.fee if fee is None else fee,
    )
    if final.gas_limit <= 0:
        raise ValueError("a transaction needs a gas limit")
    body = body_bytes(final.messages, final.memo, timeout_ns=timeout_ns)
    auth = auth_info_bytes(signer.public_key, sequence=sequence or 0, gas_limit=final.gas_limit, fee=final.fee)
    signature = signer.sign(sign_bytes(body, auth, chain_id=chain_id, account_number=account_number))
    raw = raw_bytes(body, auth, signature)
    return SignedTx(final, raw, tx_hash(raw), None if timeout_ns is None else expiry(timeout_ns))


def _one_of(sequence: int | None, timeout_ns: int | None) -> None:
    if (sequence is None) == (timeout_ns is None):
        raise ValueError("give either a sequence or a time-out")


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
