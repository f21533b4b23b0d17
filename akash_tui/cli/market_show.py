"""How the market is printed: tables and charts in a terminal, one JSON value for scripts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import click

from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import decimal, instant, print_table
from akash_tui.cli.session import open_session
from akash_tui.domain.market import formatting as words
from akash_tui.domain.market import sketch
from akash_tui.domain.market.chart import chart
from akash_tui.domain.market.daily_series import Point, Range, Series, SeriesWindow, window
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.supply import Amounts, FigureSource, SupplyResources
from akash_tui.services.market.cached_value import CachedValue
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError

CHART_HEIGHT = 10
NARROWEST, WIDEST = 30, 100

range_option = click.option(
    "--range", "span", type=click.Choice([r.value for r in Range]), default=Range.MONTH.value, help="How far back."
)
ascii_option = click.option("--ascii", "ascii_only", is_flag=True, help="Plain characters only.")


@asynccontextmanager
async def the_market(g: GlobalOptions) -> AsyncIterator[Market]:
    """The market of the chosen network, with this home's figures of last time."""
    async with open_session(g) as session:
        market = Market(session, g.entry.home)
        try:
            yield market
        finally:
            await market.aclose()


def plain_only(g: GlobalOptions, ascii_only: bool) -> bool:
    """Whether to draw with ASCII: asked for, set, or because the terminal's encoding has nothing else."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return ascii_only or g.entry.settings.ascii or not encoding.startswith("utf")


def provenance(source: FigureSource, read_at: datetime, old: bool, fault: AkashError | None = None) -> str:
    """The line under every figure: who told it, how long ago, and why it is not newer."""
    text = f"source: {words.told(source, read_at, datetime.now(UTC))}"
    if old:
        text += ", could not be read again" + (f": {fault.title}" if fault is not None else "")
    return text


def told_json(source: FigureSource, told: CachedValue[Any]) -> dict[str, object]:
    """The same for scripts."""
    return {"source": source.value, "read_at": instant(told.read_at), "old": told.old}


# --- GPUs -----------------------------------------------------------------------------------------


def gpu_json(row: GpuRow) -> dict[str, object]:
    """One model and variant; prices are USD per GPU-hour."""
    paid = row.paid
    return {
        "v": 1,
        "vendor": row.gpu.vendor,
        "model": row.gpu.model,
        "vram_gib": row.gpu.vram_gib,
        "interface": row.gpu.interface,
        "free": row.free,
        "total": row.total,
        "providers": row.providers,
        "providers_free": row.providers_free,
        "usd_gpu_h": {
            "min": decimal(row.minimum),
            "median": decimal(row.median),
            "average": decimal(row.average),
            "max": decimal(row.maximum),
        },
        "leased_7d": row.leased_7d,
        "paid": None
        if paid is None
        else {
            "act_gpu_h": decimal(paid.gpu_h),
            "at": instant(paid.at),
            "provider": paid.provider,
            "dseq": str(paid.dseq),
        },
        "source": row.source.value,
        "read_at": instant(row.read_at),
    }


def print_gpus(rows: Sequence[GpuRow]) -> None:
    """The GPU table of the screen."""
    print_table(
        ["model", "VRAM", "interface", "free/total", "providers", "min", "median", "max", "7 days", "you paid"],
        [
            [
                row.gpu.model,
                words.vram(row.gpu),
                row.gpu.interface or words.NOT_KNOWN,
                f"{words.count(row.free)} / {words.count(row.total)}",
                providers(row),
                words.price(row.minimum),
                words.price(row.median),
                words.price(row.maximum),
                words.signed(row.leased_7d),
                you_paid(row),
            ]
            for row in rows
        ],
        right=(1, 3, 4, 5, 6, 7, 8),
    )


def providers(row: GpuRow) -> str:
    """`3 of 5`: with one free, of those that have the model."""
    return f"{words.count(row.providers_free)} of {words.count(row.providers)}"


def you_paid(row: GpuRow) -> str:
    """`0.41 on 12 Nov`."""
    return "" if row.paid is None else f"≈{words.price(row.paid.gpu_h)} on {row.paid.at:%-d %b}"


# --- amounts --------------------------------------------------------------------------------------


def resources_json(resources: SupplyResources) -> dict[str, object]:
    """CPU in thousandths, memory and storage in bytes."""

    def part(amounts: Amounts) -> dict[str, object]:
        return {
            "active": amounts.active,
            "pending": amounts.pending,
            "available": amounts.available,
            "total": amounts.total,
        }

    return {name: part(getattr(resources, name)) for name in ("gpu", "cpu", "memory", "storage")}


def print_amounts(resources: SupplyResources, *, ascii_only: bool) -> None:
    """A bar for each resource."""
    rows = []
    for name in ("gpu", "cpu", "memory", "storage"):
        amounts: Amounts = getattr(resources, name)
        rows.append(
            [
                name.upper() if len(name) == 3 else name,
                "".join(sketch.bar(amounts.taken_share, 24, ascii_only=ascii_only)),
                words.percent(amounts.taken_share),
                words.amount(name, amounts.active),
                words.amount(name, amounts.pending),
                words.amount(name, amounts.available),
                words.amount(name, amounts.total),
            ]
        )
    print_table(["", "", "", "leased", "promised", "free", "total"], rows, right=(2, 3, 4, 5, 6))


# --- series ---------------------------------------------------------------------------------------


def series_json(told: CachedValue[Series], span: Range) -> dict[str, object]:
    """A series with its sums; values in the unit that is named."""
    series, part = told.value, window(told.value, span)
    return {
        "series": series.name,
        "title": series.kind.title,
        "unit": series.kind.unit,
        "range": span.value,
        "current": decimal(series.current),
        "total" if series.kind.flow else "average": decimal(part.figure),
        "before": decimal(part.before),
        "change": decimal(part.change),
        "points": [{"date": p.day.isoformat(), "value": decimal(p.value)} for p in part.points],
    } | told_json(FigureSource.INDEX, told)


def headline(series: Series, part: SeriesWindow, span: Range) -> str:
    """`daily network spend, 1 month: $3,412 now · $98,120 in all, +8 % against the month before`."""
    kind = series.kind
    text = f"{kind.title}, {span.words}: {words.current(series.current, kind)}"
    text += f" · {words.figure(part.figure, kind)} {'in all' if kind.flow else 'on average'}"
    more = words.moved(part.figure, part.before, kind)
    return text + (f", {more} against the month before" if more else "")


def print_chart(told: CachedValue[Series], span: Range, *, ascii_only: bool) -> None:
    """The headline, the drawing where somebody looks at it (a table of days where a program does), and the source."""
    series, part = told.value, window(told.value, span)
    click.echo(headline(series, part, span))
    if not part.points:
        click.echo("No day of it is known.")
    elif sys.stdout.isatty():
        width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
        click.echo(drawing(part.points, series, ascii_only=ascii_only, width=width))
        ends = f"{part.points[0].day:%-d %b %Y}", f"{part.points[-1].day:%-d %b %Y}"
        click.echo(f"{ends[0]} to {ends[1]}")
    else:
        print_table(
            ["day", series.kind.unit], [[p.day.isoformat(), str(decimal(p.value, 2))] for p in part.points], right=(1,)
        )
    click.echo(provenance(FigureSource.INDEX, told.read_at, told.old, told.fault))


def drawing(points: Sequence[Point], series: Series, *, ascii_only: bool, width: int) -> str:
    """The chart of the screen, without colour."""
    import plotext

    chart(points, series.kind, width, CHART_HEIGHT).onto(plotext, width, CHART_HEIGHT, plain=ascii_only)
    return "\n".join(line.rstrip() for line in plotext.uncolorize(plotext.build()).splitlines())
