"""`resume` finishes what was interrupted; `journal` lists what was signed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import json_stream, pick, print_error, print_json, print_table
from akash_tui.cli.session import in_session, no_prompt, prompt_secret
from akash_tui.cli.values import SECONDS
from akash_tui.services.errors import AkashError

if TYPE_CHECKING:
    from akash_tui.services.storage.journal_entries import Intent


@click.command()
@click.option("--yes", is_flag=True, help="Continue with what costs nothing more: send manifests that are due.")
@click.option(
    "--manifest-wait",
    type=SECONDS,
    default="30s",
    show_default=True,
    metavar="TIME",
    help="How long to send each manifest.",
)
@global_options
def resume(g: GlobalOptions, yes: bool, manifest_wait: float) -> int:
    """Look up on the chain what was unfinished when the program last stopped, and what to do. Never pays twice.

    A manifest that its provider does not take, and a deployment that cannot be looked up, end it with an exit code.
    """
    from akash_tui.services.deployment.resume import resume as resume_service

    report = in_session(
        g,
        lambda session: resume_service(session, carry_on=yes, manifest_wait=manifest_wait),
        ask=prompt_secret if yes else no_prompt,
    )
    exit_code = report.errors[0].exit_code if report.errors else 0
    if g.json:
        print_json(
            {
                "v": 1,
                "settled": [_intent(s.intent) | {"outcome": s.outcome, "message": s.text} for s in report.settled],
                "pending": [
                    {
                        "owner": p.id.owner,
                        "dseq": str(p.id.dseq),
                        "message": p.text,
                        **pick(p, "name", "next", "advice"),
                    }
                    for p in report.pending
                ],
            }
        )
        return exit_code
    for settled in report.settled:
        click.echo(settled.text)
    for item in report.pending:
        if item.error is not None:
            print_error(AkashError(f"dseq {item.id.dseq} ({item.name}): {item.text}", item.advice))
            continue
        click.echo(f"dseq {item.id.dseq} ({item.name}): {item.text}")
        if item.advice:
            click.echo(f"  {item.advice}")
    if not report.settled and not report.pending:
        click.echo("Nothing is unfinished.")
    return exit_code


@click.command()
@click.option("--export", is_flag=True, help="Everything, as JSON Lines (one array with -o json).")
@local_options
def journal(g: GlobalOptions, export: bool) -> None:
    """Every transaction signed here, newest first: its purpose, hash and outcome."""
    from akash_tui.services.storage.home import JOURNAL_FILE
    from akash_tui.services.storage.journal import Journal

    book = Journal(g.entry.home / JOURNAL_FILE)
    try:
        intents = book.intents()
    finally:
        book.close()
    if export or g.json:
        with json_stream(g) as put:
            for intent in intents:
                put(_intent(intent) | pick(intent, "outcome", "about", "note"))
        return
    if not intents:
        click.echo("Nothing has been signed here yet.")
        return
    print_table(
        ["when", "what", "dseq", "outcome", "height", "transaction"],
        [
            [
                f"{i.created_at:%Y-%m-%d %H:%M:%S}",
                i.kind.value,
                str(i.dseq or ""),
                i.outcome.value,
                str(i.height or ""),
                i.tx_hash,
            ]
            for i in intents
        ],
    )


def _intent(intent: Intent) -> dict[str, object]:
    return {
        "v": 1,
        "dseq": None if intent.dseq is None else str(intent.dseq),
        "tx": intent.tx_hash,
        "at": intent.created_at,
        **pick(intent, "kind", "chain_id", "owner", "height", "code"),
    }
