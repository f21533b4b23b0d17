"""`deploy`: from an SDL to a running lease, without a screen; the same services and rules as the app."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import click

from akash_tui.cli.bid_table import print_bids, terminal_width
from akash_tui.cli.bids import gpu_words
from akash_tui.cli.narrate import narrator
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import coin, decimal, ignore_broken_pipe, instant, print_json, say
from akash_tui.cli.preset import read_sdl_text
from akash_tui.cli.sdl import report
from akash_tui.cli.session import confirm, opened, prompting, run_async
from akash_tui.cli.values import positive, seconds
from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.money import MICRO, rate, units
from akash_tui.domain.bids.sorting import CHEAPEST
from akash_tui.services.automation.headless_deploy import Ask, DeployOptions, DeployOutcome, drive
from akash_tui.services.automation.policy import read_policy
from akash_tui.services.core.events import Event
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.bid_rules import Rule
from akash_tui.services.deployment.deployer import Deployer
from akash_tui.services.ports import BadInput, NoBid
from akash_tui.services.spending.quotes import CreateQuote, LeaseQuote

_SET = (
    "Change a value of the SDL for this deployment: an environment variable (MODEL=llama3) or a place in the file "
    "(services.web.image=nginx, web.env.MODEL=llama3). Again for more. Others on this machine can see what is "
    "written here, and shells keep it: secrets belong in the file."
)
_ON_FAIL = (
    "When it goes wrong: close (default), keep, or requote, which gives up a lease whose provider fails and takes "
    "another's bid on the same deployment."
)
_HOW = (
    "ask (in a terminal), cheapest, prefer, none, or a file POLICY.toml with the keys rule, prefer, budget, filter, "
    "avoid, audited, allow_undisclosed: no bid outside of it is taken."
)
_ACCEPT = ("ask", "cheapest", "prefer", "none")


@click.command()
@click.argument("source", metavar="FILE|PRESET|-")
@click.option("--set", "parameters", multiple=True, metavar="KEY=VALUE", help=_SET)
@click.option("--deposit", metavar="ACT", help="What to lock at first; without it the chain's minimum.")
@click.option(
    "--hours", metavar="N", help="Raise the deposit with the lease so that it pays N hours at the bid's rate."
)
@click.option("--budget", metavar="ACT", help="The most the whole deployment may cost an hour (1 ACT ≈ 1 USD).")
@click.option("--prefer", metavar="MODELS", help="GPU models in order of liking: h100,a100,any.")
@click.option("--accept", metavar="RULE", help=_HOW)
@click.option("--allow-undisclosed", is_flag=True, help="Let a rule take a bid that does not say which GPU it gives.")
@click.option("--collect", default=None, metavar="TIME", help="How long to collect bids before choosing.")
@click.option("--bid-wait", default="5m", show_default=True, metavar="TIME", help="How long to wait for a first bid.")
@click.option("--manifest-wait", default="4m", show_default=True, metavar="TIME", help="How long to try the manifest.")
@click.option("--run-wait", default="30m", show_default=True, metavar="TIME", help="How long to wait until it runs.")
@click.option("--on-fail", metavar="WHAT", help=_ON_FAIL)
@click.option("--dry-run", is_flag=True, help="Show what would be spent; sign nothing.")
@click.option("--yes", is_flag=True, help="Answer every question with yes.")
@global_options
def deploy(
    g: GlobalOptions,
    source: str,
    parameters: tuple[str, ...],
    deposit: str | None,
    hours: str | None,
    budget: str | None,
    prefer: str | None,
    accept: str | None,
    allow_undisclosed: bool,
    collect: str | None,
    bid_wait: str,
    manifest_wait: str,
    run_wait: str,
    on_fail: str | None,
    dry_run: bool,
    yes: bool,
) -> int:
    """Submit an SDL, collect bids, take one, hand over the manifest, wait until it runs."""
    settings = g.entry.settings
    if deposit and hours:
        raise BadInput("--deposit and --hours exclude each other.", "Give one of the two.")
    budget_h = positive(budget, "--budget", "ACT per hour") or positive(settings.budget_h, "budget_h", "ACT per hour")
    rule = _rule(accept, prefer, budget_h, allow_undisclosed, interactive=_interactive(), dry_run=dry_run)
    plan = DeployOptions(
        rule=rule,
        collect=seconds(collect, "--collect") if collect else float(settings.collect_seconds),
        bid_wait=seconds(bid_wait, "--bid-wait"),
        manifest_wait=seconds(manifest_wait, "--manifest-wait"),
        run_wait=seconds(run_wait, "--run-wait"),
        on_fail=on_fail or settings.on_fail,
    )
    locked = positive(deposit, "--deposit", "ACT")
    name, file, text = read_source(g, source)
    for parameter in parameters:
        text = _set(g, text, parameter)
    checked = g.entry.sdl.check(text, file)
    if not checked.ok:
        report(g, [(file, checked.problems)], err=True)
        raise BadInput(f"{file} cannot be deployed as it is.", f"Mend what is said above; {_check_again(source)}")

    async def work() -> DeployOutcome:
        async with opened(g) as session:
            deployer = Deployer(session)
            quote = await deployer.prepare(
                text,
                name,
                file=file,
                deposit=None if locked is None else int(locked * MICRO),
                hours=positive(hours, "--hours", "hours"),
            )
            if dry_run:
                if g.json:
                    print_json(_quote_json(quote))
                else:
                    _show_quote(quote, err=False)
                return DeployOutcome(0, "none", None)
            _show_quote(quote, err=True)
            question = (
                f"Lock {units(quote.deposit.amount)} ACT and create deployment {quote.id.dseq} on {quote.chain_id}?"
            )
            if not confirm(question, yes=yes):
                raise BadInput("Nothing was sent.", "Say yes to go on.")
            tell = ignore_broken_pipe(_tell_json if g.json else narrator(click.echo))
            ask = _asker(plan) if rule is None else None
            return await drive(deployer, quote, plan, tell, ask=ask, confirm=_confirm(yes))

    return run_async(work).exit_code


def _set(g: GlobalOptions, text: str, parameter: str) -> str:
    key, equals, value = parameter.partition("=")
    if not equals or not key:
        raise BadInput(f"--set: {parameter!r} is not KEY=VALUE.", "Write it like --set MODEL=llama3.")
    try:
        return g.entry.sdl.with_value(text, key, value)
    except ValueError as error:
        raise BadInput(f"--set {key}: {error}", "akash-tui preset show NAME prints a preset's SDL.") from None


def _check_again(source: str) -> str:
    if source == "-":
        return "akash-tui sdl check - reads it from standard input."
    if Path(source).exists():
        return f"akash-tui sdl check {source} looks again."
    return f"akash-tui preset show {source} prints it."


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _rule(
    accept: str | None,
    prefer: str | None,
    budget_h: Decimal | None,
    allow_undisclosed: bool,
    *,
    interactive: bool,
    dry_run: bool,
) -> Rule | None:
    """The rule that chooses; None asks the person."""
    models = tuple(m.strip().lower() for m in prefer.split(",") if m.strip()) if prefer else ()
    if accept is None:
        if dry_run:
            return None
        if models:
            accept = "prefer"
        elif interactive:
            accept = "ask"
        else:
            raise BadInput(
                "There is no terminal to choose a bid on.",
                "Say how: --accept cheapest, --prefer h100,a100 or --accept none.",
            )
    if accept.endswith(".toml"):
        if models or allow_undisclosed:
            option = "--prefer" if models else "--allow-undisclosed"
            raise BadInput(
                f"{option} and a policy file exclude each other.",
                f"Write {option.removeprefix('--').replace('-', '_')} into {accept}.",
            )
        return read_policy(Path(accept)).as_rule(budget_h)
    if accept not in _ACCEPT:
        raise BadInput(f"--accept: {accept!r} is not known.", f"One of: {', '.join(_ACCEPT)}, or a POLICY.toml.")
    if accept == "ask":
        if not interactive:
            raise BadInput(
                "--accept ask needs a terminal.", "Say --accept cheapest, --prefer h100,a100 or --accept none."
            )
        return None
    if accept == "prefer" and not models:
        raise BadInput("--accept prefer needs the models.", "Add --prefer h100,a100,any.")
    return Rule(kind=accept, prefer=models, budget_h=budget_h, allow_undisclosed=allow_undisclosed)


def read_source(g: GlobalOptions, source: str) -> tuple[str, str, str]:
    """(name, file, text) of what FILE|PRESET|- means: a path wins over a preset of the same name."""
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


def _quote_json(quote: CreateQuote) -> dict[str, object]:
    return {
        "v": 1,
        "quote": "create",
        "chain_id": quote.chain_id,
        "owner": quote.owner,
        "dseq": str(quote.id.dseq),
        "version": quote.compiled.version.hex(),
        "deposit": coin(quote.deposit),
        "fee": coin(quote.fee),
        "fee_ceiling": coin(quote.fee_ceiling),
        "gas_limit": quote.gas_limit,
        "max_price": coin(quote.max_price),
        "max_price_h": decimal(quote.max_h),
        "balances_before": [coin(c) for c in quote.balances_before],
        "balances_after": [coin(c) for c in quote.balances_after],
        "lasts_hours_at_max": decimal(quote.lasts_hours, 2),
        "ends_at_max": instant(quote.ends_at),
        "unverified": list(quote.unverified),
    }


def _show_quote(quote: CreateQuote, *, err: bool) -> None:
    """What creating it spends, before anything is signed; `err`: as an aside, not as the answer."""
    models = sorted({"any" if m.wildcard else m.model for group in quote.compiled.groups for m in group.gpu_models})
    for line in (
        f"{quote.name or quote.file} on {quote.chain_id} as {quote.owner}",
        f"  GPUs accepted  {', '.join(models) or 'none asked for'}",
        f"  at most        ≈ ${rate(quote.max_h)} an hour (the SDL's own limit)",
        f"  deposit        {units(quote.deposit.amount)} ACT; {quote.comes_back}",
        f"  gas            ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)})",
        *(f"  not verified   {sentence}" for sentence in quote.unverified),
    ):
        click.echo(line, err=err)


def _tell_json(event: Event) -> None:
    print_json(event.to_json())


def _asker(plan: DeployOptions) -> Ask:
    """Ask once bids were collected: a numbered list of what can be taken, one question a group."""

    async def ask(run: DeploymentRun) -> dict[int, BidId] | None:
        await _bids_for_all(run, plan)
        picks: dict[int, BidId] = {}
        for gseq in _open_groups(run):
            rows = run.book.rows(CHEAPEST, gseq, gone=False)
            print_bids(rows, width=terminal_width(err=True), numbered=True, err=True)
            with prompting():
                number = click.prompt(
                    f"Which bid for group {gseq} (0: none)", type=click.IntRange(0, len(rows)), err=True
                )
            if number == 0:
                return None
            picks[gseq] = rows[number - 1].id
        return picks

    return ask


def _open_groups(run: DeploymentRun) -> list[int]:
    """Groups without a lease, as far as is known."""
    return [g for g in run.book.groups if run.book.order_open(g) is not False]


async def _bids_for_all(run: DeploymentRun, plan: DeployOptions) -> None:
    """Wait out the collecting time, then until every group has a bid. Raises `NoBid` after `plan.bid_wait`."""
    changed = asyncio.Event()
    listener: Callable[[Event], None] = lambda event: changed.set()  # noqa: E731
    run.listeners.append(listener)
    say(f"collecting bids for {plan.collect:g} s")
    begun = run.clock.monotonic()
    try:
        while True:
            passed = run.clock.monotonic() - begun
            groups = _open_groups(run)
            complete = bool(groups) and all(run.book.rows(CHEAPEST, g, gone=False) for g in groups)
            if passed >= plan.collect and complete:
                return
            if passed >= max(plan.collect, plan.bid_wait):
                raise NoBid(
                    f"No bid to choose from within {plan.bid_wait:.0f} s.",
                    "Allow more GPU models or a higher price, and deploy again.",
                )
            changed.clear()
            until = plan.collect if passed < plan.collect else plan.bid_wait
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), max(0.05, until - passed))
    finally:
        run.listeners.remove(listener)


def _confirm(yes: bool) -> Callable[[LeaseQuote], Awaitable[bool]]:
    async def ask(quote: LeaseQuote) -> bool:
        offers = "; ".join(f"{gpu_words(row.disclosure)} at {row.name}" for row in quote.rows)
        until = f", until about {quote.ends_at:%a %d %b %H:%M} UTC" if quote.ends_at else ""
        extra = f" Deposit raised by {units(quote.extra_deposit.amount)} ACT." if quote.extra_deposit else ""
        doubts = f" Not verified: {' '.join(quote.unverified)}" if quote.unverified else ""
        gas = f" Gas ≈ {units(quote.fee.amount, 4)} AKT (at most {units(quote.fee_ceiling.amount, 4)})."
        question = f"Lease {offers} for ≈ ${rate(quote.price_h)} an hour{until}?{extra}{gas}{doubts}"
        if yes:
            click.echo(f"{question} yes", err=True)  # answered beforehand, but never unseen
        return confirm(question, yes=yes)

    return ask
