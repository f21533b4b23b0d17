"""Keys, signatures and addresses of the practice network: its own code, to catch the mistakes of the client's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import bech32
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX = "akash"
CURVE_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141


class BadAddress(ValueError):
    """An address that is not a bech32 text of this network; the message is the chain's own wording."""


def encode_address(raw: bytes, prefix: str = PREFIX) -> str:
    """The bech32 text of raw address bytes (20 for an account)."""
    words = bech32.convertbits(raw, 8, 5)
    assert words is not None
    return str(bech32.bech32_encode(prefix, words))


@lru_cache(maxsize=8192)
def decode_address(text: str) -> bytes:
    """The raw bytes of an address, or BadAddress with the text a Cosmos node gives for the same fault."""
    if not text.strip():
        raise BadAddress("empty address string is not allowed")
    if len(text) < 8:
        raise BadAddress(f"decoding bech32 failed: invalid bech32 string length {len(text)}")
    lower = text.lower()
    if text not in (lower, text.upper()):
        raise BadAddress("decoding bech32 failed: string not all lowercase or all uppercase")
    one = lower.rfind("1")
    if one < 1 or one + 7 > len(lower):
        raise BadAddress(f"decoding bech32 failed: invalid separator index {one}")
    prefix, data = lower[:one], lower[one + 1 :]
    for character in data:
        if character not in bech32.CHARSET:
            raise BadAddress(f"decoding bech32 failed: invalid character not part of charset: {ord(character)}")
    words = [bech32.CHARSET.index(character) for character in data]
    right = bech32.bech32_create_checksum(prefix, words[:-6])
    if right != words[-6:]:
        expected = "".join(bech32.CHARSET[word] for word in right)
        raise BadAddress(f"decoding bech32 failed: invalid checksum (expected {expected} got {data[-6:]})")
    raw = bech32.convertbits(words[:-6], 5, 8, False)
    if raw is None:
        raise BadAddress("decoding bech32 failed: invalid incomplete group")
    if prefix != PREFIX:
        raise BadAddress(f"invalid Bech32 prefix; expected {PREFIX}, got {prefix}")
    return bytes(raw)


def address_fault(text: str) -> str:
    """What a Cosmos node says is wrong with an address; nothing if it is good."""
    try:
        decode_address(text)
    except BadAddress as error:
        return str(error)
    return ""


def _ripemd160(data: bytes) -> bytes:
    try:
        return hashlib.new("ripemd160", data).digest()
    except ValueError:  # an OpenSSL 3 that has it with its legacy provider only; the import takes longer than all keys
        from Crypto.Hash import RIPEMD160

        return RIPEMD160.new(data).digest()


def module_address(name: str) -> str:
    """The address of a module account: the first 20 bytes of SHA-256 of its name (Cosmos SDK x/auth)."""
    return encode_address(hashlib.sha256(name.encode()).digest()[:20])


def address_of(pubkey: bytes) -> str:
    """The account of a compressed secp256k1 public key: RIPEMD-160 of SHA-256, as bech32."""
    return encode_address(_ripemd160(hashlib.sha256(pubkey).digest()))


def address_of_many(threshold: int, keys: list[bytes]) -> str:
    """The account of several keys: the first 20 bytes of SHA-256 of their amino form."""
    amino = bytes.fromhex("22c1f7e208") + bytes([threshold])
    amino += b"".join(bytes.fromhex("1226eb5ae98721") + key for key in keys)
    return encode_address(hashlib.sha256(amino).digest()[:20])


@dataclass(frozen=True)
class Key:
    """A secp256k1 account key of a practice actor (a provider, an auditor, the faucet)."""

    secret: int

    @classmethod
    @lru_cache(maxsize=256)  # the same actors are in each network of a seed, and their addresses take 1 to 2 ms
    def from_seed(cls, seed: bytes) -> Key:
        """The key that belongs to a seed: the same bytes always give the same account."""
        return cls(int.from_bytes(hashlib.sha512(seed).digest(), "big") % (CURVE_ORDER - 1) + 1)

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.secret, ec.SECP256K1())

    @cached_property
    def pubkey(self) -> bytes:
        """The compressed public key, 33 bytes."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    @cached_property
    def address(self) -> str:
        """The account, bech32."""
        return address_of(self.pubkey)

    def sign(self, message: bytes) -> bytes:
        """r||s over SHA-256 of the message, 64 bytes, deterministic (RFC 6979), s in the lower half."""
        der = self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + min(s, CURVE_ORDER - s).to_bytes(32, "big")


def verify(pubkey: bytes, message: bytes, signature: bytes) -> bool:
    """True if the 64 bytes r||s sign the message's SHA-256; a high s is refused as the real node refuses it."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not 0 < r < CURVE_ORDER or not 0 < s <= CURVE_ORDER // 2:
        return False
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), pubkey)
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
