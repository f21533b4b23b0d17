"""The practice network that the app starts beside itself: a process of its own, which ends with it.

The app reaches it over sockets alone, as any other network, by what it writes into the home's `practice.json`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

from akash_tui.services.errors import Unreachable
from akash_tui.services.storage.home import HOME_VARIABLE, LOG_VARIABLE

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.program import Home

WORLD: Final = "practice-world.json"
"""Where its world is saved: it stands still while nobody runs it, and continues at the next start."""
START_SECONDS: Final = 120.0
"""A network that has not reported its endpoints by then has failed."""
STOP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class FreshWorld:
    """What a world begins with, if none is saved."""

    scenario: str
    seed: int
    fund: str
    """The account that has tokens from the start."""
    block_seconds: float | None = None
    """None: as long as on mainnet, with a time that can be sped up."""
    speed: float = 1.0
    """How many times as fast as on mainnet time passes at first."""

    def options(self) -> list[str]:
        """As `akash-tui practice` takes them."""
        fixed = self.block_seconds
        pace = ("--speed", f"{self.speed:g}") if fixed is None else ("--block-time", str(fixed))
        return ["--scenario", self.scenario, "--seed", str(self.seed), *pace, "--fund", self.fund]


class PracticeProcess:
    """The network of one home, which is asked for when something is started."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[str] | None = None

    @property
    def runs(self) -> bool:
        """Whether a network runs that was started here."""
        return self._process is not None and self._process.poll() is None

    @property
    def has_world(self) -> bool:
        """Whether a world is saved, which would continue."""
        return (self._home.home / WORLD).exists()

    async def start(self, make: Callable[[], FreshWorld]) -> Network:
        """The network that runs in this home, by whomever it was started, or a new one. Raises `Unreachable`."""
        if not self.runs:
            self._process = None  # if it died: until polled it would still count as a process
        if (running := self._home.networks.practice()) is not None:
            return running
        self._process = await asyncio.to_thread(lambda: self._spawn(make()))
        try:
            return await self._started(self._process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the network that was started here, whose world is saved then; fine if there is none."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, STOP_SECONDS)

    def _spawn(self, world: FreshWorld) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "akash_tui", "practice", "--parent", str(os.getpid())),
                *world.options(),
                *("--state", str(self._home.home / WORLD)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=_without_secrets(os.environ) | {HOME_VARIABLE: str(self._home.home)},
            start_new_session=True,  # ctrl+c in our terminal must not stop it before our leases are closed
        )

    async def _started(self, process: subprocess.Popen[str]) -> Network:
        """The network of `process`, once it has reported its endpoints."""
        from akash_tui.practice.server.process import ALREADY_RUNNING

        assert process.stdout is not None and process.stderr is not None  # noqa: PT018
        try:
            line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), START_SECONDS)
        except TimeoutError:
            raise Unreachable(
                f"The practice network did not start within {START_SECONDS:.0f} s.", "Try again: akash-tui practice"
            ) from None
        if not line.startswith("{"):
            words = process.stderr.read()
            if ALREADY_RUNNING in words and (other := await self._home.networks.practice_soon()) is not None:
                return other
            reason = re.sub(r"^(error|try): ", "", words.strip()).replace("\ntry: ", " Try: ")
            raise Unreachable(
                "The practice network did not start.", reason or "Run akash-tui practice to see why.", detail=words
            )
        for pipe in (process.stdout, process.stderr):
            threading.Thread(target=_drain, args=(pipe,), daemon=True).start()
        if (started := self._home.networks.practice()) is None:
            raise Unreachable(
                "The practice network ended as soon as it had started.", "Run akash-tui practice to see why."
            )
        return started


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a practice network: without the file of the wallets' passphrase, and without our log file."""
    return {
        name: value for name, value in environment.items() if name not in ("AKASH_TUI_PASSPHRASE_FILE", LOG_VARIABLE)
    }


def _drain(pipe: TextIO) -> None:
    """Read a child's output away, so that it never blocks on a full pipe."""
    for _ in pipe:
        pass
