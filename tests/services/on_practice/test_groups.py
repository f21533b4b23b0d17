"""Groups on the practice network: a lease ends and new bids come, a pause and a start, with the real messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from akash_tui.domain.akash.entities import GroupId, GroupState, OrderState
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.core.run_state import Stage
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote, next_best
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import attach
from akash_tui.services.deployment.groups import GroupAction, do_group, group_quote
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.spending.quoting import close_quote
from tests.helpers.worlds import Practice
from tests.services.on_practice.test_flow import collected
from tests.services.on_practice.test_lease_stories import leased

Worlds = Callable[[str], Practice]


async def do(session: Session, group: GroupId, step: GroupAction, **more: object) -> None:
    await do_group(session, await group_quote(session, group, step), **more)  # type: ignore[arg-type]


async def test_a_lease_ends_new_bids_come_and_the_next_best_is_another_provider(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        session, run, _ = await leased(session)
        await deliver(session, run)
        first = run.leases[0].id
        group = GroupId(first.owner, first.dseq, 1)
        await do(session, group, GroupAction.REQUOTE, run=run, avoid={first.provider: "it was slow"})
        again = await attach(session, run.id)
        assert again.stage is Stage.COLLECTING
        assert again.avoid == {first.provider: "it was slow"}
        collecting = asyncio.create_task(collect(session, again))
        while len([r for r in again.book.rows(gone=False) if r.id.oseq == 2]) < 2:
            assert not collecting.done(), "it stopped reading while an order was open"
            await session.clock.sleep(0.05)
        while not again.live:  # the websocket comes up beside the first read
            await session.clock.sleep(0.05)
        best = await next_best(session, again, {}, Rule())
        assert best is not None
        assert best[1].oseq == 2
        assert best[1].provider != first.provider
        await accept(session, again, await lease_quote(session, again, best))
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
        view = await Leases(session).one(run.id, services=False)
        assert [v.lease.id.oseq for v in view.leases] == [1, 2]
        await close(session, await close_quote(session, run.id), again)


async def test_paused_started_and_closed(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        _, run, _ = await leased(session)
        group = GroupId(run.id.owner, run.id.dseq, 1)

        async def state() -> GroupState:
            deployment = await session.chain.deployment(run.id)
            assert deployment is not None
            return deployment.groups[0].state

        await do(session, group, GroupAction.PAUSE, run=run)
        assert await state() is GroupState.PAUSED
        assert [o.state for o in await session.chain.orders(run.id)] == [OrderState.CLOSED]
        await do(session, group, GroupAction.START)
        assert await state() is GroupState.OPEN
        again = await attach(session, run.id)
        await collected(session, again, bids=1)
        assert {r.id.oseq for r in again.book.rows(gone=False)} == {2}
        await do(session, group, GroupAction.CLOSE)
        assert await state() is GroupState.CLOSED
        await close(session, await close_quote(session, run.id), again)
