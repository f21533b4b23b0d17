"""A real practice network in a process of its own, and funded wallets on it."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from akash_tui.compose import Program
from akash_tui.services.core.session import Session

START_SECONDS = 30
BLOCK_TIME = "0.05"


@dataclass
class Practice:
    """One running practice network; `home` is where its `practice.json` lies."""

    home: Path
    told: dict[str, Any]
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
def served(home: Path, scenario: str) -> Iterator[Practice]:
    home.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "akash_tui", "practice", "--scenario", scenario),
            *("--seed", "7", "--block-time", BLOCK_TIME),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"AKASH_TUI_HOME": str(home)},
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if ready else ""
        assert line.startswith("{"), f"the practice network did not start: {line!r}"
        yield Practice(home, json.loads(line), process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Practice]]:
    """Worlds by scenario, each started once and shared; every test has deployments of its own."""
    open_worlds: dict[str, tuple[Any, Practice]] = {}

    def world(scenario: str) -> Practice:
        if scenario not in open_worlds:
            context = served(tmp_path_factory.mktemp(scenario), scenario)
            open_worlds[scenario] = (context, context.__enter__())
        return open_worlds[scenario][1]

    yield world
    for context, _ in open_worlds.values():
        context.__exit__(None, None, None)


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition of the real world, or fail."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        await asyncio.sleep(0.02)
