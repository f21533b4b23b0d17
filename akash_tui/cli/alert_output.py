"""Alerts from a command that watches: bell and notification where a person looks at a terminal, the hook either way."""

from __future__ import annotations

import sys

import click

from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import print_progress
from akash_tui.domain.alert import Alert
from akash_tui.services.leases.alert_delivery import AlertDelivery


async def deliver_alert(g: GlobalOptions, found: Alert) -> None:
    """Deliver one alert as the settings say; what could not be delivered is said, nothing is raised."""

    def write(text: str) -> None:
        click.echo(text, nl=False, err=True)

    person = sys.stderr.isatty()
    alerts = AlertDelivery(
        g.entry.settings.alerts,
        g.entry.notifier,
        bell=(lambda: write("\a")) if person else lambda: None,
        terminal=write if person else None,
    )
    for fault in await alerts.tell(found):
        print_progress(f"{fault.title} {fault.advice}")
