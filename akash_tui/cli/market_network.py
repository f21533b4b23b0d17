"""`market capacity`, `utilization`, `spend`: how much the network has, how busy it is, what it earns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.market_show import (
    RESOURCES,
    ascii_option,
    in_market,
    plain_only,
    print_amounts,
    print_chart,
    provenance,
    range_option,
    series_json,
    source_json,
)
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import pick, print_json, print_table
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.errors import Unreachable

if TYPE_CHECKING:
    from akash_tui.domain.market.daily_series import Series
    from akash_tui.domain.market.supply import Capacity
    from akash_tui.services.core.cached_answer import CachedValue
    from akash_tui.services.market.market_data import Market


SPEND = {
    "usd": "dailyUUsdSpent",
    "act": "dailyUActSpent",
    "akt": "dailyUAktSpent",
    "usdc": "dailyUUsdcSpent",
    "leases": "dailyLeaseCount",
}
"""What `--in` draws; the others are printed in a line each."""
TOTAL = "totalUUsdSpent"


@click.command()
@ascii_option
@global_options
def capacity(g: GlobalOptions, ascii_only: bool) -> None:
    """GPUs, CPUs, memory and storage of the network: leased, in open bids, free."""
    from akash_tui.domain.market import formatting

    async def work(market: Market) -> tuple[CachedValue[Capacity], CachedValue[Series] | None]:
        return await market.capacity.get(), await _if_known(market, "activeLeaseCount")

    answer, leases = in_market(g, work)
    found = answer.value
    active = leases.value.current if leases is not None else None
    if g.json:
        print_json(
            {
                "v": 1,
                "providers": found.providers,
                "providers_asked": found.asked,
                "active_leases": None if active is None else int(active),
            }
            | pick(found.resources, *RESOURCES)
            | source_json(found.source, answer)
        )
        return
    print_amounts(found.resources, ascii_only=plain_only(g, ascii_only))
    asked = f" of {found.asked} asked" if found.asked is not None else ""
    click.echo(
        f"{formatting.count(found.providers)} providers answer{asked} · "
        f"{NOT_KNOWN if active is None else f'{active:,.0f}'} active leases"
    )
    click.echo(provenance(found.source, found.read_at, answer.old, answer.fault))


@click.command()
@range_option
@ascii_option
@global_options
def utilization(g: GlobalOptions, span: str, ascii_only: bool) -> None:
    """The share of the network's GPUs that is leased, day by day."""
    from akash_tui.domain.market.daily_series import Range

    answer = in_market(g, lambda market: market.series("gpuUtilization").get())
    if g.json:
        print_json({"v": 1} | series_json(answer, Range(span)))
    else:
        print_chart(answer, Range(span), ascii_only=plain_only(g, ascii_only))


@click.command()
@range_option
@click.option("--in", "coin", type=click.Choice(list(SPEND)), default="usd", help="What to draw.")
@ascii_option
@global_options
def spend(g: GlobalOptions, span: str, coin: str, ascii_only: bool) -> None:
    """What tenants spend on the network a day: in USD, by coin, and in new leases."""
    from akash_tui.domain.market import formatting
    from akash_tui.domain.market.daily_series import Range, window
    from akash_tui.services.core.concurrency import each

    chosen = SPEND[coin]
    others = [name for name in (*SPEND.values(), TOTAL) if name != chosen]

    async def work(market: Market) -> tuple[CachedValue[Series], list[CachedValue[Series] | None]]:
        return await market.series(chosen).get(), await each([_if_known(market, name) for name in others])

    answer, rest = in_market(g, work)
    known = [other for other in rest if other is not None]
    if g.json:
        more = [series_json(other, Range(span)) for other in known]
        print_json({"v": 1} | series_json(answer, Range(span)) | {"others": more})
        return
    print_chart(answer, Range(span), ascii_only=plain_only(g, ascii_only))
    print_table(
        ["also", "today or now", "in all", ""],
        [
            [
                other.value.kind.title,
                formatting.figure(other.value.current, other.value.kind),
                formatting.figure((part := window(other.value, Range(span))).figure, other.value.kind)
                if other.value.kind.flow
                else "",
                formatting.change(part.change) if other.value.kind.flow else "",
            ]
            for other in known
        ],
        right=(1, 2, 3),
    )


async def _if_known(market: Market, name: str) -> CachedValue[Series] | None:
    try:
        return await market.series(name).get()
    except Unreachable:
        return None
