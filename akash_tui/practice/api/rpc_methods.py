"""The methods of CometBFT's RPC that a wallet needs, as functions of the world and the parameters."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from akash_tui.practice.api.discovery import discovery
from akash_tui.practice.api.subscriptions import BadQuery, matches, parse_query
from akash_tui.practice.api_json.block_json import (
    CONSENSUS_PARAMS,
    b64,
    block_id,
    block_json,
    constant,
    event_rows,
    header_json,
    hex_,
    node_identity,
    tx_index,
    tx_result,
)
from akash_tui.practice.chain.blocks import Block, TxRecord
from akash_tui.practice.chain.world import World
from akash_tui.practice.state.proto_json import timestamp_text

Json = dict[str, Any]
Params = Mapping[str, Any]


class RpcError(Exception):
    """An error answer: JSON-RPC code, message and data."""

    def __init__(self, data: str, code: int = -32603, message: str = "Internal error") -> None:
        super().__init__(data)
        self.json = {"code": code, "message": message, "data": data}


def status(world: World, params: Params) -> Json:
    """The node and its head."""
    last, first = (world.blocks[-1], world.blocks[0]) if world.blocks else (None, None)
    return {
        "node_info": node_identity(world.chain_id, "id", "402021222330386061"),
        "sync_info": {**_head("latest", last), **_head("earliest", first), "catching_up": False},
        "validator_info": {
            "address": hex_(constant("proposer", world.chain_id, 20)),
            "pub_key": {"type": "tendermint/PubKeyEd25519", "value": b64(constant("validator", world.chain_id))},
            "voting_power": "5000000",
        },
    }


def _head(name: str, block: Block | None) -> Json:
    return {
        f"{name}_block_hash": hex_(block.hash) if block else "",
        f"{name}_app_hash": hex_(block.app_hash) if block else "",
        f"{name}_block_height": str(block.height) if block else "0",
        f"{name}_block_time": timestamp_text(block.time_ns if block else 0),
    }


def health(world: World, params: Params) -> Json:
    """Alive."""
    return {}


def akash(world: World, params: Params) -> Json:
    """The answer of the discovery module."""
    return discovery(world.chain_id, features=None)


def _number(params: Params, name: str) -> int | None:
    value = params.get(name)
    if value in (None, ""):
        return None
    try:
        return int(str(value).strip('"'))
    except ValueError as error:
        raise RpcError(f"error converting http params to arguments: {name}", -32602, "Invalid params") from error


def _block_of(world: World, params: Params) -> Block:
    height = _number(params, "height")
    if height is None:
        height = world.height
    if height <= 0:
        raise RpcError(f"height must be greater than 0, but got {height}")
    if height > world.height:
        raise RpcError(f"height {height} must be less than or equal to the current blockchain height {world.height}")
    found = world.block(height)
    if found is None:
        lowest = world.blocks[0].height
        raise RpcError(f"height {height} is not available, lowest height is {lowest}")
    return found


def block(world: World, params: Params) -> Json:
    """One block."""
    found = _block_of(world, params)
    return {"block_id": block_id(found, hex_), "block": block_json(found, world.chain_id, hex_)}


def header(world: World, params: Params) -> Json:
    """One header."""
    return {"header": header_json(_block_of(world, params), world.chain_id, hex_)}


def block_results(world: World, params: Params) -> Json:
    """The results of a block's transactions, and the block's own events."""
    found = _block_of(world, params)
    return {
        "height": str(found.height),
        "txs_results": [tx_result(tx.outcome) for tx in found.txs] or None,
        "finalize_block_events": event_rows(found.events),
        "validator_updates": None,
        "consensus_param_updates": CONSENSUS_PARAMS,
        "app_hash": b64(found.app_hash),
    }


def blockchain(world: World, params: Params) -> Json:
    """Up to 20 headers, newest first."""
    highest = min(_number(params, "maxHeight") or world.height, world.height)
    lowest = max(_number(params, "minHeight") or 1, highest - 19, world.blocks[0].height if world.blocks else 1)
    metas = []
    for height in range(highest, lowest - 1, -1):
        found = world.block(height)
        if found is not None:
            metas.append(
                {
                    "block_id": block_id(found, hex_),
                    "block_size": str(500 + sum(len(tx.raw) for tx in found.txs)),
                    "header": header_json(found, world.chain_id, hex_),
                    "num_txs": str(len(found.txs)),
                }
            )
    return {"last_height": str(world.height), "block_metas": metas}


def _tx_json(record: TxRecord) -> Json:
    return {
        "hash": record.hash,
        "height": str(record.height),
        "index": record.index,
        "tx_result": tx_result(record.outcome),
        "tx": b64(record.raw),
    }


def _bytes(params: Params, name: str) -> bytes:
    text = str(params.get(name) or "").strip('"')
    try:
        return bytes.fromhex(text[2:]) if text.startswith("0x") else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise RpcError(f"error converting http params to arguments: {error}", -32602, "Invalid params") from error


def tx(world: World, params: Params) -> Json:
    """A transaction by hash."""
    name = _bytes(params, "hash").hex().upper()
    record = world.find_tx(name)
    if record is None:
        raise RpcError(f"tx ({name}) not found")
    return _tx_json(record)


def tx_search(world: World, params: Params) -> Json:
    """Transactions by a query on their events."""
    try:
        conditions = parse_query(str(params.get("query", "")).strip('"'))
    except BadQuery as error:
        raise RpcError(str(error)) from error
    found = [record for record in world.txs() if matches(conditions, tx_index(record))]
    if str(params.get("order_by", "")).strip('"') == "desc":
        found.reverse()
    size = min(_number(params, "per_page") or 30, 100)
    start = (max(_number(params, "page") or 1, 1) - 1) * size
    return {"txs": [_tx_json(record) for record in found[start : start + size]], "total_count": str(len(found))}


def broadcast_tx_sync(world: World, params: Params) -> Json:
    """Into the mempool, with the answer of the check."""
    answer = world.submit(_bytes(params, "tx"))
    if (answer.codespace, answer.code) == ("sdk", 19):
        raise RpcError("tx already exists in cache")
    return {
        "code": answer.code,
        "data": "",
        "log": answer.raw_log,
        "codespace": answer.codespace,
        "hash": answer.hash,
    }


METHODS: dict[str, Callable[[World, Params], Json]] = {
    "akash": akash,
    "block": block,
    "block_results": block_results,
    "blockchain": blockchain,
    "broadcast_tx_async": broadcast_tx_sync,
    "broadcast_tx_sync": broadcast_tx_sync,
    "header": header,
    "health": health,
    "status": status,
    "tx": tx,
    "tx_search": tx_search,
}
