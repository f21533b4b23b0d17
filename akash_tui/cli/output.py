"""Printing: stdout carries the answer only, stderr one sentence and an advice."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from akash_tui.domain.plain_text import to_plain
from akash_tui.services.core.terminal import plain_characters

if TYPE_CHECKING:
    from akash_tui.cli.options import GlobalOptions
    from akash_tui.domain.alert import Alert
    from akash_tui.services.errors import AkashError

T = TypeVar("T")


def pick(source: object, *names: str) -> dict[str, object]:
    """The fields of `source` that JSON calls by the same name."""
    return {name: getattr(source, name) for name in names}


def _json_form(value: object) -> object:
    """A value of the program as the contract writes it; any other dataclass is an object of its fields."""
    from akash_tui.services.core.events import json_form

    form = json_form(value)
    if form is not value:
        return form
    if is_dataclass(value):
        return pick(value, *(field.name for field in fields(value)))
    raise TypeError(f"no JSON form for {type(value).__name__}")


def print_json(value: Any) -> None:
    """One JSON value on one line; see `_json_form` for what may be in it."""
    import json

    click.echo(json.dumps(value, default=_json_form, ensure_ascii=False, separators=(",", ":")))
    sys.stdout.flush()


def print_answer(g: GlobalOptions, value: dict[str, object], text: str) -> None:
    """The answer of a command: the value where JSON is asked for, else the text."""
    if g.json:
        print_json(value)
    else:
        click.echo(text)


def print_rows(g: GlobalOptions, rows: Iterable[Any]) -> None:
    """Several JSON values: one per line for `jsonl`, else one array."""
    if g.output == "jsonl":
        for row in rows:
            print_json(row)
    else:
        print_json(list(rows))


@contextlib.contextmanager
def json_stream(g: GlobalOptions) -> Iterator[Callable[[Any], None]]:
    """Prints JSON values as they come: for `-o json` one array that is whole when it ends, else one a line.

    Nothing is printed where it fails before the first value.
    """
    if g.output != "json":
        yield print_json
        return
    import json

    begun = False

    def put(value: Any) -> None:
        nonlocal begun
        text = json.dumps(value, default=_json_form, ensure_ascii=False, separators=(",", ":"))
        click.echo(f"{',' if begun else '['}{text}")
        begun = True
        sys.stdout.flush()

    try:
        yield put
    except BaseException:
        if begun:
            click.echo("]")
        raise
    click.echo("]" if begun else "[]")


def print_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), err: bool = False
) -> None:
    """A plain aligned table. Columns in `right` are right-aligned; `err` prints it to stderr, as part of a question."""
    from akash_tui.domain.text import clean

    lines = [list(titles), *[[clean(cell) for cell in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    flush = set(right)
    for line in lines:
        cells = (c.rjust(w) if i in flush else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        click.echo("  ".join(cells).rstrip(), err=err)


def yes_no(value: bool | None) -> str:
    """A yes, a no, or `?` for what is not known."""
    return {True: "yes", False: "no", None: "?"}[value]


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


def open_missing_streams() -> None:
    """Open what was closed before we started (`>&-`) on the null device: otherwise the next file that is opened, such
    as the journal, would take the place of stdout."""
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


class PlainStream(io.TextIOWrapper):
    """A text stream that writes plain characters only."""

    def write(self, text: str) -> int:
        super().write(to_plain(text))
        return len(text)


def write_plain(*, asked: bool = False) -> None:
    """Write to terminals what they can show: plain characters where they have no others, or where `asked`.

    Pipes and files get everything; what their encoding does not have is written as an escape such as `\\u2713`.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, PlainStream):
            continue
        if not stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        elif asked or plain_characters(os.environ, stream.encoding):
            stream.flush()
            setattr(sys, name, PlainStream(stream.buffer, stream.encoding, "replace", line_buffering=True))


def writes_plain() -> bool:
    """Whether stdout gets plain characters only."""
    return isinstance(sys.stdout, PlainStream)


def drop_unwritten() -> None:
    """Discard what a stream cannot take any more, so that the exit code stays ours: Python would make it 120."""
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def print_progress(text: str) -> None:
    """Progress and notes: on stderr, and only if it is a terminal."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def print_error(error: AkashError) -> None:
    """The two lines of every failure: what happened, and what to try. Where stderr takes nothing, the exit code is all
    that is left."""
    with contextlib.suppress(OSError):
        click.echo(f"error: {error.title}", err=True)
        if error.advice:
            click.echo(f"try: {error.advice}", err=True)


async def deliver_alert(g: GlobalOptions, found: Alert) -> None:
    """Deliver one alert as the settings ask: bell and notification if stderr is a terminal, the hook always.

    A delivery that fails is reported as progress; nothing is raised.
    """

    from akash_tui.services.leases.alerts import AlertDelivery

    def write(text: str) -> None:
        click.echo(text, nl=False, err=True)

    on_terminal = sys.stderr.isatty()
    alerts = AlertDelivery(
        g.entry.settings.alerts,
        g.entry.notifier,
        bell=(lambda: write("\a")) if on_terminal else lambda: None,
        terminal=write if on_terminal else None,
    )
    for fault in await alerts.deliver(found):
        print_progress(f"{fault.title} {fault.advice}")
