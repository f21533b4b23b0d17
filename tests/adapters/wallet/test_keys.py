"""BIP-39, BIP-32, RFC 6979: the standards' own vectors, and properties over many keys."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from akash_tui.adapters.wallet import address, keys
from akash_tui.domain.secret import Secret
from akash_tui.services.ports import HD_PATH, BadInput
from tests.adapters.chain.tx.proto_values import TWELVE, load
from tests.conformance import SHARED

BIP32 = [
    line.split()
    for line in (Path(__file__).parent / "bip32_vectors.txt").read_text().splitlines()
    if not line.startswith("#")
]
SEED_OF_TWELVE = (  # BIP-39, no passphrase
    "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
    "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def xprv(text: str) -> tuple[int, bytes]:
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    raw = number.to_bytes(82, "big")
    assert hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
    return int.from_bytes(raw[46:78], "big"), raw[13:45]


@pytest.mark.parametrize(("seed", "path", "expected"), BIP32)
def test_bip32_vectors(seed: str, path: str, expected: str) -> None:
    assert keys.derive(bytes.fromhex(seed), path) == xprv(expected)


def test_bip32_keeps_leading_zeros() -> None:
    # vector 3 of the standard exists because implementations dropped them
    seed = bytes.fromhex(BIP32[-1][0])
    assert keys.derive(seed, "m")[0].to_bytes(32, "big")[0] == 0


def test_bip39_seed() -> None:
    from mnemonic import Mnemonic

    assert Mnemonic.to_seed(TWELVE).hex() == SEED_OF_TWELVE


@pytest.mark.parametrize("name", ["abandon12", "fixture24"])
def test_the_accounts_of_the_published_mnemonics(name: str) -> None:
    import base64

    wallet = load(SHARED / "transactions.json")["wallets"][name]
    signer = keys.KeySigner.from_words(wallet["mnemonic"])
    assert wallet["hd_path"] == HD_PATH
    assert signer.address == wallet["address"]
    assert signer.public_key == base64.b64decode(wallet["pubkey_base64"])


def test_words_may_come_in_any_spacing_and_case() -> None:
    assert keys.KeySigner.from_words("  " + TWELVE.upper().replace(" ", "\n\t ") + "\r\n").address == (
        keys.KeySigner.from_words(TWELVE).address
    )


def test_new_words_are_valid_and_differ() -> None:
    one, two = keys.new_words(), keys.new_words()
    assert len(one.reveal().split()) == 24
    assert one != two
    assert keys.tidy_words(one) == one


@pytest.mark.parametrize("bits", [128, 160, 192, 224, 256])
def test_a_mnemonic_of_every_length_is_taken(bits: int) -> None:
    words = Mnemonic("english").generate(bits)
    assert len(words.split()) == bits // 32 * 3
    assert keys.tidy_words(words).reveal() == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "this one has 0"),
        ("abandon", "this one has 1"),
        (" ".join(["abandon"] * 12), "checksum"),
        (TWELVE.replace("about", "zzyzx"), "word 12"),
        (" ".join(["about", *["abandon"] * 11]), "checksum"),
    ],
)
def test_wrong_words_are_reported_without_quoting_them(words: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        keys.tidy_words(words)
    assert sentence in caught.value.title
    shown = f"{caught.value.title} {caught.value.advice} {caught.value.detail} {caught.value!r}"
    assert not [w for w in set(words.split()) if w in shown.split()]


@pytest.mark.parametrize("path", ["", "44'/118'", "m/", "m/x", "m/1''", "m/-1", "m/2147483648", "m/1h", "m//1", "n/1"])
def test_a_bad_path_is_refused(path: str) -> None:
    with pytest.raises(BadInput):
        keys.derive(b"\1" * 32, path)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(1, keys.ORDER - 1), message=st.binary(max_size=300))
def test_signatures_verify_are_low_and_repeat(number: int, message: bytes) -> None:
    key = ec.derive_private_key(number, ec.SECP256K1())
    signer = keys.KeySigner(key)
    signature = signer.sign(message)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert len(signature) == 64
    assert 0 < s <= keys.ORDER // 2
    assert signature == signer.sign(message)
    key.public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    assert address.valid_address(signer.address)


def test_rfc6979_nonce_is_the_standards() -> None:
    # the widely used secp256k1 vector for key 1, message "Satoshi Nakamoto"
    signer = keys.KeySigner(ec.derive_private_key(1, ec.SECP256K1()))
    assert signer.sign(b"Satoshi Nakamoto").hex() == (
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )


def test_a_signer_shows_and_gives_nothing_away() -> None:
    signer = keys.KeySigner.from_words(TWELVE)
    secret = keys.derive(bytes.fromhex(SEED_OF_TWELVE), HD_PATH)[0]
    shown = repr(signer) + str(signer) + f"{signer}" + repr([signer])
    assert signer.address in shown
    assert f"{secret:x}" not in shown
    assert str(secret) not in shown
    assert not hasattr(signer, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_ripemd160_works_where_openssl_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = keys.KeySigner.from_words(TWELVE).address
    real = hashlib.new

    def without(name: str, data: bytes = b"") -> object:
        if name == "ripemd160":
            raise ValueError("unsupported hash type ripemd160")
        return real(name, data)

    monkeypatch.setattr(hashlib, "new", without)
    assert keys.KeySigner.from_words(TWELVE).address == expected


@given(raw=st.one_of(st.binary(min_size=20, max_size=20), st.binary(min_size=32, max_size=32)))
def test_addresses_round_trip(raw: bytes) -> None:
    text = address.encode_address(raw)
    assert text.startswith("akash1")
    assert address.decode_address(text) == raw


@settings(max_examples=60)
@given(
    raw=st.binary(min_size=20, max_size=20),
    place=st.integers(6, 43),
    letter=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
)
def test_one_wrong_letter_is_noticed(raw: bytes, place: int, letter: str) -> None:
    text = address.encode_address(raw)
    changed = text[:place] + letter + text[place + 1 :]
    assert address.valid_address(changed) == (changed == text)


@pytest.mark.parametrize(
    "text",
    ["", "akash1", "akash", "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4",
     "AKASH19RL4CM2HMR8AFY4KLDPXZ3FKA4JGUQ0A3MQ6X0",
     "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0 ", "akash19RL4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0", "akash1\x1b[31m"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert not address.valid_address(text)


@pytest.mark.parametrize("length", [0, 19, 21, 31, 33])
def test_an_address_has_twenty_or_thirty_two_bytes(length: int) -> None:
    assert not address.valid_address(address.encode_address(b"\7" * length))


def test_a_public_key_must_be_compressed() -> None:
    with pytest.raises(ValueError, match="33 bytes"):
        address.address_of(b"\4" + b"\0" * 64)


def test_a_secret_stays_hidden() -> None:
    secret = Secret("correct horse")
    assert secret.reveal() == "correct horse"
    assert "horse" not in f"{secret} {secret!r} {secret!s} {[secret]} {secret:>40}"
    assert secret == Secret("correct horse")
    assert secret != Secret("x")
    assert secret != "correct horse"
    assert not Secret("")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)


def test_other_paths_are_other_accounts() -> None:
    made = {keys.KeySigner.from_words(TWELVE, f"m/44'/118'/0'/0/{i}").address for i in range(4)}
    assert len(made) == 4
    assert keys.KeySigner.from_words(TWELVE).address in made


def test_a_secret_is_overwritten() -> None:
    secret = Secret("correct horse")
    held = secret.buffer
    copy = Secret(secret)
    secret.wipe()
    assert held == bytearray(13)
    assert not secret
    assert secret.reveal() == ""
    assert copy.reveal() == "correct horse"
    held = copy.buffer
    del copy
    assert held == bytearray(13), "what nothing refers to any more is overwritten too"
