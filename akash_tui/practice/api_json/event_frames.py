"""The websocket frames for a block, as CometBFT sends them, and the keys they are matched by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from akash_tui.practice.api_json.block_json import (
    CONSENSUS_PARAMS,
    b64,
    block_id,
    block_json,
    event_index,
    event_rows,
    header_json,
    hex_,
)

if TYPE_CHECKING:
    from akash_tui.practice.chain.blocks import Block, TxRecord

Json = dict[str, Any]


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
        yield Notice("Tx", {"TxResult": _tx_result(record)}, tx_index(record))


def tx_index(record: TxRecord) -> dict[str, list[str]]:
    """The flattened events of a transaction."""
    return event_index(record.outcome.events, tm__event="Tx", tx__hash=record.hash, tx__height=str(record.height))


def _tx_result(record: TxRecord) -> Json:
    """Go leaves zero values out here."""
    outcome = record.outcome
    result: Json = {
        "code": outcome.code,
        "data": b64(outcome.data),
        "log": outcome.raw_log,
        "gas_wanted": str(outcome.gas_wanted),
        "gas_used": str(outcome.gas_used),
        "events": event_rows(outcome.events),
        "codespace": outcome.codespace,
    }
    full: Json = {"height": str(record.height), "index": record.index, "tx": b64(record.raw)}
    return {
        **{key: value for key, value in full.items() if value},
        "result": {key: value for key, value in result.items() if value},
    }
