"""The write-ahead log of everything that spends: intent on disk before broadcast, outcome after.

Reads and writes are single statements or single transactions, so kill -9 leaves whole rows or none.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import Coin, plain
from akash_tui.domain.bids.score import ProviderHistory
from akash_tui.services.ports import SignedTx, TxResult
from akash_tui.services.storage.journal_entries import (
    NOTHING_SENT,
    Intent,
    IntentKind,
    IntentPart,
    Outcome,
    SavedDeployment,
    SavedLease,
    SavedStage,
    Sent,
    about_leases,
    learned,
)
from akash_tui.services.storage.journal_file import JournalFile
from akash_tui.services.storage.journal_rows import (
    DEPLOYMENT,
    INTENT,
    LEASE,
    UNREADABLE,
    facts,
    iso,
    readable,
    stored_manifest,
    summed,
    text,
    to_deployment,
    to_intent,
    to_lease,
    whole,
)

DAY: Final = timedelta(hours=24)
"""What a limit of a day counts: no calendar day, so that midnight and time zones change nothing."""
MOST_OF_PAIRS: Final = 200
"""Creations of pairs that are looked at; of an older pair nobody asks any more."""
_MAY_COUNT: Final = "WHERE chain_id = ? AND tx_hash = ? AND outcome <> ?"
"""The intents of one transaction, unless it never happened."""
_NEXT_STAGE = {
    IntentKind.CREATE: SavedStage.OPEN,
    IntentKind.LEASE: SavedStage.LEASED,
    IntentKind.CLOSE: SavedStage.CLOSED,
}


class Journal(JournalFile):
    """The journal of one home folder."""

    # --- intents ---

    def intend(
        self,
        kind: IntentKind,
        chain_id: str,
        owner: str,
        dseq: int | None,
        tx: SignedTx,
        about: dict[str, object],
        now: datetime,
        saved: SavedDeployment | None = None,
        *,
        session: Collection[int] = (),
        check: Callable[[Sent], None] = lambda sent: None,
    ) -> Intent:
        """Write the intent (and, for a creation, the deployment) to the disk; only then may `tx` be sent.

        `check` gets what was sent before (`session`: see `sent`) and raises what forbids this one. It runs in the same
        transaction as the write: two programs at the same moment never both find room that only one fits.
        """
        with self.writing() as db:
            check(_sent(db, chain_id, owner, now, session))
            key = _write_intent(db, chain_id, owner, tx, now, IntentPart(kind, dseq, about, saved))
        return self._intent("WHERE key = ?", (key,))[0]

    def intend_once(
        self,
        parts: Sequence[IntentPart],
        chain_id: str,
        owner: str,
        tx: SignedTx,
        now: datetime,
        *,
        session: Collection[int] = (),
        check: Callable[[Sent], None] = lambda sent: None,
    ) -> tuple[list[Intent], bool]:
        """The intents of all that a transaction from outside does, oldest first, and whether they were written now.

        Another program may have written the same transaction, which can count only once: unless it is known never to
        have happened, its intents come back as they are. `session` and `check`: see `intend`.
        """
        with self.writing() as db:
            of_it = (chain_id, tx.hash, Outcome.NEVER)
            known = db.execute(f"SELECT 1 FROM intents {_MAY_COUNT} LIMIT 1", of_it).fetchone() is not None
            if not known:
                check(_sent(db, chain_id, owner, now, session, besides=tx.hash))
                for part in parts:
                    _write_intent(db, chain_id, owner, tx, now, part)
        return self._intent(f"{_MAY_COUNT} ORDER BY key", of_it), not known

    def settle(self, intent: Intent, outcome: Outcome, result: TxResult | None, note: str, now: datetime) -> Intent:
        """Write what became of it, and move its deployment on; settling twice changes nothing.

        Returns the intent as it is now, also one of whose row not everything can be read.
        """
        height, code = (None, None) if result is None else (result.height, result.code)
        about = intent.about
        with self.writing() as db:
            changed = db.execute(
                "UPDATE intents SET outcome = ?, height = ?, code = ?, note = ?, settled_at = ?"
                " WHERE key = ? AND outcome = ?",
                (outcome, height, code, note, iso(now), intent.key, Outcome.OPEN),
            ).rowcount
            if changed:
                about = _learn(db, intent, lambda now: learned(now, result))
                self._move_on(db, intent, outcome, now)
        if changed:
            return replace(intent, outcome=outcome, height=height, code=code, note=note, about=about)
        found = self._intent("WHERE key = ?", (intent.key,))
        return found[0] if found else intent

    def _move_on(self, db: sqlite3.Connection, intent: Intent, outcome: Outcome, now: datetime) -> None:
        if intent.dseq is None:
            return
        where = (intent.chain_id, intent.owner, intent.dseq)
        if outcome is Outcome.DONE and intent.kind in _NEXT_STAGE:
            _set_stage(db, where, _NEXT_STAGE[intent.kind])
        elif intent.kind is IntentKind.CREATE and outcome in (Outcome.FAILED, Outcome.NEVER):
            # another attempt of the same creation (more gas) may be under way or done
            db.execute(
                "UPDATE deployments SET stage = ? WHERE chain_id = ? AND owner = ? AND dseq = ? AND stage = ?"
                " AND NOT EXISTS (SELECT 1 FROM intents i WHERE i.chain_id = deployments.chain_id"
                " AND i.owner = deployments.owner AND i.dseq = deployments.dseq AND i.kind = ?"
                " AND i.outcome IN (?, ?))",
                (SavedStage.NEVER, *where, SavedStage.CREATING, IntentKind.CREATE, Outcome.OPEN, Outcome.DONE),
            )
        if outcome is Outcome.DONE and intent.kind is IntentKind.LEASE:
            for id, price in about_leases(intent):
                db.execute(
                    "INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
                    (*where, id.gseq, id.oseq, id.provider, id.bseq, price.denom, plain(price.amount), iso(now)),
                )

    def note_exchanged(self, intent: Intent, gave: Coin, note: str = "") -> None:
        """Write what a mint or burn gave in the end, as the mint's ledger has it; `note` where it was cancelled."""
        with self.writing() as db:
            _learn(db, intent, lambda now: {"gave": str(gave)})
            if note:
                db.execute("UPDATE intents SET note = ? WHERE key = ?", (note, intent.key))

    def open_intents(self, chain_id: str, owner: str | None = None) -> list[Intent]:
        """Not settled yet, oldest first."""
        return self._intent(
            "WHERE chain_id = ?1 AND outcome = ?2 AND (?3 IS NULL OR owner = ?3) ORDER BY key",
            (chain_id, Outcome.OPEN, owner),
        )

    def done_since(
        self, since: datetime, kind: IntentKind, chain_id: str, owner: str, dseq: int | None
    ) -> list[Intent]:
        """Those of one kind, for one deployment, that were found to have happened after `since`."""
        where = "WHERE chain_id = ? AND owner = ? AND dseq IS ? AND kind = ? AND outcome = ? AND settled_at > ?"
        return self._intent(where, (chain_id, owner, dseq, kind, Outcome.DONE, iso(since)))

    def of_tx(self, chain_id: str, tx_hash: str) -> list[Intent]:
        """The intents of one transaction, oldest first."""
        return self._intent("WHERE chain_id = ? AND tx_hash = ? ORDER BY key", (chain_id, tx_hash))

    def intents(self, chain_id: str | None = None, owner: str | None = None, limit: int | None = None) -> list[Intent]:
        """Newest first, for the journal screen and `akash-tui journal`; all of them without a `limit`."""
        return self._intent(
            "WHERE (?1 IS NULL OR chain_id = ?1) AND (?2 IS NULL OR owner = ?2) ORDER BY key DESC LIMIT ?3",
            (chain_id, owner, -1 if limit is None else limit),
        )

    def of_pairs(self, chain_id: str, owner: str) -> list[Intent]:
        """The creations of two that were asked at once, newest first: the newest `MOST_OF_PAIRS`."""
        where = "WHERE chain_id = ? AND owner = ? AND instr(about, '\"paired_with\":') > 0 ORDER BY key DESC LIMIT ?"
        return self._intent(where, (chain_id, owner, MOST_OF_PAIRS))

    def sent(
        self, chain_id: str, owner: str, now: datetime, session: Collection[int] = (), *, besides: str = ""
    ) -> Sent:
        """What a wallet has sent in the last 24 hours, and by the intents with the keys `session`; without the
        transaction `besides`."""
        with self.reading() as db:
            return _sent(db, chain_id, owner, now, session, besides)

    def has_sent(self, chain_id: str) -> bool:
        """Whether anything was ever signed for this chain from this home, by any wallet."""
        return bool(self.rows("SELECT 1 FROM intents WHERE chain_id = ? LIMIT 1", (chain_id,)))

    def _intent(self, where: str, values: Sequence[object]) -> list[Intent]:
        return readable(self.path, "intents", self.rows(f"SELECT {INTENT} {where}", values), to_intent)

    # --- deployments ---

    def deployment(self, chain_id: str, id: DeploymentId) -> SavedDeployment | None:
        """None for one that was not made here."""
        found = self._saved("WHERE chain_id = ? AND owner = ? AND dseq = ?", (chain_id, id.owner, id.dseq))
        return found[0] if found else None

    def deployments(self, chain_id: str, owner: str) -> list[SavedDeployment]:
        """Newest first."""
        return self._saved("WHERE chain_id = ? AND owner = ? ORDER BY created_at DESC, dseq DESC", (chain_id, owner))

    def names(self) -> dict[tuple[str, str, int], str]:
        """Our name of every deployment that was made here, by chain, account and number; without their SDLs."""
        rows = self.rows("SELECT rowid, chain_id, owner, dseq, name FROM deployments")
        named = readable(self.path, "deployments", rows, lambda r: ((text(r[1]), text(r[2]), whole(r[3])), text(r[4])))
        return dict(named)

    def state(self) -> tuple[int, ...]:
        """A cheap value that differs whenever a transaction was signed here, or more was learned of one."""
        ((count, newest, undecided, learned),) = self.rows(
            "SELECT COUNT(*), COALESCE(MAX(key), 0), COALESCE(SUM(outcome = ?), 0), COALESCE(SUM(LENGTH(about)), 0)"
            " FROM intents",
            (Outcome.OPEN,),
        )
        return int(count), int(newest), int(undecided), int(learned)

    def open_elsewhere(self, chain_id: str, owner: str) -> dict[str, int]:
        """How many deployments of other accounts were open when this home last knew of them, by account."""
        rows = self.rows(
            "SELECT rowid, owner FROM deployments WHERE chain_id = ? AND owner != ? AND stage NOT IN (?, ?, ?)",
            (chain_id, owner, SavedStage.CREATING, SavedStage.CLOSED, SavedStage.NEVER),
        )
        return dict(Counter(readable(self.path, "deployments", rows, lambda row: text(row[1]))))

    def owners_of(self, chain_id: str, dseq: int) -> list[str]:
        """The accounts for which this home made a deployment of this number; numbers are unique for each account."""
        rows = self.rows("SELECT rowid, owner FROM deployments WHERE chain_id = ? AND dseq = ?", (chain_id, dseq))
        return readable(self.path, "deployments", rows, lambda row: text(row[1]))

    def _saved(self, where: str, values: Sequence[object]) -> list[SavedDeployment]:
        return readable(self.path, "deployments", self.rows(f"SELECT {DEPLOYMENT} {where}", values), to_deployment)

    def leases(self, chain_id: str, id: DeploymentId) -> list[SavedLease]:
        """Leases that we made of one deployment, by group and order."""
        rows = self.rows(
            f"SELECT {LEASE} WHERE chain_id = ? AND owner = ? AND dseq = ? ORDER BY gseq, oseq",
            (chain_id, id.owner, id.dseq),
        )
        return readable(self.path, "leases", rows, lambda row: to_lease(id, row))

    def mark_tried(self, chain_id: str, lease: LeaseId, now: datetime) -> None:
        """The manifest was sent to the provider, whatever it answered; only then its absence speaks against it."""
        self._update_lease("tried_at = COALESCE(tried_at, ?)", (iso(now),), chain_id, lease)

    def mark_delivered(self, chain_id: str, lease: LeaseId, now: datetime) -> None:
        """The provider took the manifest."""
        values = (iso(now), iso(now))
        self._update_lease("delivered_at = ?, tried_at = COALESCE(tried_at, ?)", values, chain_id, lease)

    def mark_lost(self, chain_id: str, lease: LeaseId) -> None:
        """The provider took the manifest and does not run it: it is to be sent again."""
        self._update_lease("delivered_at = NULL", (), chain_id, lease)

    def _update_lease(self, change: str, values: Sequence[object], chain_id: str, lease: LeaseId) -> None:
        with self.writing() as db:
            db.execute(
                f"UPDATE leases SET {change} WHERE chain_id = ? AND owner = ? AND dseq = ? AND gseq = ?"
                " AND oseq = ? AND provider = ? AND bseq = ?",
                (*values, chain_id, lease.owner, lease.dseq, lease.gseq, lease.oseq, lease.provider, lease.bseq),
            )

    def mark_stage(self, chain_id: str, id: DeploymentId, stage: SavedStage) -> None:
        """Note how far a deployment got, as seen on the chain or at its providers."""
        with self.writing() as db:
            _set_stage(db, (chain_id, id.owner, id.dseq), stage)


