"""The app on its log screen while providers answer: `python -m tests.bench.hostile_child TELL END SECONDS`.

Leases one workload at each of the first providers of the practice network of AKASH_TUI_HOME, opens the log of the
first, and meanwhile asks all of them for their status as fast as they answer, and reads the second one's log too.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

from akash_tui.compose import Program
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.practice.provider.scenarios import ATTACKS
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.leases.log_streams import LeaseStreams
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.quoting import create_quote
from akash_tui.ui.app import AkashApp
from akash_tui.ui.leases.log_screen import LogScreen

SDL = """\
version: "2.0"
services:
  web: {image: "nginx:1.27", expose: [{port: 80, as: 80, to: [{global: true}]}]}
profiles:
  compute: {web: {resources: {cpu: {units: 1}, memory: {size: 1Gi}, storage: {size: 1Gi}}}}
  placement: {dcloud: {pricing: {web: {denom: uact, amount: 100000}}}}
deployment: {web: {dcloud: {profile: web, count: 1}}}
"""
HEARTBEAT_SECONDS = 0.005
WARM_UP_SECONDS = 3.0
LONGEST_SECONDS = 60.0
DEPOSIT = 1_000_000


class Inside:
    """What only the process itself can measure, and what it tells the typist."""

    def __init__(self, tell: int, end: int, seconds: float) -> None:
        self._tell, self._end, self.seconds = tell, end, seconds
        self.late: list[float] = []
        self.peak = 0

    def tell(self, **said: object) -> None:
        os.write(self._tell, json.dumps(said).encode() + b"\n")

    async def beat(self) -> None:
        while True:
            due = time.perf_counter() + HEARTBEAT_SECONDS
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.late.append((time.perf_counter() - due) * 1000)
            self.peak = max(self.peak, memory())

    async def watch(self, screen: LogScreen) -> None:
        await asyncio.sleep(WARM_UP_SECONDS)
        before, cpu, began = memory(), time.process_time(), time.monotonic()
        beat = asyncio.create_task(self.beat())
        lines = screen._count
        self.tell(type=True)
        await asyncio.sleep(self.seconds)
        beat.cancel()
        wall = time.monotonic() - began
        self.tell(
            late_ms=self.late,
            grown_mib=(self.peak - before) / 2**20,
            before_mib=before / 2**20,
            cpu=(time.process_time() - cpu) / wall,
            lines=(screen._count - lines) / wall,
        )
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._end, over.set)
        self.tell(enough=True)
        await over.wait()


def memory() -> int:
    """Bytes of this process in memory now; the most there ever was where the system does not tell."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def leased(session: Session, provider: str) -> DeploymentRun:
    """One workload at this provider, its manifest handed over."""
    compiled = session.sdl.read(SDL, "deploy.yaml")
    run = await create(session, await create_quote(session, compiled, SDL, "web", deposit=DEPOSIT))
    collecting = asyncio.create_task(collect(session, run))
    async with asyncio.timeout(LONGEST_SECONDS):
        while not (row := next((r for r in run.book.rows(gone=False) if r.id.provider == provider), None)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    collecting.cancel()
    await asyncio.gather(collecting, return_exceptions=True)
    await accept(session, run, await lease_quote(session, run, {1: row.id}))
    await deliver(session, run)
    return run


async def prepared(home: Path, providers: list[str]) -> list[DeploymentId]:
    program = Program(home)
    network = program.networks.find("practice")
    wallet = program.practice_wallet()
    session = await program.open(network, None, False)
    try:
        await program.fund(network, wallet.address)
        return [(await leased(session, owner)).id for owner in providers]
    finally:
        await session.aclose()


async def ask_on(session: Session, id: DeploymentId) -> None:
    """As the screen of a deployment asks, and at once again."""
    while True:
        with suppress(AkashError):
            await Leases(session).one(id)
        await asyncio.sleep(0.2)


async def read_on(session: Session, id: DeploymentId) -> None:
    with suppress(AkashError):
        async with aclosing(LeaseStreams(session).logs(id, follow=True, tail=200)) as items:
            async for _ in items:
                pass


async def main(inside: Inside) -> None:
    home = Path(os.environ["AKASH_TUI_HOME"])
    told = json.loads((home / "practice.json").read_text())["providers"]
    ids = await prepared(home, [p["owner"] for p in told[: len(ATTACKS)]])
    app = AkashApp(Program(home), network="practice")
    hold = LogScreen.do_hold

    def held(screen: LogScreen) -> None:
        hold(screen)
        inside.tell(
            acted=time.monotonic(), text="paused: p continues" if screen.paused else f"dseq {screen.id_shown.dseq}"
        )

    LogScreen.do_hold = held  # type: ignore[method-assign, assignment]

    async def measure(_: Any) -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            while app.session is None or app.run_manager is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        session = app.session
        work = [asyncio.create_task(ask_on(session, id)) for id in ids]
        work.append(asyncio.create_task(read_on(session, ids[1])))
        screen = LogScreen(ids[0])
        await app.push_screen(screen)
        async with asyncio.timeout(LONGEST_SECONDS):
            while not screen._count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await inside.watch(screen)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        app.exit()

    await app.run_async(auto_pilot=measure)


if __name__ == "__main__":
    here = Inside(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    try:
        asyncio.run(main(here))
    except Exception as error:
        here.tell(failed=repr(error))
        raise
