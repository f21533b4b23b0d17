"""Real client processes that go the whole way and kill themselves, as kill -9 does, at the step they are told.

python killed_client.py AT_ONCE HOME "before|after METHOD N" [HOME "before|after METHOD N" ...]

Each client is a fork of a process that has loaded the program, which is most of the time of a start. A line "HOME CODE"
is written when one has ended; the code is that of `subprocess`: a signal's number is negative.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import akash_tui.adapters.chain.client
import akash_tui.adapters.chain.endpoints.websocket
import akash_tui.adapters.provider.client
import akash_tui.adapters.sdl.sdl
import akash_tui.adapters.wallet.keys  # noqa: F401 - loaded before the fork
from akash_tui.compose import Program
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal import Journal

CHAIN = ("sign", "broadcast", "confirm", "bids")
GATEWAY = ("send_manifest", "lease_status")
JOURNAL = ("intend", "settle", "mark_delivered", "mark_stage")


class Death:
    """Counts calls; at the one it waits for, the process is gone at once."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.calls: Counter[str] = Counter()

    def at(self, when: str, method: str) -> None:
        if self.point == f"{when} {method} {self.calls[method]}":
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, thing: object, names: tuple[str, ...], *, is_async: bool) -> None:
        for name in names:
            setattr(thing, name, self._wrapped(name, getattr(thing, name), is_async))

    def _wrapped(self, name: str, call: Any, is_async: bool) -> Any:
        if not is_async:

            def wrapped(*args: Any, **named: Any) -> Any:
                self.calls[name] += 1
                self.at("before", name)
                result = call(*args, **named)
                self.at("after", name)
                return result

            return wrapped

        async def wrapped_async(*args: Any, **named: Any) -> Any:
            self.calls[name] += 1
            self.at("before", name)
            result = await call(*args, **named)
            self.at("after", name)
            return result

        return wrapped_async


async def take_first_bid(session: Session, run: DeploymentRun) -> None:
    """Collect until there is a bid, and lease it."""
    task = asyncio.create_task(collect(session, run))
    try:
        while not run.book.rows(gone=False):
            if task.done():
                task.result()
            await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await accept(session, run, await lease_quote(session, run, {1: run.book.rows(gone=False)[0].id}))


async def to_the_end(session: Session, run: DeploymentRun) -> None:
    """From an open deployment to a closed one."""
    await take_first_bid(session, run)
    await deliver(session, run)
    await wait_running(session, run, wait=120)
    await close(session, await close_quote(session, run.id), run)


async def whole_way(session: Session, sdl: str) -> None:
    quote = await create_quote(session, session.sdl.read(sdl, "deploy.yaml"), sdl, "web", deposit=5_000_000)
    await to_the_end(session, await create(session, quote))


async def main(home: Path, point: str) -> None:
    program = Program(home)
    network = program.networks.find("practice")
    wallet = program.practice_wallet()
    await program.fund(network, wallet.address)
    session = await program.open(network, None, False)
    death = Death(point)
    death.around(session.chain, CHAIN, is_async=True)
    death.around(session.gateway, GATEWAY, is_async=True)
    journal: Journal = session.journal
    death.around(journal, JOURNAL, is_async=False)
    try:
        await whole_way(session, (home / "sdl.yaml").read_text(encoding="utf-8"))
    finally:
        await session.aclose()


def start(home: str, point: str) -> int:
    """Fork a client; its process id."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            asyncio.run(main(Path(home), point))
            code = 0
        finally:
            os._exit(code)
    return pid


def run_all(at_once: int, clients: list[tuple[str, str]]) -> None:
    """Run the clients, so many at once, and tell the end of each."""
    running: dict[int, str] = {}
    while clients or running:
        while clients and len(running) < at_once:
            home, point = clients.pop(0)
            running[start(home, point)] = home
        pid, status = os.wait()
        print(running.pop(pid), os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    run_all(int(sys.argv[1]), list(zip(sys.argv[2::2], sys.argv[3::2], strict=True)))
