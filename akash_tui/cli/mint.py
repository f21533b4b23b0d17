"""`wallet mint` turns AKT into ACT, `wallet burn` turns it back: quote, confirmation, result."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import print_json, print_progress
from akash_tui.cli.quotes import paid_by
from akash_tui.cli.session import confirm_quote, in_session
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import ACT
from akash_tui.domain.akash.money import named, plain
from akash_tui.services.errors import BadInput, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import MintRecord, TxResult
    from akash_tui.services.spending import mint as minting

    Quoted = Callable[[Session, Decimal], Awaitable[minting.MintQuote]]


@click.command()
@click.argument("act", type=ACT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_rate", "max_spend")
@paying_options("fee_granter", "unsigned")
@global_options
def mint(g: GlobalOptions, act: Decimal, yes: bool) -> None:
    """Turn AKT into about ACT of compute money. It takes some blocks; the price at that time counts."""
    from akash_tui.services.spending import mint as minting

    _exchange(g, act, yes, minting.mint_quote)


@click.command()
@click.argument("act", type=ACT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_rate", "max_spend")
@paying_options("fee_granter", "unsigned")
@global_options
def burn(g: GlobalOptions, act: Decimal, yes: bool) -> None:
    """Turn ACT back into AKT at the price of that time."""
    from akash_tui.services.spending import mint as minting

    _exchange(g, act, yes, minting.burn_quote)


def _exchange(g: GlobalOptions, act: Decimal, yes: bool, quoted: Quoted) -> None:
    from akash_tui.domain.akash.lease_end import seconds_text
    from akash_tui.services.spending import mint as minting

    async def work(session: Session) -> tuple[minting.MintQuote, TxResult, MintRecord | None] | None:
        quote = await quoted(session, act)
        for sentence in quote.unverified:
            click.echo(f"not verified: {sentence}", err=True)
        if g.unsigned is not None:
            write_unsigned(g, session, quote)
            return None
        for sentence in quote.risks:
            click.echo(f"could go wrong: {sentence}", err=True)
        spread = f", spread {plain(Decimal(quote.spread_bps) / 100)} %" if quote.is_mint else ""
        question = (
            f"Give {named(quote.burn)} for about {named(quote.gives)} (1 AKT = ${plain(quote.price.usd)}{spread})? "
            f"Gas about {named(quote.fee)}, never more than {named(quote.fee_ceiling)}{paid_by(quote)}; "
            f"it takes about {seconds_text(round(quote.seconds))} or longer."
        )
        if not confirm_quote(session, question, quote.beyond, yes=yes, messages=quote.draft.messages):
            raise BadInput("Nothing was sent.", "Answer yes to continue.")
        result = await minting.execute(session, quote)
        print_progress(f"in block {result.height}; waiting until the chain has executed it")
        return quote, result, await minting.outcome(session, quote, result)

    done = in_session(g, work)
    if done is None:
        return
    quote, result, record = done
    gave = None if record is None else minting.paid_out(record)
    if g.json:
        print_json(
            {
                "v": 1,
                "tx": result.hash,
                "height": result.height,
                "burned": quote.burn,
                "status": minting.PENDING if record is None else record.status,
                "gave": gave,
            }
        )
    elif gave is not None:
        click.echo(f"{named(gave)} for {named(quote.burn)}  (tx {result.hash})")
    elif record is None:
        click.echo(
            f"not known yet, or the same as another one of this wallet: see akash-tui wallet show  (tx {result.hash})"
        )
    if record is not None and gave is None:
        raise Refused(
            f"The chain cancelled it, because {minting.why_canceled(record)}, and pays {named(quote.burn)} back.",
            "Check the wallet in a moment: akash-tui wallet show",
        )
