"""`market`: what GPUs there are, what they cost, and a wait that ends when a wanted one is free."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from akash_tui.cli.columns import columns_option
from akash_tui.cli.market_show import (
    GPU_COLUMNS,
    gpu_json,
    in_market,
    market_sort,
    print_gpus,
    provenance,
    range_option,
)
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import deliver_alert, pick, print_json, print_progress, print_rows, print_table, yes_no
from akash_tui.cli.session import chosen_network
from akash_tui.cli.suggestions import presets
from akash_tui.cli.values import SECONDS
from akash_tui.domain.filtering.column_names import head
from akash_tui.domain.filtering.sorting import SortKey, ordered
from akash_tui.domain.market.sorting import GPU_SORTS
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.errors import Unreachable

if TYPE_CHECKING:
    from akash_tui.domain.market.gpu_rows import GpuRow
    from akash_tui.services.core.cached_answer import CachedValue
    from akash_tui.services.market.market_data import Market
    from akash_tui.services.market.price_history import DailyPrice
    from akash_tui.services.market.price_watch import PriceCheck


NOT_THERE = 4
"""Exit code of `watch --once` that found nothing: there is no acceptable offer."""


@click.command()
@click.option("--filter", "expression", default="", metavar="EXPR", help="As for bids: gpu:h100|a100 free>0 min<1.")
@click.option(
    "--sort", default="gpu", metavar="KEYS", help=f"Columns, `-` before one reverses it: {', '.join(GPU_SORTS)}."
)
@columns_option(GPU_COLUMNS)
@global_options
def gpus(g: GlobalOptions, expression: str, sort: str, only: tuple[str, ...]) -> None:
    """Every GPU model: free and total, providers, price per GPU-hour, change in a week, what you paid."""
    from akash_tui.domain.market.gpu_rows import MIN
    from akash_tui.services.market.price_watch import wanted

    what = wanted(expression)
    keys = market_sort(sort, GPU_SORTS, MIN)
    answer = in_market(g, _with_changes)
    rows = ordered(what.apply(answer.value).rows, GPU_SORTS, keys)
    if g.json:
        print_rows(g, [gpu_json(row) | {"old": answer.old} for row in rows])
        return
    if not rows:
        click.echo("No GPU model." if not expression else f"None of {len(answer.value)} GPU models match.")
        return
    print_gpus(rows, only)
    click.echo(f"$ per GPU-hour · {len(rows)} of {len(answer.value)} shown")
    click.echo(provenance(rows[0].source, answer.read_at, answer.old, answer.fault))


@click.command()
@click.argument("models", nargs=-1, metavar="[MODEL…]")
@global_options
def prices(g: GlobalOptions, models: tuple[str, ...]) -> None:
    """Prices per GPU-hour, the cheapest median first; of one MODEL also as read here day by day."""
    from akash_tui.domain.market import formatting
    from akash_tui.services.market.pages import unknown_model

    async def work(the: Market) -> tuple[CachedValue[list[GpuRow]], dict[str, list[DailyPrice]]]:
        answer = await the.rows()
        mine = [row for row in answer.value if row.gpu.model in names]
        return answer, {row.id: await the.readings(row.gpu) for row in mine}

    names = {name.casefold() for name in models}
    answer, readings = in_market(g, work)
    rows = ordered([r for r in answer.value if not names or r.gpu.model in names], GPU_SORTS, [SortKey("median")])
    if names and not rows:
        raise unknown_model(" ".join(models), answer.value)
    if g.json:
        found = [
            gpu_json(row) | {"readings": _readings_json(readings.get(row.id, ())), "old": answer.old} for row in rows
        ]
        print_rows(g, found)
        return
    print_table(
        [*map(head, ("gpu", "vram", "interface", "min", "median", "average", "max"))],
        [
            [
                row.gpu.model,
                formatting.vram(row.gpu),
                row.gpu.interface or NOT_KNOWN,
                *(formatting.price(p) for p in (row.minimum, row.median, row.average, row.maximum)),
            ]
            for row in rows
        ],
        right=(1, 3, 4, 5, 6),
    )
    for row in rows:
        if len(readings.get(row.id, ())) > 1:
            click.echo(f"{row.gpu.model} {formatting.vram(row.gpu)}, median as read here:")
            print_table(
                ["day", head("per_gpu")],
                [[r.day.isoformat(), formatting.price(r.median)] for r in readings[row.id]],
                right=(1,),
            )
    click.echo("$ per GPU-hour in recent bids")
    if rows:
        click.echo(provenance(rows[0].source, answer.read_at, answer.old, answer.fault))


@click.command()
@click.argument("name", metavar="MODEL")
@range_option
@global_options
def model(g: GlobalOptions, name: str, span: str) -> None:
    """One GPU model: its variants, past days, and the providers that have it."""
    from akash_tui.domain.market import formatting
    from akash_tui.domain.market.daily_series import Range
    from akash_tui.domain.market.provider_rows import name_of
    from akash_tui.services.market.pages import read_model, within

    page = in_market(g, lambda the: read_model(the, name))
    past = within(page.days, Range(span))
    if g.json:
        print_json(
            {
                "v": 1,
                "model": page.name,
                "variants": [
                    gpu_json(row) | {"readings": _readings_json(page.readings[row.id]), "old": page.answer.old}
                    for row in page.rows
                ],
                "days": [{"date": d.day, **pick(d, "total", "leased", "providers", "utilization")} for d in past],
                "providers": [
                    {
                        "name": name_of(h.sheet).full,
                        **pick(h.sheet.profile, "owner", "online", "region", "uptime_7d", "audited"),
                        **pick(h, "free", "total"),
                        "own_leases": len(h.leases),
                    }
                    for h in page.holders
                ],
            }
        )
        return
    print_gpus(page.rows)
    if past:
        print_table(
            ["day", "leased", "total", "%", "providers"],
            [
                [
                    d.day.isoformat(),
                    formatting.count(d.leased),
                    formatting.count(d.total),
                    NOT_KNOWN if d.utilization is None else f"{d.utilization:.0f}",
                    formatting.count(d.providers),
                ]
                for d in past
            ],
            right=(1, 2, 3, 4),
        )
    print_table(
        [*map(head, ("provider", "online", "free", "total", "region", "uptime_7d", "audited", "yours", "address"))],
        [
            [
                name_of(h.sheet).full,
                yes_no(h.sheet.profile.online),
                formatting.count(h.free),
                formatting.count(h.total),
                h.sheet.profile.region or NOT_KNOWN,
                formatting.uptime(h.sheet.profile.uptime_7d),
                yes_no(h.sheet.profile.audited),
                str(len(h.leases) or ""),
                h.sheet.owner,
            ]
            for h in page.holders
        ],
        right=(2, 3, 5, 7),
    )
    click.echo(provenance(page.rows[0].source, page.answer.read_at, page.answer.old, page.answer.fault))
    if page.asked is not None and page.holders:
        click.echo(provenance(page.holders[0].sheet.source, page.asked.read_at, page.asked.old, page.asked.fault))


@click.command()
@click.argument("expression", metavar="EXPR")
@click.option("--once", is_flag=True, help="Check once: exit 0 if a GPU matches, 4 if not.")
@click.option(
    "--every",
    type=SECONDS,
    default="60s",
    metavar="TIME",
    help="How often to check (the indexer renews its figures every few minutes).",
)
@click.option(
    "--preset", metavar="NAME", shell_complete=presets, help="Print how to deploy this preset when a GPU matches."
)
@global_options
def watch(g: GlobalOptions, expression: str, once: bool, every: float, preset: str | None) -> int:
    """Wait until a GPU model matches EXPR (as for `gpus --filter`) and one is free; then exit 0.

    Example: akash-tui market watch 'gpu:a100 vram>=80 min<1'
    """
    from akash_tui.services.market.price_watch import alert, check, wait, wanted

    what = wanted(expression)
    pause = max(1.0, every)
    if preset is not None:
        g.entry.presets.find(preset)  # an unknown one is reported now, not when a GPU matches

    def on_check(check: PriceCheck) -> None:
        if not check.hits:
            why = f" ({check.fault.title})" if check.fault is not None else ""
            print_progress(f"nothing yet{why}; next check in {pause:g} s; ctrl+c ends")

    async def work(the: Market) -> PriceCheck:
        with contextlib.suppress(Unreachable):  # then the check itself reports it
            wanted(expression, (await the.rows()).value)
        if once:
            found = await check(the, what)
            if found.fault is not None:  # unknown is not the same as not there
                raise found.fault
        else:
            found = await wait(the, what, pause, on_check)
        if found.hits:
            await deliver_alert(g, alert(expression, found.hits, the.session.network.chain_id))
        return found

    hits = in_market(g, work).hits
    if g.json:
        print_rows(g, [gpu_json(row) for row in hits])
    elif hits:
        print_gpus(hits)
    if not hits:
        click.echo("error: Nothing on the market matches now.", err=True)
        click.echo("try: without --once it waits until something does", err=True)
        return NOT_THERE
    if preset is not None:
        click.echo(f"try: akash-tui deploy {preset} {chosen_network(g).options}", err=True)
    return 0


async def _with_changes(the: Market) -> CachedValue[list[GpuRow]]:
    """The table; with the change in a week if the indexer has it."""
    await the.providers.last()
    try:
        await the.days.get()
    except Unreachable:
        print_progress("The indexer does not say how many were leased a week ago.")
    return await the.rows()


def _readings_json(readings: Sequence[DailyPrice]) -> list[dict[str, object]]:
    return [{"date": r.day, "min": r.minimum, "median": r.median, "max": r.maximum} for r in readings]
