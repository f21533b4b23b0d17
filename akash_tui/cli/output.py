"""How answers leave: stdout carries the answer only, stderr one sentence and an advice."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from akash_tui.domain.akash.money import Coin, DecCoin, plain, rounded
from akash_tui.domain.text import clean
from akash_tui.services.ports import AkashError

if TYPE_CHECKING:
    from akash_tui.cli.options import GlobalOptions

T = TypeVar("T")


def coin(value: Coin | DecCoin) -> dict[str, str]:
    """Money as the contract has it: `{"denom", "amount"}`, the amount a decimal string."""
    amount = str(value.amount) if isinstance(value, Coin) else plain(value.amount)
    return {"denom": value.denom, "amount": amount}


def decimal(value: Decimal | None, places: int = 6) -> str | None:
    """A decimal string without exponent, rounded for reading; None stays None."""
    return None if value is None else plain(rounded(value, places))


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def print_json(value: Any) -> None:
    """One JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.flush()


def print_rows(g: GlobalOptions, rows: Iterable[Any]) -> None:
    """Many JSON values: one a line for `jsonl`, else one array."""
    if g.output == "jsonl":
        for row in rows:
            print_json(row)
    else:
        print_json(list(rows))


def print_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), err: bool = False
) -> None:
    """A plain aligned table; columns named in `right` are right-aligned; `err` is for a table that is a question."""
    lines = [list(titles), *[[clean(cell) for cell in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    flush = set(right)
    for line in lines:
        cells = (c.rjust(w) if i in flush else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        click.echo("  ".join(cells).rstrip(), err=err)


def ignore_broken_pipe(tell: Callable[[T], None]) -> Callable[[T], None]:
    """The same listener, deaf once nobody reads stdout any more: what spends must not end half-way for that."""
    deaf = False

    def told(what: T) -> None:
        nonlocal deaf
        if deaf:
            return
        try:
            tell(what)
        except OSError:
            deaf = True
            discard_stdout()
            with contextlib.suppress(OSError):
                click.echo("Nobody reads the output any more; going on without it.", err=True)

    return told


def discard_stdout() -> None:
    """Let everything that is still written to stdout vanish, what waits in its buffer included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def print_progress(text: str) -> None:
    """Progress and asides: stderr, and only where a person watches."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def print_error(error: AkashError) -> None:
    """The two lines of every failure."""
    click.echo(f"error: {error.title}", err=True)
    if error.advice:
        click.echo(f"try: {error.advice}", err=True)
