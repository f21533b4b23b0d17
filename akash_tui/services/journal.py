"""The write-ahead log of everything that spends: intent on disk before broadcast, outcome after.

One sqlite file (WAL, synchronous FULL: a commit is on the disk when it returns), mode 0600. Reads
and writes are single statements or single transactions, so kill -9 leaves whole rows or none.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from akash_tui.domain.market import DeploymentId, LeaseId
from akash_tui.domain.money import DecCoin, plain
from akash_tui.services.ports import BadInput, SignedTx, TxResult


class Kind(StrEnum):
    """What an intent is for."""

    CREATE = "create"
    LEASE = "lease"
    DEPOSIT = "deposit"
    UPDATE = "update"
    CLOSE_LEASE = "close_lease"
    CLOSE = "close"
    MINT = "mint"
    BURN = "burn"


class Outcome(StrEnum):
    """OPEN: not known yet. DONE: in a block, code 0. FAILED: in a block, refused there (its fee is gone).
    NEVER: refused before a block, or its time-out passed unseen: it did not happen."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    NEVER = "never"


class SavedStage(StrEnum):
    """How far a deployment got, as of the last thing we know for sure."""

    CREATING = "creating"
    OPEN = "open"
    LEASED = "leased"
    DELIVERED = "delivered"
    RUNNING = "running"
    CLOSED = "closed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Intent:
    """One signed transaction and what it is for."""

    key: int
    kind: Kind
    chain_id: str
    owner: str
    dseq: int | None
    tx_hash: str
    expires: datetime | None
    """In block time; None for ordered transactions, which never expire by themselves."""
    about: dict[str, object]
    """Kind-specific, for people and for `resume`: leases, amounts, fee, hourly price."""
    created_at: datetime
    outcome: Outcome
    height: int | None
    code: int | None
    note: str

    @property
    def deployment(self) -> DeploymentId | None:
        return None if self.dseq is None else DeploymentId(self.owner, self.dseq)


@dataclass(frozen=True, slots=True)
class SavedLease:
    """A lease of ours and whether its provider took the manifest."""

    id: LeaseId
    price: DecCoin
    delivered: bool


@dataclass(frozen=True, slots=True)
class SavedDeployment:
    """What only we know of a deployment: its name, its SDL, how far the flow got."""

    chain_id: str
    id: DeploymentId
    name: str
    file: str
    sdl: str
    manifest: bytes
    version: bytes
    hours: Decimal | None
    """Hours that the escrow should pay for when the lease is made; None leaves the deposit as it is."""
    stage: SavedStage
    created_at: datetime


class Journal:
    """The journal of one home folder; safe for several processes at once."""

    def __init__(self, path: Path) -> None:
        """Open or make `path` (usually `home/journal.db`). Raises `BadInput` if it is not our file or too new."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file; safe to call twice."""
        raise NotImplementedError

    def intend(
        self,
        kind: Kind,
        chain_id: str,
        owner: str,
        dseq: int | None,
        tx: SignedTx,
        about: dict[str, object],
        now: datetime,
        saved: SavedDeployment | None = None,
    ) -> Intent:
        """Write the intent (and, for a creation, the deployment) to the disk; only then may `tx` be sent."""
        raise NotImplementedError

    def settle(self, intent: Intent, outcome: Outcome, result: TxResult | None, note: str, now: datetime) -> Intent:
        """Write what became of it, and move its deployment on; settling twice changes nothing."""
        raise NotImplementedError

    def open_intents(self, chain_id: str, owner: str | None = None) -> list[Intent]:
        """Not settled yet, oldest first."""
        raise NotImplementedError

    def intents(self, chain_id: str | None = None, owner: str | None = None, limit: int = 1000) -> list[Intent]:
        """Newest first, for the journal screen and `akash-tui journal`."""
        raise NotImplementedError

    def deployment(self, chain_id: str, id: DeploymentId) -> SavedDeployment | None:
        raise NotImplementedError

    def deployments(self, chain_id: str, owner: str) -> list[SavedDeployment]:
        """Newest first."""
        raise NotImplementedError

    def leases(self, chain_id: str, id: DeploymentId) -> list[SavedLease]:
        raise NotImplementedError

    def mark_delivered(self, chain_id: str, lease: LeaseId, now: datetime) -> None:
        """The provider took the manifest."""
        raise NotImplementedError

    def mark_stage(self, chain_id: str, id: DeploymentId, stage: SavedStage) -> None:
        raise NotImplementedError
