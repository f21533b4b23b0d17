"""Bids of one run that could not be taken: a rule goes on to the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.spending.quotes import LeaseQuote


@dataclass(slots=True)
class TriedBids:
    """What was tried and why it failed. One whose provider did not answer may be tried again when it does."""

    run: DeploymentRun
    _why: dict[BidId, str] = field(default_factory=dict)
    _silent: dict[BidId, datetime] = field(default_factory=dict)
    """When the provider was found not to answer."""

    def add(self, ids: Iterable[BidId], why: str) -> None:
        """These could not be taken."""
        self._why.update(dict.fromkeys(ids, why))

    def add_silent(self, rows: Iterable[BidRow]) -> None:
        """The providers of these do not answer now."""
        now = self.run.clock.now()
        self._silent.update((row.id, now) for row in rows)

    def now(self) -> dict[BidId, str]:
        """Bids that are not to be tried now, each with the reason."""
        waiting = {id: "its provider did not answer" for id, at in self._silent.items() if not self._answered(id, at)}
        return self._why | waiting

    def clear(self) -> None:
        """Another order: nothing was tried on it."""
        self._why.clear()
        self._silent.clear()

    def __bool__(self) -> bool:
        return bool(self._why or self._silent)

    def _answered(self, id: BidId, since: datetime) -> bool:
        row = self.run.book.row(id)
        return row is not None and row.reach is not None and row.reach.ok and row.reach.at > since


def silent_rows(quote: LeaseQuote) -> list[BidRow]:
    """Bids of a quote whose provider was asked for it and did not answer."""
    return [row for row in quote.rows if row.reach is not None and not row.reach.ok]
