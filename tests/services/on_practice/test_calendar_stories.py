"""The chain's calendar over real sockets: a deposit sent into a halt, and a lease that is closed after the sunset."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from akash_tui.compose import Program
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import NothingNew
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.session import SDL, act, compiled
from tests.helpers.worlds import BLOCK_TIME


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@asynccontextmanager
async def world(home: Path, scenario: str, halt_blocks: int) -> AsyncIterator[tuple[Session, PracticeNetwork]]:
    """A funded session on a network in this process; its upgrade is planned far ahead, see `plan_after`."""
    network = PracticeNetwork(replace(SCENARIOS[scenario], upgrade_after=10**6, halt_blocks=halt_blocks), 7, BLOCK_TIME)
    await network.open()
    try:
        (home / "practice.json").write_text(json.dumps(network.ready))
        program = Program(home)
        wallet = program.practice_wallet()
        session = await program.open(program.networks.find("practice"), None, False)
        try:
            await program.fund(session.network, wallet.address)
            yield session, network
        finally:
            await session.aclose()
    finally:
        await network.close()


def plan_after(network: PracticeNetwork, blocks: int) -> None:
    """Move the planned upgrade to so many blocks from now."""
    plan = network.world.params.plan
    assert plan is not None
    plan = replace(plan, height=network.world.height + blocks)
    network.world.params = replace(network.world.params, plan=plan)


async def test_a_deposit_sent_into_a_halt_counts_in_the_first_block_after_it(home: Path) -> None:
    async with world(home, "upgrade", 20) as (session, network):
        run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
        quote = await deposit_quote(session, run.id, act("1"))
        plan_after(network, 2)
        while (await session.chain.head()).height < network.world.params.plan.height - 1:  # type: ignore[union-attr]
            await session.clock.sleep(BLOCK_TIME)
        result = await deposit(session, quote)
        assert (result.code, result.height) == (0, network.world.params.applied[0].height)
        last, first = (network.world.block(result.height - 1), network.world.block(result.height))
        assert last is not None
        assert first is not None
        assert first.time_ns - last.time_ns < 10 * BLOCK_TIME * 1e9, "its time is that of before the halt"


async def test_after_a_sunset_nothing_new_is_taken_and_a_deployment_is_closed_with_its_refund(home: Path) -> None:
    async with world(home, "sunset", 2) as (session, network):
        run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
        plan_after(network, 3)
        while not network.world.params.applied:
            await session.clock.sleep(BLOCK_TIME)
        with pytest.raises(NothingNew):
            await create_quote(session, compiled(SDL), SDL, "again")
        assert (session.calendar.why_nothing_new or "").startswith("This chain takes no new deployments")
        assert (await deposit(session, await deposit_quote(session, run.id, act("1")))).code == 0
        closed = await close(session, await close_quote(session, run.id))
        assert closed.refund is not None
        assert closed.refund.amount > 1_000_000
