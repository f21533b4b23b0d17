"""The app on its log screen while one party after the other attacks: `python -m tests.bench.hostile_child TELL END
SECONDS`.

The app runs on the honest practice network of AKASH_TUI_HOME. Each provider of the practice network of HOSTILE_HOME
attacks in its own way; a node and an indexer that attack listen at HOSTILE_NODE. The same process reads from them with
the program's own adapters, so many seconds each, and in between for as long from the honest network.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.adapters.indexer.client import ConsoleIndexer
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.compose import Program
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.network import Network
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
from tests.bench import hostile_node

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
PAUSE_SECONDS = 0.2
HONEST = "honest"
OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
Work = list[Coroutine[Any, Any, None]]
Load = Callable[[], Work]
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

    async def watch(self, loads: dict[str, tuple[Load, Load]]) -> None:
        """Honest and attacked phases in turn."""
        await asyncio.sleep(WARM_UP_SECONDS)
        before = memory()
        beat = asyncio.create_task(self.beat())
        self.tell(type=True)
        phases: list[dict[str, Any]] = []
        for name, (honest, load) in loads.items():
            for called, work in ((HONEST, honest), (name, load)):
                self.late, self.peak = [], 0
                began, cpu = time.monotonic(), time.process_time()
                tasks = [asyncio.create_task(each) for each in work()]
                await asyncio.sleep(self.seconds)
                ended = time.monotonic()
                phases.append(
                    {
                        "name": called,
                        "beside": name,
                        "began": began,
                        "ended": ended,
                        "late_ms": self.late,
                        "grown_mib": (self.peak - before) / 2**20,
                        "cpu": (time.process_time() - cpu) / (ended - began),
                    }
                )
                for task in tasks:
                    task.cancel()
                for failure in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(failure, Exception):
                        raise failure
        beat.cancel()
        self.tell(phases=phases, before_mib=before / 2**20)
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
        await asyncio.sleep(PAUSE_SECONDS)


async def read_on(session: Session, id: DeploymentId) -> None:
    """Follow the log of a lease."""
    while True:
        with suppress(AkashError):
            async with aclosing(LeaseStreams(session).logs(id, follow=True, tail=200)) as items:
                async for _ in items:
                    pass
        await asyncio.sleep(PAUSE_SECONDS)


async def list_on(network: Network) -> None:
    """Read a list of the chain again and again."""
    chain = ChainClient(network, SystemClock())
    try:
        while True:
            with suppress(AkashError):
                await chain.balances(OWNER)
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        await chain.aclose()


async def listen_on(network: Network) -> None:
    """Take wake-ups; a new client each second, because one that met a flood rests for a minute."""
    while True:
        chain = ChainClient(network, SystemClock())
        with suppress(TimeoutError):
            async with asyncio.timeout(1), aclosing(chain.wakes()) as wakes:
                async for _ in wakes:
                    pass
        await chain.aclose()


async def figures_on(network: Network) -> None:
    """Ask the indexer for what the market shows."""
    indexer = ConsoleIndexer(network, SystemClock())
    try:
        while True:
            with suppress(AkashError):
                await indexer.sheets()
            with suppress(AkashError):
                await indexer.gpu_days()
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        await indexer.aclose()


async def main(inside: Inside) -> None:
    home, other = Path(os.environ["AKASH_TUI_HOME"]), Path(os.environ["HOSTILE_HOME"])
    first, second = await prepared(home, owners(home)[:2])
    leases = await prepared(other, owners(other)[: len(ATTACKS)])
    hostile = Program(other)
    attackers = await hostile.open(hostile.networks.find("practice"), None, False)
    app = AkashApp(Program(home), network="practice")
    pause = LogScreen.do_pause

    def pause_and_report(screen: LogScreen) -> None:
        pause(screen)
        inside.tell(
            acted=time.monotonic(),
            text="paused: p continues" if screen.pane.paused else f"dseq {screen.pane.id_shown.dseq}",
        )

    LogScreen.do_pause = pause_and_report  # type: ignore[method-assign, assignment]

    async def measure(_: Any) -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            while app.session is None or app.run_manager is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        session = app.session
        screen = LogScreen(first)
        await app.push_screen(screen)
        async with asyncio.timeout(LONGEST_SECONDS):
            while not screen.pane.count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await inside.watch(loads(session, second, attackers, leases))
        await attackers.aclose()
        app.exit()

    await app.run_async(auto_pilot=measure)


def owners(home: Path) -> list[str]:
    return [p["owner"] for p in json.loads((home / "practice.json").read_text())["providers"]]


def loads(
    session: Session, lease: DeploymentId, attackers: Session, leases: list[DeploymentId]
) -> dict[str, tuple[Load, Load]]:
    """Each attack's name, with the same work against an honest party, and against the attacker."""

    def provider(of: Session, id: DeploymentId) -> Work:
        return [ask_on(of, id), read_on(of, id)]

    def twice(work: Callable[[Network], Coroutine[Any, Any, None]], network: Network) -> Work:
        return [work(network), work(network)]

    def attacker(kind: str) -> Network:
        url = f"{os.environ['HOSTILE_NODE']}/{kind}"
        return Network("hostile", hostile_node.CHAIN_ID, (url,), (url,), indexer=url, practice=True, public=False)

    found: dict[str, tuple[Load, Load]] = {}
    for attack, id in zip(ATTACKS, leases, strict=True):
        found[f"provider-{attack}"] = partial(provider, session, lease), partial(provider, attackers, id)
    sources = {hostile_node.REST: list_on, hostile_node.RPC: listen_on, hostile_node.INDEXER: figures_on}
    for kinds, work in sources.items():
        for kind in kinds:
            found[kind] = partial(twice, work, session.network), partial(twice, work, attacker(kind))
    return found


if __name__ == "__main__":
    here = Inside(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    try:
        asyncio.run(main(here))
    except Exception as error:
        here.tell(failed=repr(error))
        raise
