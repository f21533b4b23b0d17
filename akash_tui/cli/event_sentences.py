"""The events of a deployment run as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from akash_tui.cli.bids import format_gpus
from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import ignore_broken_pipe, print_error, print_json
from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.money import block_price, plain, rate, units
from akash_tui.domain.bids.decision import Reason
from akash_tui.domain.bids.receipt import BY_HAND
from akash_tui.domain.text import short_address
from akash_tui.services.core.events import (
    BidSeen,
    BidWent,
    Chosen,
    Closed,
    Created,
    Done,
    Event,
    Failed,
    Leased,
    ManifestSent,
    Requoted,
    Running,
    RunningService,
    Waiting,
)
from akash_tui.services.core.interrupts import INTERRUPTED
from akash_tui.services.ports import AkashError

LOST = "another bid got the order"
"""The reason that the book gives for bids that were not taken; the choice has listed them already."""


def event_listener(g: GlobalOptions, name: Callable[[str], str]) -> Callable[[Event], None]:
    """A listener that prints each event as the options ask: a line of JSON, or a sentence."""
    if g.json:
        return ignore_broken_pipe(lambda event: print_json(event.to_json()))

    def print_failure(event: Failed) -> None:
        g.interruption_printed = g.interruption_printed or event.code == INTERRUPTED
        print_error(AkashError(event.message, event.advice))

    return ignore_broken_pipe(event_printer(click.echo, name, print_failure))


def event_printer(
    echo: Callable[[str], None],
    name: Callable[[str], str] = short_address,
    print_failure: Callable[[Failed], None] = lambda event: print_error(AkashError(event.message, event.advice)),
) -> Callable[[Event], None]:
    """A listener that prints each event as a line, and a failure as every error is printed, to stderr.

    A bid is printed again only when its price or GPU changes. `name` gives a provider's name, the same as in the
    app.
    """
    printed: dict[BidId, tuple[object, ...]] = {}

    def print_event(event: Event) -> None:
        if isinstance(event, Failed):
            print_failure(event)
            return
        if isinstance(event, BidSeen):
            terms = (event.price, tuple((o.model.model, o.source) for o in event.gpus))
            if printed.get(event.id) == terms:
                return
            printed[event.id] = terms
        if isinstance(event, BidWent) and event.reason == LOST:
            return
        line = event_sentence(event, name)
        if line:
            echo(line)

    return print_event


def event_sentence(event: Event, name: Callable[[str], str] = short_address) -> str:
    """One event as text, some of several lines; empty for events that need none. `name` names a provider's address."""
    match event:
        case Created():
            return (
                f"✓ deployment {event.head.id.dseq if event.head.id else '?'} in block {event.height}, "
                f"{units(event.deposit.amount)} ACT locked  (tx {event.tx})"
            )
        case BidSeen():
            price = f"{block_price(event.price)} a block" if event.price_h is None else f"≈ ${rate(event.price_h)}/h"
            audited = {True: ", audited", False: ", not audited", None: ""}[event.audited]
            where = f"{name(event.id.provider)}, {event.region or 'region unknown'}{audited}"
            return f"  bid {price:>10}  {format_gpus(event.gpus)}, {where}"
        case Waiting():
            return f"… {event.message} Waiting up to {event.seconds} s more; ctrl+c ends it."
        case BidWent():
            return f"  gone {name(event.id.provider)}: {event.reason}"
        case Chosen():
            price = "?" if event.price_h is None else rate(event.price_h)
            by = BY_HAND if event.rule == BY_HAND else f"chosen by the rule {event.rule}"
            lines = [f"✓ {by}: {name(event.id.provider)} at ≈ ${price}/h" + _with_others(event)]
            shown = [r for r in event.rejected if r.code is not Reason.MORE_EXPENSIVE]
            lines += [f"    not {name(r.provider)}: {r.reason}" for r in shown]
            pricier = len(event.rejected) - len(shown)
            if pricier:
                lines.append(f"    {pricier} {'other costs' if pricier == 1 else 'others cost'} more")
            return "\n".join(lines)
        case Leased():
            prices = ", ".join(f"{plain(price.amount)} {price.denom} a block" for _, price in event.leases)
            return f"✓ lease active in block {event.height} for {prices}  (tx {event.tx})"
        case ManifestSent():
            mark = "✓" if event.status == 200 else "…"
            return f"{mark} manifest to {name(event.provider)}, try {event.attempt}: {event.message}"
        case Running():
            notes = [f"  ! {note}" for note in event.notes]
            return "\n".join(["✓ running", *(f"    {line}" for line in service_lines(event.services)), *notes])
        case Requoted():
            who = name(event.id.provider)
            return f"✓ lease with {who} given up, its group is open for bids again: {event.reason}  (tx {event.tx})"
        case Closed():
            refund = "refund unknown" if event.refund is None else f"{units(event.refund.amount)} ACT came back"
            others = "".join(f", {units(coin.amount)} ACT went back to {who}" for who, coin in event.others)
            return f"✓ closed, {refund}{others}  (tx {event.tx})"
        case Done():
            return f"done: {event.state}" + (f"\n  {event.advice}" if event.advice else "")
    return ""


def _with_others(event: Chosen) -> str:
    """`, ≈ $0.95/h with the groups before; the budget leaves ≈ $0.28/h`; "" of a deployment with one group."""
    if event.total_h is None:
        return ""
    left = "" if event.budget_left_h is None else f"; the budget leaves ≈ ${rate(event.budget_left_h)}/h"
    return f", ≈ ${rate(event.total_h)}/h with the groups before{left}"


def service_lines(services: Iterable[RunningService]) -> list[str]:
    """Each service with its replicas, and below it the addresses and ports that reach it."""
    lines = []
    for service in services:
        lines.append(f"{service.name}: {service.ready} of {service.total} ready")
        lines += [f"  http://{uri}" for uri in service.uris]
        lines += [f"  {p.host}:{p.external_port} → {p.port}/{p.proto.lower()}" for p in service.ports]
    return lines
