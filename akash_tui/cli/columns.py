"""Which columns a table of text has, and in which order: `--columns`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import click

from akash_tui.cli.output import print_table
from akash_tui.domain.filtering.column_names import aliases, head
from akash_tui.domain.text import clean
from akash_tui.services.errors import BadInput


def columns_option(names: Sequence[str]) -> Callable[[Any], Any]:
    """`--columns NAMES`, given to the command as `only`: names of columns in their order, empty for all."""

    def read(context: click.Context, parameter: click.Parameter, text: str) -> tuple[str, ...]:
        former = aliases(names)
        wanted = [word.strip() for word in text.split(",") if word.strip()]
        found = tuple(former.get(name, name) for name in wanted)
        unknown = [name for name, column in zip(wanted, found, strict=True) if column not in names]
        if unknown:
            raise BadInput(f"--columns: there is no column {clean(unknown[0])!r}.", f"Columns: {', '.join(names)}.")
        return found

    text = f"Columns of the table, in this order: {', '.join(names)}."
    return click.option("--columns", "only", metavar="NAMES", default="", callback=read, help=text)


def print_columns(
    names: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = (), only: Sequence[str] = ()
) -> None:
    """A table with what stands above each column; numbers (`right`) end where their heads do. `only`: these columns."""
    places = [names.index(name) for name in only] or list(range(len(names)))
    print_table(
        [head(names[at]) for at in places],
        [[row[at] for at in places] for row in rows],
        right=[place for place, at in enumerate(places) if names[at] in right],
    )
