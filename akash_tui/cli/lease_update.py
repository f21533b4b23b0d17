"""`lease update`: another SDL for a running deployment; it can be undone if its provider refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from akash_tui.cli.deploy import read_source
from akash_tui.cli.options import GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import pick, print_answer, print_json, print_progress
from akash_tui.cli.parameters import GivenValues, value_options
from akash_tui.cli.session import can_ask, confirm_quote, in_session, print_beyond
from akash_tui.cli.suggestions import files_and_presets
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import DSEQ, SECONDS
from akash_tui.domain.akash.money import units
from akash_tui.services.errors import BadInput, ManifestRefused

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.deployment.update import UpdatePlan, Updater
    from akash_tui.services.ports import TxResult
    from akash_tui.services.spending.bounds import Excess


@click.command()
@click.argument("dseq", type=DSEQ)
@click.argument("file", shell_complete=files_and_presets)
@click.option("--dry-run", is_flag=True, help="Show what would change; sign and send nothing.")
@click.option(
    "--manifest-wait", type=SECONDS, default="4m", metavar="TIME", help="How long to try to send the manifest."
)
@click.option(
    "--run-wait", type=SECONDS, default="30m", metavar="TIME", help="How long to wait until it runs (0: do not wait)."
)
@click.option("--on-fail", type=click.Choice(["undo", "keep"]), help="If a provider refuses (default: ask).")
@click.option("--yes", is_flag=True, help="Do not ask.")
@bound_options("max_fee")
@paying_options("fee_granter", "unsigned")
@value_options()
@global_options
def update(
    g: GlobalOptions,
    dseq: int,
    file: str,
    dry_run: bool,
    manifest_wait: float,
    run_wait: float,
    on_fail: str | None,
    yes: bool,
    values: GivenValues,
) -> None:
    """Give a running deployment another SDL: image, command, environment, ports of the same kinds.

    Resources, replicas and prices are leased and cannot change. FILE is a path, a preset or - for stdin.
    If nothing changed, the manifest is sent again.
    """
    from akash_tui.cli.event_sentences import event_listener
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.core.secret_values import filled
    from akash_tui.services.deployment.manifest_delivery import wait_running
    from akash_tui.services.deployment.update import Updater

    _, name, text = read_source(g, file)
    text = values.applied(g.entry.sdl, text, name)

    async def work(session: Session) -> None:
        updater = Updater(session)
        values.give(session)
        ready = await filled(session.sdl, session.secrets, text, name)
        plan = await updater.plan(DeploymentId(session.owner, dseq), ready.compiled, ready.sdl, name)
        for line in _lines(plan, session.provider_cache.name):
            click.echo(line, err=g.json or not dry_run)
        if dry_run:
            print_beyond(_beyond(plan))
            if g.json:
                print_json(_json(plan))
            return
        if g.unsigned is not None:
            if plan.quote is None:
                raise BadInput("The chain has this version already: there is nothing to sign.", "Leave --unsigned out.")
            updater.keep(plan)
            write_unsigned(g, session, plan.quote)
            return
        if not confirm_quote(session, _question(plan), _beyond(plan), yes=yes):
            raise BadInput("Nothing was changed.", "Answer yes to continue.")

        async def apply(plan: UpdatePlan, run_wait: float) -> None:
            result = await updater.sign(plan)
            if result is not None:
                print_answer(
                    g, _signed_json(session, plan, result), f"✓ updated in block {result.height}  (tx {result.hash})"
                )
            if not plan.leases:
                print_progress("There is no lease yet; the provider of the next lease gets the new manifest.")
                return
            run = await updater.attach(plan)
            run.listeners.append(event_listener(g, session.provider_cache.name))
            await updater.deliver(run, wait=manifest_wait)
            if run_wait:
                await wait_running(session, run, run_wait)

        try:
            await apply(plan, run_wait)
        except ManifestRefused as refusal:
            back = None if plan.quote is None else await _undo_plan(session, updater, plan, on_fail, yes)
            if back is None:
                raise
            await apply(back, 0.0)
            raise ManifestRefused(
                f"{refusal.title} The update was undone.",
                refusal.advice,
                status=refusal.status,
                detail=refusal.detail,
            ) from refusal

    in_session(g, work)


def _beyond(plan: UpdatePlan) -> tuple[Excess, ...]:
    return () if plan.quote is None else plan.quote.beyond


async def _undo_plan(
    session: Session, updater: Updater, plan: UpdatePlan, on_fail: str | None, yes: bool
) -> UpdatePlan | None:
    """How to undo it; None if it is kept, as it is without a terminal and without --on-fail undo."""
    if on_fail == "keep" or plan.former is None:
        return None
    must_ask = on_fail is None
    if must_ask and (yes or not can_ask()):
        click.echo(
            f"Undo it with: akash-tui lease update {plan.id.dseq} FILE (the former SDL: "
            f"akash-tui lease recover {plan.id.dseq}), or give --on-fail undo next time.",
            err=True,
        )
        return None
    back = await updater.undo_plan(plan)
    gas = "" if back.quote is None else f" Gas ≈ {units(back.quote.fee.amount, 4)} AKT."
    question = f"The provider refuses the new manifest. Undo the update?{gas}"
    # --on-fail undo has answered it in advance
    return back if confirm_quote(session, question, _beyond(back), yes=not must_ask) else None


def _signed_json(session: Session, plan: UpdatePlan, result: TxResult) -> dict[str, object]:
    from akash_tui.services.core.events import EventHead

    head = EventHead(session.clock.now(), session.network.chain_id, plan.id.owner, plan.id)
    return head.json("updated") | {"tx": result.hash, "height": result.height, "version": plan.version.version}


def _question(plan: UpdatePlan) -> str:
    if plan.quote is None:
        return f"Send the manifest of deployment {plan.id.dseq} again?"
    return f"Update deployment {plan.id.dseq}?"


def _lines(plan: UpdatePlan, name: Callable[[str], str]) -> list[str]:
    lines = [f"deployment {plan.id.dseq} ({plan.name})"]
    if plan.quote is None:
        lines.append("  the chain already has this version; the manifest is only sent again")
    elif plan.changes is None:
        lines.append("  changes  unknown: the SDL that runs now is not saved here (akash-tui lease recover may get it)")
    else:
        lines += [f"  changes  {change}" for change in plan.changes]
    lines += [f"  stays    {difference} (an update cannot change it)" for difference in plan.stays]
    lines += [f"  goes to  {name(lease.id.provider)} (group {lease.id.gseq})" for lease in plan.leases]
    if plan.quote is not None:
        fee, most = units(plan.quote.fee.amount, 4), units(plan.quote.fee_ceiling.amount, 4)
        lines.append(f"  gas      ≈ {fee} AKT (at most {most})")
        lines += [f"  not verified  {sentence}" for sentence in plan.quote.unverified]
    return lines


def _json(plan: UpdatePlan) -> dict[str, object]:
    return {
        "v": 1,
        "quote": "update",
        "owner": plan.id.owner,
        "dseq": str(plan.id.dseq),
        "version": plan.version.version,
        "former": None if plan.quote is None else plan.quote.former,
        "fee": None if plan.quote is None else plan.quote.fee,
        "changes": None
        if plan.changes is None
        else [pick(change, "service", "what", "before", "after") for change in plan.changes],
        "stays": [pick(difference, "what", "on_chain", "wanted") for difference in plan.stays],
        "providers": [lease.id.provider for lease in plan.leases],
    }
