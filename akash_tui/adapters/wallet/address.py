"""Account addresses: bech32 with the prefix `akash` over RIPEMD-160(SHA-256(compressed public key))."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import bech32

PREFIX = "akash"
LENGTHS = (20, 32)
"""Bytes in an address: keys have 20; modules and contracts may have 32 (Cosmos SDK ADR-028)."""


def address_of(public_key: bytes) -> str:
    """The address of a compressed secp256k1 public key (33 bytes)."""
    if len(public_key) != 33 or public_key[0] not in (2, 3):
        raise ValueError("a compressed secp256k1 public key has 33 bytes")
    return encode_address(_ripemd160(hashlib.sha256(public_key).digest()))


def address_of_many(threshold: int, public_keys: Sequence[bytes]) -> str:
    """The address of an account of several keys: SHA-256 over the amino form of its LegacyAminoPubKey, 20 bytes
    (cosmos-sdk, crypto/keys/multisig)."""
    raw = b"\x22\xc1\xf7\xe2\x08" + bytes([threshold])
    for key in public_keys:
        raw += b"\x12\x26\xeb\x5a\xe9\x87\x21" + key
    return encode_address(hashlib.sha256(raw).digest()[:20])


def encode_address(raw: bytes) -> str:
    """Raw address bytes as text."""
    return bech32.bech32_encode(PREFIX, bech32.convertbits(raw, 8, 5) or [])


def decode_address(text: str) -> bytes | None:
    """The bytes behind an `akash1…` address; None if it is not one (prefix, checksum, length, mixed case)."""
    prefix, words = bech32.bech32_decode(text)
    if prefix != PREFIX or words is None or text != text.lower():
        return None
    raw = bech32.convertbits(words, 5, 8, False)
    return bytes(raw) if raw is not None and len(raw) in LENGTHS else None


def valid_address(text: str) -> bool:
    """Whether `text` is an Akash account address with a right checksum."""
    return decode_address(text) is not None


def _ripemd160(data: bytes) -> bytes:
    try:
        return hashlib.new("ripemd160", data).digest()
    except ValueError:  # OpenSSL 3 without its legacy provider
        from Crypto.Hash import RIPEMD160

        return RIPEMD160.new(data).digest()
