"""`bids`: the bids of a deployment (once or as they come), or those of a saved answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import click

from akash_tui.cli.options import Globals, takes_globals
from akash_tui.cli.output import coin, decimal, print_json, print_table, say
from akash_tui.cli.preset import read_sdl_text
from akash_tui.cli.session import opened, run_async
from akash_tui.cli.values import dseq_of
from akash_tui.domain.book import SORT_COLUMNS, BidBook, BidRow, SortKey
from akash_tui.domain.disclosure import Disclosure
from akash_tui.domain.gpu import GpuSource
from akash_tui.domain.market import DeploymentId
from akash_tui.domain.money import ASSUMED_BLOCK_TIME, rate
from akash_tui.services.collect import read_once
from akash_tui.services.deploy import Deployer
from akash_tui.services.events import Event, gpu_json
from akash_tui.services.ports import BadInput
from akash_tui.services.run import DeploymentRun


@click.command()
@click.argument("dseq", required=False)
@click.option("--watch", is_flag=True, help="Go on: one JSON line for each new or changed bid, until ctrl+c.")
@click.option("--from", "saved", metavar="FILE|-", help="Read a saved answer instead of a chain.")
@click.option("--sort", metavar="KEYS", help=f"Columns, `-` before one reverses it: {', '.join(SORT_COLUMNS)}.")
@click.option("--filter", "expression", metavar="EXPR", help="Not in this version.")
@takes_globals
def bids(
    g: Globals, dseq: str | None, watch: bool, saved: str | None, sort: str | None, expression: str | None
) -> None:
    """The bids of deployment DSEQ with the GPU each really offers."""
    if expression is not None:
        raise BadInput("--filter is not in this version.", "Leave it out; --sort orders the bids.")
    keys = sort_keys(sort)
    if saved is not None:
        if dseq or watch:
            raise BadInput("--from stands alone: it reads a saved answer, not a chain.", "Leave out DSEQ and --watch.")
        book = BidBook()
        found = g.entry.saved_bids(read_sdl_text(saved))
        book.set_money(ASSUMED_BLOCK_TIME, None)
        book.apply(found, height=max((b.created_at for b in found), default=0), now=datetime.now(UTC))
        show(g, book.rows(keys), note="≈ at mainnet's usual block time, not measured: this is a saved answer")
        return
    if dseq is None:
        raise BadInput("Which deployment?", "akash-tui bids DSEQ; akash-tui lease list shows yours.")
    number = dseq_of(dseq)

    async def work() -> None:
        async with opened(g) as session:
            deployer = Deployer(session)
            run = await deployer.attach(DeploymentId(session.owner, number))
            if watch:
                run.listeners.append(_line)
                say("watching; ctrl+c ends")
                await deployer.collect(run)
            else:
                await read_once(session, run)
                show(g, run.book.rows(keys), note=_note(run))

    run_async(work)


def _line(event: Event) -> None:
    print_json(event.to_json())


def _note(run: DeploymentRun) -> str:
    time = run.block_time
    if time is None:
        return ""
    return f"≈ at {time.seconds:.2f} s a block, {'measured' if time.measured else 'not measured'}"


def sort_keys(text: str | None) -> tuple[SortKey, ...]:
    """`price,-uptime` as sort keys; `BadInput` names an unknown column."""
    keys = []
    for word in (text or "price").split(","):
        name = word.strip()
        column = name.removeprefix("-")
        if column not in SORT_COLUMNS:
            raise BadInput(f"--sort: there is no column {column!r}.", f"Columns: {', '.join(SORT_COLUMNS)}.")
        keys.append(SortKey(column, name.startswith("-")))
    return tuple(keys)


def gpu_words(disclosure: Disclosure) -> str:
    """`1 × a100 80 GB sxm`; `not disclosed`; `1 × a100 or h100 ?`: what is not known is said so."""
    if not disclosure.gpus:
        return "no GPU"
    candidates = [o for o in disclosure.gpus if o.source is GpuSource.CANDIDATES]
    words = []
    for offer, fuller in zip(disclosure.gpus, disclosure.fuller, strict=True):
        if offer.source is GpuSource.NONE:
            words.append("not disclosed")
        elif offer.source is not GpuSource.CANDIDATES:
            model = fuller or offer.model
            text = f"{offer.count} × {model.model}"
            text += f" {model.vram_gib} GB" if model.vram_gib is not None else ""
            text += f" {model.interface}" if model.interface else ""
            words.append(text + (" (by the provider's attributes)" if offer.source is GpuSource.PROVIDER else ""))
    if candidates:
        words.append(f"{candidates[0].count} × {' or '.join(o.model.model for o in candidates)} ?")
    return ", ".join(words)


def show(g: Globals, rows: Sequence[BidRow], *, note: str = "") -> None:
    """The rows as a table, or as JSON."""
    if g.json:
        found = [row_json(row) for row in rows]
        if g.output == "jsonl":
            for one in found:
                print_json(one)
        else:
            print_json(found)
        return
    if not rows:
        click.echo("No bids.")
        return
    print_table(
        ["GPU", "≈$/h", "$/GPU-h", "price per block", "provider", "region", "audited", "state"],
        [
            [
                gpu_words(row.disclosure),
                _rate(row.price_h),
                _rate(row.gpu_h),
                str(row.bid.price),
                row.name,
                row.region or "?",
                {True: "yes", False: "no", None: "?"}[row.audited],
                row.state.value + (f": {row.gone_reason}" if row.gone_reason else ""),
            ]
            for row in rows
        ],
        right=(1, 2),
    )
    if note and sys.stdout.isatty():
        click.echo(note)


def _rate(value: Decimal | None) -> str:
    return "?" if value is None else rate(value)


def row_json(row: BidRow) -> dict[str, object]:
    """One bid with the fields of the `bid` event."""
    return {
        "v": 1,
        "owner": row.id.owner,
        "dseq": str(row.id.dseq),
        "gseq": row.id.gseq,
        "oseq": row.id.oseq,
        "provider": row.id.provider,
        "host": row.provider.host if row.provider else None,
        "price": coin(row.bid.price),
        "price_h": decimal(row.price_h),
        "gpus": [gpu_json(offer) for offer in row.gpus],
        "audited": row.audited,
        "region": row.region,
        "state": row.state.value,
        "created_at": row.created_at,
    }