def _sent(
    db: sqlite3.Connection, chain_id: str, owner: str, now: datetime, session: Collection[int], besides: str = ""
) -> Sent:
    """A row whose time cannot be read counts as one of today. Of a transaction that was tried again, which can count
    only once, the last try is taken; one that no node was there to take is none."""
    since = iso(now - DAY)
    rows = db.execute(
        "SELECT about, outcome, key, created_at, tx_hash, kind, dseq FROM intents WHERE chain_id = ? AND owner = ?"
        " AND (created_at >= ? OR typeof(created_at) <> 'text' OR key >= ?) AND tx_hash IS NOT ?"
        " AND NOT (outcome IS ? AND note IS ?) ORDER BY key",
        (chain_id, owner, since, min(session, default=1 << 62), besides, Outcome.NEVER, NOTHING_SENT),
    ).fetchall()
    last_try = {row[4:]: row[3] for row in rows if isinstance(row[4], str) and row[4]}
    rows = [row for row in rows if row[3] == last_try.get(row[4:], row[3])]
    today = [row[:2] for row in rows if not isinstance(row[3], str) or row[3] >= since]
    return Sent(summed(today), summed(row[:2] for row in rows if row[2] in session))


def _write_intent(
    db: sqlite3.Connection, chain_id: str, owner: str, tx: SignedTx, now: datetime, part: IntentPart
) -> int:
    """Write one intent, and the deployment of a creation; its key."""
    expires = None if tx.expires is None else iso(tx.expires)
    (key,) = db.execute(
        "INSERT INTO intents (kind, chain_id, owner, dseq, tx_hash, expires, about, created_at, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
        (part.kind, chain_id, owner, part.dseq, tx.hash, expires, json.dumps(part.about), iso(now), Outcome.OPEN),
    ).fetchone()
    if (saved := part.saved) is not None:
        db.execute(
            "INSERT INTO deployments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (chain_id, owner, dseq) DO UPDATE SET stage = excluded.stage WHERE stage = 'never'",
            (
                saved.chain_id, saved.id.owner, saved.id.dseq, saved.name, saved.file, saved.sdl,
                stored_manifest(saved.sdl, saved.manifest), saved.version,
                None if saved.hours is None else plain(saved.hours), saved.stage, iso(saved.created_at),
            ),
        )  # fmt: skip
    return int(key)


