"""Printing: stdout carries the answer only, stderr one sentence and an advice."""

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
    """Money in JSON: `{"denom", "amount"}`, the amount a decimal string."""
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
    """Several JSON values: one per line for `jsonl`, else one array."""
    if g.output == "jsonl":
        for row in rows:
            print_json(row)
    else:
        print_json(list(rows))


def print_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), err: bool = False
) -> None:
    """A plain aligned table. Columns in `right` are right-aligned; `err` prints it to stderr, as part of a question."""
    lines = [list(titles), *[[clean(cell) for cell in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    flush = set(right)
    for line in lines:
        cells = (c.rjust(w) if i in flush else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        click.echo("  ".join(cells).rstrip(), err=err)


def ignore_broken_pipe(listener: Callable[[T], None]) -> Callable[[T], None]:
    """The same listener, but silent once stdout has no reader: a run that spends must not stop half-way for that."""
    silent = False

    def guarded(event: T) -> None:
        nonlocal silent
        if silent:
            return
        try:
            listener(event)
        except OSError:
            silent = True
            discard_stdout()
            with contextlib.suppress(OSError):
                click.echo("The output has no reader any more; continuing without it.", err=True)

    return guarded


def discard_stdout() -> None:
    """Discard everything written to stdout from now on, and what its buffer still holds."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def print_progress(text: str) -> None:
    """Progress and notes: on stderr, and only if it is a terminal."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def print_error(error: AkashError) -> None:
    """The two lines of every failure: what happened, and what to try."""
    click.echo(f"error: {error.title}", err=True)
    if error.advice:
        click.echo(f"try: {error.advice}", err=True)
