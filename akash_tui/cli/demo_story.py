"""`demo` without a terminal: the whole story on a fresh practice network, printed line by line."""

from __future__ import annotations

from collections.abc import Callable

from akash_tui.cli.bids import format_gpus
from akash_tui.cli.event_sentences import event_printer
from akash_tui.domain.akash.money import UACT, UAKT, rate, units
from akash_tui.domain.text import short_address
from akash_tui.services.automation.headless_deploy import DeployOptions, drive
from akash_tui.services.core.program import CommandProgram
from akash_tui.services.deployment.bid_rules import Rule
from akash_tui.services.deployment.close import close
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.spending.quoting import close_quote, create_quote

PRESET = "vllm-chat"
"""The preset that the story deploys."""
COLLECT = 12.0
"""Seconds of collecting: time for most of the practice providers to answer."""


async def run_demo_story(entry: CommandProgram, scenario: str, seed: int, echo: Callable[[str], None]) -> int:
    """Start a network, get tokens, deploy, choose, run, show, close; returns the exit code of the run."""
    echo("PRACTICE: a local network with invented providers. Nothing here costs money.")
    try:
        network = await entry.start_practice(scenario, seed)
        echo(f"✓ practice network {network.chain_id} ({scenario}, seed {seed})")
        wallet = entry.practice_wallet()
        await entry.fund(network, wallet.address)
        session = await entry.open(network, wallet.name, False)
        try:
            balances = {c.denom: c.amount for c in await session.chain.balances(wallet.address)}
            echo(
                f"✓ throw-away wallet {short_address(wallet.address)}: {units(balances.get(UACT, 0))} ACT for compute, "
                f"{units(balances.get(UAKT, 0))} AKT for gas"
            )
            preset = entry.presets.find(PRESET)
            text, file = preset.text(), f"{preset.name}.yaml"
            quote = await create_quote(session, session.sdl.read(text, file), text, preset.name, file=file)
            models = sorted({m.model for group in quote.compiled.groups for m in group.gpu_models})
            echo(f"✓ {preset.title}: accepts {', '.join(models)}, at most ≈ ${rate(quote.max_h)} an hour")
            echo(f"  quote: deposit {units(quote.deposit.amount)} ACT, gas ≈ {units(quote.fee.amount, 4)} AKT")
            options = DeployOptions(rule=Rule("cheapest"), collect=COLLECT)
            outcome = await drive(session, quote, options, event_printer(echo))
            if outcome.exit_code == 0 and outcome.run is not None:
                view = await Leases(session).one(outcome.run.id)
                for one in view.leases:
                    gpus = format_gpus(one.gpus)
                    where = one.provider.organization if one.provider else None
                    echo(
                        f"✓ GPU {gpus} at {where or one.lease.id.provider} for ≈ ${rate(view.price_h)} an hour: running"
                    )
                await close(session, await close_quote(session, outcome.run.id), outcome.run)
            return outcome.exit_code
        finally:
            await session.aclose()
    finally:
        await entry.aclose()
