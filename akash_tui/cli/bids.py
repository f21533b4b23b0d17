"""`bids`: the bids of a deployment (once or as they arrive), or those of a saved answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.columns import columns_option
from akash_tui.cli.options import GlobalOptions, ascii_asked, global_options
from akash_tui.cli.output import json_stream, pick, print_progress, print_rows
from akash_tui.cli.session import in_session, is_dumb
from akash_tui.cli.suggestions import files
from akash_tui.cli.values import DSEQ
from akash_tui.domain.bids.sorting import SORT_COLUMNS, parse_sort
from akash_tui.domain.text import clean
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.entities import BidId
    from akash_tui.domain.akash.gpu import GpuOffer
    from akash_tui.domain.bids.bid_row import BidRow
    from akash_tui.domain.filtering.filter import Filter
    from akash_tui.domain.filtering.sorting import SortKey
    from akash_tui.services.core.events import Event
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session
    from akash_tui.services.storage.settings import Settings

TABLE_COLUMNS = (
    *("dseq", "group", "gpu", "vram", "price", "per_gpu", "per_gb", "per_month", "vs_market", "lasts", "provider"),
    *("region", "uptime_7d", "audited", "per_block", "state"),
)
"""The columns of the table, named here so that the help need not load it."""
MAX_ANSWER_BYTES = 10_000_000
"""A longer saved answer is not read."""


@click.command()
@click.argument("dseq", type=DSEQ, required=False)
@click.option("--watch", is_flag=True, help="Continue: one JSON line for each new or changed bid, until ctrl+c.")
@click.option(
    "--from",
    "saved",
    metavar="FILE|-",
    shell_complete=files,
    help="Saved bids: a node's answer (JSON, YAML) or `bids -o json`, as the bid list; with `-o text` as a table.",
)
@click.option("--sort", metavar="KEYS", help=f"Columns, `-` before one reverses it: {', '.join(SORT_COLUMNS)}.")
@click.option(
    "--filter",
    "expression",
    metavar="EXPR",
    default="",
    help="Which bids: `gpu:h100|a100 price<1.2 vram>=48 uptime_7d>99 audited !region:eu`, or @NAME for a saved view.",
)
@columns_option(TABLE_COLUMNS)
@global_options
def bids(
    g: GlobalOptions,
    dseq: int | None,
    watch: bool,
    saved: str | None,
    sort: str | None,
    expression: str,
    only: tuple[str, ...],
) -> None:
    """The bids of deployment DSEQ, with the GPU that each really offers."""
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.deployment.bid_collector import collect, read_in_full
    from akash_tui.services.deployment.create import attach

    wanted, keys = filter_and_order(g.entry.settings, expression, sort)
    if saved is not None:
        if dseq is not None or watch:
            raise BadInput("--from reads a saved answer, not the chain.", "Leave out DSEQ and --watch.")
        _show_saved(g, saved, wanted, keys, only)
        return
    if dseq is None:
        raise BadInput("Which deployment?", "akash-tui bids DSEQ; akash-tui lease list shows yours.")

    async def work(session: Session) -> None:
        run = await attach(session, DeploymentId(session.owner, dseq))
        await read_in_full(session, run)
        show(g, apply_filter(wanted, run.book.rows(keys)), note=_note(run), only=only)

    async def follow(session: Session, put: Callable[[object], None]) -> None:
        run = await attach(session, DeploymentId(session.owner, dseq))
        run.listeners.append(_json_printer(run, wanted, put))
        print_progress("watching; ctrl+c stops")
        await collect(session, run)

    if not watch:
        in_session(g, work)
        return
    with json_stream(g) as put:
        in_session(g, lambda session: follow(session, put))


def _show_saved(g: GlobalOptions, file: str, wanted: Filter, keys: tuple[SortKey, ...], only: tuple[str, ...]) -> None:
    """A saved answer as the bid list where there is a screen, else as a table or JSON."""
    from akash_tui.services.storage.files import read_user_bytes

    if file == "-":
        answer, written = sys.stdin.buffer.read(MAX_ANSWER_BYTES + 1), datetime.now(UTC)
    else:
        answer = read_user_bytes(Path(file), "a saved answer about bids", MAX_ANSWER_BYTES)
        written = _written_at(Path(file))
    if file == "-" and not answer:
        raise BadInput(
            "Nothing came in on standard input.",
            "Run the command before the pipe alone, to see why it printed nothing.",
        )
    found = g.entry.saved_bids(answer, written)
    if g.output is None and has_screen(piped=file == "-"):
        source = "from stdin" if file == "-" else Path(file).name
        click.get_current_context().exit(g.entry.run_saved(found, source, wanted, keys, ascii_only=ascii_asked()))
    note = "" if found.block_time.measured else "≈ at mainnet's usual block time, not measured: this is a saved answer"
    show(g, apply_filter(wanted, found.book(datetime.now(UTC)).rows(keys)), note=note, only=only)
    if found.more:
        click.echo("note: this is one page of several; there are more bids.", err=True)


def _written_at(file: Path) -> datetime:
    """When the file was written; now if it was removed since it was read, or has a time that no calendar has."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return datetime.now(UTC)


def _json_printer(run: DeploymentRun, wanted: Filter, put: Callable[[object], None]) -> Callable[[Event], None]:
    """One JSON value per event; with a filter only events of bids that match it, or matched when last printed."""
    from akash_tui.services.core.events import BidSeen, BidWent

    printed: set[BidId] = set()

    def print_event(event: Event) -> None:
        if isinstance(event, BidSeen) and wanted.terms:
            row = run.book.row(event.id)
            if row is None or not wanted.apply([row]).rows:
                return
            printed.add(event.id)
        elif isinstance(event, BidWent) and wanted.terms and event.id not in printed:
            return
        put(event.to_json())

    return print_event


