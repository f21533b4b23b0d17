"""`lease recover`: the SDL of a deployment, from this machine or its provider."""

from __future__ import annotations

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import print_json
from akash_tui.cli.session import open_session, run_async
from akash_tui.cli.values import dseq_of
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment.recover_sdl import RecoveredSdl
from akash_tui.services.deployment.recover_sdl import recover as recover_sdl


@click.command()
@click.argument("dseq")
@global_options
def recover(g: GlobalOptions, dseq: str) -> None:
    """Print the SDL of a deployment: the one saved here, or one rebuilt from its provider's manifest."""
    number = dseq_of(dseq)

    async def work() -> RecoveredSdl:
        async with open_session(g) as session:
            return await recover_sdl(session, DeploymentId(session.owner, number))

    found = run_async(work)
    if g.json:
        print_json(
            {
                "v": 1,
                "dseq": dseq,
                "source": found.source,
                "exact": found.exact,
                "missing": list(found.missing),
                "sdl": found.sdl,
            }
        )
        return
    click.echo(found.sdl, nl=False)
    for reason in found.missing:
        click.echo(f"missing  {reason}", err=True)
    if found.source == "provider":
        click.echo(
            "Rebuilt from the provider's manifest; its hash equals the one on chain, so it is what runs."
            if found.exact
            else "Rebuilt from the provider's manifest, but not identical to what was deployed: check it before use. "
            "Sent as an update it would change the deployment.",
            err=True,
        )
