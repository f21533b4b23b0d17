"""`practice` serves a local Akash to learn on; `demo` plays the main job on a fresh one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from akash_tui.cli.bids import format_gpus
from akash_tui.cli.options import GlobalOptions, ascii_asked, local_options
from akash_tui.cli.output import print_answer
from akash_tui.cli.session import is_dumb, on_terminal, run_async
from akash_tui.domain.akash.money import UACT, UAKT, rate, units
from akash_tui.domain.text import plural, short_address
from akash_tui.services.core.program import PRACTICE_SCENARIO
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.compose import Program


_SEED = 7
"""The demo's world is the same every time unless another seed is asked for."""

_PRESET = "vllm-chat"
"""The preset that the story deploys."""
_STORY_SPEED = 10.0
"""Of the demo without a terminal: nobody waits for its blocks."""
_COLLECT = 6.0
"""Seconds of collecting: ten blocks then, time for most of the practice providers to answer."""
MOST_SPEED = 600.0

_SPEED = "Time passes N times as fast as on mainnet; `akash-tui speed N` changes it later."
_SCENARIO = "What happens in this world; see the list below."


class _ScenarioCommand(click.Command):
    """A command whose help lists the scenarios."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the scenarios."""
        from akash_tui.compose import practice_scenarios

        super().format_options(ctx, formatter)
        with formatter.section("Scenarios"):
            formatter.write_dl(list(practice_scenarios().items()))


@click.command(cls=_ScenarioCommand)
@click.option("--scenario", default=PRACTICE_SCENARIO, show_default=True, metavar="S", help=_SCENARIO)
@click.option("--seed", default=_SEED, show_default=True, metavar="N", help="Same seed, same providers and prices.")
@click.option("--speed", type=float, default=1.0, show_default=True, metavar="N", help=_SPEED)
@click.option(
    "--block-time",
    type=float,
    metavar="S",
    help="Another block time than mainnet's 6 s; the prices per block of an SDL then mean other prices per hour.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Save the world in FILE; continue it.",
)
@click.option("--fund", default="", hidden=True, help="An account that has tokens in a fresh world.")
@click.option("--parent", type=int, hidden=True, help="Also stop when this process is gone.")
@local_options
def practice(
    g: GlobalOptions,
    scenario: str,
    seed: int,
    speed: float,
    block_time: float | None,
    state: Path | None,
    fund: str,
    parent: int | None,
) -> int:
    """Serve a practice network on this machine until you stop it with ctrl+c."""
    if block_time is not None and not 0.01 <= block_time <= 60:
        raise BadInput(f"--block-time: {block_time:g} is out of range.", "Give 0.01 to 60 seconds.")
    _check_speed(speed)
    if block_time is not None and speed != 1:
        raise BadInput("--speed and --block-time exclude each other.", "Give one of them.")
    on_ready = _print_welcome if sys.stdout.isatty() and not g.json else None
    return g.entry.serve_practice(scenario, seed, block_time, state, parent, on_ready, speed, fund)


def _check_speed(speed: float) -> None:
    if not 0 < speed <= MOST_SPEED:
        raise BadInput(f"A speed of {speed:g} is out of range.", f"Give more than 0 and at most {MOST_SPEED:g}.")


@click.command()
@click.argument("n", type=float, required=False, metavar="[N]")
@local_options
def speed(g: GlobalOptions, n: float | None) -> int:
    """How fast time passes on the practice network that runs; with N, make it N times as fast (1: as on mainnet).

    Blocks, images, workloads, other tenants and the cost of leases all go faster; prices per hour stay.
    """
    if n is not None:
        _check_speed(n)
    network = g.entry.networks.find("practice")
    found = run_async(lambda: g.entry.turn_clock(network, n))
    print_answer(g, {"v": 1, "speed": found}, f"time × {found:g}")
    return 0


def _print_welcome(ready: dict[str, Any]) -> None:
    """For people: its endpoints and what to do with it. Programs read the JSON line or practice.json."""
    click.echo(
        f"PRACTICE network {ready['chain_id']} ({ready['scenario']}): {plural(len(ready['providers']), 'provider')}, "
        f"a block every {ready['block_time'] / ready['speed']:g} s. No real money here.\n"
    )
    for url in ready["rest_endpoints"]:
        lies = ready["lies"].get(url)
        how = ready["nodes"].get(url, "")
        click.echo(f"  {'rest':8} {url}" + (f"  lies: {', '.join(lies)}" if lies else how and f"  {how}"))
    for name in ("rpc", "indexer", "faucet"):
        click.echo(f"  {name:8} {ready[name]}")
    if ready["clock"] is None:
        click.echo(
            "\nThe prices per block of an SDL mean other prices per hour here than on mainnet; --speed keeps them."
        )
    click.echo("\nIn another terminal, with the same AKASH_TUI_HOME if you set one:\n")
    for command, what in (
        ("akash-tui --network practice", "the app on this network"),
        (
            "akash-tui speed 60",
            "let time pass 60 times as fast, for images and workloads that take minutes; `speed 1` ends it",
        ),
        ("akash-tui wallet create", "your own account, then"),
        ("akash-tui --network practice wallet fund", "tokens for it from the faucet"),
        (
            "akash-tui --network practice deploy web-page --accept cheapest",
            "from SDL to lease in one command",
        ),
    ):
        click.echo(f"  {command}\n      {what}")
    click.echo("\nctrl+c stops it.")


