"""Accepting bids signs exactly the quote that was made for this run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.ports import BadInput
from tests.fakes.session import Bench
from tests.services.deployment.test_deploy_flow import cheapest, opened


async def test_a_quote_of_another_deployment_is_not_signed(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    signed = len(bench.chain.committed)
    other = replace(run, id=replace(run.id, dseq=run.id.dseq + 1))
    with pytest.raises(BadInput, match=f"bids of deployment {run.id.dseq}, not of {other.id.dseq}"):
        await accept(session, other, quote)
    assert len(bench.chain.committed) == signed
    assert (other.stage, other.error, run.leases) == (Stage.COLLECTING, None, ())
