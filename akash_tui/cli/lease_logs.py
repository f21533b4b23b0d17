"""`lease logs` and `lease events`: the output of the workloads, and their Kubernetes events."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import json_stream, pick
from akash_tui.cli.session import in_session
from akash_tui.cli.values import DSEQ
from akash_tui.services.core.terminal import colourless

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.leases.log_streams import Item, LeaseStreams, StreamItem


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option("--gseq", type=int, help="Only this group.")
@click.option("--service", "services", metavar="S", multiple=True, help="Only this service (may be repeated).")
@click.option("-f", "--follow", is_flag=True, help="Continue with new lines, across updates and lost connections.")
@click.option("--tail", type=click.IntRange(min=0), metavar="N", help="Start with the last N lines of each replica.")
@global_options
def logs(
    g: GlobalOptions, dseq: int, gseq: int | None, services: tuple[str, ...], follow: bool, tail: int | None
) -> None:
    """The output of the workloads."""
    from akash_tui.domain.akash.entities import DeploymentId

    _stream(
        g,
        lambda streams, owner: streams.logs(
            DeploymentId(owner, dseq), gseq=gseq, services=services, follow=follow, tail=tail
        ),
    )


@click.command()
@click.argument("dseq", type=DSEQ)
@click.option("--gseq", type=int, help="Only this group.")
@click.option("-f", "--follow", is_flag=True, help="Continue with new events.")
@global_options
def events(g: GlobalOptions, dseq: int, gseq: int | None, follow: bool) -> None:
    """Kubernetes events of the workloads: scheduling, images, starts, failures."""
    from akash_tui.domain.akash.entities import DeploymentId

    _stream(g, lambda streams, owner: streams.events(DeploymentId(owner, dseq), gseq=gseq, follow=follow))


def _stream(g: GlobalOptions, open_stream: Callable[[LeaseStreams, str], AsyncGenerator[Item, None]]) -> None:
    from akash_tui.services.leases.log_streams import LeaseStreams, StreamNotice

    async def work(session: Session, print_item: Callable[[StreamItem], None]) -> None:
        async with aclosing(open_stream(LeaseStreams(session), session.owner)) as items:
            async for item in items:
                if isinstance(item, StreamNotice):
                    click.echo(item.text, err=True)
                else:
                    print_item(item)

    if not g.json:
        printer = _item_printer(sys.stdout.isatty() and not colourless(os.environ))
        in_session(g, lambda session: work(session, printer))
        return
    with json_stream(g) as put:
        in_session(g, lambda session: work(session, lambda item: put(_item_json(item))))


def _item_printer(colours: bool) -> Callable[[StreamItem], None]:
    from akash_tui.domain.logs.sanitize import without_colours
    from akash_tui.services.ports import LogLine

    def print_item(item: StreamItem) -> None:
        what = item.what
        if isinstance(what, LogLine):
            line = f"{short_pod(what.pod)} | {what.text}"
        else:
            mark = "!" if what.type == "Warning" else " "
            line = f"{mark} {what.reason:<18} {what.kind.lower()} {short_pod(what.name)}: {what.note}"
        sys.stdout.write((line if colours else without_colours(line)) + "\n")
        sys.stdout.flush()

    return print_item


def _item_json(item: StreamItem) -> dict[str, object]:
    from akash_tui.domain.logs.sanitize import without_colours
    from akash_tui.services.ports import PodEvent

    what, lease = item.what, item.lease
    head = {"v": 1, "dseq": str(lease.dseq), **pick(lease, "gseq", "oseq", "provider")}
    if isinstance(what, PodEvent):
        return head | {"event": "kube"} | pick(what, "type", "reason", "kind", "name", "note")
    return head | {"event": "log", "pod": what.pod, "message": without_colours(what.text)}


def short_pod(name: str) -> str:
    """`web-6c8f-x2x9q` for `web-6c8f9d7b5-x2x9q`: the service, the start of its version, the replica."""
    parts = name.rsplit("-", 2)
    return name if len(parts) < 3 else f"{parts[0]}-{parts[1][:4]}-{parts[2]}"
