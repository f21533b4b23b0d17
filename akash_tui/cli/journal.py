"""`resume` finishes what was interrupted; `journal` lists what was signed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import json_stream, pick, print_error, print_json, print_table
from akash_tui.cli.parameters import GivenValues, value_options
from akash_tui.cli.session import in_session, no_prompt, prompt_secret
from akash_tui.cli.values import SECONDS
from akash_tui.domain.akash.money import UACT, UAKT, Coin, signed_units
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.services.errors import AkashError

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.resume import ResumeReport
    from akash_tui.services.leases.runtime_limits import LimitState
    from akash_tui.services.spending.intent_money import IntentMoney
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
@value_options(secrets_only=True)
@global_options
def resume(g: GlobalOptions, yes: bool, manifest_wait: float, values: GivenValues) -> int:
    """Look up on the chain what was unfinished when the program last stopped, and what to do. Never pays twice.

    A manifest that its provider does not take, and a deployment that cannot be looked up, end it with an exit code.
    """
    from akash_tui.services.automation.stop_after import StopAfter
    from akash_tui.services.deployment.resume import resume as resume_service

    values.read_secrets()

    async def work(session: Session) -> tuple[ResumeReport, list[LimitState]]:
        values.give(session)
        found = await resume_service(session, carry_on=yes, manifest_wait=manifest_wait)
        return found, [state for state in (await StopAfter(session).states()).values() if state.due]

    report, overdue = in_session(g, work, ask=prompt_secret if yes else no_prompt)
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
                "overdue": [
                    {"dseq": str(state.saved.id.dseq), "limit": state.saved.limit.typed, "advice": _close_now(state)}
                    for state in overdue
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
    for state in overdue:
        words = f"it should have stopped after {state.saved.limit.words}, and still costs money."
        click.echo(f"dseq {state.saved.id.dseq}: {words}\n  {_close_now(state)}")
    if not report.settled and not report.pending and not overdue:
        click.echo("Nothing is unfinished.")
    return exit_code


def _close_now(state: LimitState) -> str:
    return f"Close it: akash-tui lease stop-after {state.saved.id.dseq} --wait; the app does it when it is opened."


@click.command()
@click.option("--export", is_flag=True, help="Everything, as JSON Lines (one array with -o json).")
@local_options
def journal(g: GlobalOptions, export: bool) -> None:
    """Every transaction signed here, newest first: its purpose, hash, outcome, and what it took or gave."""
    from akash_tui.services.storage.home import JOURNAL_FILE
    from akash_tui.services.storage.journal import Journal

    book = Journal(g.entry.home / JOURNAL_FILE)
    try:
        intents = book.intents()
    finally:
        book.close()
    money = _money(intents)
    if export or g.json:
        with json_stream(g) as put:
            for intent in intents:
                put(_intent(intent) | pick(intent, "outcome", "about", "note") | {"change": _change(money[intent.key])})
        return
    if not intents:
        click.echo("Nothing has been signed here yet.")
        return
    print_table(
        ["when", "what", "dseq", "outcome", "ACT", "AKT", "height", "transaction"],
        [
            [
                f"{i.created_at:%Y-%m-%d %H:%M:%S}",
                i.kind.words,
                str(i.dseq or ""),
                i.outcome.value,
                _amount(money[i.key].act, 2, estimated=money[i.key].estimated == UACT),
                _amount(money[i.key].akt, 4, estimated=money[i.key].estimated == UAKT),
                str(i.height or ""),
                i.tx_hash,
            ]
            for i in intents
        ],
        right=(4, 5),
    )


def _money(intents: Sequence[Intent]) -> dict[int, IntentMoney]:
    """What each of them took or gave, by its key."""
    from akash_tui.services.spending.intent_money import intent_money

    by_tx: dict[str, list[Intent]] = {}
    for intent in intents:
        by_tx.setdefault(intent.tx_hash, []).append(intent)
    return {intent.key: intent_money(intent, by_tx[intent.tx_hash]) for intent in intents}


def _amount(amount: int | None, places: int, *, estimated: bool = False) -> str:
    """`−5.00`, `≈ +4.99`; `?` where it is not known."""
    if amount is None:
        return NOT_KNOWN
    return f"{'≈ ' if estimated else ''}{signed_units(amount, places)}" if amount else ""


def _change(money: IntentMoney) -> dict[str, object]:
    """What the wallet has more, or less where negative; null where that is not known."""
    return {
        "act": None if money.act is None else Coin(UACT, money.act),
        "akt": None if money.akt is None else Coin(UAKT, money.akt),
        "estimated": money.estimated is not None,
    }


def _intent(intent: Intent) -> dict[str, object]:
    return {
        "v": 1,
        "dseq": None if intent.dseq is None else str(intent.dseq),
        "tx": intent.tx_hash,
        "at": intent.created_at,
        **pick(intent, "kind", "chain_id", "owner", "height", "code"),
    }
