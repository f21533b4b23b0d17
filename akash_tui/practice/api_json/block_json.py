"""Blocks as REST (base64) and as CometBFT's RPC (hex) show them.

There is one validator and no consensus: hashes and signatures are of the right size and stay the same for the same
block, but prove nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import bech32

from akash_tui.practice.chain.blocks import Block
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
    proposer = consensus_address(constant("proposer", chain_id, 20))
    return {
        "block_id": block_id(block, b64),
        "block": body,
        "sdk_block": {**body, "header": {**body["header"], "proposer_address": proposer}},
    }


def consensus_address(raw: bytes) -> str:
    """`akashvalcons1...`"""
    words = bech32.convertbits(raw, 8, 5)
    assert words is not None
    return str(bech32.bech32_encode("akashvalcons", words))


def event_rows(events: tuple[Event, ...]) -> list[Json]:
    """Events as RPC writes them."""
    return [event.json(index=True) for event in events]


def event_index(events: tuple[Event, ...], **more: str) -> dict[str, list[str]]:
    """`type.key` -> values: the flat form that subscriptions are matched against."""
    index: dict[str, list[str]] = {}
    for event in events:
        for key, value in event.attributes:
            index.setdefault(f"{event.type}.{key}", []).append(value)
    for key, value in more.items():
        index[key.replace("__", ".")] = [value]
    return index
