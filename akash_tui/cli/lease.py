"""`lease`: list, show, status, close; the other commands of the group are in modules of their own."""

from __future__ import annotations

import sys
from contextlib import aclosing
from decimal import Decimal

import click

from akash_tui.cli.bids import gpu_words
from akash_tui.cli.lease_deposit import deposit
from akash_tui.cli.lease_logs import events, logs
from akash_tui.cli.lease_recover import recover
from akash_tui.cli.lease_shell import shell
from akash_tui.cli.lease_update import update
from akash_tui.cli.options import Globals, takes_globals
from akash_tui.cli.output import coin, decimal, instant, print_json, print_table, say
from akash_tui.cli.session import confirm, opened, run_async
from akash_tui.cli.values import dseq_of, positive, seconds
from akash_tui.domain.disclosure import Disclosure
from akash_tui.domain.lease_words import spent, why_ended
from akash_tui.domain.market import DeploymentId
from akash_tui.domain.money import UACT, DecCoin, rate, units
from akash_tui.services.deploy import Deployer
from akash_tui.services.events import gpu_json, services_json
from akash_tui.services.leases import DeploymentView, Leases, LeaseView
from akash_tui.services.ports import BadInput
from akash_tui.services.watch import LOW_HOURS, Alarm, Watch, alarms, attention, cost_so_far


@click.group()
def lease() -> None:
    """Your deployments and leases."""


for command in (logs, events, shell, update, deposit, recover):
    lease.add_command(command)


@lease.command("list")
@click.option("--all", "closed", is_flag=True, help="Also those that ended.")
@takes_globals
def list_(g: Globals, closed: bool) -> None:
    """All deployments of the wallet, from any machine; what needs attention first."""

    async def work() -> list[DeploymentView]:
        async with opened(g) as session:
            return sorted(await Leases(session).all(closed=closed), key=attention)

    views = run_async(work)
    if g.json:
        rows = [_json(v) for v in views]
        if g.output == "jsonl":
            for row in rows:
                print_json(row)
        else:
            print_json(rows)
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
                _gpus(v),
                rate(v.price_h),
                units(v.left),
                _until(v),
                ", ".join(_provider(one) for one in v.leases) or "–",
            ]
            for v in views
        ],
        right=(4, 5),
    )


@lease.command()
@click.argument("dseq")
@takes_globals
def show(g: Globals, dseq: str) -> None:
    """One deployment: state, cost, leases."""
    _show(g, _one(g, dseq, services=False))


@lease.command()
@click.argument("dseq")
@click.option("--gseq", type=int, help="Only this group.")
@click.option("--service", metavar="S", help="Only this service.")
@click.option("--watch", is_flag=True, help="Go on until it is closed; say what needs attention when it happens.")
@click.option("--every", default="10s", metavar="TIME", help="With --watch: how often to look.")
@click.option("--low", metavar="HOURS", help="With --watch: when funds count as low (2 hours).")
@takes_globals
def status(
    g: Globals, dseq: str, gseq: int | None, service: str | None, watch: bool, every: str, low: str | None
) -> None:
    """What runs, asked from its providers: services, replicas, addresses, ports, and what needs attention."""
    if watch:
        watch_lease(g, dseq_of(dseq), max(1.0, seconds(every, "--every")), positive(low, "--low", "hours"))
        return
    view = _one(g, dseq, services=True)
    leases = [v for v in view.leases if gseq in (None, v.lease.id.gseq)]
    if gseq is not None and not leases:
        raise BadInput(f"Deployment {dseq} has no lease in group {gseq}.", f"akash-tui lease show {dseq}")
    if service and not any(s.name == service for v in leases for s in v.services):
        names = sorted({s.name for v in leases for s in v.services})
        raise BadInput(f"There is no service {service!r}.", f"Services: {', '.join(names) or 'none known yet'}.")
    if g.json:
        print_json(_json(view, gseq=gseq, service=service))
    else:
        _show(g, view, gseq=gseq, service=service)
    faults = [v.fault for v in leases if v.fault is not None]
    if faults and not any(v.status for v in leases):
        raise faults[0]


@lease.command()
@click.argument("dseq")
@click.option("--yes", is_flag=True, help="Do not ask.")
@takes_globals
def close(g: Globals, dseq: str, yes: bool) -> None:
    """End a deployment and its leases; what is left of the deposit returns."""
    number = dseq_of(dseq)

    async def work() -> None:
        async with opened(g) as session:
            deployer = Deployer(session)
            quote = await deployer.quote_close(DeploymentId(session.owner, number))
            question = (
                f"Close deployment {dseq} ({quote.name}), {quote.leases} lease(s)? "
                f"About {units(quote.refund.amount)} ACT come back; gas about {units(quote.fee.amount, 4)} AKT."
            )
            if not confirm(question, yes=yes):
                raise BadInput("Nothing was closed.", "Say yes to go on.")
            result = await deployer.close(quote)
            if g.json:
                print_json(
                    {
                        "v": 1,
                        "event": "closed",
                        "dseq": dseq,
                        "tx": result.tx,
                        "height": result.height,
                        "refund": None if result.refund is None else coin(result.refund),
                    }
                )
            else:
                back = (
                    "what came back could not be read"
                    if result.refund is None
                    else f"{units(result.refund.amount)} ACT came back"
                )
                click.echo(f"closed in block {result.height}; {back}  (tx {result.tx})")

    run_async(work)


