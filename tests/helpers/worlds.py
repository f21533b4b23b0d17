"""Real practice networks, each in a process of its own: started once for a scenario and shared by many tests."""

from __future__ import annotations

import json
import os
import select
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from akash_tui.compose import Program
from akash_tui.practice.server.process import serve
from akash_tui.services.core.session import Session
from tests.helpers.forks import Fork

GIVE_UP = 300.0
"""Seconds until what never comes fails a test; nothing waits that long on a machine that works."""
BLOCK_TIME = 0.05
SEED = 7
AT_ONCE = 2
"""Practice networks that one test process leaves running: each makes twenty blocks a second, used or not."""


@dataclass
class Practice:
    """One running practice network; `home` is where its `practice.json` lies, `ready` what stands in it."""

    home: Path
    ready: dict[str, Any]

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A funded throw-away wallet of this home, over the real adapters."""
        program = Program(self.home)
        network = program.networks.find("practice")
        wallet = program.practice_wallet()
        session = await program.open(network, None, False)
        try:
            if not await session.chain.balances(wallet.address):
                await program.fund(network, wallet.address)
            yield session
        finally:
            await session.aclose()


@contextmanager
def served(home: Path, scenario: str, block_time: float | None = BLOCK_TIME, speed: float = 1.0) -> Iterator[Practice]:
    """A practice network of this scenario in a process of its own, ended with the context.

    Without a `block_time` its time passes `speed` times as fast as mainnet's, and a test may change that.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    output, child_output = os.pipe()
    streams = (os.open(os.devnull, os.O_RDONLY), child_output, os.dup(child_output))
    process = Fork(_serve, home, scenario, block_time, speed, streams=streams, env=os.environ)
    lines = open(output, encoding="utf-8")  # noqa: SIM115 - the thread that drains it closes it
    try:
        started, _, _ = select.select([lines], [], [], GIVE_UP)
        line = lines.readline() if started else ""
        assert line.startswith("{"), f"the practice network did not start: {line!r}"
        threading.Thread(target=_drain, args=(lines,), daemon=True).start()
        yield Practice(home, json.loads(line))
    finally:
        process.end(GIVE_UP)


def _drain(lines: TextIO) -> None:
    with lines:
        lines.read()


def _serve(home: Path, scenario: str, block_time: float | None, speed: float) -> None:
    sys.exit(serve(scenario, SEED, block_time, None, home, os.getppid(), speed=speed))


class Worlds:
    """Practice networks by scenario; the one that was used longest ago ends when there are too many."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[ExitStack, Practice]] = {}
        self._started = 0

    def __call__(self, scenario: str) -> Practice:
        """The network of this scenario; every test has a wallet or deployments of its own on it."""
        stack, practice = self._open.pop(scenario) if scenario in self._open else self._start(scenario)
        self._open[scenario] = (stack, practice)
        while len(self._open) > AT_ONCE:
            oldest = next(iter(self._open))
            self._open.pop(oldest)[0].close()
        return practice

    def _start(self, scenario: str) -> tuple[ExitStack, Practice]:
        self._started += 1
        stack = ExitStack()
        return stack, stack.enter_context(served(self._folder / f"{scenario}-{self._started}", scenario))

    def close(self) -> None:
        for stack, _ in self._open.values():
            stack.close()
        self._open.clear()


def fund(ready: dict[str, Any], address: str) -> None:
    """Ask the faucet, and wait until both tokens are there: AKT comes first, ACT in the block after it."""
    request = urllib.request.Request(ready["faucet"], json.dumps({"address": address}).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=GIVE_UP) as answer:
        assert json.load(answer)["tx"]
    give_up = time.monotonic() + GIVE_UP
    while time.monotonic() < give_up:
        with urllib.request.urlopen(f"{ready['rest']}/cosmos/bank/v1beta1/balances/{address}", timeout=GIVE_UP) as held:
            if {coin["denom"] for coin in json.load(held)["balances"]} == {"uakt", "uact"}:
                return
    raise AssertionError("the faucet's tokens never came")
