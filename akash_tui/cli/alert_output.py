"""Alerts of a command that watches: bell and notification if stderr is a terminal, the hook always."""

from __future__ import annotations

import sys

import click

from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.output import print_progress
from akash_tui.domain.alert import Alert
from akash_tui.services.leases.alerts import AlertDelivery


async def deliver_alert(g: GlobalOptions, found: Alert) -> None:
    """Deliver one alert as the settings ask. A delivery that fails is reported as progress; nothing is raised."""

    def write(text: str) -> None:
        click.echo(text, nl=False, err=True)

    on_terminal = sys.stderr.isatty()
    alerts = AlertDelivery(
        g.entry.settings.alerts,
        g.entry.notifier,
        bell=(lambda: write("\a")) if on_terminal else lambda: None,
        terminal=write if on_terminal else None,
    )
    for fault in await alerts.deliver(found):
        print_progress(f"{fault.title} {fault.advice}")
