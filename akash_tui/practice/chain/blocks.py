"""Blocks, transactions in them, and the answers of the mempool."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from akash_tui.practice.state.events import Event


@dataclass(frozen=True, slots=True)
class CheckTxAnswer:
    """What the node says at once to a broadcast; code 0 only means: accepted into the mempool."""

    hash: str  # upper-case hex
    code: int = 0
    codespace: str = ""
    raw_log: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What executing a transaction gave; `data` is the encoded TxMsgData."""

    code: int
    codespace: str
    raw_log: str
    gas_wanted: int
    gas_used: int
    data: bytes
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class TxRecord:
    """A transaction in a block with its outcome."""

    hash: str  # upper-case hex
    raw: bytes
    height: int
    index: int
    time_ns: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Block:
    """A block; `events` are those of the block itself (BME executions), not of its transactions."""

    height: int
    time_ns: int  # since 1970, UTC
    last_hash: bytes
    app_hash: bytes
    txs: tuple[TxRecord, ...]
    events: tuple[Event, ...]
    gifts: tuple[tuple[str, str, int], ...] = ()
    """What the faucet created in it: address, denom, amount."""

    @property
    def hash(self) -> bytes:
        """32 bytes that name the block."""
        return hashlib.sha256(b"%d/%d/" % (self.height, self.time_ns) + self.last_hash + self.data_hash).digest()

    @property
    def data_hash(self) -> bytes:
        """32 bytes over the transactions."""
        return hashlib.sha256(b"".join(bytes.fromhex(tx.hash) for tx in self.txs)).digest()

    @property
    def all_events(self) -> tuple[Event, ...]:
        """Events of the successful transactions in order, then the block's own: what an actor wants to hear."""
        mine = [event for tx in self.txs if tx.outcome.code == 0 for event in tx.outcome.events]
        return (*mine, *self.events)


def tx_hash(raw: bytes) -> str:
    """The name of a transaction: SHA-256 of its bytes, upper-case hex."""
    return hashlib.sha256(raw).hexdigest().upper()
