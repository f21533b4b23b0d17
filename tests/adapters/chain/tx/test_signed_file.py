"""Files of the official command line: written as it writes them, read back strictly, and never sent when they are not
what was signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from google.protobuf import any_pb2

from akash_tui.adapters.chain.tx.amino import amino_bytes
from akash_tui.adapters.chain.tx.decode import decode
from akash_tui.adapters.chain.tx.signed_file import SignedFiles
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.messages import CloseDeployment, GrantDeposits, GrantFees, MintAct
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.practice.chain.amino import sign_doc
from akash_tui.services.ports import Account, BadInput, TxDraft, TxResult
from akash_tui.wire import cosmos_tx_pb2
from tests.adapters.chain.tx.proto_values import TWELVE, load
from tests.conformance import SHARED
from tests.fakes.clock import START, FakeClock
from tests.helpers.official_cli import AMINO, DIRECT, file_of, many_address, multisigned, parts, signed

CHAIN = SHARED / "recordings" / "chain"
KEY = KeySigner.from_words(TWELVE)
OTHER = KeySigner.from_words(" ".join(["zoo"] * 11 + ["wrong"]))
NUMBER, SEQUENCE = 42, 7
CLOSE = TxDraft((CloseDeployment(DeploymentId(KEY.address, 274)),), KEY.address, 1, 200_000, Coin(UAKT, 5000), "", "")


class Books:
    """What the chain knows: the account, and whether it has a transaction."""

    def __init__(self, sequence: int = SEQUENCE, number: int = NUMBER, found: bool = False) -> None:
        self.sequence, self.number, self.found = sequence, number, found

    async def account(self, address: str) -> Account | None:
        return Account(address, self.number, True, self.sequence)

    async def everywhere(self, tx_hash: str) -> TxResult | None:
        return TxResult(tx_hash, 5, 0, "", "", 1, None) if self.found else None


def files(books: Books | None = None, chain_id: str = "akashnet-2") -> SignedFiles:
    network = SimpleNamespace(network=SimpleNamespace(chain_id=chain_id, label=chain_id))
    it = books or Books()
    return SignedFiles(cast(Any, network), cast(Any, it), cast(Any, it), FakeClock())


def sign(text: str, key: KeySigner = KEY, **how: Any) -> str:
    return signed(text, key, **{"chain_id": "akashnet-2", "number": NUMBER, "sequence": SEQUENCE, **how})


def test_it_is_written_as_the_official_command_line_writes_it() -> None:
    theirs = load(CHAIN / "tx-create-deployment.unsigned.json")
    body, auth = parts(theirs)
    message = decode(body.messages[0])
    assert message is not None
    fee = Coin(auth.fee.amount[0].denom, int(auth.fee.amount[0].amount))
    assert json.loads(files().unsigned(TxDraft((message,), KEY.address, 0, auth.fee.gas_limit, fee))) == theirs
    assert json.loads(files().unsigned(replace(CLOSE, fee_granter=OTHER.address)))["auth_info"]["fee"] == {
        "amount": [{"denom": "uakt", "amount": "5000"}], "gas_limit": "200000", "payer": "", "granter": OTHER.address,
    }  # fmt: skip


VECTORS = load(SHARED / "transactions.json")["transactions"]


@pytest.mark.parametrize("name", [name for name in VECTORS if "certificate" not in name and "two_leases" not in name])
async def test_what_two_other_implementations_signed_is_read_and_sent_as_the_same_bytes(name: str) -> None:
    it = VECTORS[name]
    raw = cosmos_tx_pb2.TxRaw.FromString(base64.b64decode(it["tx_bytes"]))
    books = Books(it["sequence"], it["account_number"])
    if name in ("create_deployment", "account_deposit"):  # not packed there: Go writes other bytes, of the same meaning
        with pytest.raises(BadInput, match="does not belong"):
            await files(books, it["chain_id"]).read_signed(file_of(raw), KEY.address)
        again = sign(file_of(raw), chain_id=it["chain_id"], number=it["account_number"], sequence=it["sequence"])
        tx = await files(books, it["chain_id"]).read_signed(again, KEY.address)
        theirs = cosmos_tx_pb2.TxBody.FromString(raw.body_bytes)
        ours = cosmos_tx_pb2.TxBody.FromString(cosmos_tx_pb2.TxRaw.FromString(tx.raw).body_bytes)
        assert file_of(cosmos_tx_pb2.TxRaw(body_bytes=theirs.SerializeToString())) == file_of(
            cosmos_tx_pb2.TxRaw(body_bytes=ours.SerializeToString())
        )
        return
    tx = await files(books, it["chain_id"]).read_signed(file_of(raw), KEY.address)
    assert tx.raw == base64.b64decode(it["tx_bytes"])
    assert (tx.hash, tx.sequence, tx.since) == (it["tx_hash"], it["sequence"], START)
    assert (str(tx.draft.fee), tx.draft.gas_limit) == (it["fee"], it["gas_limit"])


BROADCASTS = [
    "close-deployment-broadcast.json",
    "create-deployment-fee-granted-broadcast.json",
    "create-deployment-grant-then-balance-broadcast.json",
    "deposit-and-lease-broadcast.json",
    "update-deployment-broadcast.json",
    "burn-act-broadcast.json",
    "unordered-broadcast.json",
]


@pytest.mark.parametrize("name", BROADCASTS)
async def test_what_the_real_node_took_goes_through_a_file_unchanged(name: str) -> None:
    raw = base64.b64decode(load(CHAIN / name)["request"]["body"]["tx_bytes"])
    tx_ = cosmos_tx_pb2.TxRaw.FromString(raw)
    sequence = cosmos_tx_pb2.AuthInfo.FromString(tx_.auth_info_bytes).signer_infos[0].sequence
    tx = await files(Books(sequence, 2), "local").read_signed(file_of(tx_), KEY.address)
    assert tx.raw == raw
    assert (tx.expires is not None) == (name == "unordered-broadcast.json") == (tx.sequence is None)


@pytest.mark.parametrize("mode", [DIRECT, AMINO])
async def test_one_key_in_both_modes(mode: str) -> None:
    text = files().unsigned(replace(CLOSE, memo="<a> & b", fee_granter=OTHER.address))
    tx = await files().read_signed(sign(text, mode=mode), KEY.address)
    assert tx.draft.messages == CLOSE.messages
    assert tx.draft.fee_granter == OTHER.address


async def test_an_account_of_several_keys() -> None:
    keys = [KEY, OTHER]
    owner = many_address(2, keys)
    draft = replace(CLOSE, messages=(CloseDeployment(DeploymentId(owner, 9)),), signer=owner)
    text = files().unsigned(draft)
    how: dict[str, Any] = {"chain_id": "akashnet-2", "number": NUMBER, "sequence": SEQUENCE}
    assert (await files().read_signed(multisigned(text, 2, keys, [0, 1], **how), owner)).draft.signer == owner
    with pytest.raises(BadInput, match="does not belong"):  # one of the two that are needed
        await files().read_signed(multisigned(text, 2, keys, [1], **how), owner)
    one = json.loads(multisigned(text, 2, keys, [0, 1], **how))
    one["auth_info"]["signer_infos"][0]["public_key"]["threshold"] = 1  # another account
    with pytest.raises(BadInput, match="was signed by"):
        await files().read_signed(json.dumps(one), owner)


def test_amino_json_by_two_readings_of_the_rules() -> None:
    body, auth = parts(load(CHAIN / "tx-create-deployment-two-groups.unsigned.json"))
    mine = amino_bytes(body, auth.fee, chain_id="c", account_number=2, sequence=0)
    assert mine == sign_doc(body, auth, "c", 2, 0)
    doc = json.loads(mine)
    assert doc["msgs"][0]["type"] == "/akash.deployment.v1beta4.MsgCreateDeployment"
    unit = doc["msgs"][0]["value"]["groups"][0]["resources"][0]
    assert unit["price"]["amount"].endswith(".000000000000000000")
    base64.b64decode(unit["resource"]["cpu"]["units"]["val"]).decode().index("000")
    mint = files().unsigned(TxDraft((MintAct(KEY.address, Coin(UAKT, 5)),), KEY.address, 1, 9, Coin(UAKT, 1)))
    body, auth = parts(json.loads(mint))
    assert amino_bytes(body, auth.fee, chain_id="c", account_number=0, sequence=3).decode() == (
        '{"account_number":"0","chain_id":"c","fee":{"amount":[{"amount":"1","denom":"uakt"}],"gas":"9"},"memo":"",'
        '"msgs":[{"type":"akash/bme/v1/MsgMintACT","value":{"coins_to_burn":{"amount":"5","denom":"uakt"},'
        f'"owner":"{KEY.address}","to":"{KEY.address}"}}}}],"sequence":"3"}}'
    )


def test_grants_are_the_recorded_bytes() -> None:
    raw = base64.b64decode(load(CHAIN / "grant-deposit-broadcast.json")["request"]["body"]["tx_bytes"])
    body = cosmos_tx_pb2.TxBody.FromString(cosmos_tx_pb2.TxRaw.FromString(raw).body_bytes)
    found = decode(body.messages[0])
    assert isinstance(found, GrantDeposits)
    assert (found.grantee, found.limit, found.expires) == (KEY.address, Coin(UACT, 20_000_000), None)
    until = GrantFees(KEY.address, OTHER.address, Coin(UAKT, 1), START.replace(microsecond=0))
    text = files().unsigned(TxDraft((until,), KEY.address, 1, 9, Coin(UAKT, 1)))
    assert decode(parts(json.loads(text))[0].messages[0]) == until
    assert decode(any_pb2.Any(type_url="/x.y.Z", value=b"")) is None


def changed(path: str, value: object) -> Callable[[Any], None]:
    def change(file: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        for step in steps:
            file = file[step]
        if value is ...:
            del file[last]
        else:
            file[last] = value

    return change


INFO = "auth_info/signer_infos/0"
TOPPED_UP = {
    "@type": "/akash.escrow.v1.MsgAccountDeposit",
    "signer": KEY.address,
    "id": {"scope": "deployment", "xid": f"{KEY.address}/274"},
}
HOSTILE = [
    (changed("signatures", []), "not signed"),
    (changed("auth_info/signer_infos", []), "not signed"),
    (changed("body/memo", "changed"), "changed after signing"),
    (changed("auth_info/fee/amount/0/amount", "4999"), "changed after signing"),
    (changed("auth_info/fee/granter", OTHER.address), "changed after signing"),
    (changed("body/messages/0/id/dseq", "275"), "changed after signing"),
    (changed("signatures/0", base64.b64encode(b"x" * 64).decode()), "changed after signing"),
    (changed("signatures/0", "!!"), "signatures.0. is not base64"),
    (changed("body/messages/0/id/dseq", "-1"), "dseq is not a whole number"),
    (changed("body/messages/0/id/dseq", "99999999999999999999"), "dseq"),
    (changed("body/messages/0/id/dseq", True), "dseq has a wrong type"),
    (changed("body/messages/0/extra", 1), "body.messages.0..extra is not known"),
    (changed("body/messages/0/@type", "/cosmos.bank.v1beta1.MsgSend"), "does not send"),
    (changed("body/messages/0/@type", "\x1b[31m"), "does not send"),
    (changed("body/messages", []), "no message"),
    (changed("body/messages", {}), "body.messages is not a list"),
    (changed("body/extension_options", [{"@type": "/a.b", "x": 1}]), "does not send"),
    (changed("auth_info/tip", {"amount": []}), "tip is not known"),
    (changed("auth_info/fee/payer", OTHER.address), "payer"),
    (changed("auth_info/fee/amount", []), "no single fee"),
    (changed("auth_info/fee/gas_limit", "0"), "gas limit"),
    (changed(f"{INFO}/mode_info/single/mode", "SIGN_MODE_TEXTUAL"), "mode"),
    (changed(f"{INFO}/mode_info/single/mode", "NO_MODE"), "mode is not known"),
    (changed(f"{INFO}/public_key/key", base64.b64encode(OTHER.public_key).decode()), "was signed by"),
    (changed(f"{INFO}/public_key/key", "AAAA"), "public key"),
    (changed(f"{INFO}/public_key", None), "public key"),
    (changed("auth_info/fee/amount/0/amount", "9" * 5000), "not a number"),
    (changed("auth_info/fee/granter", "akash1\x1b[2J"), "granter has characters"),
    (changed("body/messages/0", TOPPED_UP | {"deposit": {"amount": {"denom": "uact", "amount": "-5"}}}), "not send"),
    (changed("body/messages/0", TOPPED_UP | {"deposit": {"sources": [[1]]}}), "sources.0. is not known"),
    (changed("body", ...), "parts"),
    (changed("auth_info", None), "auth_info is not an object"),
]


@pytest.mark.parametrize(("change", "said"), HOSTILE)
async def test_nothing_else_is_read(change: Callable[[Any], None], said: str) -> None:
    file = json.loads(sign(files().unsigned(CLOSE)))
    change(file)
    with pytest.raises(BadInput, match=said) as refused:
        await files().read_signed(json.dumps(file), KEY.address)
    assert refused.value.advice
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"a":' * 5000, "9" * 2_000_000, '"\ud800"'])
async def test_no_file_at_all(text: str) -> None:
    with pytest.raises(BadInput, match="not a transaction of the official"):
        await files().read_signed(text, KEY.address)


async def test_another_chain_account_or_sequence() -> None:
    unsigned = files().unsigned(CLOSE)
    with pytest.raises(BadInput, match="was signed for sandbox-2, not for akashnet-2"):
        await files().read_signed(sign(unsigned, chain_id="sandbox-2"), KEY.address)
    with pytest.raises(BadInput, match=r"another chain or account number \(here: akashnet-2, 42\)"):
        await files().read_signed(sign(unsigned, number=3), KEY.address)
    with pytest.raises(BadInput, match="belongs to"):
        await files().read_signed(sign(unsigned), OTHER.address)
    with pytest.raises(BadInput, match="was signed by"):
        await files().read_signed(sign(unsigned, OTHER), KEY.address)
    with pytest.raises(BadInput, match="Its sequence 6 is used already"):
        await files().read_signed(sign(unsigned, sequence=6), KEY.address)
    assert (await files(Books(found=True)).read_signed(sign(unsigned, sequence=6), KEY.address)).sequence == 6
    with pytest.raises(BadInput, match="other transactions come first"):
        await files().read_signed(sign(unsigned, sequence=9), KEY.address)
