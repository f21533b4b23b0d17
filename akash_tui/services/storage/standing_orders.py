"""Automatic top-ups that were agreed to: one standing order for a deployment, in the journal's file, with a cap.

What an order has spent is not stored: it is the sum of its own intents in the journal, those of unknown outcome
included, and those that never happened by what nodes show: no node's word makes the limit larger. So a crash or a lie
at any moment can make an order too careful, and never makes it spend twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import plain, units
from akash_tui.services.ports.grants import Payers
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import NOTHING_SENT, IntentKind, Outcome
from akash_tui.services.storage.journal_rows import UNREADABLE, decimal, facts, iso, readable, text, when, whole


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """Add `amount` whenever less than `below` hours are left, until `cap` is spent: agreed to once, by a person."""

    chain_id: str
    id: DeploymentId
    amount: int
    """Micro-ACT each time."""
    cap: int
    """Micro-ACT in all."""
    below: Decimal
    """Hours."""
    fee_most: int
    """The most gas that one top-up may cost, in uakt."""
    agreed_at: datetime
    spent: int = 0
    """Micro-ACT so far, undecided ones included."""
    unseen: int = 0
    """Micro-ACT that was sent and never happened, by the word of nodes: it counts against the cap all the same."""
    times: int = 0
    first_at: datetime | None = None
    """When the first one was signed; None before that."""
    last_height: int = 0
    """The block of the deployment's last deposit, one made by hand included; 0 before the first."""
    refused: bool = False
    """The last one was refused in its block: its gas is gone, and another try would cost gas again."""
    payers: Payers | None = None
    """Who pays, as it was agreed to; None in an order from before that was written down."""
    stopped: str = ""
    """Why it is over; empty while it may go on."""

    @property
    def key(self) -> str:
        """What its own intents in the journal are marked with."""
        return iso(self.agreed_at)

    @property
    def active(self) -> bool:
        """True while it may add funds."""
        return not self.stopped

    @property
    def exhausted(self) -> bool:
        """True if another top-up would go over the cap."""
        return self.spent + self.unseen + self.amount > self.cap


def order_line(order: StandingOrder) -> str:
    """An order in one line: what it does and what it has spent."""
    each, spent, cap = units(order.amount), units(order.spent), units(order.cap)
    used = f"{spent} of {cap} ACT spent"
    if order.stopped:
        return f"off: {order.stopped}; {used}"
    return f"{each} ACT whenever less than {plain(order.below)} h are left; {used}"


class StandingOrders:
    """The orders in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def agree(self, order: StandingOrder) -> None:
        """Write an order; one that was there before for the deployment is replaced, and counts from zero."""
        with self._journal.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO standing_orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
                (
                    order.chain_id, order.id.owner, order.id.dseq, order.amount, order.cap, plain(order.below),
                    order.fee_most, order.key, _written(order.payers),
                ),
            )  # fmt: skip

    def stop(self, order: StandingOrder, why: str) -> bool:
        """End an order and save the reason; False if it was over already, or replaced by another one."""
        with self._journal.writing() as db:
            changed = db.execute(
                "UPDATE standing_orders SET stopped = ? WHERE chain_id = ? AND owner = ? AND dseq = ?"
                " AND agreed_at = ? AND stopped = ''",
                (why, order.chain_id, order.id.owner, order.id.dseq, order.key),
            )
            return bool(changed.rowcount)

    def find(self, chain_id: str, id: DeploymentId) -> StandingOrder | None:
        """The order for a deployment, with what it has spent; stopped ones too."""
        found = self._read("WHERE chain_id = ? AND owner = ? AND dseq = ?", (chain_id, id.owner, id.dseq))
        return found[0] if found else None

    def all(self, chain_id: str, owner: str) -> list[StandingOrder]:
        """Every order of a wallet, by deployment."""
        return self._read("WHERE chain_id = ? AND owner = ? ORDER BY dseq", (chain_id, owner))

    def _read(self, where: str, values: Sequence[object]) -> list[StandingOrder]:
        with self._journal.reading() as db:
            rows = db.execute(
                "SELECT rowid, chain_id, owner, dseq, amount, cap, below, fee_most, agreed_at, stopped, payers"
                f" FROM standing_orders {where}",
                values,
            ).fetchall()
            return readable(
                self._journal.path, "standing_orders", rows, lambda row: _order(row[1:], _deposits(db, row[1:]))
            )


def _deposits(db: sqlite3.Connection, row: Sequence[Any]) -> list[tuple[Outcome, int, bool, object]]:
    """(outcome, block, by this order, when signed) of the deployment's deposits that were sent, oldest first."""
    found = db.execute(
        "SELECT outcome, height, about, created_at FROM intents"
        " WHERE chain_id = ? AND owner = ? AND dseq = ? AND kind = ? AND NOT (outcome = ? AND note = ?) ORDER BY key",
        (row[0], row[1], row[2], IntentKind.DEPOSIT, Outcome.NEVER, NOTHING_SENT),
    )
    return [
        (_outcome(outcome), height if isinstance(height, int) else 0, _is_own(about, row[7]), signed_at)
        for outcome, height, about, signed_at in found
    ]


def _outcome(value: object) -> Outcome:
    """An unreadable one may have been paid."""
    return next((outcome for outcome in Outcome if outcome == value), Outcome.OPEN)


def _is_own(about: object, agreed_at: object) -> bool:
    """Whether the deposit was made by the order; one that cannot be read counts, so that no limit is exceeded."""
    try:
        return facts(about).get("standing_order") == agreed_at
    except UNREADABLE:
        return True


def _signed_at(value: object, agreed_at: datetime) -> datetime:
    """When a top-up was signed; where that cannot be read, the time since which it may have been."""
    try:
        return when(value)
    except UNREADABLE:
        return agreed_at


def _written(payers: Payers | None) -> str:
    return "" if payers is None else json.dumps([payers.fee_granter, payers.deposit_from])


def _payers(value: object) -> Payers | None:
    """Raises `ValueError` where it cannot be read: who pays is not guessed."""
    if not text(value):
        return None
    fee_granter, deposit_from = json.loads(text(value))
    return Payers(text(fee_granter), text(deposit_from))


def _order(row: Sequence[Any], deposits: list[tuple[Outcome, int, bool, object]]) -> StandingOrder:
    own = [outcome for outcome, _, mine, _ in deposits if mine]
    signed = [signed_at for *_, mine, signed_at in deposits if mine]
    unseen = own.count(Outcome.NEVER)
    times = len(own) - unseen - own.count(Outcome.FAILED)
    return StandingOrder(
        chain_id=text(row[0]),
        id=DeploymentId(text(row[1]), whole(row[2])),
        amount=whole(row[3]),
        cap=whole(row[4]),
        below=decimal(row[5]),
        fee_most=whole(row[6]),
        agreed_at=when(row[7]),
        spent=row[3] * times,
        unseen=row[3] * unseen,
        times=times,
        first_at=_signed_at(signed[0], when(row[7])) if signed else None,
        last_height=max((height for outcome, height, *_ in deposits if outcome is Outcome.DONE), default=0),
        refused=own[-1:] == [Outcome.FAILED],
        stopped=text(row[8]),
        payers=_payers(row[9]),
    )
