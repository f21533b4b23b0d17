"""The recordings of the real chain, told again on a practice world.

Every transaction of the recordings is taken from its recorded bytes, its addresses are exchanged for those of our own
keys, it is signed again for our chain, and sent. Every other request is sent with our addresses and hashes in it.
"""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from akash_tui.practice.api.rest import rest_router
from akash_tui.practice.api.rpc import call
from akash_tui.practice.chain.blocks import tx_hash
from akash_tui.practice.chain.signing import sign_tx
from akash_tui.practice.chain.tx import KINDS
from akash_tui.practice.chain.world import World
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import Key, decode_address
from akash_tui.practice.state.proto_json import message_json
from akash_tui.wire import bme_v1_pb2, cert_v1_pb2, cosmos_abci_pb2
from akash_tui.wire import cosmos_tx_pb2 as tx_pb
from tests.conformance import SHARED

CHAIN = SHARED / "recordings" / "chain"
CHAIN_ID = "practice-recorded"
SECOND = 10**9

# who is who in the recordings
TENANT = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
P1 = "akash1sdv7sz7y4j2z9l6nyrk9g4ztjh9dvml75gfgra"
P2 = "akash166clkmu6yh7wjpdma0kg8t7wz97vcjx7fpl23w"
P3 = "akash1sdgu90m8yzlvafp56yr8ztlg06jp4eqmelnulg"
AUDITOR = "akash17h3k9p5c3ts3zfj4j4sw5mm3vr2vhp8afp96f2"
OTHERS = [
    "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh",
    "akash1pmvlt7jkta68ahlvpx67rh6q5pfdl2wqle8v32",
    "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf",
]
PEOPLE = (TENANT, P1, P2, P3, AUDITOR, *OTHERS)


@cache
def recording(name: str) -> dict[str, Any]:
    """One recorded exchange."""
    data: dict[str, Any] = json.loads((CHAIN / f"{name}.json").read_text(encoding="utf-8"))
    return data


@cache
def frames() -> list[dict[str, Any]]:
    """The recorded websocket session: what came in."""
    lines = (CHAIN / "events.ndjson").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return [row["frame"] for row in rows if row["dir"] == "in"]


def tx_results() -> Iterator[dict[str, Any]]:
    """The transactions that the websocket session saw."""
    for frame in frames():
        value = frame.get("result", {}).get("data", {}).get("value", {})
        if "TxResult" in value:
            yield value["TxResult"]


def names() -> list[str]:
    """All recorded exchanges."""
    return sorted(path.stem for path in CHAIN.glob("*.json") if not path.stem.endswith(".unsigned"))


@cache
def _people() -> dict[str, Key]:
    """Keys for the recorded people, whose addresses sort like the recorded ones.

    Bids are listed by the text of the provider's address (p2, p3, p1), providers and ledgers by its bytes (p3, p1, p2).
    """
    pool = [Key.from_seed(b"somebody %d" % number) for number in range(400)]
    pool.sort(key=lambda key: decode_address(key.address))
    third, first = next(
        (low, high)
        for low, high in itertools.pairwise(pool)
        if low.address[6] == high.address[6] == "s" and low.address < high.address
    )
    second = next(key for key in pool if key.address[6] in "4567")
    chosen = {P3: third, P1: first, P2: second, AUDITOR: pool[3], OTHERS[2]: pool[-1]}
    return {**dict(zip((OTHERS[0], OTHERS[1], TENANT), pool, strict=False)), **chosen}


