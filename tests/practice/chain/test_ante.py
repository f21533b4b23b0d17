"""Who may do what: signatures, chain ids, sequences and nonces are really checked."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from akash_tui.practice.state.crypto import CURVE_ORDER, BadAddress, Key, decode_address, encode_address, verify
from akash_tui.wire import cosmos_tx_pb2 as tx_pb
from tests.practice.small_world import SECOND, SmallWorld

UNAUTHORIZED = ("sdk", 4)


@pytest.fixture
def small() -> SmallWorld:
    return SmallWorld()


def resigned(raw: bytes, signature: bytes) -> bytes:
    parts = tx_pb.TxRaw.FromString(raw)
    del parts.signatures[:]
    parts.signatures.append(signature)
    return parts.SerializeToString()


def signature_of(raw: bytes) -> bytes:
    return tx_pb.TxRaw.FromString(raw).signatures[0]


def test_a_good_signature_is_taken(small: SmallWorld) -> None:
    assert small.do(small.tenant, small.deployment(1)).code == 0


@pytest.mark.parametrize("bit", [0, 100, 255, 256, 400, 511])
def test_a_flipped_bit_is_refused(small: SmallWorld, bit: int) -> None:
    raw = small.sign(small.tenant, small.deployment(1))
    bent = bytearray(signature_of(raw))
    bent[bit // 8] ^= 1 << bit % 8
    answer = small.world.submit(resigned(raw, bytes(bent)))
    assert (answer.codespace, answer.code) == UNAUTHORIZED
    assert "signature verification failed" in answer.raw_log


def test_a_high_s_is_refused_though_it_is_valid(small: SmallWorld) -> None:
    raw = small.sign(small.tenant, small.deployment(1))
    low = signature_of(raw)
    high = low[:32] + (CURVE_ORDER - int.from_bytes(low[32:], "big")).to_bytes(32, "big")
    parts = tx_pb.TxRaw.FromString(raw)
    doc = tx_pb.SignDoc(
        body_bytes=parts.body_bytes,
        auth_info_bytes=parts.auth_info_bytes,
        chain_id=small.world.chain_id,
        account_number=small.world.books.accounts[(small.tenant.address,)].number,
    ).SerializeToString()
    as_der = encode_dss_signature(int.from_bytes(high[:32], "big"), int.from_bytes(high[32:], "big"))
    pubkey = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), small.tenant.pubkey)
    pubkey.verify(as_der, doc, ec.ECDSA(hashes.SHA256()))
    assert not verify(small.tenant.pubkey, doc, high)
    answer = small.world.submit(resigned(raw, high))
    assert (answer.codespace, answer.code) == UNAUTHORIZED
    assert small.world.submit(raw).code == 0


def test_somebody_elses_key_is_refused(small: SmallWorld) -> None:
    number = small.world.books.accounts[(small.tenant.address,)].number
    answer = small.check(small.providers[0], small.deployment(1), account_number=number, sequence=0)
    assert (answer.codespace, answer.code) == ("sdk", 8)


def test_a_changed_message_is_refused(small: SmallWorld) -> None:
    parts = tx_pb.TxRaw.FromString(small.sign(small.tenant, small.deployment(1)))
    other = tx_pb.TxRaw.FromString(small.sign(small.tenant, small.deployment(2)))
    parts.body_bytes = other.body_bytes
    assert small.world.submit(parts.SerializeToString()).code == 4


def test_another_chain_id_is_refused(small: SmallWorld) -> None:
    answer = small.check(small.tenant, small.deployment(1), chain_id="akashnet-2")
    assert (answer.codespace, answer.code) == UNAUTHORIZED
    assert f"chain-id ({small.world.chain_id})" in answer.raw_log


def test_the_same_bytes_again_are_refused_for_good(small: SmallWorld) -> None:
    raw = small.sign(small.tenant, small.deployment(1))
    assert small.world.submit(raw).code == 0
    again = small.world.submit(raw)
    assert (again.codespace, again.code, again.raw_log) == ("sdk", 19, "")
    small.block(2)
    assert small.world.submit(raw).code == 19
    assert small.world.books.deployments.count() == 1


def test_an_old_sequence_is_refused_with_fresh_bytes(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    answer = small.check(small.tenant, small.deployment(2), sequence=0)
    assert (answer.codespace, answer.code) == ("sdk", 32)
    assert answer.raw_log == "account sequence mismatch, expected 1, got 0: incorrect account sequence"


def test_a_used_nonce_is_refused_before_and_after_the_block(small: SmallWorld) -> None:
    timeout = small.world.time_ns + 60 * SECOND
    first = small.sign(small.tenant, small.deployment(1), sequence=0, timeout_ns=timeout)
    second = small.sign(small.tenant, small.deployment(2), sequence=0, timeout_ns=timeout)
    third = small.sign(small.tenant, small.deployment(3), sequence=0, timeout_ns=timeout)
    assert small.world.submit(first).code == 0
    waiting = small.world.submit(second)
    assert (waiting.codespace, waiting.code) == ("sdk", 18)
    assert "already used timeout" in waiting.raw_log
    small.block()
    assert small.world.submit(third).code == 18
    assert small.world.books.deployments.count() == 1


def test_another_account_may_use_the_same_nonce(small: SmallWorld) -> None:
    timeout = small.world.time_ns + 60 * SECOND
    small.do(small.tenant, small.deployment(1))
    for provider in small.providers:
        raw = small.sign(provider, small.bid(1, provider), sequence=0, timeout_ns=timeout)
        assert small.world.submit(raw).code == 0


@pytest.mark.parametrize(
    ("ahead_s", "code"), [(-1, 42), (0, 0), (1, 0), (599, 0), (600, 0), (600.000000001, 18), (3600, 18)]
)
def test_an_unordered_timeout_lies_within_ten_minutes(small: SmallWorld, ahead_s: float, code: int) -> None:
    raw = small.unordered(small.tenant, small.deployment(1), ahead_ns=round(ahead_s * SECOND))
    assert small.world.submit(raw).code == code


def test_unordered_transactions_leave_the_sequence_alone(small: SmallWorld) -> None:
    assert small.world.submit(small.unordered(small.tenant, small.deployment(1))).code == 0
    small.block()
    assert small.world.books.accounts[(small.tenant.address,)].sequence == 0


def test_forgotten_nonces_are_past_their_time(small: SmallWorld) -> None:
    small.world.submit(small.unordered(small.tenant, small.deployment(1), ahead_ns=2 * SECOND))
    small.block()
    assert small.world.books.nonces.count() == 1
    small.block(3)
    assert small.world.books.nonces.count() == 0


def test_several_transactions_of_one_account_wait_in_order(small: SmallWorld) -> None:
    answers = [small.check(small.tenant, small.deployment(dseq)) for dseq in (1, 2, 3)]
    assert [answer.code for answer in answers] == [0, 0, 0]
    block = small.block()
    assert [tx.outcome.code for tx in block.txs] == [0, 0, 0]
    assert small.world.books.accounts[(small.tenant.address,)].sequence == 3


def test_addresses_survive_and_faults_are_named() -> None:
    key = Key.from_seed(b"x")
    assert encode_address(decode_address(key.address)) == key.address
    for bad in (
        "",
        "akash",
        key.address[:-1] + ("q" if key.address[-1] != "q" else "p"),
        key.address.replace("akash", "cosmos"),
    ):
        with pytest.raises(BadAddress):
            decode_address(bad)
    assert Key.from_seed(b"x").address == key.address != Key.from_seed(b"y").address
