"""A transaction of the journal as a line: its columns, its filter, its details, and as a table for a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from akash_tui.domain.akash.money import MICRO, UACT, UAKT, plain, signed_units
from akash_tui.domain.filtering.filter_fields import Field, FieldKind, number_field, texts, vocabulary
from akash_tui.domain.market.csv_tables import CsvTable
from akash_tui.domain.text import NOT_KNOWN, clean, short_address
from akash_tui.services.spending.intent_money import IntentMoney
from akash_tui.services.storage.journal_entries import Intent, Outcome, about_leases
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.live_table import Cell, Column, named_column

STATES: Final[dict[Outcome, Cell]] = {
    Outcome.DONE: ("✓ done", "good"),
    Outcome.FAILED: ("✗ failed", "bad"),
    Outcome.NEVER: ("– not done", "muted"),
    Outcome.OPEN: ("◐ not known", "warn"),
    Outcome.UNKNOWN: ("? not known", "warn"),
}
MEANS: Final = {
    Outcome.DONE: "it counts",
    Outcome.FAILED: "refused there; its fee is gone, nothing else",
    Outcome.NEVER: "it never got into a block: nothing was spent",
    Outcome.OPEN: "it may still count; akash-tui resume looks it up and repeats nothing",
    Outcome.UNKNOWN: "its time is over, so it cannot count any more; whether it did is not known",
}


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One transaction, or its part for one deployment."""

    intent: Intent
    name: str
    """Our name of the deployment; empty where the journal has none."""
    wallet: str
    """Our name of the wallet, or its short address."""
    money: IntentMoney

    @property
    def id(self) -> str:
        return str(self.intent.key)

    @property
    def what(self) -> str:
        """`close lease`."""
        return self.intent.kind.words

    @property
    def state(self) -> Cell:
        return STATES[self.intent.outcome]

    @property
    def dseq(self) -> str:
        return "" if self.intent.dseq is None else str(self.intent.dseq)

    def change(self, amount: int | None, places: int, *, estimated: bool) -> Cell:
        """`+4.99`, `−0.0043`, `≈ +4.99`; `?` where it is not known."""
        if amount is None:
            return NOT_KNOWN, "warn"
        if not amount:
            return "", ""
        text = signed_units(amount, places if abs(amount) >= 10 ** (6 - places) else 6)
        return f"{'≈ ' if estimated else ''}{text}", "good" if amount > 0 else ""

    @property
    def act(self) -> Cell:
        return self.change(self.money.act, 2, estimated=self.money.estimated == UACT)

    @property
    def akt(self) -> Cell:
        return self.change(self.money.akt, 4, estimated=self.money.estimated == UAKT)


COLUMNS: tuple[Column[JournalRow], ...] = (
    named_column("when", 12, lambda r: (f"{r.intent.created_at.astimezone():%-d %b %H:%M}", "muted"), stays=1),
    named_column("what", 11, lambda r: (r.what, "strong"), stays=0),
    named_column("name", 12, lambda r: (r.name, ""), stays=3, grow=14),
    named_column("dseq", 10, lambda r: (r.dseq, "muted"), right=True, stays=4),
    named_column("state", 11, lambda r: r.state, stays=0),
    named_column("act", 10, lambda r: r.act, right=True, stays=1),
    named_column("akt", 9, lambda r: r.akt, right=True, stays=2),
    named_column("tx", 9, lambda r: (formatting.short_hashes(r.intent.tx_hash), "muted"), stays=5),
    named_column("note", 10, lambda r: (clean(r.intent.note), "muted"), stays=7, grow=40),
)
ELSEWHERE: tuple[Column[JournalRow], ...] = (
    named_column("wallet", 10, lambda r: (r.wallet, ""), stays=2, grow=6),
    named_column("network", 12, lambda r: (r.intent.chain_id, "muted"), stays=2, grow=6),
)
"""Only where all wallets and networks are shown."""
SORTS: Final[dict[str, Callable[[JournalRow], Any]]] = {
    "when": lambda r: r.intent.key,
    "what": lambda r: r.what,
    "name": lambda r: r.name.casefold() or None,
    "dseq": lambda r: r.intent.dseq,
    "state": lambda r: list(STATES).index(r.intent.outcome),
    "act": lambda r: r.money.act,
    "akt": lambda r: r.money.akt,
    "wallet": lambda r: r.wallet.casefold(),
    "network": lambda r: r.intent.chain_id,
}
BEST_FIRST: Final = frozenset({"when", "dseq"})


