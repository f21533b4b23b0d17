"""Real practice networks, each in a process of its own: started once for a scenario and shared by many tests."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from akash_tui.compose import Program
from akash_tui.services.core.session import Session

GIVE_UP = 300.0
"""Seconds until what never comes fails a test; nothing waits that long on a machine that works."""
BLOCK_TIME = 0.05
AT_ONCE = 2
"""Practice networks that one test process leaves running: each makes twenty blocks a second, used or not."""


@dataclass
class Practice:
    """One running practice network; `home` is where its `practice.json` lies, `ready` what stands in it."""

    home: Path
    ready: dict[str, Any]
    process: subprocess.Popen[str]

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
def served(home: Path, scenario: str, block_time: float = BLOCK_TIME) -> Iterator[Practice]:
    """A practice network of this scenario, ended with the context."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "akash_tui", "practice", "--scenario", scenario),
            *("--seed", "7", "--block-time", str(block_time)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"AKASH_TUI_HOME": str(home)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        started, _, _ = select.select([process.stdout], [], [], GIVE_UP)
        line = process.stdout.readline() if started else ""
        assert line.startswith("{"), f"the practice network did not start: {line!r} {process.stderr.read()}"
        for pipe in (process.stdout, process.stderr):
            threading.Thread(target=pipe.read, daemon=True).start()
        yield Practice(home, json.loads(line), process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GIVE_UP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
