"""`lease accept`: a bid on a deployment that is there already, for example one that was created elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.quotes import confirm_lease, lease_question
from akash_tui.cli.session import can_ask, confirm, in_session
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import ADDRESS, DSEQ, HOURS, SECONDS
from akash_tui.services.errors import BadInput, NoBid

if TYPE_CHECKING:
    from akash_tui.domain.akash.entities import BidId
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option(
    "--provider",
    "providers",
    type=ADDRESS,
    multiple=True,
    metavar="ADDRESS",
    help="Whose bid to accept; one for each group.",
)
@click.option("--cheapest", is_flag=True, help="The cheapest bid of each group that states its GPU model.")
@click.option("--allow-undisclosed", is_flag=True, help="Also accept a bid that does not state its GPU model.")
@click.option(
    "--allow-blocked", is_flag=True, help="Accept the bid of --provider even though you blocked that provider."
)
@click.option("--hours", type=HOURS, metavar="N", help="Raise the deposit so that it pays N hours (or 2d).")
@click.option(
    "--manifest-wait", type=SECONDS, default="4m", show_default=True, metavar="TIME", help="How long to send it."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee", "max_deposit", "max_spend")
@paying_options("fee_granter", "deposit_from", "unsigned")
@global_options
def accept(
    g: GlobalOptions,
    dseq: int,
    providers: tuple[str, ...],
    cheapest: bool,
    allow_undisclosed: bool,
    allow_blocked: bool,
    hours: Decimal | None,
    manifest_wait: float,
    yes: bool,
) -> None:
    """Accept a bid on an open deployment: lease it, and send the manifest."""
    from akash_tui.cli.event_sentences import event_listener
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.deployment import accept_bids
    from akash_tui.services.deployment.bid_collector import read_once
    from akash_tui.services.deployment.create import attach
    from akash_tui.services.deployment.manifest_delivery import deliver

    if cheapest == bool(providers):
        raise BadInput("Give either --provider or --cheapest.", f"See the bids: akash-tui bids {dseq}.")
    if allow_blocked and not providers:
        raise BadInput("--allow-blocked needs --provider.", "No rule accepts the bid of a provider that you blocked.")

    async def work(session: Session) -> None:
        run = await attach(session, DeploymentId(session.owner, dseq))
        run.hours = hours or run.hours
        await session.provider_cache.read_listed()
        if not allow_blocked:
            ask_about_blocked(session, providers, ask=can_ask() and not yes)
        await read_once(session, run)
        quote = await accept_bids.lease_quote(session, run, _choice(session, run, providers, allow_undisclosed))
        if g.unsigned is not None:
            click.echo(lease_question(quote), err=True)
            write_unsigned(g, session, quote)
            return
        if not await confirm_lease(session, yes)(quote):
            raise BadInput("Nothing was leased.", "Answer yes to continue.")
        run.listeners.append(event_listener(g, session.provider_cache.name))
        await accept_bids.accept(session, run, quote)
        await deliver(session, run, manifest_wait)

    in_session(g, work)


def ask_about_blocked(session: Session, providers: tuple[str, ...], *, ask: bool) -> None:
    """Ask whether a provider that you blocked may be taken all the same. Raises `BadInput` where nobody says yes."""
    blocked = session.provider_notes.blocked()
    for provider in filter(blocked.__contains__, providers):
        name, why = session.provider_cache.name(provider), blocked[provider]
        if not ask or not confirm(f"{name}: {why}. Accept its bid all the same?", yes=False):
            raise BadInput(
                f"{name} is not accepted: {why}.",
                f"--allow-blocked accepts it this once; akash-tui provider unblock {provider} from now on.",
            )


def _choice(
    session: Session, run: DeploymentRun, providers: tuple[str, ...], allow_undisclosed: bool
) -> dict[int, BidId]:
    """One bid for each open group. Raises `NoBid` for a group without one."""
    from akash_tui.domain.bids.decision import decide
    from akash_tui.domain.bids.rule import Rule
    from akash_tui.domain.bids.sorting import CHEAPEST
    from akash_tui.services.core.events import Chosen

    if not providers:
        rule = Rule(allow_undisclosed=allow_undisclosed)
        decision = decide(run.book, rule, avoid=run.avoided)
        choice = decision.choice
        if choice is None:
            raise NoBid(
                f"There is no bid to accept on deployment {run.id.dseq}.",
                f"akash-tui bids {run.id.dseq} --watch shows them; --allow-undisclosed accepts more of them.",
            )
        for gseq, row in decision.picks.items():
            why = decision.rejected.get(gseq, ())
            run.chosen[row.id] = Chosen(run.head(), row.id, row.price_h, rule.words, why, terms=rule.summary)
        return choice
    picks: dict[int, BidId] = {}
    for gseq in (g for g in run.book.groups if run.book.order_open(g) is not False):
        mine = [row for row in run.book.rows(CHEAPEST, gseq, gone=False) if row.id.provider in providers]
        if not mine:
            raise NoBid(
                f"None of these providers has an open bid on group {gseq} of deployment {run.id.dseq}.",
                f"See the bids: akash-tui bids {run.id.dseq}.",
            )
        picks[gseq] = mine[0].id
    return picks