# --- filter -----------------------------------------------------------------------------------------------


def _whole(amount: int | None) -> Decimal | None:
    """Micro-units as whole ones, as they are typed."""
    return None if amount is None else amount / MICRO


def _haystack(row: JournalRow) -> str:
    """All that a row names: plain words are searched in it."""
    intent = row.intent
    about = json.dumps(intent.about, ensure_ascii=False)
    parts = (
        row.what,
        row.name,
        row.dseq,
        row.state[0],
        intent.tx_hash,
        intent.note,
        row.wallet,
        intent.chain_id,
        about,
    )
    return "\n".join(parts).casefold()


_FIELDS: Final = (
    Field("what", FieldKind.TEXT, "what it was for", lambda r: texts(r.what), "what"),
    Field("name", FieldKind.TEXT, "the deployment's name", lambda r: texts(r.name), "name"),
    Field("state", FieldKind.TEXT, "what became of it", lambda r: texts(r.state[0]), "state"),
    Field("wallet", FieldKind.TEXT, "the wallet's name", lambda r: texts(r.wallet), "wallet"),
    Field("network", FieldKind.TEXT, "the chain's id", lambda r: texts(r.intent.chain_id), "network"),
    Field("tx", FieldKind.TEXT, "the transaction's hash", lambda r: texts(r.intent.tx_hash), "tx"),
    number_field("dseq", "dseq", "the deployment's number", lambda r: r.intent.dseq),
    number_field("act", "ACT", "ACT that came (more than 0) or went", lambda r: _whole(r.money.act)),
    number_field("akt", "AKT", "AKT that came (more than 0) or went", lambda r: _whole(r.money.akt)),
)
JOURNAL: Final = vocabulary(_FIELDS, _haystack)
HINT: Final = "any word, or  what:close  state:failed  name:web  dseq:812301  act>0  akt<-0.01"


# --- details and files ------------------------------------------------------------------------------------


def detail_lines(row: JournalRow) -> list[LabelledLine]:
    """Everything that the journal knows of it."""
    intent = row.intent
    word, tone = row.state
    block = "" if intent.height is None else f", in block {intent.height:,}"
    code = "" if not intent.code else f", code {intent.code}"
    lines = [
        LabelledLine("what", row.what, "strong"),
        LabelledLine("state", f"{word}{block}{code}: {MEANS[intent.outcome]}", tone),
        LabelledLine("signed", f"{intent.created_at:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    if row.dseq:
        lines.append(LabelledLine("deployment", f"{row.name} · dseq {row.dseq}".removeprefix(" · ")))
    for label, denom, cell in (("ACT", UACT, row.act), ("AKT", UAKT, row.akt)):
        if cell[0]:
            more = ", as its quote estimated what comes" if row.money.estimated == denom else ""
            lines.append(LabelledLine(label, cell[0] + more, cell[1]))
    for id, price in about_leases(intent) if intent.kind.value == "lease" else []:
        per_block = f"{plain(price.amount)} {price.denom} a block"
        lines.append(LabelledLine("lease", f"group {id.gseq} at {id.provider} for {per_block}"))
    if intent.note:
        lines.append(LabelledLine("note", clean(intent.note)))
    return [
        *lines,
        LabelledLine("wallet", f"{row.wallet} · {intent.owner}"),
        LabelledLine("network", intent.chain_id),
        LabelledLine("transaction", intent.tx_hash),
    ]


def journal_table(rows: Iterable[JournalRow]) -> CsvTable:
    """The list as shown, with exact figures; empty where unknown."""
    header = (
        *("at", "what", "name", "dseq", "state", "act", "akt", "estimated", "height", "code"),
        *("tx", "wallet", "owner", "chain_id", "note"),
    )
    return CsvTable(
        "journal",
        header,
        tuple(
            (
                *(r.intent.created_at, r.intent.kind.value, r.name, r.dseq, r.intent.outcome.value),
                *(
                    _whole(r.money.act),
                    _whole(r.money.akt),
                    r.money.estimated is not None,
                    r.intent.height,
                    r.intent.code,
                ),
                *(r.intent.tx_hash, r.wallet, r.intent.owner, r.intent.chain_id, r.intent.note),
            )
            for r in rows
        ),
    )


def wallet_name(names: dict[str, str], owner: str) -> str:
    """The wallet's name, or its short address where it is not here any more."""
    return clean(names[owner], 40) if owner in names else short_address(owner)