def filter_and_order(settings: Settings, expression: str, sort: str | None) -> tuple[Filter, tuple[SortKey, ...]]:
    """Filter and order: as given, or those of the saved view `@NAME`. Raises `BadInput` with the place of a mistake."""
    from akash_tui.domain.bids.filter_fields import BIDS
    from akash_tui.domain.filtering.filter import FilterError, parse_filter

    if expression.startswith("@"):
        view = settings.views.get(expression[1:])
        if view is None:
            known = ", ".join(settings.views) or "none yet: in the app, / and then ctrl+s saves one"
            raise BadInput(f"Unknown view {clean(expression[1:])!r}.", f"Saved views: {known}.")
        expression, sort = view.filter, sort or view.sort
    try:
        return parse_filter(expression, BIDS), sort_keys(sort)
    except FilterError as error:
        marked = f"{clean(expression)} (at character {error.position + 1})"
        raise BadInput(f"--filter: {clean(error.message)}: {marked}.", clean(error.advice)) from error


def has_screen(*, piped: bool = False) -> bool:
    """True where the app can be shown; `-o text` or a pipe asks for the table instead.

    With the answer `piped` in, stdin has been read to its end: keys are then read from the terminal itself.
    """
    if not sys.stdout.isatty() or is_dumb():
        return False
    if sys.stdin.isatty() or not piped:
        return sys.stdin.isatty()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:  # the process has no controlling terminal
        return False
    os.dup2(terminal, 0)
    os.close(terminal)
    return True


def apply_filter(wanted: Filter, rows: Sequence[BidRow]) -> Sequence[BidRow]:
    """The rows that match; how many are hidden, and why, is printed to stderr."""
    result = wanted.apply(rows)
    if wanted.terms:
        click.echo(result.words, err=True)  # without a terminal too: rows are never left out in silence
    return result.rows


def _note(run: DeploymentRun) -> str:
    time = run.block_time
    if time is None:
        return ""
    return f"≈ at {time.seconds:.2f} s a block, {time.how if time.measured else 'not measured'}"


def sort_keys(text: str | None) -> tuple[SortKey, ...]:
    """`price,-uptime_7d` as sort keys. Raises `BadInput` for an unknown column."""
    try:
        return parse_sort(text or "")
    except ValueError as error:
        no_column = str(error).partition(";")[0]
        raise BadInput(f"--sort: {no_column}.", f"Columns: {', '.join(SORT_COLUMNS)}.") from error


def format_gpus(gpus: Sequence[GpuOffer], *, fuller: bool = False) -> str:
    """`1 × a100 80 GB sxm`; `not disclosed`; `1 × a100 or h100 ?`: what is not known is shown as not known.

    `fuller` adds the VRAM and interface that only the provider's attributes name.
    """
    from akash_tui.domain.akash.gpu import GpuSource

    if not gpus:
        return "no GPU"
    candidates = [o for o in gpus if o.source is GpuSource.CANDIDATES]
    words = []
    for offer in gpus:
        if offer.source is GpuSource.NONE:
            words.append("not disclosed")
        elif offer.source is not GpuSource.CANDIDATES:
            model = offer.fullest if fuller else offer.model
            text = f"{offer.count} × {model.model}"
            text += f" {model.vram_gib} GB" if model.vram_gib is not None else ""
            text += f" {model.interface}" if model.interface else ""
            words.append(text + (" (by the provider's attributes)" if offer.source is GpuSource.PROVIDER else ""))
    if candidates:
        names = list(dict.fromkeys(o.model.model for o in candidates))
        more = f" or one of {len(names) - 2} more" if len(names) > 2 else ""
        words.append(f"{candidates[0].count} × {' or '.join(names[:2])}{more} ?")
    return ", ".join(words)


def show(g: GlobalOptions, rows: Sequence[BidRow], *, note: str = "", only: Sequence[str] = ()) -> None:
    """The rows as a table, or as JSON."""
    from akash_tui.cli.bid_table import print_bids, terminal_width

    if g.json:
        print_rows(g, [row_json(row) for row in rows])
        return
    if not rows:
        click.echo("No bids.")
        return
    print_bids(rows, width=terminal_width(), only=only)
    if note and sys.stdout.isatty():
        click.echo(note)


def row_json(row: BidRow) -> dict[str, object]:
    """One bid with the fields of the `bid` event."""
    from akash_tui.services.core.events import decimal

    return {
        "v": 1,
        **pick(row.id, "owner", "gseq", "oseq", "provider"),
        "dseq": str(row.id.dseq),
        "host": row.provider.host if row.provider else None,
        "organization": row.provider_name.organization,
        "price": row.bid.price,
        **pick(row, "price_h", "gpus", "audited", "region", "gpu_h", "gb_h"),
        "month": decimal(row.month, 2),
        "lasts_h": decimal(row.lasts, 2),
        "market": None
        if row.market is None or row.market.median is None
        else {"delta": decimal(row.vs_market, 4), **pick(row.market, "median", "read_at")},
        "vram_gib": row.disclosure.vram_gib,
        "uptime": {"1d": row.uptime_1d, "7d": row.uptime, "30d": row.uptime_30d},
        "reclamation_h": decimal(row.reclaim_h, 2),
        "latency_ms": row.reach.latency_ms if row.reach is not None and row.reach.ok else None,
        "oddity": row.oddity or None,
        **pick(row, "auditors", "version", "state", "created_at"),
    }
