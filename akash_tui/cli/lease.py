"""`lease`: list, show, status, close. The other commands of the group have their own modules."""

from __future__ import annotations

import click

from akash_tui.cli.lease_deposit import deposit
from akash_tui.cli.lease_lines import format_end, gpus_of, provider_of, show_view, view_json
from akash_tui.cli.lease_logs import events, logs
from akash_tui.cli.lease_recover import recover
from akash_tui.cli.lease_shell import shell
from akash_tui.cli.lease_update import update
from akash_tui.cli.lease_watch import refuse_unknown, watch_lease
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import coin, instant, print_json, print_rows, print_table
from akash_tui.cli.session import confirm, open_session, run_async
from akash_tui.cli.values import dseq_of, positive, seconds
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import exact, rate, units
from akash_tui.services.automation.auto_top_up import AutoTopUp
from akash_tui.services.deployment import close as closing
from akash_tui.services.leases.attention import attention
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.ports import BadInput
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.storage.standing_orders import StandingOrder


@click.group()
def lease() -> None:
    """Your deployments and leases."""


for command in (logs, events, shell, update, deposit, recover):
    lease.add_command(command)


@lease.command("list")
@click.option("--all", "closed", is_flag=True, help="Include deployments that ended.")
@global_options
def list_(g: GlobalOptions, closed: bool) -> None:
    """All deployments of the wallet, created on any machine; those that need attention first."""

    async def work() -> tuple[list[DeploymentView], list[StandingOrder]]:
        async with open_session(g) as session:
            return sorted(await Leases(session).all(closed=closed), key=attention), AutoTopUp(session).all()

    views, orders = run_async(work)
    if g.json:
        by_id = {order.id: order for order in orders}
        print_rows(g, [view_json(v, by_id.get(v.id)) for v in views])
        return
    if not views:
        click.echo("No deployments." if closed else "No open deployments (--all also lists those that ended).")
        return
    print_table(
        ["dseq", "name", "state", "GPU", "≈$/h", "left ACT", "lasts until (about)", "provider"],
        [
            [
                str(v.id.dseq),
                v.name,
                v.state,
                gpus_of(v),
                rate(v.price_h),
                units(v.left),
                format_end(v),
                ", ".join(provider_of(one) for one in v.leases) or "–",
            ]
            for v in views
        ],
        right=(4, 5),
    )


@lease.command()
@click.argument("dseq")
@global_options
def show(g: GlobalOptions, dseq: str) -> None:
    """One deployment as the chain has it: state, cost, leases."""
    show_view(g, *_one(g, dseq, services=False))


@lease.command()
@click.argument("dseq")
@click.option("--gseq", type=int, help="Only this group.")
@click.option("--service", metavar="S", help="Only this service.")
@click.option("--watch", is_flag=True, help="Continue until it is closed; print each change and what needs attention.")
@click.option("--every", default="10s", metavar="TIME", help="With --watch: how often to check.")
@click.option("--low", metavar="HOURS", help="With --watch: funds below this count as low (2 hours).")
@global_options
def status(
    g: GlobalOptions, dseq: str, gseq: int | None, service: str | None, watch: bool, every: str, low: str | None
) -> None:
    """Services, replicas, addresses and ports, read from its providers, and what needs attention."""
    if watch:
        pause = max(1.0, seconds(every, "--every"))
        watch_lease(g, dseq_of(dseq), pause, positive(low, "--low", "hours"), gseq, service)
        return
    view, order = _one(g, dseq, services=True)
    leases = [v for v in view.leases if gseq in (None, v.lease.id.gseq)]
    refuse_unknown(view, gseq, service)
    if g.json:
        print_json(view_json(view, order, gseq=gseq, service=service))
    else:
        show_view(g, view, order, gseq=gseq, service=service)
    faults = [v.fault for v in leases if v.fault is not None]
    if faults and not any(v.status for v in leases):
        raise faults[0]


@lease.command()
@click.argument("dseq")
@click.option("--yes", is_flag=True, help="Do not ask.")
@global_options
def close(g: GlobalOptions, dseq: str, yes: bool) -> None:
    """Close a deployment and its leases; the rest of the deposit comes back."""
    number = dseq_of(dseq)

    async def work() -> None:
        async with open_session(g) as session:
            quote = await close_quote(session, DeploymentId(session.owner, number))
            question = (
                f"Close deployment {dseq} ({quote.name}), {quote.leases} lease(s)? "
                f"About {exact(quote.refund.amount)} ACT come back; gas about {units(quote.fee.amount, 4)} AKT."
            )
            if not confirm(question, yes=yes):
                raise BadInput("Nothing was closed.", "Answer yes to continue.")
            result = await closing.close(session, quote)
            if g.json:
                print_json(
                    {
                        "v": 1,
                        "event": "closed",
                        "at": instant(session.clock.now()),
                        "chain_id": session.network.chain_id,
                        "owner": session.owner,
                        "dseq": dseq,
                        "tx": result.tx,
                        "height": result.height,
                        "refund": None if result.refund is None else coin(result.refund),
                    }
                )
            else:
                back = (
                    "the refund could not be read"
                    if result.refund is None
                    else f"{exact(result.refund.amount)} ACT came back"
                )
                click.echo(f"closed in block {result.height}; {back}  (tx {result.tx})")

    run_async(work)


def _one(g: GlobalOptions, dseq: str, *, services: bool) -> tuple[DeploymentView, StandingOrder | None]:
    number = dseq_of(dseq)

    async def work() -> tuple[DeploymentView, StandingOrder | None]:
        async with open_session(g) as session:
            id = DeploymentId(session.owner, number)
            return await Leases(session).one(id, services=services), AutoTopUp(session).find(id)

    return run_async(work)
