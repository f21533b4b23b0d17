"""The command line on a home of its own, with a practice network beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from akash_tui.compose import Program
from akash_tui.services.core.session import Session
from tests.cli.home import Home
from tests.fakes.session import Bench
from tests.helpers.worlds import BLOCK_TIME, Worlds, served
from tests.helpers.worlds import fund as fund_wallet


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def fake_chain(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A chain in this process, to which every command of this home is connected that names a network (`mainnet`)."""
    bench = Bench(tmp_path / "chain")

    async def opened(program: Program, *args: Any) -> Session:
        bench.clock.forget()
        return bench.session(saved_bounds=lambda: program.settings.bounds)

    monkeypatch.setattr(Program, "open", opened)
    return bench


Practice = Callable[..., dict[str, Any]]
CHANGED_BY_USE = {"provider-dies", "manifest-refused"}
"""Stories that befall the first lease of a network alone: each test has a network of its own."""


@pytest.fixture
def practice(home: Home, worlds: Worlds, tmp_path: Path) -> Iterator[Practice]:
    """Let the home find a practice network, with a funded wallet; what is open at the end is closed."""
    with ExitStack() as own:
        shared = False

        def start(
            scenario: str = "calm", block_time: float | None = BLOCK_TIME, *, speed: float = 1.0, fund: bool = True
        ) -> dict[str, Any]:
            nonlocal shared
            shared = block_time == BLOCK_TIME and scenario not in CHANGED_BY_USE
            if shared:
                ready = worlds(scenario).ready
            else:
                ready = own.enter_context(served(tmp_path / "practice", scenario, block_time, speed)).ready
            (home.path / "practice.json").write_text(json.dumps(ready))
            if fund:
                home.import_fresh_wallet()
                fund_wallet(ready, home.address)
            return ready

        yield start
        if shared and (home.path / "wallets.json").exists():
            for row in home.run("--network", "practice", "lease", "list", "-o", "json").json:
                home.run("--network", "practice", "lease", "close", row["dseq"], "--yes")
