"""The journal: every transaction that was signed here, newest first, with what became of it and what it cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from akash_tui.domain.filtering.filter import EVERYTHING, Filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.services.core.session import Session
from akash_tui.services.spending.intent_money import intent_money
from akash_tui.services.storage.journal_entries import Intent
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.csv_export import export
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.base.table_screen import TableScreen
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.journal.rows import (
    BEST_FIRST,
    COLUMNS,
    ELSEWHERE,
    HINT,
    JOURNAL,
    SORTS,
    JournalRow,
    detail_lines,
    journal_table,
    wallet_name,
)
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import joined

MOST = 5000
"""Transactions that are listed, the newest ones."""
LOOK_SECONDS = 2
"""So often it is looked whether something was signed, by another program of this home too."""


class JournalScreen(TableScreen):
    """The list; enter shows everything that is known of one transaction."""

    BINDINGS = bindings("journal")
    where: ClassVar[str] = "journal"

    def __init__(self) -> None:
        super().__init__()
        self.journal_choices = TableChoices[JournalRow]("journal", SORTS, [SortKey("when", True)], BEST_FIRST)
        self.rows: list[JournalRow] = []
        self.filter: Filter = EVERYTHING
        self.everything = False
        """All wallets and networks of this home."""
        self._state: object = None
        """Of the journal when `rows` was read."""
        self._reads = 0

    def body(self) -> ComposeResult:
        with TitledPanel(id="journal-panel", classes="panel"):
            yield FilterBar(lambda: self.rows, about=JOURNAL, hint=HINT, saves=False, id="journal-filter")
            yield LiveTable[JournalRow](COLUMNS, empty="Reading the journal…", id="journal-table")

    def on_mount(self) -> None:
        self.load_choices(self.journal_choices)
        self.query_one("#journal-table").focus()
        self.set_interval(LOOK_SECONDS, self.read)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read()

    @property
    def choices(self) -> TableChoices[JournalRow]:
        return self.journal_choices

    @property
    def all_columns(self) -> Sequence[Column[JournalRow]]:
        return (*COLUMNS[:2], *ELSEWHERE, *COLUMNS[2:]) if self.everything else COLUMNS

    @property
    def table(self) -> LiveTable[JournalRow]:
        return self.query_one("#journal-table", LiveTable)

    # -- reading ---------------------------------------------------------------------

    def read(self) -> None:
        """Read the journal if it has changed."""
        if self.session_app.session is not None and self.in_sight:
            self.background(self._read(self.session_app.session), "journal")

    async def _read(self, session: Session) -> None:
        async with self.session_app.guard("reading the journal", loud=False):
            state = (self.everything, *session.journal.state())
            if state != self._state:
                wallets = await asyncio.to_thread(self.session_app.program.wallets().wallets)
                own = [session.wallet] if session.wallet is not None else []
                self.rows = self._rows(session, {ref.address: ref.name for ref in (*wallets, *own)})
                self._state = state
                self._reads += 1

    def _rows(self, session: Session, wallets: dict[str, str]) -> list[JournalRow]:
        journal = session.journal
        owner = session.wallet.address if session.wallet is not None else None
        chain_id, owner = (None, None) if self.everything else (session.network.chain_id, owner)
        intents = journal.intents(chain_id, owner, MOST)
        names = journal.names()
        by_tx: dict[str, list[Intent]] = {}
        for intent in intents:
            by_tx.setdefault(intent.tx_hash, []).append(intent)
        return [
            JournalRow(
                intent,
                names.get((intent.chain_id, intent.owner, intent.dseq or 0)) or str(intent.about.get("name") or ""),
                wallet_name(wallets, intent.owner),
                intent_money(intent, by_tx[intent.tx_hash]),
            )
            for intent in intents
        ]

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        return self._reads, self._state, self.filter.text, self.choices.settings, self.size

    def paint(self) -> None:
        panel = self.query_one("#journal-panel", TitledPanel)
        shown = self.choices.arrange(self.filter.apply(self.rows).rows)
        self.table.set_columns(self.choices.shown(self.all_columns))
        self.choices.show_order(self.table)
        self.table.show(shown)
        if self._state is not None:
            self.table.say_empty(
                f"The filter hides all {formatting.plural(len(self.rows), 'transaction')}.\n/ then esc shows them"
                if self.rows
                else "Nothing was signed here with this wallet yet.\na shows all wallets and networks of this home"
            )
        count = formatting.plural(len(self.rows), "transaction")
        if len(self.rows) == MOST:
            count = f"the newest {MOST:,} transactions"
        hidden = f" · {len(shown)} of them: {self.filter.text}" if self.filter.terms else ""
        of = "all wallets and networks of this home" if self.everything else "this wallet, signed on this machine"
        panel.name_edges(joined("Journal", (f" · {count}", "muted"), (hidden, "accent")), Content(of))

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "journal.all" and self.everything:
            return "this wallet"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        if action_id == "journal.export" and not self.table.rows:
            return "There is nothing to export."
        if action_id in ("journal.open", "journal.copy") and self.table.cursor_row is None:
            return "The list is empty."
        return None

    def do_open(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.background(self._show(row), "details")

    async def _show(self, row: JournalRow) -> None:
        await self.app.push_screen_wait(TextDialog("Transaction", detail_lines(row)))

    def do_filter(self) -> None:
        self.query_one(FilterBar).open(self.filter.text)

    @on(FilterBar.Filtered)
    def _filtered(self, event: FilterBar.Filtered) -> None:
        self.filter = event.filter
        self._tick()

    @on(FilterBar.Closed)
    def _typed(self) -> None:
        self.table.focus()

    def do_all(self) -> None:
        self.everything = not self.everything
        self.read()

    def do_copy(self) -> None:
        row = self.table.cursor_row
        if row is not None:
            things = [("transaction", row.intent.tx_hash), ("dseq", row.dseq), ("address", row.intent.owner)]
            copy_one_of(self.session_app, [*things, ("the list", journal_table(self.table.rows).tabs())])

    def do_export(self) -> None:
        export(self.session_app, journal_table(self.table.rows))
