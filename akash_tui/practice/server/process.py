"""`akash-tui practice`: one process that serves a practice network until it is stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from akash_tui.practice.chain.pace import MOST_SPEED
from akash_tui.practice.provider.scenarios import SCENARIOS, Scenario

if TYPE_CHECKING:
    from akash_tui.practice.server.network import PracticeNetwork

Json = dict[str, Any]

BLOCK_TIME = 6.0
"""Seconds, as on mainnet."""
READY_FILE = "practice.json"
STATE_VERSION = 1
ALREADY_RUNNING = "a practice network is already running here"
SAVE_EVERY = 2.0
"""Seconds between two saves of a world that has new blocks."""


class CannotServe(Exception):
    """A practice network that cannot start: what is wrong, and what to do."""

    def __init__(self, wrong: str, advice: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.advice = advice


def print_ready(ready: Json) -> None:
    """Print what a client needs to know as one line of JSON."""
    print(json.dumps(ready, separators=(",", ":")), flush=True)


def serve(
    scenario: str = "calm",
    seed: int = 0,
    block_time: float | None = None,
    state: Path | None = None,
    home: Path | None = None,
    parent: int | None = None,
    on_ready: Callable[[Json], None] = print_ready,
    speed: float = 1.0,
    fund: str = "",
) -> int:
    """Serve until SIGINT or SIGTERM (or until process `parent` is gone). Returns the exit code: 0, or 2 if it cannot.

    When ready, `on_ready` is called with what a client needs to know; the same is written as one line of JSON to
    `home`/practice.json, which is removed at the end. `state` is a file that stores the world between runs; a world
    found there continues with its own scenario, seed and block time. Without a `block_time` in seconds it is mainnet's,
    and time passes `speed` times as fast, which can be changed while it runs. The account `fund` begins a
    fresh world with tokens.
    """
    try:
        paced = block_time is None
        block_time = BLOCK_TIME if block_time is None else block_time
        story, saved = _prepare(scenario, block_time, speed, state)
        if saved:
            seed, block_time, paced = saved["seed"], saved["block_time"], bool(saved.get("paced"))

        def network() -> PracticeNetwork:
            from akash_tui.practice.server.network import PracticeNetwork

            return PracticeNetwork(story, seed, block_time, saved, speed=speed if paced else None, fund=fund)

        with nullcontext() if home is None else _alone(home):
            return asyncio.run(_serve(network, state, home, parent, on_ready))
    except CannotServe as fault:
        print(f"error: {fault.wrong}\ntry: {fault.advice}", file=sys.stderr)
        return 2


def _prepare(scenario: str, block_time: float, speed: float, state: Path | None) -> tuple[Scenario, Json | None]:
    if scenario not in SCENARIOS:
        raise CannotServe(f"unknown scenario {scenario!r}", f"one of: {', '.join(SCENARIOS)}")
    if not 0.01 <= block_time <= 60:
        raise CannotServe(f"a block time of {block_time:g} s is not possible", "from 0.01 to 60 seconds")
    if not 0 < speed <= MOST_SPEED:
        raise CannotServe(f"a speed of {speed:g} is not possible", f"more than 0 and at most {MOST_SPEED:g}")
    saved = _read_state(state) if state is not None else None
    if saved is not None:
        scenario = saved["scenario"]
        if scenario not in SCENARIOS:
            raise CannotServe(f"{state} has a world of the unknown scenario {scenario!r}", "another --state file")
    return SCENARIOS[scenario], saved


def _read_state(path: Path) -> Json | None:
    if path.exists() and not path.is_file():  # reading a pipe or a device may never end
        raise CannotServe(f"{path} is not a plain file", "another --state file")
    try:
        saved = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as fault:
        raise CannotServe(f"{path} is not a readable practice world: {fault}", "another --state file") from fault
    if not isinstance(saved, dict) or saved.get("v") != STATE_VERSION or not {"world", "ports"} <= set(saved):
        raise CannotServe(f"{path} is not a practice world of this version", "another --state file")
    return saved


def _refuse_second(home: Path) -> None:
    """One practice network per home: refuse while the process in the file still serves; replace a stale file."""
    if not (home / READY_FILE).is_file():
        return
    try:
        running = json.loads((home / READY_FILE).read_bytes())
        pid, port = int(running["pid"]), int(str(running["rest"]).rpartition(":")[2])
        os.kill(pid, 0)
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return
    raise CannotServe(f"{ALREADY_RUNNING} (process {pid})", "use that one, or stop it first")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One practice network per home, also of two that start at the same moment. The lock ends with its process."""
    from filelock import FileLock, Timeout

    _refuse_second(home)
    try:
        (home / "locks").mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(home / "locks" / "practice-network.lock", blocking=False, mode=0o600, fallback_to_soft=False)
        lock.acquire()
    except Timeout:
        raise CannotServe(ALREADY_RUNNING, "use that one, or stop it first") from None
    except OSError as fault:
        raise CannotServe(f"the practice network cannot write: {fault}", "another home") from fault
    try:
        yield
    finally:
        lock.release()


async def _serve(
    make: Callable[[], PracticeNetwork],
    state: Path | None,
    home: Path | None,
    parent: int | None,
    on_ready: Callable[[Json], None],
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        network = make()
    except OSError as fault:
        raise CannotServe(f"no free port on 127.0.0.1: {fault}", "close programs that use many ports") from fault
    ready_file = home / READY_FILE if home is not None else None
    try:
        await network.open()
        if ready_file is not None:
            _write_private(ready_file, json.dumps(network.ready, separators=(",", ":")) + "\n")
        on_ready(network.ready)
        saver = asyncio.create_task(_save_regularly(network, state, parent, stop))
        await stop.wait()
        saver.cancel()
        if state is not None:
            _write_private(state, json.dumps(network.save()))
    except OSError as fault:
        raise CannotServe(f"the practice network cannot write: {fault}", "another home or --state file") from fault
    finally:
        await network.close()
        if ready_file is not None:
            _remove_own(ready_file)
    return 0


async def _save_regularly(network: Any, state: Path | None, parent: int | None, stop: asyncio.Event) -> None:
    """Save the world when it has new blocks; stop when the parent process has ended."""
    saved_at = -1
    while True:
        await asyncio.sleep(SAVE_EVERY if parent is None else min(SAVE_EVERY, 0.5))
        if parent is not None and os.getppid() != parent:
            stop.set()
        if state is not None and network.world.height != saved_at:
            saved_at = network.world.height
            with suppress(OSError):  # the last save, at the end, reports it
                _write_private(state, json.dumps(network.save()))


def _write_private(path: Path, text: str) -> None:
    """Replace a file atomically, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove_own(path: Path) -> None:
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        if path.is_file() and json.loads(path.read_bytes())["pid"] == os.getpid():
            path.unlink()
