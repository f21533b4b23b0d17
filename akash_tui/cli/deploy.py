"""`deploy`: from an SDL to a running lease without a screen, by the same services and rules as the app."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import F, GlobalOptions, bound_options, global_options, paying_options
from akash_tui.cli.output import print_json, print_progress
from akash_tui.cli.parameters import GivenValues, ask_missing, value_options
from akash_tui.cli.preset import read_sdl_text
from akash_tui.cli.quotes import confirm_lease, create_json, on_fail_printer, print_create_quote, print_who_stops
from akash_tui.cli.sdl import report
from akash_tui.cli.sdl_changes import change_options, with_gpus, with_price
from akash_tui.cli.session import can_ask, confirm_quote, in_session, interruptible_prompt, print_beyond
from akash_tui.cli.suggestions import files_and_presets
from akash_tui.cli.unsigned import write_unsigned
from akash_tui.cli.values import ACT, BUDGET, HOURS, RUNTIME_LIMIT, SECONDS
from akash_tui.cli.values import budget as read_budget
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, MICRO, units
from akash_tui.domain.text import clean
from akash_tui.services.errors import AkashError, BadInput

if TYPE_CHECKING:
    from akash_tui.domain.akash.amounts import RuntimeLimit
    from akash_tui.domain.akash.entities import BidId
    from akash_tui.domain.bids.budget import Budget
    from akash_tui.domain.bids.rule import Rule
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.services.automation.deploy_options import Ask, DeployOptions
    from akash_tui.services.core.events import Event
    from akash_tui.services.core.run_state import DeploymentRun
    from akash_tui.services.core.session import Session


_ON_FAIL_HELP = (
    "If it fails: close (default), keep, or requote, which gives up the lease of a provider that fails and takes "
    "another bid on the same deployment."
)
_ACCEPT_HELP = (
    "ask (in a terminal), cheapest, prefer, none, or a file POLICY.toml with the keys prefer, wait, budget, audited, "
    "uptime_7d, reachable, same_provider, filter, avoid, allow_undisclosed, rule: no bid that breaks it is accepted."
)


_PREFER_HELP = (
    "GPU models in order of preference: h100,a100,any; with the most that a bid of each may cost an hour, all its GPUs "
    "together: 'h100 <= 1.50, any >= 40 GB <= 0.80'."
)


def _wait_option(name: str, default: str, help: str) -> Callable[[F], F]:
    return click.option(name, type=SECONDS, default=default, show_default=True, metavar="TIME", help=help)


_ACCEPT = ("ask", "cheapest", "prefer", "none")


@click.command()
@click.argument("source", metavar="FILE|PRESET|-", shell_complete=files_and_presets)
@value_options()
@click.option("--deposit", type=ACT, metavar="ACT", help="Deposit at creation (default: the chain's minimum).")
@click.option(
    "--hours",
    type=HOURS,
    metavar="N",
    help="Raise the deposit with the lease so that it pays N hours (or 2d) at the bid's rate.",
)
@click.option(
    "--budget",
    type=BUDGET,
    metavar="BUDGET",
    help="The most the whole deployment may cost: 1.20/h, or '$30 24h' (1 ACT ≈ 1 USD). It raises no deposit.",
)
@click.option(
    "--stop-after",
    "limit",
    type=RUNTIME_LIMIT,
    metavar="LIMIT",
    help="Close it after a time, or when its leases have cost a sum: 8h, '$10' or both. The deposit is sized to it.",
)
@change_options()
@click.option("--prefer", metavar="MODELS", help=_PREFER_HELP)
@click.option("--accept", metavar="RULE", help=_ACCEPT_HELP)
@click.option("--allow-undisclosed", is_flag=True, help="Also accept a bid that does not state its GPU model.")
@click.option("--collect", type=SECONDS, metavar="TIME", help="How long to collect bids before choosing.")
@_wait_option("--bid-wait", "5m", "How long to wait for a bid that can be accepted.")
@_wait_option("--manifest-wait", "4m", "How long to send the manifest.")
@_wait_option("--run-wait", "30m", "How long to wait until it runs.")
@click.option("--on-fail", metavar="WHAT", help=_ON_FAIL_HELP)
@click.option("--dry-run", is_flag=True, help="Show what would be spent; sign nothing.")
@click.option("--yes", is_flag=True, help="Answer every question with yes.")
@bound_options("max_fee", "max_deposit", "max_spend")
@paying_options("fee_granter", "deposit_from", "unsigned")
@global_options
def deploy(
    g: GlobalOptions,
    source: str,
    values: GivenValues,
    deposit: Decimal | None,
    hours: Decimal | None,
    budget: Budget | None,
    limit: RuntimeLimit | None,
    gpu: str | None,
    max_price: Budget | None,
    prefer: str | None,
    accept: str | None,
    allow_undisclosed: bool,
    collect: float | None,
    bid_wait: float,
    manifest_wait: float,
    run_wait: float,
    on_fail: str | None,
    dry_run: bool,
    yes: bool,
) -> int:
    """Submit an SDL, collect bids, accept one, send the manifest, wait until it runs."""
    from akash_tui.cli.event_sentences import event_listener
    from akash_tui.services.automation.deploy_options import DeployOptions
    from akash_tui.services.automation.headless_deploy import drive
    from akash_tui.services.core.secret_values import filled
    from akash_tui.services.deployment.create import keep
    from akash_tui.services.leases.lease_reader import Leases
    from akash_tui.services.spending.quoting import create_quote

    settings = g.entry.settings
    if hours and g.unsigned is not None:
        raise BadInput(
            "--hours and --unsigned exclude each other: hours are counted at the rate of the bid, which comes later.",
            "Give --deposit; or --hours with akash-tui lease accept.",
        )
    if deposit and hours:
        raise BadInput("--deposit and --hours exclude each other.", "Give one of the two.")
    if budget is None and settings.budget_h is not None:
        budget = read_budget(settings.budget_h, "budget_h")
    cap_h = None if budget is None else budget.cap_h
    rule = _rule(
        accept,
        prefer,
        cap_h,
        allow_undisclosed,
        interactive=can_ask(),
        dry_run=dry_run or g.unsigned is not None,
        collect_given=collect is not None,
    )
    options = DeployOptions(
        rule=rule,
        collect=float(settings.collect_seconds) if collect is None else collect,
        bid_wait=bid_wait,
        manifest_wait=manifest_wait,
        run_wait=run_wait,
        on_fail=on_fail or settings.on_fail,
    )
    name, file, text = read_source(g, source)
    text = values.applied(g.entry.sdl, text, file)
    if gpu is not None:
        text = with_gpus(g.entry.sdl, text, gpu, settings.gpu_classes)
    if max_price is not None:  # its amounts are written again, for the chain's own block time
        text = with_price(g.entry.sdl, text, max_price, ASSUMED_BLOCK_TIME)
    checked = g.entry.sdl.check(text, file)
    if not checked.ok:
        report(g, [(file, checked.problems)], err=True)
        raise BadInput(f"{file} has errors and cannot be deployed.", f"Fix the problems above; {_check_again(source)}")
    _refuse_unknown_models(rule, checked.compiled, from_option=prefer is not None)
    if not dry_run:
        text = ask_missing(g, text, file)
        checked = g.entry.sdl.check(text, file)

    async def work(session: Session) -> int:
        sdl, compiled = text, checked.compiled
        if max_price is not None:
            sdl = with_price(session.sdl, text, max_price, await session.chain.block_time())
            compiled = session.sdl.read(sdl, file)
        values.give(session)
        if not dry_run:
            ready = await filled(session.sdl, session.secrets, sdl, file)
            sdl, compiled = ready.sdl, ready.compiled
        quote = await create_quote(
            session,
            compiled,
            sdl,
            name,
            file=file,
            deposit=None if deposit is None else int(deposit * MICRO),
            hours=hours,
            limit=limit,
        )
        from akash_tui.cli.who_could_bid import print_short, screened, short_json

        who = await screened(session, compiled) if dry_run else None
        if who is not None and g.json:
            print_json(create_json(quote) | {"who_could_bid": short_json(who)})
        else:
            print_create_quote(quote, err=not dry_run)
        if dry_run:
            if who is not None and not g.json:
                print_short(who)
            print_beyond(quote.beyond)
            return 0
        if g.unsigned is not None:
            keep(session, quote)
            write_unsigned(g, session, quote)
            return 0
        question = f"Lock {units(quote.deposit.amount)} ACT and create deployment {quote.id.dseq} on {quote.chain_id}?"
        if not confirm_quote(session, question, quote.beyond, yes=yes):
            raise BadInput("Nothing was sent.", "Answer yes to continue.")
        ask = _ask_for_bid(options, cap_h) if rule is None else None
        done = await drive(
            session,
            quote,
            options,
            event_listener(g, session.provider_cache.name),
            ask=ask,
            confirm=confirm_lease(session, yes),
            show=on_fail_printer(session),
        )
        if limit is not None and done.state in ("leased", "running"):
            view = None
            with contextlib.suppress(AkashError):  # until when escrow lasts is for information only
                view = await Leases(session).one(quote.id, services=False)
            print_who_stops(quote.id.dseq, None if view is None else view.lasts_until)
        return done.exit_code

    return in_session(g, work)


def _refuse_unknown_models(rule: Rule | None, compiled: Compiled, *, from_option: bool) -> None:
    """Raise `BadInput` for a preferred GPU model that no bid on this SDL can give.

    Every model of `--prefer` must be one that the SDL accepts. A policy file is written for many SDLs: one is enough.
    """
    from akash_tui.domain.akash.gpu_table import nearest
    from akash_tui.domain.bids.rule import ANY

    accepted = {model.model: model for group in compiled.groups for model in group.gpu_models}
    if rule is None or rule.kind != "prefer" or any(model.wildcard for model in accepted.values()):
        return
    names = list(dict.fromkeys(preference.model for preference in rule.prefer))
    unknown = [name for name in names if name != ANY and name not in accepted]
    if not unknown or (not from_option and len(unknown) < len(names)):
        return
    place = "--prefer" if from_option else "The policy's prefer"
    if not accepted:
        raise BadInput(f"{place}: the SDL asks for no GPU.", "Choose by price: --accept cheapest.")
    near = [name for name in nearest("nvidia", unknown[0]) if name in accepted]
    raise BadInput(
        f"{place}: the SDL does not accept {', '.join(clean(name, 40) for name in unknown)}.",
        (f"Did you mean {near[0]}? " if near else "") + f"It accepts {', '.join(sorted(accepted))}.",
    )


def _check_again(source: str) -> str:
    if source == "-":
        return "akash-tui sdl check - checks standard input."
    if Path(source).exists():
        return f"akash-tui sdl check {source} checks it again."
    return f"akash-tui preset show {source} prints it."


def _rule(
    accept: str | None,
    prefer: str | None,
    budget_h: Decimal | None,
    allow_undisclosed: bool,
    *,
    interactive: bool,
    dry_run: bool,
    collect_given: bool,
) -> Rule | None:
    """The rule that chooses a bid; None asks on the terminal."""
    from akash_tui.domain.bids.rule import Rule, RuleError, parse_preferences
    from akash_tui.services.automation.policy import read_policy

    try:
        preferences = parse_preferences(prefer or "")
    except RuleError as error:
        raise BadInput(f"--prefer: {error.message}.", error.advice) from None
    if accept is None:
        if preferences:
            accept = "prefer"
        elif dry_run:
            return None
        elif interactive:
            accept = "ask"
        else:
            raise BadInput(
                "There is no terminal to choose a bid on.",
                "Give --accept cheapest, --prefer h100,a100 or --accept none.",
            )
    if accept.endswith(".toml"):
        if preferences or allow_undisclosed:
            option = "--prefer" if preferences else "--allow-undisclosed"
            raise BadInput(
                f"{option} and a policy file exclude each other.",
                f"Write {option.removeprefix('--').replace('-', '_')} into {accept}.",
            )
        policy = read_policy(Path(accept))
        if collect_given and policy.wait is not None:
            raise BadInput("--collect and a policy with a wait exclude each other.", f"Change wait in {accept}.")
        return policy.as_rule(budget_h)
    if accept not in _ACCEPT:
        raise BadInput(f"--accept: unknown rule {accept!r}.", f"One of: {', '.join(_ACCEPT)}, or a POLICY.toml.")
    if accept == "ask":
        if not interactive:
            raise BadInput(
                "--accept ask needs a terminal.", "Give --accept cheapest, --prefer h100,a100 or --accept none."
            )
        return None
    if accept == "prefer" and not preferences:
        raise BadInput("--accept prefer needs GPU models.", "Add --prefer h100,a100,any.")
    return Rule(
        kind=accept,
        prefer=preferences if accept == "prefer" else (),
        budget_h=budget_h,
        allow_undisclosed=allow_undisclosed,
    )


def read_source(g: GlobalOptions, source: str) -> tuple[str, str, str]:
    """(name, file, text) of FILE|PRESET|-: a path takes precedence over a preset of the same name."""
    if source != "-" and not Path(source).exists() and "/" not in source:
        names = {p.name for p in g.entry.presets.list()}
        if source in names:
            return source, f"{source}.yaml", g.entry.presets.find(source).text()
        if not source.endswith((".yaml", ".yml")):
            raise BadInput(
                f"{source} is neither a file nor a preset.",
                f"Presets: {', '.join(sorted(names)) or 'none'}; or give a path.",
            )
    text = read_sdl_text(source)
    return ("stdin" if source == "-" else Path(source).stem), ("<stdin>" if source == "-" else source), text


def _ask_for_bid(options: DeployOptions, cap_h: Decimal | None) -> Ask:
    """Ask once bids are collected: a numbered list of the open bids, one question per group. Of several groups, what is
    chosen so far is printed before each question; `cap_h` is the budget, in ACT an hour."""
    from akash_tui.cli.bid_table import print_bids, terminal_width
    from akash_tui.domain.bids.rule import Rule
    from akash_tui.domain.bids.sorting import CHEAPEST
    from akash_tui.services.automation.bid_chooser import total_for

    async def ask(run: DeploymentRun) -> dict[int, BidId] | None:
        await _wait_for_bids(run, options)
        picks: dict[int, BidId] = {}
        groups = _open_groups(run)
        for gseq in groups:
            rows = run.book.rows(CHEAPEST, gseq, gone=False)
            if len(groups) > 1:
                click.echo(f"total: {total_for(run, picks, Rule(budget_h=cap_h)).words}", err=True)
            print_bids(rows, width=terminal_width(err=True), numbered=True, err=True)
            with interruptible_prompt():
                number = click.prompt(
                    f"Which bid for group {gseq} (0: none)", type=click.IntRange(0, len(rows)), err=True
                )
            if number == 0:
                return None
            picks[gseq] = rows[number - 1].id
        return picks

    return ask


def _open_groups(run: DeploymentRun) -> list[int]:
    """Groups without a lease, as far as known."""
    return [g for g in run.book.groups if run.book.order_open(g) is not False]


async def _wait_for_bids(run: DeploymentRun, options: DeployOptions) -> None:
    """Wait for the collect time, then until every group has a bid. Raises `TimeoutError` after `options.bid_wait`."""
    import asyncio

    from akash_tui.domain.bids.sorting import CHEAPEST
    from akash_tui.services.automation.collecting_time import CollectingTime, Readiness

    changed = asyncio.Event()
    listener: Callable[[Event], None] = lambda event: changed.set()  # noqa: E731
    run.listeners.append(listener)
    run.reads.listeners.append(changed.set)
    print_progress(f"collecting bids for {options.collect:g} s")
    time = CollectingTime(run, options.collect, options.bid_wait)
    try:
        while True:
            groups = _open_groups(run)
            complete = bool(groups) and all(run.book.rows(CHEAPEST, g, gone=False) for g in groups)
            ready = time.check(usable=complete)
            if ready is Readiness.READY:
                return
            if ready is Readiness.OVER:
                raise TimeoutError
            changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), time.pause)
    finally:
        run.listeners.remove(listener)
        run.reads.listeners.remove(changed.set)
