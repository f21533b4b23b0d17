"""A real client killed with SIGKILL at each step, then started again: finished, and nothing paid twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from akash_tui.compose import Program
from akash_tui.domain.akash.entities import DeploymentState, LeaseState
from akash_tui.domain.akash.money import UACT
from akash_tui.practice.provider.actors import WITHDRAW_EVERY
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import attach
from akash_tui.services.deployment.manifest_delivery import wait_running
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Outcome
from tests.helpers.worlds import Practice
from tests.services.on_practice.killed_client import to_the_end, whole_way
from tests.services.on_practice.test_flow import SDL

POINTS = (
    "after sign 1",  # signed, nothing on disk, nothing sent
    "after intend 1",  # on disk, nothing sent
    "after broadcast 1",
    "before settle 1",  # in a block, its outcome not on disk
    "after settle 1",
    "after bids 1",
    "after sign 2",
    "after intend 2",
    "after broadcast 2",
    "before settle 2",
    "after settle 2",
    "before send_manifest 1",
    "after send_manifest 1",  # the provider has it, we have not noted it
    "after mark_delivered 1",
    "after lease_status 1",
    "after intend 3",
    "after broadcast 3",
    "before settle 3",
    "after settle 3",
)
AT_ONCE = 4


async def killed(points: dict[Path, str]) -> AsyncIterator[tuple[Path, int]]:
    """Homes whose client has killed itself at its point, as they come, with its return code."""
    client = Path(__file__).with_name("killed_client.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(client), str(AT_ONCE)),
        *(word for home, point in points.items() for word in (str(home), point)),
        env=os.environ | {"PYTHONPATH": str(client.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    async for line in process.stdout:
        home, code = line.decode().rsplit(" ", 1)
        yield Path(home), int(code)
    assert await process.wait() == 0


async def carried_on(home: Path) -> str:
    """Resume, and do what it says; then look at the chain's and the journal's books."""
    program = Program(home)
    session = await program.open(program.networks.find("practice"), None, False)
    try:
        report = await resume(session, carry_on=True, wait=120)
        assert all(s.outcome is not Outcome.OPEN for s in report.settled), report.settled
        stood = "nothing"
        if report.pending:
            (item,) = report.pending
            stood = item.next.value
            run = await attach(session, item.id)
            if item.next is NextStep.CHOOSE:
                await to_the_end(session, run)
            else:
                assert item.next is NextStep.WATCH, item
                await wait_running(session, run, wait=120)
                await close(session, await close_quote(session, run.id), run)
        elif not await session.chain.deployments(session.owner):
            await whole_way(session, SDL)
        else:
            stood = "closed"
        deployments = await session.chain.deployments(session.owner)
        leases = await session.chain.leases(session.owner)
        assert [d.state for d in deployments] == [DeploymentState.CLOSED]
        assert [x.state for x in leases] == [LeaseState.CLOSED]
        assert not session.journal.open_intents(session.network.chain_id)
        act = next(c.amount for c in await session.chain.balances(session.owner) if c.denom == UACT)
        blocks = leases[0].closed_on - leases[0].created_at
        paid_out = leases[0].price.amount * blocks
        start = await funded(program)
        settled = 1 + blocks // WITHDRAW_EVERY + 1  # at the close and at each withdrawal, each cut to whole units
        assert abs(start - act - paid_out) <= leases[0].price.amount + settled, (start, act, paid_out, blocks)
        return stood
    finally:
        await session.aclose()


async def funded(program: Program) -> int:
    """What the faucet gives: what a second wallet of the same world gets."""
    fresh = Program(program.home / "fresh")
    fresh.home.mkdir(exist_ok=True)
    shutil.copy(program.home / "practice.json", fresh.home / "practice.json")
    network = fresh.networks.find("practice")
    await fresh.fund(network, fresh.practice_wallet().address)
    session = await fresh.open(network, None, False)
    try:
        return next(c.amount for c in await session.chain.balances(session.owner) if c.denom == UACT)
    finally:
        await session.aclose()


async def test_killed_at_every_step(worlds: Callable[[str], Practice], tmp_path: Path) -> None:
    world = worlds("calm")
    points: dict[Path, str] = {}
    for number, point in enumerate(POINTS):
        home = tmp_path / str(number)
        home.mkdir(mode=0o700)
        shutil.copy(world.home / "practice.json", home / "practice.json")
        (home / "sdl.yaml").write_text(SDL, encoding="utf-8")
        points[home] = point

    async def one(home: Path) -> tuple[str, str]:
        point = points[home]
        if point == "after sign 1":
            journal = Journal(home / "journal.db")
            assert journal.intents() == []
            journal.close()
        try:
            return point, await carried_on(home)
        except Exception as error:
            raise AssertionError(f"killed {point}: {error!r}") from error

    going_on: list[asyncio.Task[tuple[str, str]]] = []
    async for home, code in killed(points):
        assert code == -signal.SIGKILL, points[home]
        going_on.append(asyncio.create_task(one(home)))
    stood = dict(await asyncio.gather(*going_on))
    assert stood == {
        "after sign 1": "nothing",
        "after intend 1": "nothing",
        "after broadcast 1": "choose",
        "before settle 1": "choose",
        "after settle 1": "choose",
        "after bids 1": "choose",
        "after sign 2": "choose",
        "after intend 2": "choose",
        "after broadcast 2": "watch",
        "before settle 2": "watch",
        "after settle 2": "watch",
        "before send_manifest 1": "watch",
        "after send_manifest 1": "watch",
        "after mark_delivered 1": "watch",
        "after lease_status 1": "watch",
        "after intend 3": "watch",
        "after broadcast 3": "closed",
        "before settle 3": "closed",
        "after settle 3": "closed",
    }