class Story:
    """A practice world with the recorded people in it, and the way from a recording to our answer."""

    def __init__(self, **world: Any) -> None:
        self.clock = 1_795_415_174 * SECOND
        self.world = World(CHAIN_ID, block_time=1.0, now=lambda: self.clock, index_lag=0.0, **world)
        self.keys = _people()
        self.ours = {who: key.address for who, key in self.keys.items()}
        self.sent: dict[str, bytes] = {}  # recorded tx (base64) -> our bytes
        self.hashes: dict[str, str] = {}  # recorded hash -> ours
        self.next_key = ""
        self.router = rest_router(self.world)
        self._populate()
        self.block()

    def _populate(self) -> None:
        for who in self.keys:
            genesis.account(self.world.books, self.ours[who], {"uakt": 5_000_000_000})
        for row in recording("providers")["response"]["json"]["providers"]:
            pairs = [(each["key"], each["value"]) for each in row["attributes"]]
            owner = self.ours[row["owner"]]
            genesis.provider(self.world.books, owner, row["host_uri"], pairs, **row["info"])
            genesis.audit(self.world.books, owner, self.ours[AUDITOR], [p for p in pairs if p[0] != "email"])

    def block(self, count: int = 1) -> None:
        """Let blocks pass, one second each."""
        for _ in range(count):
            self.clock += SECOND
            self.world.make_block()

    def epoch(self) -> None:
        """Let the mint work."""
        self.block()
        while self.world.height % self.world.params.epoch_blocks:
            self.block()

    def mint(self, who: str, uakt: int) -> None:
        """A mint that is not among the recorded exchanges, but in the recorded ledger."""
        message = bme_v1_pb2.MsgMintACT(owner=self.ours[who], to=self.ours[who])
        message.coins_to_burn.denom, message.coins_to_burn.amount = "uakt", str(uakt)
        raw = self.sign(who, [message], gas=187_068, fee=4_677)
        assert self.world.submit(raw).code == 0
        self.block()

    def sign(self, who: str, messages: list[Any], **how: Any) -> bytes:
        """A transaction of one of the people, with the next sequence."""
        row = self.world.books.accounts[(self.ours[who],)]
        how = {"chain_id": CHAIN_ID, "account_number": row.number, "sequence": row.sequence, **how}
        return sign_tx(self.keys[who], messages, **how)

    # from the recorded to ours

    def rename(self, text: str) -> str:
        """Recorded addresses and transaction hashes become ours."""
        for table in (self.ours, self.hashes):
            for theirs, mine in table.items():
                text = text.replace(theirs, mine)
        return text

    def rebuild(self, tx_base64: str, **change: Any) -> bytes:
        """Our version of a recorded transaction; the same recorded bytes give the same bytes of ours."""
        if tx_base64 in self.sent:
            return self.sent[tx_base64]
        parts = tx_pb.TxRaw.FromString(base64.b64decode(tx_base64))
        auth = tx_pb.AuthInfo.FromString(parts.auth_info_bytes)
        body = tx_pb.TxBody.FromString(parts.body_bytes)
        who, messages = self._messages(tx_base64)
        how: dict[str, Any] = {
            "gas": auth.fee.gas_limit,
            "fee": {coin.denom: int(coin.amount) for coin in auth.fee.amount},
            "memo": body.memo,
            "timeout_height": 1 if body.timeout_height else 0,
            "granter": self.rename(auth.fee.granter),
        }
        row = self.world.books.accounts[(self.ours[who],)]
        if body.unordered:
            # as far from the block's time as in the recording, see the story
            how["timeout_ns"] = self.world.time_ns + change.pop("timeout", 25) * SECOND + len(self.sent)
            how["sequence"] = auth.signer_infos[0].sequence
        else:
            how["sequence"] = row.sequence + change.pop("sequence", 0)
        raw = self.sign(who, messages, **{**how, **change})
        self.sent[tx_base64] = raw
        self.hashes[tx_hash(base64.b64decode(tx_base64))] = tx_hash(raw)
        return raw

    def _messages(self, tx_base64: str) -> tuple[str, list[Any]]:
        """Whose transaction it is, and its messages with our addresses (an address is always 44 bytes)."""
        body_bytes = tx_pb.TxRaw.FromString(base64.b64decode(tx_base64)).body_bytes
        for their, mine in self.ours.items():
            body_bytes = body_bytes.replace(their.encode(), mine.encode())
        messages: list[Any] = []
        signer = ""
        for each in tx_pb.TxBody.FromString(body_bytes).messages:
            kind = KINDS[each.type_url]
            message_class: Any = kind.message
            messages.append(message_class.FromString(each.value))
            signer = signer or kind.signer(messages[0])
        if isinstance(messages[0], cert_v1_pb2.MsgCreateCertificate):
            messages = [client_certificate(signer)]
        return next(who for who, address in self.ours.items() if address == signer), messages

    def offer_on(self, dseq: int) -> None:
        """Another deployment like the first, and a bid of p3 on it."""
        recorded = recording("create-deployment-broadcast")["request"]["body"]["tx_bytes"]
        for tx_base64 in (recorded, next(self._recorded_txs(313))):
            who, messages = self._messages(tx_base64)
            messages[0].id.dseq = dseq
            assert self.world.submit(self.sign(who, messages)).code == 0
            self.block()

    def play(self, height: int) -> None:
        """Send and include the transaction that the websocket session saw at a height."""
        for tx_base64 in self._recorded_txs(height):
            answer = self.world.submit(self.rebuild(tx_base64))
            assert answer.code == 0, answer.raw_log
        self.block()

    def _recorded_txs(self, height: int) -> Iterator[str]:
        for result in tx_results():
            if int(result["height"]) == height:
                yield result["tx"]

    def ask(self, name: str, **change: Any) -> tuple[int, Any]:
        """Send a recording's request to our world: status and JSON of the answer."""
        request = recording(name)["request"]
        if recording(name)["base"] == "rpc":
            answer = call(self.world, {"id": -1, "method": request["path"].strip("/")})
            return 200, answer
        path, _, query = self.rename(request["path"]).partition("?")
        values = dict(parse_qsl(query))
        if "pagination.key" in values:
            values["pagination.key"] = self.next_key
        body = b""
        if request["body"] is not None:
            data = dict(request["body"])
            if name != "err-garbage":
                data["tx_bytes"] = base64.b64encode(self.rebuild(data["tx_bytes"], **change)).decode()
            body = json.dumps(data).encode()
        status, answer = self.router.answer(request["method"], quote(path, safe="/"), values, body)
        if status == 200 and name.endswith("page1"):
            self.next_key = answer["pagination"]["next_key"]
        return status, answer


