"""Favourites, blocks and notes on providers. They lie in the journal's file, for they are decisions: a damaged bid
memory must not cost a block.

A block is for all deployments and was decided by a person; providers that failed one deployment are in
`services.storage.avoided_providers`. A run's `avoided` has both: rules, proposals and commands ask it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from akash_tui.domain.provider_note import UNDECIDED, ProviderNote
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_rows import UNREADABLE, Row, iso, readable, text

_SELECT: Final = "SELECT rowid, provider, favourite, blocked, note FROM provider_notes"


class ProviderNotes:
    """The notes of one chain, read again at each question: another process may have changed them."""

    def __init__(self, journal: Journal, chain_id: str) -> None:
        self._journal = journal
        self._chain_id = chain_id
        self.revision = 0
        """Moves with what is changed here."""

    def all(self) -> dict[str, ProviderNote]:
        """By address. A row whose address cannot be read is left out, and reported."""
        rows = self._journal.rows(f"{_SELECT} WHERE chain_id = ? ORDER BY provider", (self._chain_id,))
        named = readable(self._journal.path, "provider_notes", rows, lambda row: (text(row[1]), row))
        return {provider: self._read(row) for provider, row in named}

    def of(self, provider: str) -> ProviderNote:
        """What was decided about one."""
        return self.all().get(provider, UNDECIDED)

    def blocked(self) -> dict[str, str]:
        """Address → `you blocked it: reason`."""
        return {provider: note.why_avoided for provider, note in self.all().items() if note.blocked is not None}

    def set_favourite(self, provider: str, on: bool, now: datetime) -> None:
        """Make it a favourite, or no longer."""
        self._change(provider, now, lambda note: replace(note, favourite=on))

    def block(self, provider: str, why: str | None, now: datetime) -> None:
        """Block it for this reason; None unblocks it."""
        self._change(provider, now, lambda note: replace(note, blocked=why))

    def set_note(self, provider: str, note: str, now: datetime) -> None:
        """Keep a note; an empty one removes it."""
        self._change(provider, now, lambda before: replace(before, note=note))

    def forget(self, provider: str | None = None) -> int:
        """Remove what was decided about one provider, or (None) about all; how many they were."""
        with self._journal.writing() as db:
            gone = db.execute(
                "DELETE FROM provider_notes WHERE chain_id = ?1 AND (?2 IS NULL OR provider = ?2)",
                (self._chain_id, provider),
            ).rowcount
        self.revision += 1
        return int(gone)

    def _read(self, row: Row) -> ProviderNote:
        """What was decided; one that cannot be read counts as blocked, for a block must not be lost."""
        try:
            return _note(row)
        except UNREADABLE:
            path = self._journal.path
            words = f"Row {row[0]} of the table provider_notes in {path} cannot be read: its provider counts as blocked"
            unreadable_rows.add(path, "provider_notes", row[0], f"{words} until you unblock it.")
            return _UNREADABLE

    def _change(self, provider: str, now: datetime, change: Callable[[ProviderNote], ProviderNote]) -> None:
        """In one transaction: a block that another process sets meanwhile is not lost."""
        with self._journal.writing() as db:
            rows = db.execute(f"{_SELECT} WHERE chain_id = ? AND provider = ?", (self._chain_id, provider)).fetchall()
            note = change(self._read(rows[0]) if rows else UNDECIDED)
            if note.empty:
                db.execute("DELETE FROM provider_notes WHERE chain_id = ? AND provider = ?", (self._chain_id, provider))
            else:
                db.execute(
                    "INSERT OR REPLACE INTO provider_notes VALUES (?, ?, ?, ?, ?, ?)",
                    (self._chain_id, provider, note.favourite, note.blocked, note.note, iso(now)),
                )
        self.revision += 1


def _note(row: Row) -> ProviderNote:
    if row[2] not in (0, 1):
        raise ValueError("it is not a mark")
    return ProviderNote(bool(row[2]), None if row[3] is None else text(row[3]), text(row[4]))


_UNREADABLE: Final = ProviderNote(blocked="its row in the journal cannot be read, so it may have been blocked")
