"""`market`: what GPUs there are, what they cost, and a watch that ends when the wanted one is there."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import click

from akash_tui.cli.alert_output import deliver_alert
from akash_tui.cli.market_network import capacity, spend, utilization
from akash_tui.cli.market_providers import provider, providers, uptime
from akash_tui.cli.market_show import (
    gpu_json,
    print_gpus,
    provenance,
    range_option,
    the_market,
)
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import decimal, print_json, print_progress, print_rows, print_table
from akash_tui.cli.session import run_async
from akash_tui.cli.values import seconds
from akash_tui.domain.market import formatting as words
from akash_tui.domain.market.daily_series import Range
from akash_tui.domain.market.gpu_rows import SORTS, GpuRow, in_order, matching
from akash_tui.domain.market.provider_rows import name_of
from akash_tui.services.market.cached_value import CachedValue
from akash_tui.services.market.gpu_model import ModelPage, read_model, unknown_model, within
from akash_tui.services.market.price_history import DailyPrice
from akash_tui.services.market.price_watch import PriceCheck, alert, look, wait, wanted
from akash_tui.services.ports import BadInput, Unreachable

NOT_THERE = 4
"""Exit code of a watch that looked once and did not find it: there is no acceptable offer."""


@click.group()
def market() -> None:
    """GPUs, prices, providers and how busy the network is: each figure with its source and age."""


for command in (capacity, utilization, spend, providers, provider):
    market.add_command(command)


@market.command()
@click.option("--filter", "expression", default="", metavar="EXPR", help="As for bids: gpu:h100|a100 free>0 price<1.")
@click.option("--sort", default="model", metavar="COLUMN", help=f"{', '.join(SORTS)}; - before it reverses.")
@global_options
def gpus(g: GlobalOptions, expression: str, sort: str) -> None:
    """Every GPU model: free and in all, providers, price per GPU-hour, change in a week, what you paid."""
    what = wanted(expression)
    column = sort.removeprefix("-")
    if column not in SORTS:
        raise BadInput(f"--sort: there is no column {column!r}.", f"Columns: {', '.join(SORTS)}.")
    told = run_async(lambda: _read(g))
    rows = in_order(matching(what, told.value), column, reverse=sort.startswith("-"))
    if g.json:
        print_rows(g, [gpu_json(row) | {"old": told.old} for row in rows])
        return
    if not rows:
        click.echo("No GPU model." if not expression else f"None of {len(told.value)} GPU models match.")
        return
    print_gpus(rows)
    click.echo(f"$ per GPU-hour · {len(rows)} of {len(told.value)} shown")
    click.echo(provenance(rows[0].source, told.read_at, told.old, told.fault))


@market.command()
@click.argument("models", nargs=-1, metavar="[MODEL…]")
@global_options
def prices(g: GlobalOptions, models: tuple[str, ...]) -> None:
    """Prices per GPU-hour, the cheapest median first; of one MODEL also as read here day by day."""

    async def work() -> tuple[CachedValue[list[GpuRow]], dict[str, list[DailyPrice]]]:
        async with the_market(g) as the:
            told = await the.rows()
            mine = [row for row in told.value if row.gpu.model in names]
            return told, {row.id: await the.readings(row.gpu) for row in mine}

    names = {name.casefold() for name in models}
    told, readings = run_async(work)
    rows = in_order([r for r in told.value if not names or r.gpu.model in names], "median")
    if names and not rows:
        raise unknown_model(" ".join(models), told.value)
    if g.json:
        found = [
            gpu_json(row) | {"readings": _readings_json(readings.get(row.id, ())), "old": told.old} for row in rows
        ]
        print_rows(g, found)
        return
    print_table(
        ["model", "VRAM", "interface", "min", "median", "average", "max"],
        [
            [
                row.gpu.model,
                words.vram(row.gpu),
                row.gpu.interface or words.NOT_KNOWN,
                *(words.price(p) for p in (row.minimum, row.median, row.average, row.maximum)),
            ]
            for row in rows
        ],
        right=(1, 3, 4, 5, 6),
    )
    for row in rows:
        if len(readings.get(row.id, ())) > 1:
            click.echo(f"{row.gpu.model} {words.vram(row.gpu)}, median as read here:")
            print_table(
                ["day", "$/GPU-h"], [[r.day.isoformat(), words.price(r.median)] for r in readings[row.id]], right=(1,)
            )
    click.echo("$ per GPU-hour in recent bids")
    if rows:
        click.echo(provenance(rows[0].source, told.read_at, told.old, told.fault))


@market.command()
@click.argument("name", metavar="MODEL")
@range_option
@global_options
def model(g: GlobalOptions, name: str, span: str) -> None:
    """One GPU model: its variants, the days behind, and the providers that have it."""

    async def work() -> ModelPage:
        async with the_market(g) as the:
            return await read_model(the, name)

    page = run_async(work)
    past = within(page.days, Range(span))
    if g.json:
        print_json(
            {
                "v": 1,
                "model": page.name,
                "variants": [
                    gpu_json(row) | {"readings": _readings_json(page.readings[row.id]), "old": page.told.old}
                    for row in page.rows
                ],
                "days": [
                    {
                        "date": d.day.isoformat(),
                        "total": d.total,
                        "leased": d.leased,
                        "providers": d.providers,
                        "utilization": decimal(d.utilization),
                    }
                    for d in past
                ],
                "providers": [
                    {
                        "owner": h.sheet.owner,
                        "name": name_of(h.sheet),
                        "online": h.sheet.profile.online,
                        "free": h.free,
                        "total": h.total,
                        "region": h.sheet.profile.region,
                        "uptime_7d": h.sheet.profile.uptime_7d,
                        "audited": h.sheet.profile.audited,
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
                    words.count(d.leased),
                    words.count(d.total),
                    words.NOT_KNOWN if d.utilization is None else f"{d.utilization:.0f}",
                    words.count(d.providers),
                ]
                for d in past
            ],
            right=(1, 2, 3, 4),
        )
    print_table(
        ["provider", "answers", "free/total", "region", "up 7 d", "audited", "yours", "address"],
        [
            [
                name_of(h.sheet),
                _yes(h.sheet.profile.online),
                f"{words.count(h.free)} / {words.count(h.total)}",
                h.sheet.profile.region or words.NOT_KNOWN,
                uptime(h.sheet.profile.uptime_7d),
                _yes(h.sheet.profile.audited),
                str(len(h.leases) or ""),
                h.sheet.owner,
            ]
            for h in page.holders
        ],
        right=(2, 4, 6),
    )
    click.echo(provenance(page.rows[0].source, page.told.read_at, page.told.old, page.told.fault))
    if page.asked is not None and page.holders:
        click.echo(provenance(page.holders[0].sheet.source, page.asked.read_at, page.asked.old, page.asked.fault))


@market.command()
@click.argument("expression", metavar="EXPR")
@click.option("--once", is_flag=True, help="Look once: exit 0 if it is there, 4 if not.")
@click.option("--every", default="60s", metavar="TIME", help="How often to look (the index renews every few minutes).")
@click.option("--preset", metavar="NAME", help="Say how to deploy this preset when it happens.")
@global_options
def watch(g: GlobalOptions, expression: str, once: bool, every: str, preset: str | None) -> int:
    """Wait until a GPU model matches EXPR (as for `gpus --filter`) and one is free; then exit 0.

    Example: akash-tui market watch 'gpu:a100 vram>=80 price<1'
    """
    what = wanted(expression)
    pause = max(1.0, seconds(every, "--every"))
    if preset is not None:
        g.entry.presets.find(preset)  # an unknown one is said now, not when it happens

    def looked(seen: PriceCheck) -> None:
        if not seen.hits:
            why = f" ({seen.fault.title})" if seen.fault is not None else ""
            print_progress(f"not yet{why}; looking again in {pause:g} s; ctrl+c ends")

    async def work() -> PriceCheck:
        async with the_market(g) as the:
            with contextlib.suppress(Unreachable):  # then it is told by the look itself
                wanted(expression, (await the.rows()).value)
            if once:
                seen = await look(the, what)
                if seen.fault is not None:  # not known is not the same as not there
                    raise seen.fault
            else:
                seen = await wait(the, what, pause, looked)
            if seen.hits:
                await deliver_alert(g, alert(expression, seen.hits, the.session.network.chain_id))
            return seen

    hits = run_async(work).hits
    if g.json:
        print_rows(g, [gpu_json(row) for row in hits])
    elif hits:
        print_gpus(hits)
    if not hits:
        click.echo("error: Nothing on the market matches now.", err=True)
        click.echo("try: without --once it waits until something does", err=True)
        return NOT_THERE
    if preset is not None:
        click.echo(
            f"try: akash-tui deploy {preset} --network {g.network or g.entry.settings.default_network}", err=True
        )
    return 0


async def _read(g: GlobalOptions) -> CachedValue[list[GpuRow]]:
    """The table; the week's change comes along if the index tells it."""
    async with the_market(g) as the:
        await the.providers.last()
        try:
            await the.days.get()
        except Unreachable:
            print_progress("The index does not tell how many were leased a week ago.")
        return await the.rows()


def _readings_json(readings: Sequence[DailyPrice]) -> list[dict[str, object]]:
    return [
        {
            "date": r.day.isoformat(),
            "min": decimal(r.minimum),
            "median": decimal(r.median),
            "max": decimal(r.maximum),
        }
        for r in readings
    ]


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no", None: words.NOT_KNOWN}[value]
