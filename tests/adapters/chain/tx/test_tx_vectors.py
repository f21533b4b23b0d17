"""Signed transactions of the two other implementations (Go's CLI and node, the TypeScript SDK), reproduced."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any, get_args

import pytest
from google.protobuf import any_pb2
from google.protobuf.message import Message as ProtoMessage
from google.protobuf.unknown_fields import UnknownFieldSet

from akash_tui.adapters.chain.tx import messages, tx_bytes
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import TxDraft
from akash_tui.wire import cert_v1_pb2, cosmos_tx_pb2, deployment_v1beta4_pb2, market_v1beta5_pb2
from tests.adapters.chain.tx import proto_values
from tests.adapters.chain.tx.proto_values import TWELVE, load
from tests.conformance import SHARED

CHAIN = SHARED / "recordings" / "chain"
BROADCASTS = [*sorted(p.name for p in CHAIN.glob("*-broadcast.json")), "dup-first.json", "simulate.json"]
VECTORS = ["create_deployment", "update_deployment", "close_deployment", "close_group", "create_lease", "close_lease",
           "account_deposit", "create_certificate", "mint_act", "burn_act", "create_two_leases_memo"]  # fmt: skip

OTHER_SIGNER = {
    "create-bid-broadcast.json": "signed by a provider, whose words are not published",
    "grant-deposit-broadcast.json": "signed by the granter, whose words are not published",
    "err-wrong-account-number-broadcast.json": "wrong on purpose: signed with another account number",
    "err-wrong-chain-id-broadcast.json": "wrong on purpose: signed for another chain",
}
"""Transactions whose signature is not that of account 2 of chain `local`."""

NOT_OURS = {
    "create-deployment-fee-granted-broadcast.json": "fee paid by a granter",
    "err-fee-grant-none-broadcast.json": "fee paid by a granter",
    "err-fee-grant-too-small-broadcast.json": "fee paid by a granter",
    "err-timeout-height-broadcast.json": "has a time-out height",
    "err-unordered-with-sequence-broadcast.json": "wrong on purpose: unordered with a sequence",
    "err-memo-broadcast.json": "wrong on purpose: a memo of 300 characters, which we refuse ourselves",
    "err-deposit-no-source-broadcast.json": "wrong on purpose: no deposit source, which we refuse ourselves",
    "create-certificate-broadcast.json": "a message that this program never sends",
}
"""Transactions that verify, but say something that `sign_tx` cannot."""

NOT_RECORDED = {
    "GrantDeposits": "signed by the granter: its message is compared in test_signed_file",
    "GrantFees": "no recording",
    "RevokeDeposits": "no recording",
    "RevokeFees": "no recording",
}
"""Messages that no recorded transaction of account 2 has."""


@cache
def signer() -> KeySigner:
    return KeySigner.from_words(TWELVE)


def recorded(name: str) -> cosmos_tx_pb2.TxRaw:
    body = load(CHAIN / name)["request"]["body"]
    return cosmos_tx_pb2.TxRaw.FromString(base64.b64decode(body["tx_bytes"]))


def again(raw: cosmos_tx_pb2.TxRaw) -> cosmos_tx_pb2.TxRaw:
    """Decode body and auth info, encode and sign them again with the test account on chain `local`."""
    body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes).SerializeToString(deterministic=True)
    auth = cosmos_tx_pb2.AuthInfo.FromString(raw.auth_info_bytes).SerializeToString(deterministic=True)
    signature = signer().sign(tx_bytes.sign_bytes(body, auth, chain_id="local", account_number=2))
    return cosmos_tx_pb2.TxRaw.FromString(tx_bytes.raw_bytes(body, auth, signature))


@pytest.mark.parametrize("name", BROADCASTS)
def test_signing_a_recorded_transaction_again_gives_the_same_signature(name: str) -> None:
    raw = recorded(name)
    mine = again(raw)
    assert (mine.body_bytes, mine.auth_info_bytes) == (raw.body_bytes, raw.auth_info_bytes)
    if name in OTHER_SIGNER:
        assert mine.signatures[0] != raw.signatures[0], f"{OTHER_SIGNER[name]}: but it verifies"
    else:
        assert list(mine.signatures) == list(raw.signatures)


@pytest.mark.parametrize("name", [n for n in BROADCASTS if n not in OTHER_SIGNER])
def test_a_recorded_transaction_made_from_domain_messages_is_the_same_to_the_byte(name: str) -> None:
    raw = recorded(name)
    body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
    auth = cosmos_tx_pb2.AuthInfo.FromString(raw.auth_info_bytes)
    found = [proto_values.message(m) for m in body.messages]
    told = [m for m in found if m is not None]
    info = auth.signer_infos[0]
    has_fee = len(auth.fee.amount) == 1
    sayable = (
        len(told) == len(found)
        and not (body.timeout_height or auth.fee.granter or (body.unordered and info.sequence))
        and len(body.memo) <= tx_bytes.MEMO_LIMIT
        and has_fee
        and all(getattr(m, "sources", ("balance",)) for m in told)
    )
    assert sayable == (name not in NOT_OURS), NOT_OURS.get(name, "this one should be ours")
    if not sayable:
        return
    fee = Coin(auth.fee.amount[0].denom, int(auth.fee.amount[0].amount))
    at = body.timeout_timestamp
    timeout = at.seconds * 10**9 + at.nanos
    draft = TxDraft(tuple(told), signer().address, 1, auth.fee.gas_limit, fee, memo=body.memo)
    mine = tx_bytes.sign_tx(draft, signer(), chain_id="local", account_number=2, timeout_ns=timeout)
    whole = mine.raw if body.unordered else in_order(mine.raw, info.sequence)
    assert whole == raw.SerializeToString(deterministic=True)
    answer = load(CHAIN / name)["response"]["json"]
    if "tx_response" in answer:
        assert tx_bytes.tx_hash(whole) == answer["tx_response"]["txhash"]


def in_order(raw: bytes, sequence: int) -> bytes:
    """Our transaction with a sequence instead of a time-out, as some were recorded; signed again."""
    mine = cosmos_tx_pb2.TxRaw.FromString(raw)
    body = cosmos_tx_pb2.TxBody.FromString(mine.body_bytes)
    body.ClearField("unordered")
    body.ClearField("timeout_timestamp")
    auth = with_sequence(mine.auth_info_bytes, sequence)
    return again(
        cosmos_tx_pb2.TxRaw(body_bytes=body.SerializeToString(deterministic=True), auth_info_bytes=auth)
    ).SerializeToString(deterministic=True)


def with_sequence(auth_info: bytes, sequence: int) -> bytes:
    auth = cosmos_tx_pb2.AuthInfo.FromString(auth_info)
    auth.signer_infos[0].sequence = sequence
    return auth.SerializeToString(deterministic=True)


def test_the_recorded_kinds_cover_every_message_this_program_sends() -> None:
    kinds = {
        type(m).__name__
        for name in BROADCASTS
        if name not in OTHER_SIGNER and name not in NOT_OURS
        for p in cosmos_tx_pb2.TxBody.FromString(recorded(name).body_bytes).messages
        if (m := proto_values.message(p)) is not None
    }
    assert kinds.isdisjoint(NOT_RECORDED)
    assert kinds | set(NOT_RECORDED) == {kind.__name__ for kind in get_args(Message)}


def test_exclusions_name_files_that_exist() -> None:
    assert set(OTHER_SIGNER) | set(NOT_OURS) <= set(BROADCASTS)


def packed(proto: ProtoMessage) -> any_pb2.Any:
    return any_pb2.Any(type_url="/" + proto.DESCRIPTOR.full_name, value=proto.SerializeToString(deterministic=True))


def vector(name: str) -> dict[str, Any]:
    found: dict[str, Any] = load(SHARED / "transactions.json")["transactions"][name]
    return found


def as_any(it: dict[str, Any]) -> any_pb2.Any:
    """One message of a vector, rebuilt: through the domain where it is a kind of ours, else through the wire."""
    given = any_pb2.Any(type_url=it["type_url"], value=base64.b64decode(it["value_base64"]))
    ours = proto_values.message(given)
    if ours is not None:
        return messages.encode(ours)
    kinds: dict[str, Any] = {
        "MsgCloseGroup": deployment_v1beta4_pb2.MsgCloseGroup,
        "MsgCreateCertificate": cert_v1_pb2.MsgCreateCertificate,
    }
    return packed(kinds[it["type_url"].rsplit(".", 1)[1]].FromString(given.value))


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_of_the_typescript_sdk_is_met(name: str) -> None:
    it = vector(name)
    body = cosmos_tx_pb2.TxBody(messages=[as_any(m) for m in it["messages"]], memo=it["memo"])
    body_bytes = body.SerializeToString(deterministic=True)
    fee = Coin("uakt", int(it["fee"].removesuffix("uakt")))
    auth = with_sequence(
        tx_bytes.auth_info_bytes(signer().public_key, gas_limit=it["gas_limit"], fee=fee), it["sequence"]
    )
    doc = tx_bytes.sign_bytes(body_bytes, auth, chain_id=it["chain_id"], account_number=it["account_number"])
    raw = tx_bytes.raw_bytes(body_bytes, auth, signer().sign(doc))

    assert auth == base64.b64decode(it["auth_info_bytes"])
    if name in ("create_deployment", "account_deposit"):  # unpacked deposit sources there: equal only in meaning
        theirs = cosmos_tx_pb2.TxBody.FromString(base64.b64decode(it["body_bytes"]))
        assert body_bytes != base64.b64decode(it["body_bytes"])
        assert proto_values.message(body.messages[0]) == proto_values.message(theirs.messages[0])
        assert b"\x28\x02\x28\x01" in theirs.messages[0].value or b"\x28\x01" in theirs.messages[0].value
        # and what they signed, we would sign the same
        sign_bytes = base64.b64decode(it["sign_bytes"])
        assert signer().sign(sign_bytes) == base64.b64decode(it["signature"])
        assert tx_bytes.tx_hash(base64.b64decode(it["tx_bytes"])) == it["tx_hash"]
        return
    assert body_bytes == base64.b64decode(it["body_bytes"])
    assert doc == base64.b64decode(it["sign_bytes"])
    assert raw == base64.b64decode(it["tx_bytes"])
    assert tx_bytes.tx_hash(raw) == it["tx_hash"]


def test_no_vector_is_left_out() -> None:
    assert set(load(SHARED / "transactions.json")["transactions"]) == set(VECTORS)


def no_unknown_fields(proto: ProtoMessage) -> bool:
    if len(UnknownFieldSet(proto)):
        return False
    for field, value in proto.ListFields():
        if field.message_type is not None:
            for item in value if hasattr(value, "append") or hasattr(value, "add") else [value]:
                if not no_unknown_fields(item):
                    return False
    return True


def test_our_definitions_know_every_field_that_was_recorded() -> None:
    from akash_tui.wire import bme_v1_pb2, escrow_v1_pb2

    modules = (deployment_v1beta4_pb2, market_v1beta5_pb2, escrow_v1_pb2, bme_v1_pb2, cert_v1_pb2)
    kinds = {"/" + d.full_name: getattr(m, n) for m in modules for n, d in m.DESCRIPTOR.message_types_by_name.items()}
    seen = set()
    for name in BROADCASTS:
        raw = recorded(name)
        body = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
        assert no_unknown_fields(body), name
        assert no_unknown_fields(cosmos_tx_pb2.AuthInfo.FromString(raw.auth_info_bytes)), name
        for m in body.messages:
            if m.type_url in kinds:
                seen.add(m.type_url)
                value = kinds[m.type_url].FromString(m.value)
                assert no_unknown_fields(value), (name, m.type_url)
                assert value.SerializeToString(deterministic=True) == m.value, (name, m.type_url)
    assert len(seen) >= 13, seen


SDL_CASES = sorted(
    str(p.relative_to(SHARED)) for folder in ("sdl", "sdl-go-edge") for p in (SHARED / folder).glob("*.json")
)


@pytest.mark.parametrize("folder", ["sdl", "sdl-go-edge"])
def test_every_deployment_message_made_by_go_is_met(folder: str) -> None:
    checked = 0
    for case in SDL_CASES:
        if not case.startswith(folder + "/"):
            continue
        go = json.loads((SHARED / case).read_text(encoding="utf-8"))["go"]
        if not go["ok"]:
            continue
        theirs = base64.b64decode(go["msg_create_deployment"])
        it = proto_values.create_deployment(theirs)
        assert messages.encode(it).value == theirs, case
        assert [base64.b64encode(g).decode() for g in messages.groups_proto(it.groups)] == go["groups_proto"], case
        assert it.hash.hex() == go["version"], case
        window = go.get("reclamation")
        assert it.reclamation_ns == (int(window["min_window_ns"]) if window else None), case
        checked += 1
    if not (SHARED / folder).exists():
        pytest.skip(f"no conformance data at {SHARED / folder}")
    assert checked == {"sdl": 182, "sdl-go-edge": 53}[folder]
