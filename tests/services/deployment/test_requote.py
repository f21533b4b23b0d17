"""Failed leases are replaced: each group takes bids again, and its former provider is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import LeaseState, OrderState
from akash_tui.services.core.events import Event, Requoted
from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment.requote import requote
from akash_tui.services.ports import BadInput, LeaseEnded, ManifestRefused
from tests.fakes.session import Bench
from tests.services.leases.test_lease_reader import leased


async def test_a_refused_manifest_ends_the_lease_and_the_next_order_takes_bids(bench: Bench) -> None:
    run = await leased(bench, delivered=False)
    before = run.leases[0].id
    events: list[Event] = []
    run.listeners.append(events.append)
    await requote(bench.session(), run, ManifestRefused("No."))
    assert bench.chain.leases_[before].state is LeaseState.CLOSED
    assert [o.oseq for o, x in bench.chain.orders_.items() if x.state is OrderState.OPEN] == [2]
    assert (run.stage, run.leases, run.avoid) == (
        Stage.COLLECTING,
        (),
        {before.provider: "it refused the manifest"},
    )
    (event,) = [e for e in events if isinstance(e, Requoted)]
    assert event.id == before


async def test_a_lease_that_its_owner_ended_is_not_replaced(bench: Bench) -> None:
    run = await leased(bench)
    id = run.leases[0].id
    ended = replace(bench.chain.leases_[id], state=LeaseState.CLOSED, closed_on=1100, reason="lease_closed_owner")
    bench.chain.leases_[id] = ended
    with pytest.raises(BadInput, match="not by its provider"):
        await requote(bench.session(), run, LeaseEnded("It ended."))


async def test_a_lease_that_runs_with_its_manifest_is_not_replaced(bench: Bench) -> None:
    run = await leased(bench)
    with pytest.raises(BadInput, match="None of its leases"):
        await requote(bench.session(), run, ManifestRefused("No."))
    assert bench.chain.leases_[run.leases[0].id].state is LeaseState.ACTIVE
