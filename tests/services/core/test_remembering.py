"""What the bid memory is given of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import LeaseState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.decision import decide
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.automation.bid_chooser import refuse_unlike
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import read_once
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.memory.memory_file import memory_path
from akash_tui.services.ports import ManifestRefused, PriceMoved
from tests.fakes.session import Bench
from tests.services.deployment.test_deploy_flow import cheapest, opened


async def test_bids_are_remembered_once_with_price_model_delay_and_what_became_of_them(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    rows = run.book.rows(gone=False)
    await read_once(session, run)
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    await deliver(session, run)
    await wait_running(session, run)
    memory = session.memory
    memory.flush()
    assert memory.file.path == memory_path(bench.home, session.network.chain_id)
    for row in rows:
        (offer,) = row.gpus
        price = memory.usual_price(row.id.provider, offer.model)
        delay = memory.usual_delay(row.id.provider)
        assert price is not None
        assert row.gpu_h is not None
        assert (price.count, round(price.last, 4)) == (1, round(row.gpu_h, 4))
        assert delay is not None
        assert delay.count == 1
    record = memory.lease_record(rows[0].id.provider)
    assert record is not None
    assert (record.taken, record.running, record.failed) == (1, 1, 0)
    assert record.seconds is not None
    other = memory.lease_record(rows[1].id.provider)
    assert other is not None
    assert other.line() == ""
    assert memory.answered("akash1nobody", [GpuModel("nvidia", "a100")]).answered == 0
    await session.aclose()


async def test_a_provider_that_refuses_the_manifest_has_failed(bench: Bench) -> None:
    bench.gateway.faults = [ManifestRefused("invalid manifest", status=422)]
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    await accept(session, run, quote)
    with pytest.raises(ManifestRefused):
        await deliver(session, run)
    session.memory.flush()
    record = session.memory.lease_record(quote.bids[0].id.provider)
    assert record is not None
    assert (record.taken, record.running, record.failed, record.why) == (1, 0, 1, "invalid manifest")
    await session.aclose()


async def test_a_lease_that_its_provider_ended_later_has_failed(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    await deliver(session, run)
    lease = run.leases[0]
    ended = replace(lease, state=LeaseState.CLOSED, closed_on=1100, reason="lease_closed_reason_unstable")
    bench.chain.leases_[lease.id] = ended
    for _ in range(2):
        await Leases(session).one(run.id)
    session.memory.flush()
    record = session.memory.lease_record(lease.id.provider)
    assert record is not None
    assert (record.taken, record.failed, record.why) == (1, 1, "its provider ended it: the workload kept failing")
    await session.aclose()


async def test_a_blocked_provider_is_taken_by_no_rule(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    first, second, *_ = run.book.rows(gone=False)
    now = session.clock.now()
    session.provider_notes.block(first.id.provider, "died twice in May", now)
    decision = decide(run.book, Rule(), avoid=run.avoided)
    assert decision.choice == {1: second.id}
    why = {rejection.provider: rejection.reason for rejection in decision.rejected[1]}
    assert why[first.id.provider] == "its provider is avoided: you blocked it: died twice in May"
    quote = await lease_quote(session, run, {1: first.id})
    assert f"{first.name}: you blocked it: died twice in May." in quote.unverified
    with pytest.raises(PriceMoved, match="died twice in May"):
        refuse_unlike(Rule(), quote, run.avoided)
    await session.aclose()
