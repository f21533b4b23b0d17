"""`lease ask-again`: close a deployment that failed or got no bid, and deploy the same SDL, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import print_answer, print_json
from akash_tui.cli.parameters import GivenValues, value_options
from akash_tui.cli.quotes import create_json, print_create_quote
from akash_tui.cli.session import confirm_quote, in_session, print_beyond
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import DSEQ
from akash_tui.domain.akash.money import exact
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.services.core.events import Event
    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.redeploy import AskAgainQuote


@click.command("ask-again")
@click.argument("dseq", type=DSEQ)
@click.option("--dry-run", is_flag=True, help="Show the quote; sign nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_deposit", "max_spend")
@paying_options("fee_granter", "deposit_from", "unsigned")
@value_options(secrets_only=True)
@global_options
def ask_again(g: GlobalOptions, dseq: int, dry_run: bool, yes: bool, values: GivenValues) -> None:
    """Close a deployment and ask for bids again with the same SDL and deposit.

    Both are one transaction: the refund pays the new deposit, and both happen or neither. A provider that failed the
    old one is avoided. Of a deployment that is closed already only the new one is made.
    """
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.core.events import Created
    from akash_tui.services.deployment import create
    from akash_tui.services.deployment.redeploy import ask_again_quote, why_not_again
    from akash_tui.services.leases.lease_reader import Leases

    values.read_secrets()

    async def work(session: Session) -> None:
        values.give(session)
        id = DeploymentId(session.owner, dseq)
        reason = why_not_again((await Leases(session).one(id)).state)
        if reason is not None:
            raise BadInput(f"Deployment {dseq} cannot be asked for again. {reason}", f"akash-tui lease close {dseq}")
        again = await ask_again_quote(session, id)
        quote = again.create
        print_create_quote(quote, err=g.json or not dry_run)
        click.echo(f"  closes         {_closing(again)}", err=g.json or not dry_run)
        if dry_run:
            print_beyond(quote.beyond)
            if g.json:
                print_json(_json(again))
            return
        if g.unsigned is not None:
            create.keep(session, quote, again.avoid)
            write_unsigned(g, session, quote)
            return
        if not confirm_quote(session, f"Ask for bids again with the SDL of {dseq}?", quote.beyond, yes=yes):
            raise BadInput("Nothing was sent.", "Answer yes to continue.")
        run = create.new_run(session, quote)
        run.avoid = dict(again.avoid)
        made: list[Event] = []
        run.listeners.append(made.append)
        await create.create(session, quote, run)
        created = next(event for event in made if isinstance(event, Created))
        new = quote.id.dseq
        done = f"deployment {new} asks for bids in block {created.height}; see them: akash-tui bids {new}"
        answer = _json(again) | {"tx": created.tx, "height": created.height}
        print_answer(g, answer, f"{done}  (tx {created.tx})")

    in_session(g, work)


def _closing(again: AskAgainQuote) -> str:
    closing = again.create.closing
    if closing is None:
        return f"nothing: {again.old.dseq} is closed already"
    stops = f"{closing.leases} lease(s) end; " if closing.leases else ""
    return f"{closing.id.dseq}: {stops}about {exact(closing.refund.amount)} ACT come back"


def _json(again: AskAgainQuote) -> dict[str, object]:
    closing = again.create.closing
    return create_json(again.create) | {
        "quote": "ask_again",
        "old_dseq": str(again.old.dseq),
        "closes": closing is not None,
        "leases": 0 if closing is None else closing.leases,
        "refund": None if closing is None else closing.refund,
        "avoid": dict(again.avoid),
    }
