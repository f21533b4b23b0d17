"""From recovery words to a signing key: BIP-39, BIP-32 and RFC 6979 signatures on secp256k1.

Only private derivation is needed, and no packaged library offers it without compiled parts for
few Pythons; the standard's own vectors check it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from akash_tui.adapters.wallet.address import address_of
from akash_tui.adapters.wallet.vault_index import PATH
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import clean
from akash_tui.services.ports import HD_PATH, WORD_COUNTS, AkashError, BadInput

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Number of points of secp256k1 (SEC 2)."""
_LENGTHS = (12, 15, 18, 21, 24)
"""Words in a BIP-39 mnemonic."""
_HARD = 0x8000_0000


class KeySigner:
    """One account's key. Implements `ports.Signer`; the key itself cannot be printed or pickled."""

    __slots__ = ("__key", "_address", "_public_key")

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.__key = key
        self._public_key = _compressed(key)
        self._address = address_of(self._public_key)

    @classmethod
    def from_words(cls, words: str | Secret, path: str = HD_PATH) -> KeySigner:
        """The account of a BIP-39 mnemonic (empty BIP-39 passphrase) at `path`."""
        return cls(ec.derive_private_key(derive(seed_of(words), path)[0], ec.SECP256K1()))

    @property
    def address(self) -> str:
        return self._address

    @property
    def public_key(self) -> bytes:
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """64 bytes r‖s over SHA-256 of `message`; deterministic, and s in the lower half (chain and providers
        refuse the other)."""
        try:
            der = self.__key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm:
            raise AkashError(
                "This Python's OpenSSL cannot make deterministic signatures.",
                "Install the `cryptography` wheel from PyPI (it brings OpenSSL 3.2 or newer).",
            ) from None
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")

    def __repr__(self) -> str:
        return f"KeySigner({self._address})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key cannot be pickled")


def new_words(count: int = 24) -> Secret:
    """A fresh mnemonic of 24 or 12 words (256 or 128 bits) from the system's randomness."""
    from mnemonic import Mnemonic

    if count not in WORD_COUNTS:
        raise BadInput("A new wallet has 12 or 24 words.", "Give one of the two.")
    return Secret(Mnemonic("english").generate(count // 3 * 32))


def seed_of(words: str | Secret) -> bytes:
    """The 64 bytes of BIP-39 behind a mnemonic, without a BIP-39 passphrase. `BadInput` as for `tidy_words`."""
    tidy = tidy_words(words)  # ASCII, so that the standard's NFKD changes nothing
    del words
    return hashlib.pbkdf2_hmac("sha512", tidy.buffer, b"mnemonic", 2048)


def accounts_of(words: str | Secret, paths: Sequence[str]) -> list[tuple[str, str]]:
    """Each path with the address there."""
    seed = seed_of(words)
    del words
    keys = ((path, ec.derive_private_key(derive(seed, path)[0], ec.SECP256K1())) for path in paths)
    return [(path, address_of(_compressed(key))) for path, key in keys]


def checked_path(path: str) -> str:
    """A derivation path that can be derived; `BadInput` otherwise."""
    _indexes(path)
    return path


def tidy_words(words: str | Secret) -> Secret:
    """The words in lower case with single spaces; `BadInput` (never quoting a word) if they cannot be a mnemonic."""
    from mnemonic import Mnemonic

    tidy = Secret(" ".join(Secret(words).reveal().lower().split()))
    del words
    book = Mnemonic("english")
    count = len(tidy.reveal().split())
    if count not in _LENGTHS:
        raise BadInput(
            f"A recovery phrase has 12, 15, 18, 21 or 24 words; this one has {count}.",
            "Give all of its words, with spaces between them.",
        )
    known = set(book.wordlist)
    wrong = [i for i, word in enumerate(tidy.reveal().split(), 1) if word not in known]
    if wrong:
        places = ", ".join(map(str, wrong[:6])) + (" …" if len(wrong) > 6 else "")
        raise BadInput(f"Not in the BIP-39 word list: word {places}.", "Check the spelling; the words are English.")
    if not book.check(tidy.reveal()):
        raise BadInput("The words do not belong together: the checksum is wrong.", "Check their order and spelling.")
    return tidy


def derive(seed: bytes, path: str) -> tuple[int, bytes]:
    """BIP-32: the private key and chain code at `path` (`m`, `m/44'/118'/0`), from a seed."""
    indexes = _indexes(path)  # first, so that a bad path fails before there is anything secret to show
    key, chain = _split(hmac.digest(b"Bitcoin seed", seed, hashlib.sha512))
    if not 0 < key < ORDER:
        raise BadInput("These words give no usable key.", "Use another recovery phrase.")  # once in 2^127
    for index in indexes:
        if index & _HARD:
            data = b"\0" + key.to_bytes(32, "big")
        else:
            data = _compressed(ec.derive_private_key(key, ec.SECP256K1()))
        left, chain = _split(hmac.digest(chain, data + index.to_bytes(4, "big"), hashlib.sha512))
        key = (left + key) % ORDER
        if left >= ORDER or key == 0:
            raise BadInput("These words give no usable key.", "Use another recovery phrase.")
    return key, chain


def _indexes(path: str) -> list[int]:
    if not PATH.fullmatch(path):
        raise BadInput(f"{clean(path, 60)} is not a derivation path.", "It looks like m/44'/118'/0'/0/0.")
    steps = path.split("/")[1:]
    numbers = [(int(step.rstrip("'")), step.endswith("'")) for step in steps]
    if any(number >= _HARD for number, _ in numbers):
        raise BadInput(f"{clean(path)} is not a derivation path.", "Each of its steps is below 2147483648.")
    return [number | (_HARD if hard else 0) for number, hard in numbers]


def _split(digest: bytes) -> tuple[int, bytes]:
    return int.from_bytes(digest[:32], "big"), digest[32:]


def _compressed(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