@click.command(cls=_ScenarioCommand)
@click.option("--scenario", default=PRACTICE_SCENARIO, show_default=True, metavar="S", help=_SCENARIO)
@click.option("--seed", default=_SEED, show_default=True, metavar="N", help="Same seed, same providers and prices.")
@click.option("--speed", type=float, metavar="N", help=_SPEED)
@local_options
def demo(g: GlobalOptions, scenario: str, seed: int, speed: float | None) -> int:
    """Try it without a wallet or money: a fresh practice network, a throw-away account, a temporary home.

    In a terminal the app opens on it; without one, or on a dumb one, the whole story is run and printed.
    """
    import tempfile

    if speed is not None:
        _check_speed(speed)
    with tempfile.TemporaryDirectory(prefix="akash-tui-demo-") as folder:
        entry = g.entry.at(Path(folder))
        shown = on_terminal() and not is_dumb()
        entry.practice_speed = speed or (1.0 if shown else _STORY_SPEED)
        if shown:
            try:
                return entry.run_app("practice", ascii_only=ascii_asked(), demo=(scenario, seed))
            finally:
                for report in move_reports(Path(folder), g.entry.home):
                    click.echo(f"The demo's home was deleted; its crash report is saved: {report}", err=True)
        return run_async(lambda: _run_demo_story(entry, scenario, seed))


def move_reports(demo: Path, home: Path) -> list[Path]:
    """Move crash reports out of a demo's home, which is deleted next, into the real one; their new paths."""
    import shutil

    found = sorted((demo / "crashes").glob("*.txt"))
    if found:
        (home / "crashes").mkdir(mode=0o700, parents=True, exist_ok=True)
    return [Path(shutil.move(report, home / "crashes" / report.name)) for report in found]


async def _run_demo_story(entry: Program, scenario: str, seed: int) -> int:
    """The whole story without a screen: start a network, get tokens, deploy, choose, run, show, close; printed line by
    line. Returns the exit code of the run."""
    from akash_tui.cli.event_sentences import event_printer
    from akash_tui.domain.bids.rule import Rule
    from akash_tui.services.automation.deploy_options import DeployOptions
    from akash_tui.services.automation.headless_deploy import drive
    from akash_tui.services.deployment.close import close
    from akash_tui.services.leases.lease_reader import Leases
    from akash_tui.services.spending.quoting import close_quote, create_quote

    echo = click.echo
    echo("PRACTICE: a local network with invented providers. Nothing here costs money.")
    try:
        network = await entry.start_practice(scenario, seed)
        echo(f"✓ practice network {network.chain_id} ({scenario}, seed {seed})")
        wallet = entry.practice_wallet()
        session = await entry.open(network, wallet.name, False)
        try:
            balances = {c.denom: c.amount for c in await session.chain.balances(wallet.address)}
            echo(
                f"✓ throw-away wallet {short_address(wallet.address)}: {units(balances.get(UACT, 0))} ACT for compute, "
                f"{units(balances.get(UAKT, 0))} AKT for gas"
            )
            preset = entry.presets.find(_PRESET)
            text, file = preset.text(), f"{preset.name}.yaml"
            quote = await create_quote(session, session.sdl.read(text, file), text, preset.name, file=file)
            models = sorted({m.model for group in quote.compiled.groups for m in group.gpu_models})
            echo(f"✓ {preset.title}: accepts {', '.join(models)}, at most ≈ ${rate(quote.max_h)} an hour")
            echo(f"  quote: deposit {units(quote.deposit.amount)} ACT, gas ≈ {units(quote.fee.amount, 4)} AKT")
            options = DeployOptions(rule=Rule("cheapest"), collect=_COLLECT)
            outcome = await drive(session, quote, options, event_printer(echo, session.provider_cache.name))
            if outcome.exit_code == 0 and outcome.run is not None:
                view = await Leases(session).one(outcome.run.id)
                for one in view.leases:
                    where = session.provider_cache.name(one.lease.id.provider)
                    echo(f"✓ GPU {format_gpus(one.gpus)} at {where} for ≈ ${rate(view.price_h)} an hour: running")
                await close(session, await close_quote(session, outcome.run.id), outcome.run)
            return outcome.exit_code
        finally:
            await session.aclose()
    finally:
        await entry.aclose()
