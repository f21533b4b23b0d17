"""Quotes as the command line prints them, and the questions that it asks about them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.output import pick
from akash_tui.cli.session import confirm_quote, print_beyond
from akash_tui.domain.akash.money import exact, plain, rate, units
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
        "hours": decimal(quote.hours, 2),
        **pick(quote, "chain_id", "owner", "deposit", "fee", "fee_ceiling", "gas_limit", "max_price"),
        **pick(quote, "balances_before", "balances_after", "unverified"),
        "stop_after": None if quote.limit is None else quote.limit.typed,
        **payment_json(quote),
    }


def payment_json(quote: Quote) -> dict[str, object]:
    """Who pays, where another account pays something."""
    found: dict[str, object] = {}
    if quote.payment.fee_granter:
        found["fee_granter"] = quote.payment.fee_granter
    if quote.payment.granted(quote.owner):
        found["deposit_paid_by"] = [{"owner": who or None, "amount": coin} for who, coin in quote.payment.deposit]
    return found


def paid_by(quote: Quote) -> str:
    """Who pays the gas, where it is another account, and what its grant has left; with a comma before."""
    granter, left = quote.payment.fee_granter, quote.payment.fee_left
    if not granter:
        return ""
    return f", paid by {granter}" + ("" if left is None else f", whose grant has {units(left, 4)} AKT left")


def deposit_lines(quote: Quote) -> list[str]:
    """Who pays which part of the deposit, where another account pays some of it."""
    if not quote.payment.granted(quote.owner):
        return []
    lines = []
    for who, coin in quote.payment.deposit:
        payer = "this wallet" if who == quote.owner else (who or "grants; the chain decides whose")
        left = next((grant.left(coin.denom) for grant in quote.payment.grants.deposits if grant.granter == who), None)
        lines.append(
            f"{exact(coin.amount)} ACT by {payer}"
            + ("" if left is None else f", whose grant has {exact(left)} ACT left")
        )
    return lines


def print_create_quote(quote: CreateQuote, *, err: bool) -> None:
    """What creating it spends, before anything is signed; `err` prints to stderr, beside the answer."""
    models = sorted({"any" if m.wildcard else m.model for group in quote.compiled.groups for m in group.gpu_models})
    for line in (
        f"{quote.name or quote.file} on {quote.chain_id} as {quote.owner}",
        f"  GPUs accepted  {', '.join(models) or 'none asked for'}",
        f"  at most        ≈ ${rate(quote.max_h)} an hour (the SDL's own limit)",
        f"  deposit        {units(quote.deposit.amount)} ACT. {quote.comes_back}",
        *(f"                 {line}" for line in deposit_lines(quote)),
        *([] if quote.hours is None else [f"  then           {_raised(quote.hours)}"]),
        *([] if quote.limit is None else [f"  stops itself   about {quote.limit.words} after its first lease"]),
        f"  gas            ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)})"
        + paid_by(quote),
        *(f"  not verified   {sentence}" for sentence in quote.unverified),
    ):
        click.echo(line, err=err)


def _raised(hours: Decimal) -> str:
    return f"raised with the lease, to pay for {plain(hours)} h"


def confirm_lease(session: Session, yes: bool) -> Callable[[LeaseQuote], Awaitable[bool]]:
    """Asks about each lease quote; with `yes` it is printed all the same."""

    async def ask(quote: LeaseQuote) -> bool:
        return confirm_quote(session, lease_question(quote), quote.beyond, yes=yes)

    return ask


def print_who_stops(dseq: int, escrow_until: datetime | None) -> None:
    """On stderr: who ends what has a runtime limit, once this command has ended."""
    about = "" if escrow_until is None else f", about {escrow_until:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"note: deployment {dseq} is closed about then by the app while it is open, or by akash-tui lease stop-after "
        f"{dseq} --wait. If neither runs, it ends when its escrow is used up{about}.",
        err=True,
    )


def lease_question(quote: LeaseQuote) -> str:
    """Whether to lease: what, for how much, until when, what it costs, what is not verified."""
    from akash_tui.cli.bids import format_gpus
    from akash_tui.domain.bids.formatting import act

    offers = "; ".join(
        f"{format_gpus(row.gpus, fuller=True)} at {row.name}"
        + (f" ≈ ${act(row.price_h)} an hour" if len(quote.rows) > 1 else "")
        for row in quote.rows
    )
    together = "" if len(quote.rows) == 1 else " together"
    until = f", until about {quote.ends_at:%Y-%m-%d %H:%M} UTC" if quote.ends_at else ""
    stops = "" if quote.limit is None else f", closed after about {quote.limit.words}"
    extra = f" Deposit raised by {exact(quote.extra_deposit.amount)} ACT." if quote.extra_deposit else ""
    extra += "".join(f" Of it {line}." for line in deposit_lines(quote))
    doubts = f" Not verified: {' '.join(quote.unverified)}" if quote.unverified else ""
    gas = f" Gas ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)}){paid_by(quote)}."
    return f"Lease {offers} for ≈ ${rate(quote.price_h)} an hour{together}{until}{stops}?{extra}{gas}{doubts}"


def close_question(quote: CloseQuote) -> str:
    """Whether to close: what ends, what comes back, what it costs."""
    return (
        f"Close deployment {quote.id.dseq} ({quote.name}), {plural(quote.leases, 'lease')}? "
        f"About {exact(quote.refund.amount)} ACT come back; {others_sentence(quote)}{_gas(quote)}"
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


def others_sentence(quote: CloseQuote) -> str:
    """What goes back to those who paid the deposit from a grant; "" where there are none."""
    return "".join(f"about {exact(coin.amount)} ACT go back to {who}; " for who, coin in quote.others)


def group_question(quote: GroupQuote, name: Callable[[str], str]) -> str:
    """Whether to take new bids for a group: which lease ends, what stays, what it costs. `name` names a provider."""
    where = f"group {quote.name} of deployment {quote.id.dseq}"
    if quote.ends:
        providers = ", ".join(name(lease.id.provider) for lease in quote.ends)
        title = f"End the lease at {providers} (≈ ${rate(quote.ends_h)} an hour) and ask for new bids for {where}?"
    else:
        title = f"Ask for new bids for {where}? No running lease ends."
    return f"{title} About {exact(max(Decimal(0), quote.left))} ACT stay in the deployment; {_gas(quote)}"


def _gas(quote: Quote) -> str:
    most = units(quote.fee_ceiling.amount, 4)
    return f"gas about {units(quote.fee.amount, 4)} AKT, never more than {most}{paid_by(quote)}."


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
