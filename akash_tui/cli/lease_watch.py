"""`lease status --watch`: a deployment's state now and whenever something changes, until it is closed."""

from __future__ import annotations

from contextlib import aclosing
from decimal import Decimal

import click

from akash_tui.cli.alert_output import deliver_alert
from akash_tui.cli.lease_lines import alarm_lines, alarms_of, show_view, view_json
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import print_json, print_progress
from akash_tui.cli.session import open_session, run_async
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.alert import Alert
from akash_tui.services.automation.auto_top_up import AutoTopUp
from akash_tui.services.leases.alert_rules import AlertRules
from akash_tui.services.leases.attention import LOW_HOURS, AttentionCheck, DeploymentWatch
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.standing_orders import StandingOrder


def watch_lease(
    g: GlobalOptions,
    number: int,
    every: float,
    low: Decimal | None,
    gseq: int | None = None,
    service: str | None = None,
) -> None:
    """Look again and again; `gseq` and `service` narrow what is told, alarms of the whole deployment stay.

    A group without a lease, or a service that the providers do not know, is refused at the first look.
    """

    async def work() -> None:
        async with open_session(g) as session:
            watch = DeploymentWatch(session, DeploymentId(session.owner, number), low_hours=low or LOW_HOURS)
            levels = g.entry.settings.alerts.low_hours if low is None else (low,)
            auto = AutoTopUp(session)
            sentry = AlertRules(session.network.chain_id, levels)
            async with aclosing(watch.looks(every)) as looks:
                before: str | None = None
                async for look in looks:
                    if before is None:
                        refuse_unknown(look.view, gseq, service)
                    before = _tell(g, look, auto.find(look.view.id), before, gseq, service)
                    for alert in sentry.look(look.view) if look.fault is None else ():
                        if _concerns(alert, look.view, gseq):
                            await deliver_alert(g, alert)

    run_async(work)


def refuse_unknown(view: DeploymentView, gseq: int | None, service: str | None) -> None:
    """Raises `BadInput` for a group or a service that this deployment does not have."""
    leases = [v for v in view.leases if gseq in (None, v.lease.id.gseq)]
    if gseq is not None and not leases:
        raise BadInput(
            f"Deployment {view.id.dseq} has no lease in group {gseq}.", f"akash-tui lease show {view.id.dseq}"
        )
    if service and not any(s.name == service for v in leases for s in v.services):
        names = sorted({s.name for v in leases for s in v.services})
        raise BadInput(f"There is no service {service!r}.", f"Services: {', '.join(names) or 'none known yet'}.")


def _tell(
    g: GlobalOptions,
    look: AttentionCheck,
    order: StandingOrder | None,
    before: str | None,
    gseq: int | None,
    service: str | None,
) -> str:
    """One look; comes back with the line that the next look is compared with."""
    line = _line(look.view, gseq, service)
    new = alarms_of(look.new, gseq)
    at = f"{look.view.read_at:%H:%M:%S}"
    if g.json:
        fault = None if look.fault is None else look.fault.title
        print_json(view_json(look.view, order, gseq=gseq, service=service) | {"event": "status", "read_error": fault})
    elif look.fault is not None:
        print_progress(f"{look.fault.title} {look.fault.advice}")
    elif before is None:
        show_view(g, look.view, order, gseq=gseq, service=service)
    else:
        if line != before:
            click.echo(f"{at}  {line}")
        for alarm in new:
            click.echo(f"{at}  {alarm_lines(alarm)}")
    return line


def _concerns(alert: Alert, view: DeploymentView, gseq: int | None) -> bool:
    """True for alerts of the whole deployment, and of the providers of one group (None: of all)."""
    provider = alert.facts.get("provider")
    return provider is None or provider in {v.lease.id.provider for v in view.leases if gseq in (None, v.lease.id.gseq)}


def _line(view: DeploymentView, gseq: int | None, service: str | None) -> str:
    """What a change is told of: the deployment's state, and the services that were asked for by name or group."""
    if gseq is None and service is None:
        return view.state
    found = [
        f"{s.name} {s.ready} of {s.total} ready"
        for v in view.leases
        if gseq in (None, v.lease.id.gseq)
        for s in v.services
        if service in (None, s.name)
    ]
    return ", ".join([view.state, *found])
