"""Checking signatures that were made elsewhere: one key, or several keys of one account (multisig).

An account of several keys signs amino JSON with each of them (cosmos-sdk, crypto/keys/multisig).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError

from akash_tui.adapters.wallet.address import address_of, address_of_many
from akash_tui.wire import (
    cosmos_multisig_pb2,
    cosmos_multisig_v1beta1_pb2,
    cosmos_secp256k1_pb2,
    cosmos_signing_pb2,
    cosmos_tx_pb2,
)

DIRECT: Final = cosmos_signing_pb2.SIGN_MODE_DIRECT
AMINO: Final = cosmos_signing_pb2.SIGN_MODE_LEGACY_AMINO_JSON
MOST_KEYS: Final = 100
"""More keys than any account has; the chain's own limit is 7 (auth params, tx_sig_limit) unless it was raised."""
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Number of points of secp256k1 (SEC 2)."""

SignBytes = Callable[[int], bytes]
"""What a mode signs."""


def keys_of(public_key: Any) -> tuple[int, list[bytes]]:
    """How many of which keys must sign: 1 of one key, or the threshold of an account of several. ValueError for
    anything else."""
    try:
        if public_key.type_url == "/cosmos.crypto.secp256k1.PubKey":
            return 1, [_key(public_key)]
        if public_key.type_url == "/cosmos.crypto.multisig.LegacyAminoPubKey":
            many = cosmos_multisig_pb2.LegacyAminoPubKey.FromString(public_key.value)
            keys = [_key(each) for each in many.public_keys]
            if 0 < many.threshold <= len(keys) <= MOST_KEYS:
                return many.threshold, keys
    except DecodeError:
        pass
    raise ValueError("its public key is of a kind that this program does not know")


def _key(public_key: Any) -> bytes:
    key = cosmos_secp256k1_pb2.PubKey.FromString(public_key.value).key
    if public_key.type_url != "/cosmos.crypto.secp256k1.PubKey" or len(key) != 33:
        raise ValueError("its public key is of a kind that this program does not know")
    return key


def address_of_keys(public_key: Any) -> str:
    """The account that these keys sign for. ValueError as `keys_of` raises."""
    threshold, keys = keys_of(public_key)
    if public_key.type_url.endswith("LegacyAminoPubKey"):
        return address_of_many(threshold, keys)
    return address_of(keys[0])


def modes_of(info: cosmos_tx_pb2.SignerInfo) -> list[int]:
    """The mode of each signature. ValueError for one that this program does not check."""
    if info.mode_info.WhichOneof("sum") == "single":
        modes = [info.mode_info.single.mode]
        allowed: tuple[int, ...] = (DIRECT, AMINO)
    else:
        modes = [each.single.mode for each in info.mode_info.multi.mode_infos]
        allowed = (AMINO,)
    if not modes or any(mode not in allowed for mode in modes):
        raise ValueError("it was signed in a mode that this program does not know")
    return [int(mode) for mode in modes]


def is_signed(info: cosmos_tx_pb2.SignerInfo, signature: bytes, sign_bytes: SignBytes) -> bool:
    """Whether enough of the account's keys have signed these bytes. ValueError as `keys_of` and `modes_of` raise."""
    threshold, keys = keys_of(info.public_key)
    modes = modes_of(info)
    if info.mode_info.WhichOneof("sum") == "single":
        return len(keys) == 1 and verify(keys[0], sign_bytes(modes[0]), signature)
    signed = _who(info.mode_info.multi.bitarray, len(keys))
    try:
        parts = list(cosmos_multisig_v1beta1_pb2.MultiSignature.FromString(signature).signatures)
    except DecodeError:
        return False
    if signed is None or not len(signed) == len(parts) == len(modes) or len(signed) < threshold:
        return False
    each = zip(signed, parts, modes, strict=True)
    return all(verify(keys[place], sign_bytes(mode), part) for place, part, mode in each)


def _who(bits: cosmos_multisig_v1beta1_pb2.CompactBitArray, keys: int) -> Sequence[int] | None:
    """The places of the keys that have signed; None where the bits are not those of this many keys."""
    count = len(bits.elems) * 8 - (8 - bits.extra_bits_stored if bits.extra_bits_stored else 0)
    if bits.extra_bits_stored > 7 or count != keys:
        return None
    return [place for place in range(keys) if bits.elems[place // 8] & 0x80 >> place % 8]


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether 64 bytes r‖s with s in the lower half (the chain refuses the other) are of this key."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > _ORDER // 2:
        return False
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
