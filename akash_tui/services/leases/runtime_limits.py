"""Runtime limits: after how many hours, or at which cost, a deployment is to end; saved in the journal's file.

Time and cost are counted in blocks, as the escrow is charged. So a limit is "about": blocks vary a little, and while
the chain stands still nothing runs out. Where a network's time has to agree with ours, blocks that come too fast for
our clock are not believed: no node ends a workload early by a height that cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import DeploymentId, Lease
from akash_tui.domain.akash.lease_end import spent
from akash_tui.domain.akash.money import UACT, BlockTime, deposit_for_hours, lasts_hours, plain
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Head
from akash_tui.services.spending.quoting import rate_of
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from akash_tui.services.storage.journal_rows import decimal, iso, readable, text, when, whole

SPARE_HOURS: Final = Decimal(5) / 60
"""Closing takes a moment: the deposit pays so much longer than a limit of hours, and a limit of a sum is reached so
much earlier. At most a tenth of the limit."""
FASTEST: Final = Decimal("1.25")
"""Blocks are believed to come at most this many times as fast as expected, by our clock."""
SLACK_BLOCKS: Final = 50


@dataclass(frozen=True, slots=True)
class SavedLimit:
    """The limit of one deployment and since when it counts."""

    chain_id: str
    id: DeploymentId
    limit: RuntimeLimit
    agreed_at: datetime
    start_height: int | None = None
    """The block from which it counts; None: from the first lease on."""
    since: datetime | None = None
    """When that was by our clock."""
    spent_before: int = 0
    """Micro-ACT that its leases had cost by then, which do not count."""
    over: str = ""
    """Why it is over; empty while it holds."""

    @property
    def active(self) -> bool:
        """Whether it has not ended yet: `over` says how it did."""
        return not self.over


@dataclass(frozen=True, slots=True)
class LimitState:
    """How far a limit is, by what was read of its deployment."""

    saved: SavedLimit
    read_at: datetime
    hours_left: Decimal | None
    """Until it is to be closed, 0 when it is due; None while nothing is leased, or nothing costs and no time is set."""

    @property
    def stops_at(self) -> datetime | None:
        """About when it is to be closed; None if that is not known, or too far away for a date."""
        if self.hours_left is None or self.hours_left > 24 * 365 * 20:
            return None
        return self.read_at + timedelta(seconds=float(self.hours_left * 3600))

    @property
    def due(self) -> bool:
        """Whether its time is up; False where that is not known."""
        return self.hours_left is not None and self.hours_left <= 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What of a limit is used up."""

    hours: Decimal
    amount: Decimal
    """Micro-ACT."""


def usage(
    saved: SavedLimit, leases: Sequence[Lease], height: int, block_time: BlockTime, now: datetime, *, practice: bool
) -> Usage:
    """Hours and cost since the limit counts, at block `height`; nothing before the first lease.

    On a `practice` network blocks may come as fast as somebody likes.
    """
    start = saved.start_height
    if start is None:
        start = min((lease.created_at for lease in leases), default=height)
    if saved.since is not None and not practice:
        seconds = Decimal(max(0, int((now - saved.since).total_seconds())))
        height = min(height, start + int(seconds * FASTEST / block_time.seconds) + SLACK_BLOCKS)
    cost = sum((spent(lease, height) for lease in leases if lease.price.denom == UACT), Decimal(0))
    blocks = max(0, height - start)
    return Usage(blocks * block_time.seconds / 3600, max(Decimal(0), cost - saved.spent_before))


def _spare(whole_hours: Decimal) -> Decimal:
    return min(SPARE_HOURS, whole_hours / 10)


def hours_left(limit: RuntimeLimit, used: Usage, rate: Decimal, block_time: BlockTime) -> Decimal | None:
    """Hours until it is to be closed at this `rate` (micro-ACT a block), 0 when it is due; None if never."""
    found: list[Decimal] = []
    if limit.hours is not None:
        found.append(limit.hours - used.hours)
    if limit.amount is not None:
        whole_hours = lasts_hours(Decimal(limit.amount), rate, block_time)
        if whole_hours is not None:
            spendable = lasts_hours(limit.amount - used.amount, rate, block_time) or Decimal(0)
            found.append(spendable - _spare(whole_hours))
        elif used.amount >= limit.amount:
            found.append(Decimal(0))
    return max(Decimal(0), min(found)) if found else None


def funds_needed(limit: RuntimeLimit, used: Usage, rate: Decimal, block_time: BlockTime) -> int:
    """Micro-ACT that escrow needs from now on to last as long as the limit lets it run, and not longer."""
    found: list[int] = []
    if limit.hours is not None:
        longer = max(Decimal(0), limit.hours - used.hours) + _spare(limit.hours)
        found.append(deposit_for_hours(longer, rate, block_time))
    if limit.amount is not None:
        found.append(max(0, int((limit.amount - used.amount).to_integral_value(ROUND_CEILING))))
    return min(found)


def state_of(
    saved: SavedLimit, leases: Sequence[Lease], height: int, block_time: BlockTime, now: datetime, *, practice: bool
) -> LimitState:
    """How far a limit is at block `height`, which was read at `now`."""
    if saved.start_height is None and not leases:
        return LimitState(saved, now, None)
    used = usage(saved, leases, height, block_time, now, practice=practice)
    return LimitState(saved, now, hours_left(saved.limit, used, rate_of(leases), block_time))


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """What the limit of a deployment means at some rate."""

    limit: RuntimeLimit
    missing: int
    """Micro-ACT that escrow lacks to last as long as the limit lets it run; 0 where it lasts."""
    hours_left: Decimal | None
    """As `LimitState.hours_left`."""


