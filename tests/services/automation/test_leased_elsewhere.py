"""A headless run closes what it opened, but never a lease that somebody else took in the meantime."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from akash_tui.domain.akash.entities import BidId, DeploymentState
from akash_tui.services.automation.deploy_options import DeployOptions
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.create import attach
from tests.fakes.session import Bench
from tests.services.automation.test_headless_deploy import Story


async def test_a_lease_made_elsewhere_is_not_closed(bench: Bench) -> None:
    async def ask(run: DeploymentRun) -> Mapping[int, BidId] | None:
        while not run.book.rows(gone=False):
            await bench.clock.sleep(1)
        elsewhere = bench.session()
        theirs = await attach(elsewhere, run.id)
        await accept(elsewhere, theirs, await lease_quote(elsewhere, theirs, {1: run.book.rows()[0].id}))
        await asyncio.Event().wait()  # whoever is asked has gone away
        return None

    story = Story(bench, DeployOptions(None))
    story.options = {"ask": ask}
    finish = await story.go()
    assert (finish.exit_code, finish.state) == (3, "leased")
    assert [d.state for d in bench.chain.deployments_.values()] == [DeploymentState.ACTIVE]
    assert len(bench.chain.leases_) == 1
    codes = [event["code"] for event in story.told if event["event"] == "failed"]
    assert codes == ["order_gone", "leased_elsewhere"]
