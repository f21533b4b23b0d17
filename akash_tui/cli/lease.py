"""`lease`: list, show, status, close, recover. The other commands of the group have their own modules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from akash_tui.cli.columns import columns_option, print_columns
from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import pick, print_answer, print_json, print_rows
from akash_tui.cli.quotes import close_question
from akash_tui.cli.session import confirm_quote, in_session, no_prompt
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import DSEQ, HOURS, SECONDS
from akash_tui.domain.akash.money import exact, rate, units
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.core.session import Session
    from akash_tui.services.leases.lease_reader import DeploymentView
    from akash_tui.services.leases.runtime_limits import LimitState
    from akash_tui.services.storage.standing_orders import StandingOrder

LIST_COLUMNS = ("dseq", "name", "state", "gpu", "price", "left", "until", "stops", "provider")
LIST_SECONDS = 8.0
"""So long the list waits for providers; what a silent one runs is then left open."""


@click.command("list")
@click.option("--all", "closed", is_flag=True, help="Include deployments that ended.")
@columns_option(LIST_COLUMNS)
@global_options
def list_(g: GlobalOptions, closed: bool, only: tuple[str, ...]) -> None:
    """All deployments of the wallet, created on any machine; those that need attention first.

    Providers are asked what runs, for some seconds, if that needs no passphrase to be typed.
    """
    from akash_tui.cli.lease_lines import view_json
    from akash_tui.services.automation.auto_top_up import AutoTopUp
    from akash_tui.services.automation.stop_after import StopAfter
    from akash_tui.services.leases.attention import attention
    from akash_tui.services.leases.lease_reader import Leases

    async def work(
        session: Session,
    ) -> tuple[list[DeploymentView], list[StandingOrder], dict[DeploymentId, LimitState], str]:
        leases = Leases(session)
        await session.provider_cache.read_listed()
        views = await leases.asked_within(await leases.all(closed=closed), LIST_SECONDS)
        limits = await StopAfter(session).states()
        return sorted(views, key=attention), AutoTopUp(session).all(), limits, _other_wallets(g, session)

    views, orders, limits, others = in_session(g, work, ask=no_prompt)
    if g.json:
        by_id = {order.id: order for order in orders}
        print_rows(g, [view_json(v, by_id.get(v.id), limits.get(v.id)) for v in views])
    elif not views:
        click.echo("No deployments." if closed else "No open deployments (--all also lists those that ended).")
    else:
        _print_views(views, limits, only)
    _print_note(g, others)


def print_other_wallets(g: GlobalOptions, session: Session) -> None:
    """A line about the deployments of this home's other wallets, after a list of one wallet; nothing without any."""
    _print_note(g, _other_wallets(g, session))


def _other_wallets(g: GlobalOptions, session: Session) -> str:
    from akash_tui.services.leases.other_wallets import other_wallets

    return other_wallets(session, g.entry.wallets().wallets(), options=True)


def _print_note(g: GlobalOptions, others: str) -> None:
    """On stderr beside JSON, whose rows are those of one wallet."""
    if others:
        click.echo(f"{others}, as this machine last knew.", err=g.json)


def _stops(limit: LimitState | None) -> str:
    """When a deployment stops by its runtime limit."""
    from akash_tui.domain.akash.lease_end import how_long

    if limit is None:
        return "–"
    if limit.hours_left is None:
        return f"after {limit.saved.limit.words}"
    return "now" if limit.due else f"in {how_long(limit.hours_left)}"


def _print_views(
    views: Sequence[DeploymentView], limits: dict[DeploymentId, LimitState], only: tuple[str, ...]
) -> None:
    from akash_tui.cli.lease_lines import attention_lines, countdown, format_end, gpus_of
    from akash_tui.services.leases.attention import PROBLEMS, attention_items

    print_columns(
        LIST_COLUMNS,
        [
            [
                str(v.id.dseq),
                v.name,
                v.state,
                gpus_of(v),
                rate(v.price_h),
                units(v.left),
                format_end(v),
                _stops(limits.get(v.id)),
                ", ".join(dict.fromkeys(one.provider_name.full for one in v.leases)) or "–",
            ]
            for v in views
        ],
        right=("price", "left"),
        only=only,
    )
    for view in views:
        for item in attention_items(view):
            if item.code in PROBLEMS:
                click.echo(f"dseq {view.id.dseq}  {attention_lines(item)}")
        limit = limits.get(view.id)
        if limit is not None and limit.due:
            click.echo(f"dseq {view.id.dseq}  ! after {limit.saved.limit.words}: {countdown(limit)}")


