"""Transactions: the bytes to simulate, to sign and to send (SIGN_MODE_DIRECT, one signer).

Transactions are unordered: instead of a sequence number, each has a time-out that must be unique to the
nanosecond per signer (the chain's replay check).
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


def body_bytes(messages: Sequence[Message], memo: str = "", *, timeout_ns: int) -> bytes:
    """An unordered TxBody."""
    if len(memo.encode()) > MEMO_LIMIT:
        raise BadInput(f"The memo has more than {MEMO_LIMIT} bytes.", "Shorten it.")
    if not messages:
        raise BadInput("There is nothing to sign: the transaction has no message.", "Choose an action first.")
    seconds, nanos = divmod(timeout_ns, _NS)
    body = cosmos_tx_pb2.TxBody(
        messages=[encode(m) for m in messages],
        memo=memo,
        unordered=True,
        timeout_timestamp=Timestamp(seconds=seconds, nanos=nanos),
    )
    return body.SerializeToString(deterministic=True)


def auth_info_bytes(public_key: bytes, *, gas_limit: int, fee: Coin, granter: str = "") -> bytes:
    """An AuthInfo of one direct signer, without a sequence (the chain insists). `granter` pays the fee, if one is
    named. Without a public key it can only be simulated: the chain then takes one of its own."""
    key = cosmos_secp256k1_pb2.PubKey(key=public_key)
    packed = Any(type_url="/" + key.DESCRIPTOR.full_name, value=key.SerializeToString(deterministic=True))
    single = cosmos_tx_pb2.ModeInfo.Single(mode=cosmos_signing_pb2.SIGN_MODE_DIRECT)
    known = packed if public_key else None
    signer = cosmos_tx_pb2.SignerInfo(public_key=known, mode_info=cosmos_tx_pb2.ModeInfo(single=single))
    amount = [coin_proto(fee)] if fee.amount else []  # Go's Coins hold no zeros
    cost = cosmos_tx_pb2.Fee(amount=amount, gas_limit=gas_limit, granter=granter)
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
    timeout_ns: int,
    gas_limit: int,
    fee: Coin,
    granter: str = "",
) -> bytes:
    """A transaction to simulate, with one empty signature.

    The simulation counts the gas of the fee's transfer, and fails if the fee cannot be paid.
    """
    body = body_bytes(messages, memo, timeout_ns=timeout_ns)
    return raw_bytes(body, auth_info_bytes(public_key, gas_limit=gas_limit, fee=fee, granter=granter), b"")


def sign_tx(
    draft: TxDraft,
    signer: Signer,
    *,
    chain_id: str,
    account_number: int,
    timeout_ns: int,
    gas_limit: int | None = None,
    fee: Coin | None = None,
) -> SignedTx:
    """Sign the draft, with a time-out by `unique_timeout`.

    `gas_limit` and `fee` override the draft's; the draft inside the result is what was signed.
    Raises `NotSignedIn` if the signer is not the account the draft was made for.
    """
    if signer.address != draft.signer:
        raise NotSignedIn("This transaction was prepared for another account.", "Prepare it again.")
    final = replace(
        draft,
        gas_limit=draft.gas_limit if gas_limit is None else gas_limit,
        fee=draft.fee if fee is None else fee,
    )
    if final.gas_limit <= 0:
        raise ValueError("a transaction needs a gas limit")
    body = body_bytes(final.messages, final.memo, timeout_ns=timeout_ns)
    auth = auth_info_bytes(signer.public_key, gas_limit=final.gas_limit, fee=final.fee, granter=final.fee_granter)
    signature = signer.sign(sign_bytes(body, auth, chain_id=chain_id, account_number=account_number))
    raw = raw_bytes(body, auth, signature)
    return SignedTx(final, raw, tx_hash(raw), expiry(timeout_ns))


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