def _learn(db: sqlite3.Connection, intent: Intent, more: Callable[[Intent], dict[str, object]]) -> dict[str, object]:
    """Add to an intent's details, as the file has them now: another program may have added some since it was read.

    Details that cannot be read stay as they are, so that limits still count them as too much. Returns the new ones.
    """
    (stored,) = db.execute("SELECT about FROM intents WHERE key = ?", (intent.key,)).fetchone()
    try:
        about = facts(stored)
    except UNREADABLE:
        return intent.about
    about |= more(replace(intent, about=about))
    db.execute("UPDATE intents SET about = ? WHERE key = ?", (json.dumps(about), intent.key))
    return about


def _set_stage(db: sqlite3.Connection, where: tuple[str, str, int], stage: SavedStage) -> None:
    db.execute("UPDATE deployments SET stage = ? WHERE chain_id = ? AND owner = ? AND dseq = ?", (stage, *where))


def own_history(journal: Journal, chain_id: str, owner: str) -> dict[str, ProviderHistory]:
    """By provider: the leases this machine made with it and sent a manifest for, and how many were accepted."""
    found: dict[str, ProviderHistory] = {}
    for deployment in journal.deployments(chain_id, owner):
        for lease in filter(lambda lease: lease.tried, journal.leases(chain_id, deployment.id)):
            before = found.get(lease.id.provider, ProviderHistory(0, 0))
            found[lease.id.provider] = ProviderHistory(before.leases + 1, before.delivered + lease.delivered)
    return found