@click.command()
@click.argument("dseq", type=DSEQ)
@global_options
def show(g: GlobalOptions, dseq: int) -> None:
    """One deployment as the chain has it: state, cost, leases."""
    from akash_tui.cli.lease_lines import show_view

    show_view(g, *_one(g, dseq, services=False))


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option("--gseq", type=int, help="Only this group.")
@click.option("--service", metavar="S", help="Only this service.")
@click.option("--watch", is_flag=True, help="Continue until it is closed; print each change and what needs attention.")
@click.option("--every", type=SECONDS, default="10s", metavar="TIME", help="With --watch: how often to check.")
@click.option("--low", type=HOURS, metavar="HOURS", help="With --watch: funds below this count as low (2 hours).")
@global_options
def status(
    g: GlobalOptions, dseq: int, gseq: int | None, service: str | None, watch: bool, every: float, low: Decimal | None
) -> None:
    """Services, replicas, addresses and ports, read from its providers, and what needs attention."""
    from akash_tui.cli.lease_lines import leases_of, show_view
    from akash_tui.cli.lease_watch import refuse_unknown, watch_lease

    if watch:
        watch_lease(g, dseq, max(1.0, every), low, gseq, service)
        return
    view, order, limit = _one(g, dseq, services=True)
    refuse_unknown(view, gseq, service)
    show_view(g, view, order, limit, gseq=gseq, service=service)
    leases = leases_of(view, gseq)
    faults = [v.fault for v in leases if v.fault is not None]
    if faults and not any(v.status for v in leases):
        raise faults[0]


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee")
@paying_options("fee_granter", "unsigned")
@global_options
def close(g: GlobalOptions, dseq: int, yes: bool) -> None:
    """Close a deployment and its leases; the rest of the deposit comes back."""
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.core.events import EventHead, others_json
    from akash_tui.services.deployment import close as closing
    from akash_tui.services.spending.quoting import close_quote

    async def work(session: Session) -> None:
        quote = await close_quote(session, DeploymentId(session.owner, dseq))
        if g.unsigned is not None:
            click.echo(close_question(quote), err=True)
            write_unsigned(g, session, quote)
            return
        if not confirm_quote(session, close_question(quote), quote.beyond, yes=yes):
            raise BadInput("Nothing was closed.", "Answer yes to continue.")
        result = await closing.close(session, quote)
        head = EventHead(session.clock.now(), session.network.chain_id, session.owner, quote.id)
        refund = result.refund
        back = "the refund could not be read" if refund is None else f"{exact(refund.amount)} ACT came back"
        back += "".join(f", {exact(coin.amount)} ACT went back to {who}" for who, coin in result.others)
        print_answer(
            g,
            head.json("closed") | pick(result, "tx", "height", "refund") | others_json(result.others),
            f"closed in block {result.height}; {back}  (tx {result.tx})",
        )

    in_session(g, work)


@click.command()
@click.argument("dseq", type=DSEQ)
@global_options
def recover(g: GlobalOptions, dseq: int) -> None:
    """Print the SDL of a deployment: the one saved here, or one rebuilt from its provider's manifest."""
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.deployment import recover_sdl

    found = in_session(g, lambda session: recover_sdl.recover(session, DeploymentId(session.owner, dseq)))
    if g.json:
        print_json({"v": 1, "dseq": str(dseq), **pick(found, "source", "exact", "missing", "sdl")})
        return
    click.echo(found.sdl, nl=False)
    for reason in found.missing:
        click.echo(f"missing  {reason}", err=True)
    if found.source == "provider":
        click.echo(
            "Rebuilt from the provider's manifest; its hash equals the one on chain, so it is what runs."
            if found.exact
            else "Rebuilt from the provider's manifest, but not identical to what was deployed: check it before use. "
            "Sent as an update it would change the deployment.",
            err=True,
        )


def _one(
    g: GlobalOptions, dseq: int, *, services: bool
) -> tuple[DeploymentView, StandingOrder | None, LimitState | None]:
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.automation.auto_top_up import AutoTopUp
    from akash_tui.services.automation.stop_after import StopAfter
    from akash_tui.services.leases.lease_reader import Leases

    async def work(session: Session) -> tuple[DeploymentView, StandingOrder | None, LimitState | None]:
        id = DeploymentId(session.owner, dseq)
        await session.provider_cache.read_listed()
        view = await Leases(session).one(id, services=services)
        return view, AutoTopUp(session).find(id), (await StopAfter(session).states()).get(id)

    return in_session(g, work)
