"""`lease deposit`: more funds for a running deployment, by amount or by hours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import pick, print_answer, print_json
from akash_tui.cli.quotes import deposit_lines, paid_by, payment_json
from akash_tui.cli.session import confirm_quote, in_session, print_beyond
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import ACT, DSEQ, HOURS
from akash_tui.domain.akash.money import MICRO, UACT, DecCoin, exact, rate, units
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import TxResult
    from akash_tui.services.spending.quotes import DepositQuote


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option("--amount", type=ACT, metavar="ACT", help="How much ACT to add.")
@click.option("--hours", type=HOURS, metavar="N", help="Add what N more hours cost at the current rate.")
@click.option("--dry-run", is_flag=True, help="Show the quote; sign nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_deposit", "max_spend")
@paying_options("fee_granter", "deposit_from", "unsigned")
@global_options
def deposit(
    g: GlobalOptions, dseq: int, amount: Decimal | None, hours: Decimal | None, dry_run: bool, yes: bool
) -> None:
    """Top up a deployment; what it does not use comes back when it is closed.

    This adds funds once. Automatic top-up is turned on in the app (key A) and works while the app runs.
    """
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.deployment import deposit as deposits
    from akash_tui.services.deployment.deposit import deposit_quote

    if (amount is None) == (hours is None):
        raise BadInput("Give either --amount or --hours.", f"akash-tui lease deposit {dseq} --hours 24")

    async def work(session: Session) -> None:
        micro = None if amount is None else _micro(amount)
        quote = await deposit_quote(session, DeploymentId(session.owner, dseq), micro, hours)
        for line in _lines(quote):
            click.echo(line, err=g.json or not dry_run)
        if dry_run:
            print_beyond(quote.beyond)
            if g.json:
                print_json(_json(quote, session.clock.now()))
            return
        if g.unsigned is not None:
            write_unsigned(g, session, quote)
            return
        question = f"Add {exact(quote.deposit.amount)} ACT to deployment {dseq}?"
        if not confirm_quote(session, question, quote.beyond, yes=yes):
            raise BadInput("Nothing was deposited.", "Answer yes to continue.")
        result = await deposits.deposit(session, quote)
        done = f"deposited in block {result.height}; lasts until about {_until(quote)}  (tx {result.hash})"
        print_answer(g, _json(quote, session.clock.now(), result), done)

    in_session(g, work)


def _micro(act: Decimal) -> int:
    micro = act * MICRO
    if micro != int(micro):
        raise BadInput(f"--amount: {act} has more than six decimal places.", "One millionth of an ACT is the smallest.")
    return int(micro)


def _lines(quote: DepositQuote) -> list[str]:
    from akash_tui.domain.akash.lease_end import how_long

    now = "it costs nothing yet" if quote.lasts_now is None else f"about {how_long(quote.lasts_now)}"
    return [
        f"deployment {quote.id.dseq} ({quote.name}) at ≈ ${rate(quote.price_h)} an hour",
        f"  now      {exact(quote.left)} ACT left, {now}",
        f"  add      {exact(quote.deposit.amount)} ACT. {quote.comes_back}",
        *(f"           {line}" for line in deposit_lines(quote)),
        f"  then     {units(quote.left + quote.deposit.amount)} ACT, lasts until about {_until(quote)}",
        f"  gas      ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)}){paid_by(quote)}",
        *(f"  not verified  {sentence}" for sentence in quote.unverified),
    ]


def _until(quote: DepositQuote) -> str:
    if quote.lasts_hours is None:
        return "it is closed, because it costs nothing yet"
    if quote.ends_at is None:
        return "more than twenty years from now"
    return f"{quote.ends_at:%Y-%m-%d %H:%M} UTC"


def _json(quote: DepositQuote, at: datetime, result: TxResult | None = None) -> dict[str, object]:
    from akash_tui.services.core.events import decimal

    done: dict[str, object] = (
        {"quote": "deposit"} if result is None else {"event": "deposited", "tx": result.hash, "height": result.height}
    )
    return {
        "v": 1,
        **done,
        "at": at,
        "dseq": str(quote.id.dseq),
        **pick(quote, "chain_id", "owner", "deposit", "fee", "fee_ceiling", "price", "price_h", "unverified"),
        **payment_json(quote),
        "left_before": DecCoin(UACT, quote.left),
        "lasts_hours": decimal(quote.lasts_hours, 2),
        "lasts_until": quote.ends_at,
    }
