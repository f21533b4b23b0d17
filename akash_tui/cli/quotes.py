"""Quotes as the command line prints them, and the questions that it asks about them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.output import pick
from akash_tui.cli.session import confirm_quote, print_beyond
from akash_tui.domain.akash.money import exact, rate, units
from akash_tui.domain.text import plural

if TYPE_CHECKING:
    from datetime import datetime

    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.close import BulkCloseQuote
    from akash_tui.services.deployment.groups import GroupQuote
    from akash_tui.services.spending.quotes import CloseQuote, CreateQuote, LeaseQuote, Quote


def create_json(quote: CreateQuote) -> dict[str, object]:
    """The quote of a creation as `deploy --dry-run` gives it in JSON."""
    from akash_tui.services.core.events import decimal

    return {
        "v": 1,
        "quote": "create",
        "dseq": str(quote.id.dseq),
        "version": quote.compiled.version,
        "max_price_h": quote.max_h,
        "lasts_hours_at_max": decimal(quote.lasts_hours, 2),
        "ends_at_max": quote.ends_at,
        **pick(quote, "chain_id", "owner", "deposit", "fee", "fee_ceiling", "gas_limit", "max_price"),
        **pick(quote, "balances_before", "balances_after", "unverified"),
        "stop_after": None if quote.limit is None else quote.limit.typed,
    }


def print_create_quote(quote: CreateQuote, *, err: bool) -> None:
    """What creating it spends, before anything is signed; `err` prints to stderr, beside the answer."""
    from akash_tui.services.spending.quotes import COMES_BACK

    models = sorted({"any" if m.wildcard else m.model for group in quote.compiled.groups for m in group.gpu_models})
    for line in (
        f"{quote.name or quote.file} on {quote.chain_id} as {quote.owner}",
        f"  GPUs accepted  {', '.join(models) or 'none asked for'}",
        f"  at most        ≈ ${rate(quote.max_h)} an hour (the SDL's own limit)",
        f"  deposit        {units(quote.deposit.amount)} ACT; {COMES_BACK}",
        *([] if quote.limit is None else [f"  stops itself   about {quote.limit.words} after its first lease"]),
        f"  gas            ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)})",
        *(f"  not verified   {sentence}" for sentence in quote.unverified),
    ):
        click.echo(line, err=err)


def confirm_lease(session: Session, yes: bool) -> Callable[[LeaseQuote], Awaitable[bool]]:
    """Asks about each lease quote; with `yes` it is printed all the same."""
    from akash_tui.cli.bids import format_gpus

    async def ask(quote: LeaseQuote) -> bool:
        offers = "; ".join(f"{format_gpus(row.gpus, fuller=True)} at {row.name}" for row in quote.rows)
        until = f", until about {quote.ends_at:%a %d %b %H:%M} UTC" if quote.ends_at else ""
        stops = "" if quote.limit is None else f", closed after about {quote.limit.words}"
        extra = f" Deposit raised by {units(quote.extra_deposit.amount)} ACT." if quote.extra_deposit else ""
        doubts = f" Not verified: {' '.join(quote.unverified)}" if quote.unverified else ""
        gas = f" Gas ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)})."
        question = f"Lease {offers} for ≈ ${rate(quote.price_h)} an hour{until}{stops}?{extra}{gas}{doubts}"
        return confirm_quote(session, question, quote.beyond, yes=yes)

    return ask


def print_who_stops(dseq: int, escrow_until: datetime | None) -> None:
    """On stderr: who ends what has a runtime limit, once this command has ended."""
    about = "" if escrow_until is None else f", about {escrow_until:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"note: deployment {dseq} is closed about then by the app while it is open, or by akash-tui lease stop-after "
        f"{dseq} --wait. If neither runs, it ends when its escrow is used up{about}.",
        err=True,
    )


def close_question(quote: CloseQuote) -> str:
    """Whether to close: what ends, what comes back, what it costs."""
    return (
        f"Close deployment {quote.id.dseq} ({quote.name}), {plural(quote.leases, 'lease')}? "
        f"About {exact(quote.refund.amount)} ACT come back; {_gas(quote)}"
    )


_MOST_NAMED = 8
"""How many deployments a question about several names."""


def bulk_close_question(quote: BulkCloseQuote) -> str:
    """Whether to close several: which, what ends, what comes back, what it costs."""
    names = [f"{c.name} ({c.id.dseq}, {exact(c.refund.amount)} ACT)" for c in quote.closings[:_MOST_NAMED]]
    more = len(quote.closings) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    left_out = f" Left out: {' '.join(quote.left_out)}" if quote.left_out else ""
    doubts = list(dict.fromkeys(text for batch in quote.batches for text in batch.unverified))
    unverified = f" Not verified: {' '.join(doubts)}" if doubts else ""
    return (
        f"Close {plural(len(quote.closings), 'deployment')} with {plural(quote.leases, 'running lease')}: {listed}? "
        f"About {exact(quote.refund.amount)} ACT come back; gas about {units(quote.fee.amount, 4)} AKT, never more "
        f"than {units(quote.fee_ceiling.amount, 4)}.{left_out}{unverified}"
    )


def group_question(quote: GroupQuote, name: Callable[[str], str]) -> str:
    """Whether to take new bids for a group: which lease ends, what stays, what it costs. `name` names a provider."""
    where = f"group {quote.name} of deployment {quote.id.dseq}"
    if quote.ends:
        providers = ", ".join(name(lease.id.provider) for lease in quote.ends)
        title = f"End the lease at {providers} (≈ ${rate(quote.ends_h)} an hour) and take new bids for {where}?"
    else:
        title = f"Take new bids for {where}? No running lease ends."
    return f"{title} About {exact(max(Decimal(0), quote.left))} ACT stay in the deployment; {_gas(quote)}"


def _gas(quote: Quote) -> str:
    return f"gas about {units(quote.fee.amount, 4)} AKT, never more than {units(quote.fee_ceiling.amount, 4)}."


def on_fail_printer(session: Session) -> Callable[[CloseQuote | GroupQuote], None]:
    """Prints each quote that `--on-fail` has answered in advance, on stderr, before it is signed.

    A figure beyond the bounds is printed too; signing refuses it.
    """
    from akash_tui.services.spending.quotes import CloseQuote

    def show(quote: CloseQuote | GroupQuote) -> None:
        question = (
            close_question(quote)
            if isinstance(quote, CloseQuote)
            else group_question(quote, session.provider_cache.name)
        )
        doubts = f" Not verified: {' '.join(quote.unverified)}" if quote.unverified else ""
        with contextlib.suppress(OSError):  # a lease must not stay open because stderr has no reader
            print_beyond(quote.beyond)
            click.echo(f"{question}{doubts} yes (--on-fail)", err=True)

    return show
