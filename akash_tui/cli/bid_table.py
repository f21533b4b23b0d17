"""Bids as a table of text: the columns that fit the terminal, and notes below it."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from akash_tui.cli.output import print_table, yes_no
from akash_tui.domain.bids import formatting as words
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.domain.filtering.column_names import head
from akash_tui.domain.text import NOT_KNOWN, clean

GAP = 2


@dataclass(frozen=True, slots=True)
class _Column:
    """`priority`: on a narrow terminal, columns with a higher number are left out first."""

    key: str
    cell: Callable[[BidRow], str]
    priority: int
    right: bool = False
    least: int | None = None
    """Characters to which it is cut before another column is left out; None: it is never cut."""
    narrow: Callable[[BidRow], str] | None = None
    """A shorter text, for where that of `cell` does not fit."""

    def text(self, row: BidRow, width: int) -> str:
        """What to print in `width` characters."""
        text = clean(self.cell(row))
        if len(text) > width and self.narrow is not None:
            text = clean(self.narrow(row))
        return text if len(text) <= width else text[: width - 1] + "…"


_COLUMNS = (
    _Column("gpu", lambda r: words.gpus(r.disclosure), 0, least=13),
    _Column("vram", lambda r: words.vram(r.disclosure), 2, right=True),
    _Column("price", words.hourly, 0, right=True),
    _Column("per_gpu", lambda r: words.act(r.gpu_h) if r.gpus else words.NONE, 4, right=True),
    _Column("per_gb", lambda r: words.per_gb(r.gb_h) if r.gpus else words.NONE, 12, right=True),
    _Column("per_month", lambda r: NOT_KNOWN if r.month is None else f"{r.month:,.0f}", 9, right=True),
    _Column("vs_market", lambda r: _market(r), 7, right=True),
    _Column("lasts", lambda r: words.span(r.lasts), 5, right=True),
    _Column("provider", lambda r: r.name, 1, least=16, narrow=lambda r: r.provider_name.short),
    _Column("region", lambda r: r.region or NOT_KNOWN, 8, least=8),
    _Column("uptime_7d", lambda r: NOT_KNOWN if r.uptime is None else f"{r.uptime * 100:.1f} %", 10, right=True),
    _Column("audited", lambda r: yes_no(r.audited), 6),
    _Column("per_block", lambda r: str(r.bid.price), 11, right=True),
    _Column("state", lambda r: r.state.value + (" !" if r.oddity else ""), 3),
)


_ORDER_COLUMNS = (
    _Column("dseq", lambda r: str(r.id.dseq), 0, right=True),
    _Column("group", lambda r: str(r.gseq), 0, right=True),
)
"""Before all others where the bids are for several deployments or groups."""


_BY_KEY = {column.key: column for column in (*_ORDER_COLUMNS, *_COLUMNS)}


def _columns(rows: Sequence[BidRow]) -> tuple[_Column, ...]:
    several = (len({row.id.deployment for row in rows}) > 1, len({row.gseq for row in rows}) > 1)
    return (*(column for column, shown in zip(_ORDER_COLUMNS, several, strict=True) if shown), *_COLUMNS)


def _market(row: BidRow) -> str:
    if not row.gpus:
        return words.NONE
    if row.vs_market is None:
        return NOT_KNOWN
    percent = int((row.vs_market * 100).to_integral_value())
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)} %"


def terminal_width(*, err: bool = False) -> int | None:
    """Columns of the terminal that stdout (or stderr) is connected to; None where it is not a terminal."""
    return shutil.get_terminal_size().columns if (sys.stderr if err else sys.stdout).isatty() else None


def print_bids(
    rows: Sequence[BidRow],
    *,
    width: int | None,
    numbered: bool = False,
    err: bool = False,
    only: Sequence[str] = (),
) -> None:
    """The bids, one per line, and notes below. `width` in columns (None: all); `numbered` adds numbers to choose by;
    `only`: these columns, as wide as they are."""
    columns = _columns(rows)
    if only:
        columns, width = tuple(_BY_KEY[key] for key in only), None
    table = [[clean(column.cell(row)) for row in rows] for column in columns]
    shown = _fitting(columns, table, None if width is None else width - (len(str(len(rows))) + GAP if numbered else 0))
    titles = [head(columns[i].key) for i, _ in shown]
    lines = [[columns[i].text(row, size) for i, size in shown] for row in rows]
    right = [place for place, (i, _) in enumerate(shown) if columns[i].right]
    if numbered:
        titles, lines = ["", *titles], [[str(at + 1), *line] for at, line in enumerate(lines)]
        right = [0, *(place + 1 for place in right)]
    print_table(titles, lines, right=right, err=err)
    for note in _notes(rows):
        for line in [note] if width is None else textwrap.wrap(note, max(20, width), subsequent_indent="  "):
            click.echo(line, err=err)


def _fitting(columns: Sequence[_Column], table: Sequence[Sequence[str]], width: int | None) -> list[tuple[int, int]]:
    """Indices of the columns that fit, in order, with the width of each.

    Texts are cut before a column is left out: one long name never costs another column. A column in which nothing is
    known is left out before all others.
    """
    full = [max(len(head(c.key)), *map(len, cells)) for c, cells in zip(columns, table, strict=True)]
    if width is None:
        return list(enumerate(full))

    def priority(at: int) -> int:
        empty = all(cell in (NOT_KNOWN, words.NONE, RowState.OPEN.value) for cell in table[at])
        return columns[at].priority + (100 if empty else 0)

    sizes: dict[int, int] = {}
    room = width + GAP
    for at in sorted(range(len(columns)), key=priority):
        least = columns[at].least
        need = full[at] if least is None else min(full[at], least)
        if need + GAP > room and sizes:
            break
        sizes[at] = need
        room -= need + GAP
    for at in sorted(sizes, key=priority):
        more = max(0, min(room, full[at] - sizes[at]))
        sizes[at] += more
        room -= more
    return sorted(sizes.items())


def _notes(rows: Sequence[BidRow]) -> list[str]:
    """What the marks mean, and the reason of each bid that is odd or gone."""
    out = []
    if any("ᵖ" in words.gpus(row.disclosure) + words.vram(row.disclosure) for row in rows):
        out.append("ᵖ from the provider's attributes; the bid itself does not state it")
    for row in rows:
        if row.oddity:
            out.append(f"! {clean(row.name)}: {clean(row.oddity)}")
        elif row.gone_reason:
            out.append(f"{clean(row.name)}: {clean(row.gone_reason)}")
    return out
