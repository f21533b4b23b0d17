"""How the market is printed: tables and charts in a terminal, one JSON value for scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from akash_tui.cli.columns import print_columns
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import pick, print_table, writes_plain
from akash_tui.cli.session import in_session
from akash_tui.domain.filtering.sorting import SortKey, read_sort
from akash_tui.domain.market.daily_series import Range
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.core.terminal import is_utf8
from akash_tui.services.errors import AkashError, BadInput

if TYPE_CHECKING:
    from akash_tui.domain.market.daily_series import Point, Series, SeriesWindow
    from akash_tui.domain.market.gpu_rows import GpuRow
    from akash_tui.domain.market.supply import Amounts, FigureSource, SupplyResources
    from akash_tui.services.core.cached_answer import CachedValue
    from akash_tui.services.core.session import Session
    from akash_tui.services.market.market_data import Market


T = TypeVar("T")
CHART_HEIGHT = 10
GPU_NUMBERS = ("vram", "free", "total", "providers", "min", "median", "max", "leased_7d")
GPU_COLUMNS = ("gpu", "vram", "interface", *GPU_NUMBERS[1:], "paid")
RESOURCES = ("gpu", "cpu", "memory", "storage")
NARROWEST, WIDEST = 30, 100

range_option = click.option(
    "--range", "span", type=click.Choice([r.value for r in Range]), default=Range.MONTH.value, help="How far back."
)
ascii_option = click.option("--ascii", "ascii_only", is_flag=True, help="Plain characters only.")


def in_market(g: GlobalOptions, work: Callable[[Market], Coroutine[Any, Any, T]]) -> T:
    """Run `work` on the market of the chosen network, with this home's figures of last time."""
    from akash_tui.services.market.market_data import Market

    async def main(session: Session) -> T:
        market = Market(session, g.entry.home)
        try:
            return await work(market)
        finally:
            await market.aclose()

    return in_session(g, main)


def plain_only(g: GlobalOptions, ascii_only: bool) -> bool:
    """Whether to draw with ASCII: asked for, set, or because nothing else can be written to stdout."""
    return ascii_only or bool(g.entry.settings.ascii) or writes_plain() or not is_utf8(sys.stdout.encoding)


def provenance(source: FigureSource, read_at: datetime, old: bool, fault: AkashError | None = None) -> str:
    """The line under every figure: its source, its age, and why it is not newer."""
    from akash_tui.domain.market import formatting

    text = f"source: {formatting.source_and_age(source, read_at, datetime.now(UTC))}"
    if old:
        text += ", could not be read again" + (f": {fault.title}" if fault is not None else "")
    return text


def source_json(source: FigureSource, answer: CachedValue[Any]) -> dict[str, object]:
    """The same for scripts."""
    return {"source": source, "read_at": answer.read_at, "old": answer.old}


# --- GPUs -----------------------------------------------------------------------------------------


def market_sort(text: str, columns: Collection[str], more: Mapping[str, str] | None = None) -> tuple[SortKey, ...]:
    """`median,-free` as sort keys; `more` are further names of columns. Raises `BadInput` for an unknown one."""
    try:
        return read_sort(text, columns, more)
    except ValueError as error:
        no_column = str(error).partition(";")[0]
        raise BadInput(f"--sort: {no_column}.", f"Columns: {', '.join(columns)}.") from error


def gpu_json(row: GpuRow) -> dict[str, object]:
    """One model and variant; prices are USD per GPU-hour."""
    paid = row.paid
    return {
        "v": 1,
        **pick(row.gpu, "vendor", "model", "vram_gib", "interface"),
        **pick(row, "free", "total", "providers", "providers_free"),
        "usd_gpu_h": {"min": row.minimum, "median": row.median, "average": row.average, "max": row.maximum},
        "leased_7d": row.leased_7d,
        "paid": None
        if paid is None
        else {"act_gpu_h": paid.gpu_h, "at": paid.at, "provider": paid.provider, "dseq": str(paid.dseq)},
        **pick(row, "source", "read_at"),
    }


def print_gpus(rows: Sequence[GpuRow], only: Sequence[str] = ()) -> None:
    """The GPU table of the screen; `only` these columns."""
    from akash_tui.domain.market import formatting

    print_columns(
        GPU_COLUMNS,
        [
            [
                row.gpu.model,
                formatting.vram(row.gpu),
                row.gpu.interface or NOT_KNOWN,
                formatting.count(row.free),
                formatting.count(row.total),
                providers(row),
                formatting.price(row.minimum),
                formatting.price(row.median),
                formatting.price(row.maximum),
                formatting.signed(row.leased_7d),
                you_paid(row),
            ]
            for row in rows
        ],
        right=GPU_NUMBERS,
        only=only,
    )


