"""What is in the journal: an intent for each transaction, and what only we know of our deployments and leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import Coin, DecCoin, plain
from akash_tui.services.ports import TxResult


class IntentKind(StrEnum):
    """What an intent is for."""

    CREATE = "create"
    LEASE = "lease"
    DEPOSIT = "deposit"
    UPDATE = "update"
    CLOSE_LEASE = "close_lease"
    PAUSE_GROUP = "pause_group"
    START_GROUP = "start_group"
    CLOSE_GROUP = "close_group"
    CLOSE = "close"
    MINT = "mint"
    BURN = "burn"
    GRANT = "grant"
    REVOKE = "revoke"

    @property
    def words(self) -> str:
        """As it is shown: `close lease`; a further deposit is a `top-up`, everywhere."""
        return "top-up" if self is IntentKind.DEPOSIT else self.value.replace("_", " ")


class Outcome(StrEnum):
    """OPEN: not known yet. DONE: in a block, code 0. FAILED: in a block, refused there (its fee is gone).
    NEVER: refused before a block, or its time-out passed unseen: it did not happen. UNKNOWN: its time-out is long
    over, so it cannot happen any more, and nobody knows whether it did."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    NEVER = "never"
    UNKNOWN = "unknown"


NOTHING_SENT = "No node could be reached to send the transaction."
"""The note of an intent that never happened without any node's word: no connection was made."""


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
    kind: IntentKind
    chain_id: str
    owner: str
    dseq: int | None
    tx_hash: str
    expires: datetime | None
    """In block time; None where it is not known."""
    about: dict[str, object]
    """Kind-specific, for people and for `resume`: leases, amounts, fee, hourly price."""
    created_at: datetime
    outcome: Outcome
    height: int | None
    code: int | None
    note: str

    @property
    def deployment(self) -> DeploymentId | None:
        """The deployment it is about; None for mints and burns."""
        return None if self.dseq is None else DeploymentId(self.owner, self.dseq)


@dataclass(frozen=True, slots=True)
class SentSum:
    """What transactions took, by token, in smallest units; what may have been taken counts as taken.

    A transaction that was refused in its block counts with its fee alone. One that never happened by what nodes show
    counts in full: no node's word makes a limit larger. Only one that no node was there to take does not count.
    """

    amounts: Mapping[str, int] = field(default_factory=dict)
    """Deposits, what was given for a mint or burn, and the limits of grants that were given."""
    fees: Mapping[str, int] = field(default_factory=dict)
    unreadable: int = 0
    """Transactions whose amounts cannot be read any more: what they took is not known."""

    def total(self, denom: str) -> int:
        """Everything of one token, fees included."""
        return self.amounts.get(denom, 0) + self.fees.get(denom, 0)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one wallet has sent from this home."""

    day: SentSum = SentSum()
    """In the last 24 hours, by any program of this home."""
    session: SentSum = SentSum()
    """In one session."""


@dataclass(frozen=True, slots=True)
class SavedLease:
    """A lease of ours and whether its provider took the manifest."""

    id: LeaseId
    price: DecCoin
    delivered: bool
    tried: bool = False
    """Whether the manifest was sent to it at all, accepted or not."""


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


@dataclass(frozen=True, slots=True)
class IntentPart:
    """One of the things that a transaction does, each of which has an intent of its own."""

    kind: IntentKind
    dseq: int | None
    about: dict[str, object]
    saved: SavedDeployment | None = None


def ledger_records(intent: Intent) -> list[tuple[int, int]]:
    """Height and number of the records of the mint's ledger that its transaction is known to have made."""
    listed = intent.about.get("records")
    return [
        (each[0], each[1])
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, list) and len(each) == 2 and all(type(part) is int for part in each)
    ]


def learned(intent: Intent, result: TxResult | None) -> dict[str, object]:
    """What the result of its transaction adds to `about`: the fee that was taken, what came to the owner, and the
    records in the mint's ledger. Of the intents of one transaction only that with the fee has what came."""
    if result is None:
        return {}
    more: dict[str, object] = {}
    if result.records:
        more["records"] = [list(id) for id in result.records]
    if "fee" in intent.about:
        if result.fee is not None:
            more["fee"] = str(result.fee)
        if result.code == 0 and result.paid is not None:
            came: dict[str, int] = {}
            for to, coin in result.paid:
                if to == intent.owner:
                    came[coin.denom] = came.get(coin.denom, 0) + coin.amount
            more["received"] = [str(Coin(denom, amount)) for denom, amount in sorted(came.items())]
    return more


def lease_about(leases: Sequence[tuple[LeaseId, DecCoin]]) -> list[dict[str, object]]:
    """Leases as the `about` of an intent has them, so that a restart knows what was being leased."""
    return [
        {
            "gseq": id.gseq,
            "oseq": id.oseq,
            "provider": id.provider,
            "bseq": id.bseq,
            "denom": price.denom,
            "price": plain(price.amount),
        }
        for id, price in leases
    ]


def about_leases(intent: Intent) -> list[tuple[LeaseId, DecCoin]]:
    """The reverse of `lease_about`: the leases of an intent of kind LEASE, each with its price."""
    found: list[tuple[LeaseId, DecCoin]] = []
    listed = intent.about.get("leases")
    for item in listed if isinstance(listed, list) else []:
        id = LeaseId(
            intent.owner,
            intent.dseq or 0,
            int(item["gseq"]),
            int(item["oseq"]),
            str(item["provider"]),
            int(item["bseq"]),
        )
        found.append((id, DecCoin(str(item["denom"]), Decimal(item["price"]))))
    return found
