"""`sweep`: what is open and serves nothing, what it locks and costs; with --close it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from akash_tui.cli.lease import print_other_wallets
from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import ignore_broken_pipe, pick, print_answer, print_progress, print_rows, print_table
from akash_tui.cli.quotes import bulk_close_question
from akash_tui.cli.session import confirm_quote, in_session
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import DSEQ
from akash_tui.domain.akash.money import UACT, Coin, exact, rate, units
from akash_tui.domain.text import plural
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.close import BulkResult
    from akash_tui.services.sweep.items import SweepItem, SweepResult


@click.command()
@click.argument("dseqs", type=DSEQ, nargs=-1, metavar="[DSEQ]...")
@click.option(
    "--close", "wanted", is_flag=True, help="Close these DSEQs; without one, all that are certainly not in use."
)
@click.option("--close-all", is_flag=True, help="Close all that are certainly not in use.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee")
@paying_options("unsigned")
@global_options
def sweep(g: GlobalOptions, dseqs: tuple[int, ...], wanted: bool, close_all: bool, yes: bool) -> int:
    """What is open and serves nothing: orders without bids, leases that do not run; what each locks and costs.

    A workload does not run only by its provider's own word. What is not known is listed, and closed only by its DSEQ.
    """
    from akash_tui.services.sweep.reader import read_sweep

    if dseqs and close_all:
        raise BadInput("--close-all takes no DSEQ.", f"To close only these: --close {' '.join(map(str, dseqs))}")

    if g.unsigned is not None and not wanted and not close_all:
        raise BadInput("--unsigned goes with --close or --close-all.", "akash-tui sweep --close --unsigned FILE")

    async def work(session: Session) -> int:
        found = await read_sweep(session, g.entry.home)
        if not wanted and not close_all:
            _print_list(g, found, dseqs)
            print_other_wallets(g, session)
            return 0
        items = chosen_items(found, dseqs)
        if items:
            return await _close(g, session, items, yes)
        print_answer(g, _closed_json(None), f"Nothing was closed: {_nothing(found)}")
        return 0

    return in_session(g, work)


def chosen_items(found: SweepResult, dseqs: Sequence[int]) -> list[SweepItem]:
    """The items of these deployments; without any, all that are sure. Raises `BadInput` for one that is not listed."""
    if not dseqs:
        return list(found.sure)
    by_dseq = {item.id.dseq: item for item in found.items}
    missing = [dseq for dseq in dict.fromkeys(dseqs) if dseq not in by_dseq]
    if missing:
        raise BadInput(
            f"Not in the list: {', '.join(map(str, missing))}. It is in use, closed, or not of this wallet; nothing "
            "was closed.",
            f"To close it all the same: akash-tui lease close {missing[0]}",
        )
    return [by_dseq[dseq] for dseq in dict.fromkeys(dseqs)]


def _nothing(found: SweepResult) -> str:
    if found.items:
        return f"none of the {len(found.items)} in the list is certainly not in use."
    return f"{plural(found.in_use, 'deployment')} in use, nothing else is open." if found.in_use else "nothing is open."


# --- the list ---------------------------------------------------------------------------------------------


def _print_list(g: GlobalOptions, found: SweepResult, dseqs: Sequence[int]) -> None:
    items = chosen_items(found, dseqs) if dseqs else list(found.items)
    if g.json:
        print_rows(g, [item_json(item, found) for item in items])
        return
    if not items:
        click.echo(f"Nothing to close: {_nothing(found)}")
        return
    print_table(
        ["dseq", "name", "why", "locked ACT", "price/h", "open for", "certain"],
        [
            [
                *(str(item.id.dseq), item.name, item.reason.words, units(item.locked.amount)),
                *(rate(item.price_h) if item.price_h else "–", _age(item), "yes" if item.sure else "no"),
            ]
            for item in items
        ],
        right=(3, 4),
    )
    for item in items:
        click.echo(f"dseq {item.id.dseq}  {'!' if item.sure else '·'} {item.text}\n    {item.advice}")
        if item.others.amount:
            click.echo(f"    {exact(item.others.amount)} ACT more go back to other depositors.")
    if found.notice and not dseqs:
        closes = ". To close what is certainly not in use: akash-tui sweep --close-all" if found.sure else ""
        click.echo(f"{found.notice}{closes}")


def _age(item: SweepItem) -> str:
    from akash_tui.domain.akash.lease_end import seconds_text

    seconds = int(item.age_seconds)
    return seconds_text(seconds if seconds < 60 else seconds // 60 * 60)


def item_json(item: SweepItem, found: SweepResult) -> dict[str, object]:
    """One deployment of the list; `close_all` says whether closing all closes it too."""
    return {
        "v": 1,
        "at": found.read_at,
        "owner": item.id.owner,
        "dseq": str(item.id.dseq),
        **pick(item, "name", "reason", "locked", "others", "price_h", "leases"),
        "age_seconds": int(item.age_seconds),
        "close_all": item.sure,
        "message": item.text,
        "advice": item.advice,
    }


# --- closing ----------------------------------------------------------------------------------------------


async def _close(g: GlobalOptions, session: Session, items: Sequence[SweepItem], yes: bool) -> int:
    from akash_tui.services.deployment.close import IN_ONE, bulk_close, bulk_close_quote

    quote = await bulk_close_quote(session, [item.id for item in items])
    beyond = tuple(excess for batch in quote.batches for excess in batch.beyond)
    unknown = [item for item in items if not item.sure]
    for item in unknown:
        click.echo(f"not sure: dseq {item.id.dseq} ({item.name}): {item.text}", err=True)
    if g.unsigned is not None:
        if len(quote.batches) > 1:
            raise BadInput(
                f"One transaction closes at most {IN_ONE} deployments, and these are {len(quote.closings)}.",
                "Name fewer by their DSEQ.",
            )
        click.echo(bulk_close_question(quote), err=True)
        write_unsigned(g, session, quote.batches[0])
        return 0
    if not confirm_quote(session, bulk_close_question(quote), beyond, yes=yes):
        raise BadInput("Nothing was closed.", "Answer yes to continue.")

    def progress(result: BulkResult) -> None:
        print_progress(f"closed {len(result.closed)} of {len(quote.closings)}")

    result = await bulk_close(session, quote, ignore_broken_pipe(progress))
    back = f"{exact(result.refund)} ACT came back" if result.refund_known else "the refund could not be read"
    back += f", {exact(result.others)} ACT went back to other depositors" if result.others else ""
    print_answer(
        g,
        _closed_json(result),
        f"closed {len(result.closed)} of {len(quote.closings)}; {back}  (tx {', '.join(result.txs) or 'none'})",
    )
    if not result.failed:
        return 0
    for closing, fault in result.failed:
        click.echo(f"not closed: dseq {closing.id.dseq} ({closing.name}): {fault.title} {fault.advice}", err=True)
    return result.failed[0][1].exit_code


def _closed_json(result: BulkResult | None) -> dict[str, object]:
    """What became of a sweep that closes; None where there was nothing to close."""
    if result is None:
        return {"v": 1, "closed": [], "txs": [], "refund": Coin(UACT, 0), "failed": []}
    return {
        "v": 1,
        "closed": [str(id.dseq) for id in result.closed],
        "txs": result.txs,
        "refund": Coin(UACT, result.refund) if result.refund_known else None,
        "failed": [
            {"dseq": str(closing.id.dseq), "code": fault.code, "message": fault.title, "advice": fault.advice}
            for closing, fault in result.failed
        ],
    }
