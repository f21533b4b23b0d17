"""`lease status --watch`: a deployment's state now and after each change, until it is closed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, suppress
from decimal import Decimal

import click

from akash_tui.cli.lease_lines import attention_lines, attention_of_group, leases_of, show_view, view_json
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import deliver_alert, json_stream, print_progress
from akash_tui.cli.session import in_session
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.alert import Alert
from akash_tui.services.automation.auto_top_up import AutoTopUp
from akash_tui.services.automation.stop_after import StopAfter
from akash_tui.services.core.session import Session
from akash_tui.services.leases.alerts import AlertRules
from akash_tui.services.leases.attention import LOW_HOURS, AttentionCheck, watch_deployment
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.leases.runtime_limits import LimitState
from akash_tui.services.ports import AkashError, BadInput
from akash_tui.services.storage.standing_orders import StandingOrder


def watch_lease(
    g: GlobalOptions, number: int, every: float, low: Decimal | None, gseq: int | None, service: str | None
) -> None:
    """Check every `every` seconds. `gseq` and `service` narrow the output; what concerns the whole deployment remains.

    Raises `BadInput` at the first check for a group without a lease or a service that no provider reports.
    """

    async def work(session: Session, put: Callable[[object], None]) -> None:
        watch = watch_deployment(session, DeploymentId(session.owner, number), every, low or LOW_HOURS)
        levels = g.entry.settings.alerts.low_hours if low is None else (low,)
        auto, stop, limit = AutoTopUp(session), StopAfter(session), None
        await session.provider_cache.read_listed()
        rules = AlertRules(session.network.chain_id, levels)
        async with aclosing(watch) as checks:
            before: str | None = None
            async for check in checks:
                if before is None:
                    refuse_unknown(check.view, gseq, service)
                if check.fault is None:
                    with suppress(AkashError):  # then it is as far as it was at the check before
                        limit = (await stop.states()).get(check.view.id)
                before = _print_check(g, put, check, auto.find(check.view.id), limit, before, gseq, service)
                for alert in rules.check(check.view) if check.fault is None else ():
                    if _concerns(alert, check.view, gseq):
                        await deliver_alert(g, alert)

    with json_stream(g) as put:
        in_session(g, lambda session: work(session, put))


def refuse_unknown(view: DeploymentView, gseq: int | None, service: str | None) -> None:
    """Raises `BadInput` for a group or a service that this deployment does not have."""
    leases = leases_of(view, gseq)
    if gseq is not None and not leases:
        raise BadInput(
            f"Deployment {view.id.dseq} has no lease in group {gseq}.", f"akash-tui lease show {view.id.dseq}"
        )
    if service and not any(s.name == service for v in leases for s in v.services):
        names = sorted({s.name for v in leases for s in v.services})
        raise BadInput(f"Unknown service {service!r}.", f"Services: {', '.join(names) or 'none known yet'}.")


def _print_check(
    g: GlobalOptions,
    put: Callable[[object], None],
    check: AttentionCheck,
    order: StandingOrder | None,
    limit: LimitState | None,
    before: str | None,
    gseq: int | None,
    service: str | None,
) -> str:
    """Print one check; returns the line that the next check is compared with."""
    line = _line(check.view, gseq, service)
    at = f"{check.view.read_at:%H:%M:%S}"
    if g.json:
        fault = None if check.fault is None else check.fault.title
        put(view_json(check.view, order, limit, gseq=gseq, service=service) | {"event": "status", "read_error": fault})
    elif check.fault is not None:
        print_progress(f"{check.fault.title} {check.fault.advice}")
    elif before is None:
        show_view(g, check.view, order, limit, gseq=gseq, service=service)
    else:
        if line != before:
            click.echo(f"{at}  {line}")
        for item in attention_of_group(check.new, gseq):
            click.echo(f"{at}  {attention_lines(item)}")
    return line


def _concerns(alert: Alert, view: DeploymentView, gseq: int | None) -> bool:
    """True for alerts of the whole deployment, and of the providers of one group (None: of all)."""
    provider = alert.facts.get("provider")
    return provider is None or provider in {v.lease.id.provider for v in leases_of(view, gseq)}


def _line(view: DeploymentView, gseq: int | None, service: str | None) -> str:
    """What is compared between checks: the state, and the services selected by name or group."""
    if gseq is None and service is None:
        return view.state
    found = [
        f"{s.name} {s.ready} of {s.total} ready"
        for v in leases_of(view, gseq)
        for s in v.services
        if service in (None, s.name)
    ]
    return ", ".join([view.state, *found])
