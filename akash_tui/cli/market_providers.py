"""`market providers` and `market provider ADDRESS`: hardware, place, uptime and audits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.columns import columns_option, print_columns
from akash_tui.cli.market_show import in_market, market_sort, plain_only, print_amounts, provenance
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import pick, print_json, print_rows, print_table, yes_no
from akash_tui.cli.suggestions import files_and_presets
from akash_tui.cli.values import ADDRESS
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.market.sorting import BEST_FIRST, PROVIDER_SORTS
from akash_tui.domain.text import NOT_KNOWN, plural
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.gpu import GpuModel
    from akash_tui.domain.market.supply import ProviderSheet
    from akash_tui.services.market.pages import ProviderPage


COLUMNS = ("provider", "free", "total", "gpu", "region", "uptime_7d", "audited", "version", "address")
MOST_CHECKS = 48
"""Of the last checks of a provider, as many as fit a line."""


@click.command()
@click.option("--gpu", "model", metavar="MODEL", help="Only those that have this GPU model.")
@click.option(
    "--filter", "expression", default="", metavar="EXPR", help="As on the screen: free>0 uptime_7d>99 audited."
)
@click.option(
    "--sort",
    "order",
    default="free",
    metavar="KEYS",
    help=f"Columns, the best first; `-` before one reverses it: {', '.join(PROVIDER_SORTS)}.",
)
@click.option("--all", "everyone", is_flag=True, help="Also providers that do not answer.")
@click.option(
    "--for",
    "source",
    metavar="FILE|PRESET",
    shell_complete=files_and_presets,
    help="Who could bid on this SDL, why the others cannot, and what one change would add.",
)
@columns_option(COLUMNS)
@global_options
def providers(
    g: GlobalOptions,
    model: str | None,
    expression: str,
    order: str,
    everyone: bool,
    source: str | None,
    only: tuple[str, ...],
) -> None:
    """Providers: GPUs free and total, place, uptime, audits; with --for, who could bid on an SDL."""
    if source is not None:
        if model is not None or expression or everyone or only:
            raise BadInput(
                "--for lists all providers with their reason.", "Leave out --gpu, --filter, --all, --columns."
            )
        from akash_tui.cli.deploy import read_source
        from akash_tui.cli.who_could_bid import who_could_bid

        _, file, text = read_source(g, source)
        who_could_bid(g, file, text)
        return
    from akash_tui.domain.filtering.filter import FilterError, parse_filter
    from akash_tui.domain.market import formatting
    from akash_tui.domain.market.provider_rows import PROVIDERS, listed, name_of

    try:
        wanted = parse_filter(expression, PROVIDERS)
    except FilterError as error:
        raise BadInput(f"The filter cannot be read: {error.message}.", error.advice) from error
    keys = [SortKey(k.column, (k.column in BEST_FIRST) != k.descending) for k in market_sort(order, PROVIDER_SORTS)]
    answer = in_market(g, lambda market: market.providers.get())
    shown = [
        sheet
        for sheet in listed(answer.value, wanted, keys)
        if (everyone or sheet.profile.online is not False)
        and (model is None or any(gpu.model == model.casefold() for gpu in sheet.profile.gpus))
    ]
    if g.json:
        print_rows(g, [_sheet_json(sheet) | {"old": answer.old} for sheet in shown])
        return
    if not shown:
        filtered = f"None of {len(answer.value)} providers match." if expression else "No provider."
        click.echo(filtered if model is None else f"No provider says it has {model}.")
        return
    print_columns(
        COLUMNS,
        [
            [
                name_of(sheet).full,
                formatting.count(sheet.resources.gpu.available),
                formatting.count(sheet.resources.gpu.total),
                _models(sheet.profile.gpus, 3),
                sheet.profile.region or NOT_KNOWN,
                formatting.uptime(sheet.profile.uptime_7d),
                yes_no(sheet.profile.audited),
                sheet.profile.version or NOT_KNOWN,
                sheet.owner,
            ]
            for sheet in shown
        ],
        right=("free", "total", "uptime_7d"),
        only=only,
    )
    silent = 0 if everyone else sum(1 for sheet in answer.value if sheet.profile.online is False)
    click.echo(f"{len(shown)} of {len(answer.value)} shown" + (f" ({silent} silent: --all)" if silent else ""))
    click.echo(provenance(shown[0].source, answer.read_at, answer.old, answer.fault))


@click.command()
@click.argument("owner", metavar="ADDRESS", type=ADDRESS)
@global_options
def provider(g: GlobalOptions, owner: str) -> None:
    """One provider: hardware, attributes and their auditors, its own status now, your leases there."""
    from akash_tui.domain.market import formatting
    from akash_tui.domain.market.provider_rows import name_of
    from akash_tui.services.market.pages import read_provider

    page = in_market(g, lambda market: read_provider(market, owner))
    if g.json:
        print_json(_page_json(page))
        return
    sheet, profile, reach, plain = page.sheet, page.sheet.profile, page.reach, plain_only(g, False)
    uptimes = (("1 d", profile.uptime_1d), ("7 d", profile.uptime_7d), ("30 d", profile.uptime_30d))
    click.echo(f"{name_of(sheet).full} · {sheet.owner}")
    place = ", ".join(part for part in (profile.region, sheet.city, profile.country) if part)
    print_table(
        ["", ""],
        [
            ["gateway", profile.host_uri],
            ["now", "not asked" if reach is None else f"answers in {reach.latency_ms} ms" if reach.ok else reach.note],
            ["place", place or NOT_KNOWN],
            ["GPU models", _models(profile.gpus, 50) or "none"],
            ["uptime", " · ".join(f"{days}: {formatting.uptime(share)}" for days, share in uptimes)],
            ["checks", formatting.check_strip(sheet.checks[:MOST_CHECKS], ascii_only=plain)],
            ["version", profile.version or NOT_KNOWN],
            ["leases", formatting.count(profile.leases)],
            ["auditors", ", ".join(a.auditor for a in page.audits) or "none"],
            ["yours", _own_words(page)],
        ],
    )
    print_amounts((reach.resources if reach is not None else None) or sheet.resources, ascii_only=plain)
    print_table(
        ["attribute", "value", "signed by"],
        [[a.key, a.value, str(len(a.auditors)) if a.auditors else ""] for a in sheet.attributes],
    )
    click.echo(provenance(sheet.source, sheet.read_at, page.fault is not None, page.fault))


def _models(gpus: tuple[GpuModel, ...], most: int) -> str:
    """The names, each once, and how many more there are: `a100, h100 and 2 more`."""
    names = list(dict.fromkeys(gpu.model for gpu in gpus))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _own_words(page: ProviderPage) -> str:
    """Our own leases there in a line."""
    if not page.leases:
        return "no lease yet"
    last = page.leases[0]
    return f"{plural(len(page.leases), 'lease')}, the last on {last.at:%-d %b %Y}"


def _sheet_json(sheet: ProviderSheet) -> dict[str, object]:
    return {
        "v": 1,
        **pick(sheet.profile, "owner", "name", "organization", "host_uri", "online", "audited", "auditors"),
        **pick(sheet.profile, "region", "country", "uptime_1d", "uptime_7d", "uptime_30d", "version", "leases"),
        "gpu_models": sheet.profile.gpus,
        **pick(sheet, "resources", "source", "read_at"),
    }


def _page_json(page: ProviderPage) -> dict[str, object]:
    reach = page.reach
    return _sheet_json(page.sheet) | {
        **pick(page.sheet, "attributes", "checks"),
        "audits": [pick(audit, "auditor", "attributes") for audit in page.audits],
        "status": None
        if reach is None
        else {"message": reach.note, **pick(reach, "ok", "latency_ms", "at", "resources")},
        "own_leases": [{"dseq": str(lease.dseq), "at": lease.at, "price_h": lease.price_h} for lease in page.leases],
        "message": page.fault.title if page.fault is not None else "",
    }
