"""A deployment that serves nothing as a line of the sweep: its columns, signs and tones, and the lines of its pane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content

from akash_tui.domain.akash.money import rate, units
from akash_tui.domain.bids.formatting import act
from akash_tui.services.sweep.items import SweepItem, SweepReason
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.live_table import Cell, Column, named_column


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One deployment as a line."""

    item: SweepItem

    @property
    def id(self) -> str:
        return str(self.item.id.dseq)

    @property
    def reason(self) -> Cell:
        """`✗` stands before what surely serves nothing, `?` before what is not known."""
        word = self.item.reason.words
        if self.item.sure:
            return f"✗ {word}", "bad"
        if self.item.reason is SweepReason.NOT_KNOWN:
            return f"? {word}", "muted"
        return f"○ {word}", "warn" if self.item.leases else "accent"

    @property
    def locked(self) -> Cell:
        """ACT of our own that a close gives back."""
        return units(self.item.locked.amount), ""

    @property
    def price(self) -> Cell:
        """ACT an hour that it costs."""
        return (act(self.item.price_h) if self.item.price_h else ""), ""

    @property
    def age(self) -> Cell:
        """Time since it was created."""
        return formatting.ago(self.item.age_seconds), "muted"


COLUMNS: tuple[Column[SweepRow], ...] = (
    named_column("reason", 13, lambda r: r.reason, stays=0),
    named_column("name", 13, lambda r: (r.item.name, "strong"), stays=0, grow=12),
    named_column("locked", 10, lambda r: r.locked, right=True, stays=1),
    named_column("price", 7, lambda r: r.price, right=True, stays=1),
    named_column("age", 6, lambda r: r.age, right=True, stays=2),
    named_column("why", 14, lambda r: (r.item.text, "muted"), stays=4, grow=60),
    named_column("dseq", 10, lambda r: (r.id, "muted"), right=True, stays=3),
)
SORTS: Final[dict[str, Callable[[SweepRow], Any]]] = {
    "reason": lambda r: (not r.item.sure, r.item.reason is SweepReason.NOT_KNOWN, -r.item.price_h),
    "name": lambda r: r.item.name.casefold(),
    "locked": lambda r: r.item.locked.amount,
    "price": lambda r: r.item.price_h or None,
    "age": lambda r: r.item.age_seconds,
    "dseq": lambda r: r.item.id.dseq,
}
"""By what each column sorts: the reason by how sure it is, then by what it costs."""
BEST_FIRST: Final = frozenset({"locked", "price", "age"})


def preview_lines(item: SweepItem) -> list[LabelledLine | Content]:
    """Why it is in the list, what it locks and costs, and what to do."""
    back = f"≈ {units(item.locked.amount)} ACT come back when it is closed"
    lines: list[LabelledLine | Content] = [
        LabelledLine("why", item.text, "bad" if item.sure else "warn"),
        LabelledLine(
            "costs", f"≈ ${rate(item.price_h)} an hour" if item.price_h else "nothing now; its deposit is locked"
        ),
        LabelledLine("locked", back),
    ]
    if item.others.amount:
        lines.append(LabelledLine("", f"≈ {units(item.others.amount)} ACT more go back to other depositors"))
    closed = "yes: X closes it with the others" if item.sure else "no: only x closes it, after a question"
    return [
        *lines,
        LabelledLine("certain", closed),
        LabelledLine("keys", f"enter shows {'its bids' if item.shows_bids else 'all of it'}, x closes it"),
        LabelledLine("to do", item.advice),
        LabelledLine("dseq", str(item.id.dseq), "muted"),
    ]
