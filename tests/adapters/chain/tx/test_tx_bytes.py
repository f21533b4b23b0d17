"""What a transaction may be, and properties of its parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akash_tui.adapters.chain.tx import messages, tx_bytes
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.messages import CloseDeployment, CreateDeployment, DepositDeployment, UpdateDeployment
from akash_tui.domain.akash.money import Coin, DecCoin
from akash_tui.domain.akash.resources import (
    Attribute,
    Endpoint,
    EndpointKind,
    GroupSpec,
    Resources,
    ResourceUnit,
    SignedBy,
    Volume,
)
from akash_tui.services.ports import BadInput, NotSignedIn, TxDraft
from akash_tui.wire import cosmos_tx_pb2
from tests.adapters.chain.tx import proto_values

SIGNER = KeySigner.from_words(proto_values.TWELVE)
CLOSE = CloseDeployment(DeploymentId(SIGNER.address, 7))
DRAFT = TxDraft((CLOSE,), SIGNER.address, 80_000, 120_000, Coin("uakt", 3000))
BLOCK = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


# --- decimals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("1.5", "1500000000000000000"),
        ("1000", "1000000000000000000000"),
        ("1E+3", "1000000000000000000000"),
        ("0.000000000000000001", "1"),
        ("1.0000000000000000000", "1000000000000000000"),
        ("-2.5", "-2500000000000000000"),
        ("12345678901234567890.123456789012345678", "12345678901234567890123456789012345678"),
    ],
)
def test_decimals_on_the_wire(value: str, text: str) -> None:
    assert messages.legacy_dec(Decimal(value)) == text.replace("-0", "0")


@pytest.mark.parametrize("value", ["0.0000000000000000001", "NaN", "Infinity", "1E-19"])
def test_decimals_that_the_wire_cannot_hold(value: str) -> None:
    with pytest.raises(BadInput):
        messages.legacy_dec(Decimal(value))


@given(number=st.integers(-(10**40), 10**40))
def test_decimals_lose_nothing(number: int) -> None:
    value = Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -18))
    assert int(messages.legacy_dec(value)) == number


# --- groups -------------------------------------------------------------------------------------

names = st.text(st.characters(codec="utf-8"), max_size=12)
attributes = st.lists(st.builds(Attribute, names, names), max_size=3).map(tuple)
sizes = st.integers(0, 2**63)
units = st.builds(
    ResourceUnit,
    resources=st.builds(
        Resources,
        id=st.integers(0, 2**32 - 1),
        cpu_milli=sizes,
        memory=sizes,
        storage=st.lists(st.builds(Volume, names, sizes, attributes), max_size=3).map(tuple),
        gpu_units=sizes,
        gpu_attributes=attributes,
        endpoints=st.lists(
            st.builds(Endpoint, st.sampled_from(EndpointKind), st.integers(0, 2**32 - 1)), max_size=3
        ).map(tuple),
        cpu_attributes=attributes,
        memory_attributes=attributes,
    ),
    count=st.integers(0, 2**32 - 1),
    price=st.builds(DecCoin, names, st.decimals(0, 10**7, places=18)),
)
groups = st.builds(
    GroupSpec,
    name=names,
    attributes=attributes,
    signed_by=st.builds(SignedBy, st.lists(names, max_size=2).map(tuple), st.lists(names, max_size=2).map(tuple)),
    units=st.lists(units, max_size=3).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(it=st.lists(groups, max_size=3).map(tuple), window=st.none() | st.integers(0, 10**18), amount=sizes)
def test_a_deployment_survives_the_wire(it: tuple[GroupSpec, ...], window: int | None, amount: int) -> None:
    message = CreateDeployment(
        DeploymentId(SIGNER.address, 5), it, b"\x11" * 32, Coin("uact", amount), ("balance",), window
    )
    assert proto_values.message(messages.encode(message)) == message


def test_zero_is_written_as_a_digit() -> None:
    group = GroupSpec("g", units=(ResourceUnit(Resources(1, 0, 0, ()), 1, DecCoin("uact", Decimal(0))),))
    raw = messages.groups_proto([group])[0]
    assert raw.count(b"\x0a\x03\x0a\x010") == 3  # cpu, memory and gpu, each {1: {1: "0"}}
    assert b"\x12\x010" in raw  # the price


@pytest.mark.parametrize(
    "message",
    [
        UpdateDeployment(DeploymentId(SIGNER.address, -1), b""),
        UpdateDeployment(DeploymentId(SIGNER.address, 2**64), b""),
        DepositDeployment(SIGNER.address, CLOSE.id, Coin("uact", -1)),
        DepositDeployment(SIGNER.address, CLOSE.id, Coin("uact", 1), ()),
        DepositDeployment(SIGNER.address, CLOSE.id, Coin("uact", 1), ("balance", "balance")),
        DepositDeployment(SIGNER.address, CLOSE.id, Coin("uact", 1), ("pocket",)),
        CreateDeployment(
            CLOSE.id,
            (GroupSpec("g", units=(ResourceUnit(Resources(1, -1, 0, ()), 1, DecCoin("uact", Decimal(1))),)),),
            b"",
            Coin("uact", 1),
        ),
    ],
)
def test_values_that_cannot_be_sent_are_bad_input(message: UpdateDeployment) -> None:
    with pytest.raises(BadInput):
        messages.encode(message)


# --- transactions -------------------------------------------------------------------------------


def test_a_draft_has_one_empty_signature_and_the_same_body() -> None:
    timeout = tx_bytes.unique_timeout(BLOCK)
    raw = cosmos_tx_pb2.TxRaw.FromString(
        tx_bytes.draft_bytes([CLOSE], SIGNER.public_key, "hello", timeout_ns=timeout, gas_limit=0, fee=Coin("uakt", 1))
    )
    assert list(raw.signatures) == [b""]
    signed = tx_bytes.sign_tx(DRAFT, SIGNER, chain_id="c", account_number=0, timeout_ns=timeout)
    body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
    assert body.memo == "hello"
    body.memo = ""
    assert cosmos_tx_pb2.TxRaw.FromString(signed.raw).body_bytes == body.SerializeToString(deterministic=True)


def test_unordered() -> None:
    timeout = tx_bytes.unique_timeout(BLOCK)
    free = tx_bytes.sign_tx(DRAFT, SIGNER, chain_id="c", account_number=1, timeout_ns=timeout)
    raw = cosmos_tx_pb2.TxRaw.FromString(free.raw)
    body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
    assert body.unordered
    assert body.timeout_timestamp.seconds * 10**9 + body.timeout_timestamp.nanos == timeout
    assert cosmos_tx_pb2.AuthInfo.FromString(raw.auth_info_bytes).signer_infos[0].sequence == 0
    assert free.expires == tx_bytes.expiry(timeout)


def test_the_answer_says_what_was_signed() -> None:
    signed = tx_bytes.sign_tx(
        DRAFT, SIGNER, chain_id="c", account_number=1, timeout_ns=10**18, gas_limit=200_000, fee=Coin("uakt", 5000)
    )
    auth = cosmos_tx_pb2.AuthInfo.FromString(cosmos_tx_pb2.TxRaw.FromString(signed.raw).auth_info_bytes)
    assert (signed.draft.gas_limit, signed.draft.fee) == (200_000, Coin("uakt", 5000))
    assert (auth.fee.gas_limit, auth.fee.amount[0].amount) == (200_000, "5000")
    assert (DRAFT.gas_limit, DRAFT.fee.amount) == (120_000, 3000)


def test_chain_and_account_number_are_signed() -> None:
    made = {
        tx_bytes.sign_tx(DRAFT, SIGNER, chain_id=chain, account_number=number, timeout_ns=10**18).raw
        for chain in ("akashnet-2", "sandbox-2")
        for number in (0, 1)
    }
    assert len(made) == 4


def test_another_account_cannot_sign_a_draft() -> None:
    other = KeySigner.from_words("zoo " * 11 + "wrong")
    with pytest.raises(NotSignedIn):
        tx_bytes.sign_tx(DRAFT, other, chain_id="c", account_number=1, timeout_ns=10**18)


def test_nothing_is_signed_without_a_gas_limit() -> None:
    with pytest.raises(ValueError, match="gas limit"):
        tx_bytes.sign_tx(DRAFT, SIGNER, chain_id="c", account_number=1, timeout_ns=10**18, gas_limit=0)


@pytest.mark.parametrize(
    ("memo", "fine"), [("x" * 256, True), ("x" * 257, False), ("é" * 128, True), ("é" * 129, False)]
)
def test_a_memo_has_256_bytes(memo: str, fine: bool) -> None:
    if fine:
        assert tx_bytes.body_bytes([CLOSE], memo, timeout_ns=10**18)
    else:
        with pytest.raises(BadInput):
            tx_bytes.body_bytes([CLOSE], memo, timeout_ns=10**18)


def test_a_transaction_says_something() -> None:
    with pytest.raises(BadInput):
        tx_bytes.body_bytes([], timeout_ns=10**18)


def test_a_free_fee_is_no_coin() -> None:
    auth = cosmos_tx_pb2.AuthInfo.FromString(
        tx_bytes.auth_info_bytes(SIGNER.public_key, gas_limit=1, fee=Coin("uakt", 0))
    )
    assert not auth.fee.amount


def test_time_outs_are_unique_and_inside_the_second_before() -> None:
    latest = BLOCK + timedelta(microseconds=123_457)
    made = [tx_bytes.unique_timeout(latest) for _ in range(2000)]
    assert len(set(made)) == len(made)
    last = int(latest.timestamp()) * 10**9 + 123_457_000
    assert all(last - 10**9 < t <= last for t in made)


@given(ns=st.integers(10**18, 4 * 10**18))
def test_an_expiry_never_comes_before_the_time_out(ns: int) -> None:
    expires = tx_bytes.expiry(ns)
    micro = (expires - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert 0 <= micro * 1000 - ns < 1000
