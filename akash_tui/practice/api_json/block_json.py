"""Blocks as REST (base64) and as CometBFT's RPC (hex) show them, and the websocket frames for a block.

There is one validator and no consensus: hashes and signatures are of the right size and stay the same for the same
block, but prove nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from akash_tui.practice.chain.blocks import Block, Outcome, TxRecord
from akash_tui.practice.state.crypto import encode_address
from akash_tui.practice.state.events import Event
from akash_tui.practice.state.proto_json import timestamp_text

Json = dict[str, Any]
Writer = Callable[[bytes], str]

EMPTY_HASH = hashlib.sha256(b"").digest()
CONSENSUS_PARAMS = {
    "block": {"max_bytes": "22020096", "max_gas": "-1"},
    "evidence": {"max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576"},
    "validator": {"pub_key_types": ["ed25519"]},
    "version": {},
    "abci": {},
}


def b64(data: bytes) -> str:
    """Base64, as REST writes hashes."""
    return base64.b64encode(data).decode()


def hex_(data: bytes) -> str:
    """Upper-case hex, as RPC writes hashes."""
    return data.hex().upper()


def constant(name: str, chain_id: str, size: int = 32) -> bytes:
    """Bytes that stand for something this chain does not have (validators, peers)."""
    return hashlib.sha512(f"{chain_id}/{name}".encode()).digest()[:size]


def node_identity(chain_id: str, id_name: str, channels: str) -> Json:
    """The node's identity; REST and RPC call its id and write its channels differently."""
    return {
        "protocol_version": {"p2p": "8", "block": "11", "app": "0"},
        id_name: constant("node", chain_id, 20).hex(),
        "listen_addr": "tcp://127.0.0.1:26656",
        "network": chain_id,
        "version": "0.38.19",
        "channels": channels,
        "moniker": "node0",
        "other": {"tx_index": "on", "rpc_address": "tcp://127.0.0.1:26657"},
    }


def header_json(block: Block, chain_id: str, write: Writer) -> Json:
    """A header; `write` is b64 for REST and hex_ for RPC, which also names the parts differently."""
    rest = write is b64
    parts = {"total": 1, "hash": write(hashlib.sha256(block.last_hash).digest())}
    validators = write(constant("validators", chain_id))
    return {
        "version": {"block": "11", "app": "0"} if rest else {"block": "11"},
        "chain_id": chain_id,
        "height": str(block.height),
        "time": timestamp_text(block.time_ns),
        "last_block_id": {"hash": write(block.last_hash), "part_set_header" if rest else "parts": parts},
        "last_commit_hash": write(hashlib.sha256(b"commit" + block.last_hash).digest()),
        "data_hash": write(block.data_hash),
        "validators_hash": validators,
        "next_validators_hash": validators,
        "consensus_hash": write(constant("consensus", chain_id)),
        "app_hash": write(block.app_hash),
        "last_results_hash": write(EMPTY_HASH),
        "evidence_hash": write(EMPTY_HASH),
        "proposer_address": write(constant("proposer", chain_id, 20)),
    }


def block_json(block: Block, chain_id: str, write: Writer) -> Json:
    """A whole block."""
    header = header_json(block, chain_id, write)
    signature = {
        "block_id_flag": "BLOCK_ID_FLAG_COMMIT" if write is b64 else 2,
        "validator_address": header["proposer_address"],
        "timestamp": header["time"],
        "signature": b64(constant(f"signature/{block.height}", chain_id, 64)),
    }
    return {
        "header": header,
        "data": {"txs": [b64(tx.raw) for tx in block.txs]},
        "evidence": {"evidence": []},
        "last_commit": {
            "height": str(block.height - 1),
            "round": 0,
            "block_id": header["last_block_id"],
            "signatures": [signature],
        },
    }


def block_id(block: Block, write: Writer) -> Json:
    """The id of a block."""
    parts = {"total": 1, "hash": write(hashlib.sha256(block.hash).digest())}
    return {"hash": write(block.hash), "part_set_header" if write is b64 else "parts": parts}


def rest_block(block: Block, chain_id: str) -> Json:
    """The answer of /cosmos/base/tendermint/v1beta1/blocks/HEIGHT: the block twice, the second as the SDK sees it."""
    body = block_json(block, chain_id, b64)
    proposer = encode_address(constant("proposer", chain_id, 20), "akashvalcons")
    return {
        "block_id": block_id(block, b64),
        "block": body,
        "sdk_block": {**body, "header": {**body["header"], "proposer_address": proposer}},
    }


def event_rows(events: tuple[Event, ...], *, index: bool = True) -> list[Json]:
    """Events as REST and RPC write them; `index` is false in a simulation."""
    return [
        {"type": event.type, "attributes": [{"key": k, "value": v, "index": index} for k, v in event.attributes]}
        for event in events
    ]


def event_index(events: tuple[Event, ...], **more: str) -> dict[str, list[str]]:
    """`type.key` -> values: the flat form that subscriptions are matched against."""
    index: dict[str, list[str]] = {}
    for event in events:
        for key, value in event.attributes:
            index.setdefault(f"{event.type}.{key}", []).append(value)
    for key, value in more.items():
        index[key.replace("__", ".")] = [value]
    return index


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened; `index` is what queries are matched against and what the frame shows as `events`."""

    type: str
    value: Json
    index: dict[str, list[str]]

    def frame(self, id_: object, query: str) -> Json:
        """The frame for a subscription: it repeats the subscription's id and query."""
        data = {"type": f"tendermint/event/{self.type}", "value": self.value}
        return {"jsonrpc": "2.0", "id": id_, "result": {"query": query, "data": data, "events": self.index}}


def notices(block: Block, chain_id: str) -> Iterator[Notice]:
    """All frames of a block, in CometBFT's order."""
    own = {
        "events": event_rows(block.events),
        "validator_updates": [],
        "consensus_param_updates": CONSENSUS_PARAMS,
        "app_hash": b64(block.app_hash),
    }
    body = block_json(block, chain_id, hex_)
    value = {"block": body, "block_id": block_id(block, hex_), "result_finalize_block": own}
    yield Notice("NewBlock", value, event_index(block.events, tm__event="NewBlock"))
    header = {"header": header_json(block, chain_id, hex_)}
    yield Notice("NewBlockHeader", header, {"tm.event": ["NewBlockHeader"]})
    events = {"height": str(block.height), "events": own["events"], "num_txs": str(len(block.txs))}
    yield Notice("NewBlockEvents", events, event_index(block.events, tm__event="NewBlockEvents"))
    for record in block.txs:
        yield Notice("Tx", {"TxResult": _frame_result(record)}, tx_index(record))


def tx_index(record: TxRecord) -> dict[str, list[str]]:
    """The flattened events of a transaction."""
    return event_index(record.outcome.events, tm__event="Tx", tx__hash=record.hash, tx__height=str(record.height))


def tx_result(outcome: Outcome) -> Json:
    """A transaction's outcome as RPC shows it."""
    return {
        "code": outcome.code,
        "data": b64(outcome.data) if outcome.data else None,
        "log": outcome.raw_log,
        "info": "",
        "gas_wanted": str(outcome.gas_wanted),
        "gas_used": str(outcome.gas_used),
        "events": event_rows(outcome.events),
        "codespace": outcome.codespace,
    }


def _frame_result(record: TxRecord) -> Json:
    """Go leaves zero values out here."""
    full: Json = {"height": str(record.height), "index": record.index, "tx": b64(record.raw)}
    return {
        **{key: value for key, value in full.items() if value},
        "result": {key: value for key, value in tx_result(record.outcome).items() if value},
    }