def providers(row: GpuRow) -> str:
    """`3 of 5`: with one free, of those that have the model."""
    from akash_tui.domain.market import formatting

    return f"{formatting.count(row.providers_free)} of {formatting.count(row.providers)}"


def you_paid(row: GpuRow) -> str:
    """`0.41 on 12 Nov`."""
    from akash_tui.domain.market import formatting

    return "" if row.paid is None else f"≈{formatting.price(row.paid.gpu_h)} on {row.paid.at:%-d %b}"


# --- amounts --------------------------------------------------------------------------------------


def print_amounts(resources: SupplyResources, *, ascii_only: bool) -> None:
    """A bar for each resource."""
    from akash_tui.domain.market import formatting

    rows = []
    for name in RESOURCES:
        amounts: Amounts = getattr(resources, name)
        rows.append(
            [
                name.upper() if len(name) == 3 else name,
                "".join(formatting.bar(amounts.taken_share, 24, ascii_only=ascii_only)),
                formatting.percent(amounts.taken_share),
                formatting.amount(name, amounts.active),
                formatting.amount(name, amounts.pending),
                formatting.amount(name, amounts.available),
                formatting.amount(name, amounts.total),
            ]
        )
    print_table(["", "", "", "leased", "in open bids", "free", "total"], rows, right=(2, 3, 4, 5, 6))


# --- series ---------------------------------------------------------------------------------------


def series_json(answer: CachedValue[Series], span: Range) -> dict[str, object]:
    """A series with its sums; values in the unit that is named."""
    from akash_tui.domain.market.daily_series import window
    from akash_tui.domain.market.supply import FigureSource

    series, part = answer.value, window(answer.value, span)
    return {
        "series": series.name,
        "title": series.kind.title,
        "unit": series.kind.unit,
        "range": span.value,
        "current": series.current,
        "total" if series.kind.flow else "average": part.figure,
        **pick(part, "before", "change"),
        "points": [{"date": point.day, "value": point.value} for point in part.points],
    } | source_json(FigureSource.INDEXER, answer)


def headline(series: Series, part: SeriesWindow, span: Range) -> str:
    """`daily network spend, 1 month: $3,412 now · $98,120 in all, +8 % compared with the month before`."""
    from akash_tui.domain.market import formatting

    kind = series.kind
    text = f"{kind.title}, {span.words}: {formatting.current(series.current, kind)}"
    text += f" · {formatting.figure(part.figure, kind)} {'in all' if kind.flow else 'on average'}"
    more = formatting.moved(part.figure, part.before, kind)
    return text + (f", {more} compared with the month before" if more else "")


def print_chart(answer: CachedValue[Series], span: Range, *, ascii_only: bool) -> None:
    """The headline, the chart in a terminal (a table of days elsewhere), and the source."""
    import shutil

    from akash_tui.domain.market.daily_series import window
    from akash_tui.domain.market.supply import FigureSource
    from akash_tui.services.core.events import decimal

    series, part = answer.value, window(answer.value, span)
    click.echo(headline(series, part, span))
    if not part.points:
        click.echo("No day is known.")
    elif sys.stdout.isatty():
        width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
        click.echo(drawing(part.points, series, ascii_only=ascii_only, width=width))
        ends = f"{part.points[0].day:%-d %b %Y}", f"{part.points[-1].day:%-d %b %Y}"
        click.echo(f"{ends[0]} to {ends[1]}")
    else:
        print_table(
            ["day", series.kind.unit], [[p.day.isoformat(), str(decimal(p.value, 2))] for p in part.points], right=(1,)
        )
    click.echo(provenance(FigureSource.INDEXER, answer.read_at, answer.old, answer.fault))


def drawing(points: Sequence[Point], series: Series, *, ascii_only: bool, width: int) -> str:
    """The chart of the screen, without colour."""
    import plotext

    from akash_tui.domain.market.chart import chart

    chart(points, series.kind, width, CHART_HEIGHT).onto(plotext, width, CHART_HEIGHT, plain=ascii_only)
    return "\n".join(line.rstrip() for line in plotext.uncolorize(plotext.build()).splitlines())
