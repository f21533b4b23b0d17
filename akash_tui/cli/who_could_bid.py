"""Who could bid on an SDL, as a table or JSON: of `providers --for`, and in short of `deploy --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.market_show import in_market, provenance
from akash_tui.cli.output import print_json, print_table
from akash_tui.domain.text import NOT_KNOWN, plural
from akash_tui.services.errors import AkashError, BadInput

if TYPE_CHECKING:
    from akash_tui.cli.options import GlobalOptions
    from akash_tui.domain.market.screening import Relaxation, Screening, Verdict
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.services.core.session import Session
    from akash_tui.services.market.market_data import Market
    from akash_tui.services.market.silent_providers import WhoPage
    from akash_tui.services.market.who_could_bid import WhoCouldBid

SHORT = 3
"""This many changes are named beside a quote."""


def who_could_bid(g: GlobalOptions, file: str, text: str) -> None:
    """Print who could bid on the SDL of a file, and what one change would add."""
    from akash_tui.cli.sdl import report
    from akash_tui.services.market.who_could_bid import WhoCouldBid

    checked = g.entry.sdl.check(text, file)
    if not checked.ok:
        report(g, [(file, checked.problems)], err=True)
        raise BadInput(f"{file} has errors, so nobody can bid on it.", "Fix the problems above.")

    async def work(market: Market) -> WhoPage:
        return await page_of(WhoCouldBid(market), checked.compiled)

    page = in_market(g, work)
    if g.json:
        print_json(_json(page))
        return
    screening, read = page.answer.screening, page.answer.read
    click.echo(screening.summary)
    for group in screening.unserved:
        click.echo(f"Nobody fits the group {group}.")
    print_table(
        ["provider", "fits", "free", "GPUs, or why not"],
        [
            [
                verdict.provider.name.full,
                "yes" if verdict.fits else "no",
                ""
                if verdict.free is None and not verdict.gpus
                else str(verdict.free if verdict.free is not None else NOT_KNOWN),
                _why(verdict),
            ]
            for verdict in screening.verdicts
        ],
        right=[2],
    )
    if page.relaxations:
        click.echo("one change would add")
        print_table(["change", "adds", ""], [[r.words, r.gain, r.note] for r in page.relaxations])
    click.echo(provenance(read.source, read.read_at, read.fault is not None, read.fault))


def _why(verdict: Verdict) -> str:
    """The reason with its figures; where it fits, what it has or lacks now."""
    if verdict.reason is not None:
        return f"{verdict.reason.value}: {verdict.words}"
    models = ", ".join(dict.fromkeys(gpu.words for gpu in verdict.gpus))
    now = "" if verdict.room is not False else "no room now"
    return ", ".join(part for part in (models, now) if part)


def _json(page: WhoPage) -> dict[str, object]:
    screening, read = page.answer.screening, page.answer.read
    return {
        "v": 1,
        **counts_json(screening),
        "providers": [
            {
                "owner": verdict.provider.owner,
                "host": verdict.provider.name.host,
                "fits": verdict.fits,
                "reason": None if verdict.reason is None else verdict.reason.value,
                "detail": verdict.words,
                "free": verdict.free,
                "online": verdict.provider.online,
                "room": verdict.room,
            }
            for verdict in screening.verdicts
        ],
        "relax": [relax_json(each) for each in page.relaxations],
        "unserved": list(screening.unserved),
        "source": read.source,
        "read_at": read.read_at,
    }


def counts_json(screening: Screening) -> dict[str, object]:
    """How many fit, answer and have room."""
    return {
        "known": len(screening.verdicts),
        "fits": screening.fits,
        "online": screening.online,
        "with_room": screening.with_room,
        "free_gpus": screening.free_gpus,
    }


def relax_json(change: Relaxation) -> dict[str, object]:
    """A change and what it adds."""
    return {
        "change": change.words,
        "kind": change.change.kind.value,
        "adds_providers": change.adds_providers,
        "adds_gpus": change.adds_gpus,
        "note": change.note,
    }


async def page_of(who: WhoCouldBid, compiled: Compiled) -> WhoPage:
    """Who could bid on a compiled SDL, with the changes ordered by what is known of prices."""
    from akash_tui.services.market.silent_providers import who_page
    from akash_tui.services.market.who_could_bid import window_of

    block_time = await who.session.chain.block_time()
    return await who_page(who, compiled.groups, window_s=window_of(compiled), block_time=block_time)


async def screened(session: Session, compiled: Compiled) -> WhoPage | AkashError:
    """Who could bid, for a quote; the error instead where no provider can be read: a quote needs none."""
    from akash_tui.services.market.who_could_bid import of_session

    try:
        return await page_of(of_session(session), compiled)
    except AkashError as error:
        return error


def short_json(page: WhoPage | AkashError) -> dict[str, object] | None:
    """The same beside a quote; None where it is not known."""
    if isinstance(page, AkashError):
        return None
    return counts_json(page.answer.screening) | {"relax": [relax_json(each) for each in page.relaxations[:SHORT]]}


def print_short(page: WhoPage | AkashError) -> None:
    """One line beside a quote, the reasons where hardly anybody fits, and the best changes."""
    if isinstance(page, AkashError):
        click.echo(f"  could bid      {NOT_KNOWN} ({page.title.rstrip('.')})")
        return
    screening = page.answer.screening
    click.echo(f"  could bid      {screening.summary}")
    if screening.fits < SHORT:
        for reason, count in list(screening.reasons.items())[:SHORT]:
            click.echo(f"    cannot       {plural(count, 'provider')}: {reason.words}")
    for change in page.relaxations[: SHORT if screening.fits < SHORT else 1]:
        click.echo(f"    would add    {change.words}: {change.gain}" + (f" ({change.note})" if change.note else ""))
