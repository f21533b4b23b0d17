"""`lease update`: another SDL for a running deployment; it can be undone if its provider refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from akash_tui.cli.deploy import read_source
from akash_tui.cli.event_sentences import event_printer
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import coin, ignore_broken_pipe, instant, print_json, print_progress
from akash_tui.cli.session import confirm, open_session, run_async
from akash_tui.cli.values import dseq_of, seconds
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import units
from akash_tui.domain.text import short_address
from akash_tui.services.core.events import Event
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.manifest_delivery import wait_running
from akash_tui.services.deployment.update import UpdatePlan, Updater
from akash_tui.services.ports import BadInput, ManifestRefused, TxResult


@click.command()
@click.argument("dseq")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Show what would change; sign and send nothing.")
@click.option("--manifest-wait", default="4m", metavar="TIME", help="How long to try to send the manifest.")
@click.option("--run-wait", default="30m", metavar="TIME", help="How long to wait until it runs (0: do not wait).")
@click.option(
    "--on-fail",
    type=click.Choice(["undo", "keep"]),
    help="If a provider refuses (default: ask).",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@global_options
def update(
    g: GlobalOptions,
    dseq: str,
    file: str,
    dry_run: bool,
    manifest_wait: str,
    run_wait: str,
    on_fail: str | None,
    yes: bool,
) -> None:
    """Give a running deployment another SDL: image, command, environment, ports of the same kinds.

    Resources, replicas and prices are leased and cannot change. FILE is a path, a preset or - for stdin.
    If nothing changed, the manifest is sent again.
    """
    number = dseq_of(dseq)
    timeouts = seconds(manifest_wait, "--manifest-wait"), seconds(run_wait, "--run-wait")
    _, name, text = read_source(g, file)
    listener = ignore_broken_pipe((lambda event: print_json(event.to_json())) if g.json else event_printer(click.echo))

    async def work() -> None:
        async with open_session(g) as session:
            updater = Updater(session)
            compiled = session.sdl.read(text, name)
            plan = await updater.plan(DeploymentId(session.owner, number), compiled, text, name)
            for line in _lines(plan):
                click.echo(line, err=g.json or not dry_run)
            if dry_run:
                if g.json:
                    print_json(_json(plan))
                return
            if not confirm(_question(plan), yes=yes):
                raise BadInput("Nothing was changed.", "Answer yes to continue.")
            try:
                await _apply(g, session, updater, plan, listener, timeouts)
            except ManifestRefused as refusal:
                wait, _ = timeouts
                if plan.quote is None or not await _undo(g, session, updater, plan, listener, wait, on_fail, yes):
                    raise
                raise ManifestRefused(
                    f"{refusal.title} The update was undone.",
                    refusal.advice,
                    status=refusal.status,
                    detail=refusal.detail,
                ) from refusal

    run_async(work)


async def _apply(
    g: GlobalOptions,
    session: Session,
    updater: Updater,
    plan: UpdatePlan,
    listener: Callable[[Event], None],
    timeouts: tuple[float, float],
) -> None:
    result = await updater.sign(plan)
    if result is not None:
        _signed(g, session, plan, result)
    if not plan.leases:
        print_progress("There is no lease yet; the provider of the next lease gets the new manifest.")
        return
    run = await updater.attach(plan)
    run.listeners.append(listener)
    await updater.deliver(run, wait=timeouts[0])
    if timeouts[1]:
        await wait_running(session, run, timeouts[1])


async def _undo(
    g: GlobalOptions,
    session: Session,
    updater: Updater,
    plan: UpdatePlan,
    listener: Callable[[Event], None],
    wait: float,
    on_fail: str | None,
    yes: bool,
) -> bool:
    """True if the update was undone. Without a terminal and without --on-fail undo it is kept."""
    if on_fail == "keep" or plan.former is None:
        return False
    must_ask = on_fail is None
    if must_ask and (yes or not (sys.stdin.isatty() and sys.stderr.isatty())):
        click.echo(
            f"Undo it with: akash-tui lease update {plan.id.dseq} FILE (the former SDL: "
            f"akash-tui lease recover {plan.id.dseq}), or give --on-fail undo next time.",
            err=True,
        )
        return False
    back = await updater.undo_plan(plan)
    gas = "" if back.quote is None else f" Gas ≈ {units(back.quote.fee.amount, 4)} AKT."
    if must_ask and not confirm(f"The provider refuses the new manifest. Undo the update?{gas}", yes=False):
        return False
    await _apply(g, session, updater, back, listener, (wait, 0.0))
    return True


def _signed(g: GlobalOptions, session: Session, plan: UpdatePlan, result: TxResult) -> None:
    if g.json:
        print_json(
            {
                "v": 1,
                "event": "updated",
                "at": instant(session.clock.now()),
                "chain_id": session.network.chain_id,
                "owner": plan.id.owner,
                "dseq": str(plan.id.dseq),
                "tx": result.hash,
                "height": result.height,
                "version": plan.version.version.hex(),
            }
        )
    else:
        click.echo(f"✓ updated in block {result.height}  (tx {result.hash})")


def _question(plan: UpdatePlan) -> str:
    if plan.quote is None:
        return f"Send the manifest of deployment {plan.id.dseq} again?"
    return f"Update deployment {plan.id.dseq}?"


def _lines(plan: UpdatePlan) -> list[str]:
    lines = [f"deployment {plan.id.dseq} ({plan.name})"]
    if plan.quote is None:
        lines.append("  the chain already has this version; the manifest is only sent again")
    elif plan.changes is None:
        lines.append("  changes  unknown: the SDL that runs now is not saved here (akash-tui lease recover may get it)")
    else:
        lines += [f"  changes  {change}" for change in plan.changes]
    lines += [f"  stays    {difference} (an update cannot change it)" for difference in plan.stays]
    lines += [f"  goes to  {short_address(lease.id.provider)} (group {lease.id.gseq})" for lease in plan.leases]
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
        "version": plan.version.version.hex(),
        "former": None if plan.quote is None else plan.quote.former.hex(),
        "fee": None if plan.quote is None else coin(plan.quote.fee),
        "changes": None
        if plan.changes is None
        else [{"service": c.service, "what": c.what, "before": c.before, "after": c.after} for c in plan.changes],
        "stays": [{"what": d.what, "on_chain": d.on_chain, "wanted": d.wanted} for d in plan.stays],
        "providers": [lease.id.provider for lease in plan.leases],
    }