def client_certificate(owner: str) -> cert_v1_pb2.MsgCreateCertificate:
    """A self-signed client certificate as the reference tools make it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1795415431716445706).not_valid_before(start)
    cert = builder.not_valid_after(start + datetime.timedelta(days=365)).sign(key, hashes.SHA256())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pubkey = key.public_key().public_bytes(serialization.Encoding.PEM, form).replace(b"PUBLIC", b"EC PUBLIC")
    pem = cert.public_bytes(serialization.Encoding.PEM)
    return cert_v1_pb2.MsgCreateCertificate(owner=owner, cert=pem, pubkey=pubkey)


# comparing

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)")
_BLOB = re.compile(r"[A-Za-z0-9+/]{27,}={0,2}|[0-9A-Fa-f]{40,}")
_RAW = re.compile(r"^.* does not allow to pay fees for .*?: ", re.DOTALL)


def normal(value: Any, people: dict[str, str], key: str = "") -> Any:
    """JSON with people's names for addresses and marks for numbers, times, hashes, source places."""
    if isinstance(value, dict):
        return {name: normal(each, people, name) for name, each in value.items()}
    if isinstance(value, list):
        rows = value[:1] if key == "build_deps" else value
        return [normal(each, people, key) for each in rows]
    if not isinstance(value, str):
        return value
    if key == "data" and re.fullmatch(r"[0-9A-F]+", value):
        return _msg_data(value, people)
    if key in ("next_key", "sum", "path", "go_version") and value:
        return "KEY"
    for who, address in people.items():
        value = value.replace(address, f"<{who[5:13]}>")
    value = _RAW.sub("<raw> does not allow to pay fees for <raw>: ", value)
    value = re.sub(r"akash(valcons)?1[0-9a-z]{38}", "<somebody>", value)
    value = _TIME.sub("<time>", value)
    value = re.sub(r" \[[\w./@-]+\.go:\d+\]", " [place]", value)
    value = re.sub(r"[0-9A-F]{64}", "<hash>", value)
    if key in ("chain_id", "network"):
        return "<chain>"
    value = re.sub(r"chain-id \([\w-]+\)", "chain-id (<chain>)", value)
    if key != "raw_log" and _BLOB.fullmatch(value):
        return "<bytes>"
    if key == "amount" or re.fullmatch(r"\d+u(akt|act)", value):
        return value
    return re.sub(r"\d+", "#", value)


def _msg_data(value: str, people: dict[str, str]) -> Any:
    rows = cosmos_abci_pb2.TxMsgData.FromString(bytes.fromhex(value)).msg_responses
    known: dict[str, Any] = {"/akash.bme.v1.MsgMintACTResponse": bme_v1_pb2.MsgMintACTResponse}
    known["/akash.bme.v1.MsgBurnACTResponse"] = bme_v1_pb2.MsgBurnACTResponse
    answers = [(row.type_url, known[row.type_url].FromString(row.value) if row.value else None) for row in rows]
    return [(url, normal(message_json(answer), people) if answer else None) for url, answer in answers]


def theirs(value: Any) -> Any:
    """Recorded JSON, normalised."""
    return normal(value, {who: who for who in PEOPLE})


def ours(value: Any, story: Story) -> Any:
    """Our JSON, normalised."""
    return normal(value, story.ours)
