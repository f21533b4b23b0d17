"""A deployment on the command line: a block of text, or one JSON object."""

from __future__ import annotations

from collections.abc import Sequence

import click

from akash_tui.cli.bids import format_gpus
from akash_tui.cli.event_sentences import service_lines
from akash_tui.cli.lease_stop_after import limit_json
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import pick, print_json
from akash_tui.domain.akash.lease_end import how_long, spent, why_ended
from akash_tui.domain.akash.money import UACT, Coin, DecCoin, exact, plain, rate
from akash_tui.services.core.events import services_json
from akash_tui.services.leases.attention import Attention, attention_items, cost_so_far
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView
from akash_tui.services.leases.runtime_limits import LimitState
from akash_tui.services.storage.standing_orders import StandingOrder, order_line


def gpus_of(view: DeploymentView) -> str:
    """The GPUs of all its leases; a dash without any."""
    return ", ".join(format_gpus(v.gpus) for v in view.leases) or "–"


def format_end(view: DeploymentView) -> str:
    """When its funds end, in UTC; a dash if unknown."""
    return f"{view.lasts_until:%Y-%m-%d %H:%M} UTC" if view.lasts_until else "–"


def attention_lines(item: Attention) -> str:
    """What needs attention and what to do about it, in two lines."""
    return f"{'!' if item.urgent else '·'} {item.text}\n    {item.advice}"


def attention_of_group(found: Sequence[Attention], gseq: int | None) -> list[Attention]:
    """What needs attention in the whole deployment and of the leases of group `gseq` (None: of all groups)."""
    return [a for a in found if gseq is None or not a.lease or a.lease.startswith(f"{gseq}/")]


def leases_of(view: DeploymentView, gseq: int | None) -> list[LeaseView]:
    """The leases of group `gseq` (None: of all groups)."""
    return [v for v in view.leases if gseq in (None, v.lease.id.gseq)]


def show_view(
    g: GlobalOptions,
    view: DeploymentView,
    order: StandingOrder | None,
    limit: LimitState | None = None,
    *,
    gseq: int | None = None,
    service: str | None = None,
) -> None:
    """Print a deployment, or only one group or service of it."""
    if g.json:
        print_json(view_json(view, order, limit, gseq=gseq, service=service))
        return
    click.echo(f"dseq {view.id.dseq}  {view.name}  {view.state}")
    lasts = f" · lasts until about {format_end(view)}" if view.lasts_until else ""
    click.echo(f"≈ ${rate(view.price_h)} an hour · {exact(view.left)} ACT left{lasts}")
    if order is not None:
        click.echo(f"automatic top-up while the app runs: {order_line(order)}")
    if limit is not None:
        click.echo(f"stops itself after {limit.saved.limit.words}: {countdown(limit)}")
    if not view.leases:
        click.echo("no lease yet")
    for one in leases_of(view, gseq):
        click.echo(
            f"group {one.lease.id.gseq}: {one.provider_name.full} · {one.lease.id.provider} · "
            f"lease {one.lease.state.value}, cost {exact(spent(one.lease, view.height))} ACT so far"
        )
        if one.fault is not None:
            click.echo(f"  {one.fault.title} {one.fault.advice}")
        for line in service_lines(s for s in one.services if service in (None, s.name)):
            click.echo(f"  {line}")
    for item in attention_of_group(attention_items(view), gseq):
        click.echo(attention_lines(item))


def countdown(limit: LimitState) -> str:
    """How long until a runtime limit is reached: `about 3 h 12 min left`; what to do where it is over already."""
    if limit.hours_left is None:
        return "counts from its first lease on" if limit.saved.start_height is None else "nothing costs now"
    if limit.due:
        dseq = limit.saved.id.dseq
        return f"overdue; the app closes it while it runs, or akash-tui lease stop-after {dseq} --wait does now"
    return f"about {how_long(limit.hours_left)} left"


def view_json(
    view: DeploymentView,
    order: StandingOrder | None,
    limit: LimitState | None = None,
    *,
    gseq: int | None = None,
    service: str | None = None,
) -> dict[str, object]:
    """A deployment as an object, or only one group or service of it."""
    shown = attention_of_group(attention_items(view), gseq)
    return {
        "v": 1,
        "at": view.read_at,
        "owner": view.id.owner,
        "dseq": str(view.id.dseq),
        "deployment_state": view.deployment.state,
        "left": DecCoin(UACT, view.left),
        "spent": DecCoin(UACT, cost_so_far(view)),
        **pick(view, "name", "state", "price_h", "lasts_until", "height"),
        "top_up": None if order is None else _order_json(order),
        **({"stop_after": None} if limit is None else limit_json(limit)),
        "alarms": [{"code": a.code, "message": a.text, "advice": a.advice, "urgent": a.urgent} for a in shown],
        "leases": [_lease_json(v, service) for v in leases_of(view, gseq)],
    }


def _order_json(order: StandingOrder) -> dict[str, object]:
    """The automatic top-up that was turned on in the app; `stopped` is why it ended, empty while it is active."""
    return {
        "amount": Coin(UACT, order.amount),
        "cap": Coin(UACT, order.cap),
        "spent": Coin(UACT, order.spent),
        "below_hours": plain(order.below),
        **pick(order, "times", "stopped"),
    }


def _lease_json(view: LeaseView, service: str | None) -> dict[str, object]:
    found = [s for s in view.services if service in (None, s.name)]
    return {
        **pick(view.lease.id, "gseq", "oseq", "provider"),
        "host": view.provider.host if view.provider else None,
        "organization": view.provider_name.organization,
        "reason": None if view.lease.state.is_running else view.lease.reason,
        "why": why_ended(view.lease),
        **pick(view.lease, "state", "price"),
        **pick(view, "price_h", "gpus", "delivered"),
        "running": None if view.status is None else view.status.running,
        "services": services_json(found),
        "fault": None
        if view.fault is None
        else {"code": view.fault.code, "message": view.fault.title, "advice": view.fault.advice},
    }
