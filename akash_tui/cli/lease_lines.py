"""A deployment on the command line: a block of text, or one JSON object."""

from __future__ import annotations

from collections.abc import Sequence

import click

from akash_tui.cli.bids import format_gpus
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import coin, decimal, instant, print_json
from akash_tui.domain.akash.lease_end import spent, why_ended
from akash_tui.domain.akash.money import UACT, Coin, DecCoin, exact, plain, rate
from akash_tui.services.core.events import gpu_json, services_json
from akash_tui.services.leases.attention import Attention, attention_items, cost_so_far
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView
from akash_tui.services.storage.standing_orders import StandingOrder, order_line


def gpus_of(view: DeploymentView) -> str:
    """The GPUs of all its leases; a dash without any."""
    words = [format_gpus(v.gpus) for v in view.leases]
    return ", ".join(words) or "–"


def provider_of(view: LeaseView) -> str:
    """The provider's organization, else its host, else its address."""
    return (view.provider.organization or view.provider.host) if view.provider else view.lease.id.provider


def format_end(view: DeploymentView) -> str:
    """When its funds end, in UTC; a dash if unknown."""
    return f"{view.lasts_until:%Y-%m-%d %H:%M} UTC" if view.lasts_until else "–"


def alarm_lines(alarm: Attention) -> str:
    """What needs attention and what to do about it, in two lines."""
    return f"{'!' if alarm.urgent else '·'} {alarm.text}\n    {alarm.advice}"


def alarms_of(found: Sequence[Attention], gseq: int | None) -> list[Attention]:
    """The alarms of the whole deployment and of the leases of group `gseq` (None: of all groups)."""
    return [a for a in found if gseq is None or not a.lease or a.lease.startswith(f"{gseq}/")]


def show_view(
    g: GlobalOptions,
    view: DeploymentView,
    order: StandingOrder | None,
    *,
    gseq: int | None = None,
    service: str | None = None,
) -> None:
    """Print a deployment, or only one group or service of it."""
    if g.json:
        print_json(view_json(view, order))
        return
    click.echo(f"dseq {view.id.dseq}  {view.name}  {view.state}")
    lasts = f" · lasts until about {format_end(view)}" if view.lasts_until else ""
    click.echo(f"≈ ${rate(view.price_h)} an hour · {exact(view.left)} ACT left{lasts}")
    if order is not None:
        click.echo(f"automatic top-up while the app runs: {order_line(order)}")
    if not view.leases:
        click.echo("no lease yet")
    for one in view.leases:
        if gseq is not None and one.lease.id.gseq != gseq:
            continue
        click.echo(
            f"group {one.lease.id.gseq}: {provider_of(one)} ({one.lease.id.provider}) lease {one.lease.state.value}, "
            f"cost {exact(spent(one.lease, view.height))} ACT so far"
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
    for alarm in alarms_of(attention_items(view), gseq):
        click.echo(alarm_lines(alarm))


def view_json(
    view: DeploymentView, order: StandingOrder | None, *, gseq: int | None = None, service: str | None = None
) -> dict[str, object]:
    """A deployment as an object, or only one group or service of it."""
    shown = alarms_of(attention_items(view), gseq)
    return {
        "v": 1,
        "at": instant(view.read_at),
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
        "top_up": None if order is None else _order_json(order),
        "alarms": [{"code": a.code, "message": a.text, "advice": a.advice, "urgent": a.urgent} for a in shown],
        "leases": [_lease_json(v, service) for v in view.leases if gseq in (None, v.lease.id.gseq)],
    }


def _order_json(order: StandingOrder) -> dict[str, object]:
    """The automatic top-up that was turned on in the app; `stopped` is why it ended, empty while it is active."""
    return {
        "amount": coin(Coin(UACT, order.amount)),
        "cap": coin(Coin(UACT, order.cap)),
        "spent": coin(Coin(UACT, order.spent)),
        "below_hours": plain(order.below),
        "times": order.times,
        "stopped": order.stopped,
    }


def _lease_json(view: LeaseView, service: str | None) -> dict[str, object]:
    found = [s for s in view.services if service in (None, s.name)]
    return {
        "gseq": view.lease.id.gseq,
        "oseq": view.lease.id.oseq,
        "provider": view.lease.id.provider,
        "host": view.provider.host if view.provider else None,
        "state": view.lease.state.value,
        "reason": None if view.lease.state.is_running else view.lease.reason,
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