def _one(g: Globals, dseq: str, *, services: bool) -> DeploymentView:
    number = dseq_of(dseq)

    async def work() -> DeploymentView:
        async with opened(g) as session:
            return await Leases(session).one(DeploymentId(session.owner, number), services=services)

    return run_async(work)


def _gpus(view: DeploymentView) -> str:
    words = [gpu_words(Disclosure(v.gpus, (None,) * len(v.gpus), 0)) for v in view.leases]
    return ", ".join(words) or "–"


def _provider(view: LeaseView) -> str:
    return (view.provider.organization or view.provider.host) if view.provider else view.lease.id.provider


def _until(view: DeploymentView) -> str:
    return f"{view.lasts_until:%Y-%m-%d %H:%M} UTC" if view.lasts_until else "–"


def watch_lease(g: Globals, number: int, every: float, low: Decimal | None) -> None:
    """Tell a deployment's state now and whenever something changes, until it is closed."""

    async def work() -> None:
        async with opened(g) as session:
            watch = Watch(session, DeploymentId(session.owner, number), low_hours=low or LOW_HOURS)
            async with aclosing(watch.looks(every)) as looks:
                before = ""
                async for look in looks:
                    if g.json:
                        fault = None if look.fault is None else look.fault.title
                        print_json(_json(look.view) | {"event": "status", "read_error": fault})
                    elif look.fault is not None:
                        say(f"{look.fault.title} {look.fault.advice}")
                    elif not before:
                        _show(g, look.view)
                    elif look.view.state != before:
                        click.echo(f"{look.view.read_at:%H:%M:%S}  {look.view.state}")
                    if not g.json and before:
                        for alarm in look.new:
                            click.echo(f"{look.view.read_at:%H:%M:%S}  {_alarm(alarm)}")
                    if any(a.urgent for a in look.new) and sys.stderr.isatty():
                        click.echo("\a", nl=False, err=True)
                    before = look.view.state

    run_async(work)


def _alarm(alarm: Alarm) -> str:
    return f"{'!' if alarm.urgent else '·'} {alarm.says}\n    {alarm.advice}"


def _show(g: Globals, view: DeploymentView, *, gseq: int | None = None, service: str | None = None) -> None:
    if g.json:
        print_json(_json(view))
        return
    click.echo(f"dseq {view.id.dseq}  {view.name}  {view.state}")
    click.echo(f"≈ ${rate(view.price_h)} an hour · {units(view.left)} ACT left · lasts until about {_until(view)}")
    if not view.leases:
        click.echo("no lease yet")
    for one in view.leases:
        if gseq is not None and one.lease.id.gseq != gseq:
            continue
        click.echo(
            f"group {one.lease.id.gseq}: {_provider(one)} ({one.lease.id.provider}) lease {one.lease.state.value}, "
            f"cost {units(spent(one.lease, view.height))} ACT so far"
        )
        if one.fault is not None:
            click.echo(f"  {one.fault.title} {one.fault.advice}")
        for s in one.services:
            if service is not None and s.name != service:
                continue
            click.echo(f"  {s.name}: {s.ready} of {s.total} ready")
            for uri in s.uris:
                click.echo(f"    http://{uri}")
            for port in s.ports:
                click.echo(f"    {port.host}:{port.external_port} → {port.port}/{port.proto.lower()}")
    for alarm in alarms(view):
        click.echo(_alarm(alarm))


def _json(view: DeploymentView, *, gseq: int | None = None, service: str | None = None) -> dict[str, object]:
    return {
        "v": 1,
        "owner": view.id.owner,
        "dseq": str(view.id.dseq),
        "name": view.name,
        "state": view.state,
        "deployment_state": view.deployment.state.value,
        "price_h": decimal(view.price_h),
        "left": coin(DecCoin(UACT, view.left)),
        "lasts_until": instant(view.lasts_until),
        "height": view.height,
        "spent": coin(DecCoin(UACT, cost_so_far(view))),
        "alarms": [{"code": a.code, "message": a.says, "advice": a.advice, "urgent": a.urgent} for a in alarms(view)],
        "leases": [_lease_json(v, service) for v in view.leases if gseq in (None, v.lease.id.gseq)],
    }


def _lease_json(view: LeaseView, service: str | None) -> dict[str, object]:
    found = [s for s in view.services if service in (None, s.name)]
    return {
        "gseq": view.lease.id.gseq,
        "oseq": view.lease.id.oseq,
        "provider": view.lease.id.provider,
        "host": view.provider.host if view.provider else None,
        "state": view.lease.state.value,
        "reason": view.lease.reason,
        "why": why_ended(view.lease),
        "price": coin(view.lease.price),
        "price_h": decimal(view.price_h),
        "gpus": [gpu_json(offer) for offer in view.gpus],
        "delivered": view.delivered,
        "running": None if view.status is None else view.status.running,
        "services": services_json(found),
        "fault": None
        if view.fault is None
        else {"code": view.fault.code, "message": view.fault.title, "advice": view.fault.advice},
    }