def limit_plan(
    session: Session,
    id: DeploymentId,
    leases: Sequence[Lease],
    head: Head,
    block_time: BlockTime,
    rate: Decimal,
    left: Decimal,
) -> LimitPlan | None:
    """What the deployment's limit means while its leases cost `rate` and escrow holds `left`; None without a limit."""
    saved = RuntimeLimits(session.journal).active(session.network.chain_id, id)
    if saved is None:
        return None
    practice = session.network.practice
    used = usage(saved, leases, head.height, block_time, session.clock.now(), practice=practice)
    missing = max(0, funds_needed(saved.limit, used, rate, block_time) - int(left))
    return LimitPlan(saved.limit, missing, hours_left(saved.limit, used, rate, block_time))


class RuntimeLimits:
    """The limits in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def save(self, saved: SavedLimit) -> None:
        """Write a limit; one that was there before for the deployment is replaced."""
        limit = saved.limit
        with self._journal.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO runtime_limits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    saved.chain_id, saved.id.owner, saved.id.dseq, None if limit.hours is None else plain(limit.hours),
                    limit.amount, iso(saved.agreed_at), saved.start_height,
                    None if saved.since is None else iso(saved.since), saved.spent_before, saved.over,
                ),
            )  # fmt: skip

    def begin(self, chain_id: str, id: DeploymentId, height: int, since: datetime) -> None:
        """Count from this block on, unless it counts already."""
        if self.find(chain_id, id) is not None:
            self._change(chain_id, id, "start_height = ?, since = ?", (height, iso(since)), "start_height IS NULL")

    def end(self, saved: SavedLimit, why: str) -> bool:
        """End a limit and save the reason; False if it was over already, or replaced by another one."""
        changed = "agreed_at = ? AND over = ''"
        return bool(self._change(saved.chain_id, saved.id, "over = ?", (why,), changed, (iso(saved.agreed_at),)))

    def forget(self, chain_id: str, id: DeploymentId) -> None:
        """Remove what was saved for a number that a new deployment gets."""
        if self.find(chain_id, id) is not None:
            with self._journal.writing() as db:
                where = (chain_id, id.owner, id.dseq)
                db.execute("DELETE FROM runtime_limits WHERE chain_id = ? AND owner = ? AND dseq = ?", where)

    def _change(
        self,
        chain_id: str,
        id: DeploymentId,
        change: str,
        values: tuple[object, ...],
        condition: str,
        more: tuple[object, ...] = (),
    ) -> int:
        with self._journal.writing() as db:
            return db.execute(
                f"UPDATE runtime_limits SET {change} WHERE chain_id = ? AND owner = ? AND dseq = ? AND {condition}",
                (*values, chain_id, id.owner, id.dseq, *more),
            ).rowcount

    def find(self, chain_id: str, id: DeploymentId) -> SavedLimit | None:
        """The limit of a deployment, one that is over included; None without one."""
        found = self._read("WHERE chain_id = ? AND owner = ? AND dseq = ?", (chain_id, id.owner, id.dseq))
        return found[0] if found else None

    def active(self, chain_id: str, id: DeploymentId) -> SavedLimit | None:
        """The limit that holds for a deployment; None without one."""
        found = self.find(chain_id, id)
        return found if found is not None and found.active else None

    def all(self, chain_id: str, owner: str) -> list[SavedLimit]:
        """Every limit of a wallet, by deployment."""
        return self._read("WHERE chain_id = ? AND owner = ? ORDER BY dseq", (chain_id, owner))

    def close_refused(self, saved: SavedLimit) -> bool:
        """Whether a close was refused in its block since the limit was set: each further try would cost gas."""
        where = (saved.chain_id, saved.id.owner, saved.id.dseq, IntentKind.CLOSE, Outcome.FAILED, iso(saved.agreed_at))
        statement = (
            "SELECT 1 FROM intents WHERE chain_id = ? AND owner = ? AND dseq = ? AND kind = ? AND outcome = ?"
            " AND created_at >= ? LIMIT 1"
        )
        return bool(self._journal.rows(statement, where))

    def _read(self, where: str, values: Sequence[object]) -> list[SavedLimit]:
        rows = self._journal.rows(
            "SELECT rowid, chain_id, owner, dseq, hours, amount, agreed_at, start_height, since, spent_before, over"
            f" FROM runtime_limits {where}",
            values,
        )
        return readable(self._journal.path, "runtime_limits", rows, _to_limit)


def _to_limit(row: Sequence[object]) -> SavedLimit:
    hours = None if row[4] is None else decimal(row[4])
    amount = None if row[5] is None else whole(row[5])
    if hours is None and amount is None:
        raise ValueError("it is not a limit")
    return SavedLimit(
        chain_id=text(row[1]),
        id=DeploymentId(text(row[2]), whole(row[3])),
        limit=RuntimeLimit(hours, amount),
        agreed_at=when(row[6]),
        start_height=None if row[7] is None else whole(row[7]),
        since=None if row[8] is None else when(row[8]),
        spent_before=whole(row[9]),
        over=text(row[10]),
    )
