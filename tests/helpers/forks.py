"""Processes that are forked from one that has imported the program once: most of a short process's time is imports.

A fork does what a started process does, except for the start and the end of Python itself: what its command line is,
which encodings its environment gives it, what becomes of output that cannot be written at the very end. Tests of those
start a real one.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import socket
import sys
import termios
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from typing import IO, Any

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.helpers.preloaded"])


def before_the_app() -> None:
    """Start the process that forks others; an app that runs has put its own in place of stderr."""
    forkserver.ensure_running()


def fork_server(not_its: Iterable[int]) -> None:
    """Let the process that forks others be a fork of this one, and so have at once all that this one has imported.

    For the start of a process, before it has threads. `not_its` are descriptors that the new one is not to hold open.
    Without this call it is started, and imports what `preloaded` names.
    """
    resource_tracker.ensure_running()
    with socket.socket(socket.AF_UNIX) as listener:
        address = f"\0tests of akash-tui {os.getpid()}"  # of Linux: no file
        listener.bind(address)
        listener.listen()
        read_alive, alive = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                for end in (alive, *not_its):
                    os.close(end)
                forkserver.main(listener.detach(), read_alive, [])
            except Exception:
                traceback.print_exc()  # every fork that is asked for fails: this is why
            finally:  # it ends by `SystemExit`, which is not meant for what this process was before
                os._exit(0)
        os.close(read_alive)
    server = vars(forkserver)["_forkserver"]
    server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, alive, pid


class Fork:
    """A process that runs `main(*arguments)` with these descriptors as its standard streams, which it closes here.

    With a `terminal`, its standard input is the terminal of a session of its own.
    """

    def __init__(
        self,
        main: Callable[..., Any],
        *arguments: Any,
        streams: Sequence[int],
        env: Mapping[str, str],
        terminal: bool = False,
    ) -> None:
        held = [Connection(fd) for fd in streams]
        self._process = FORKS.Process(target=_run, args=(held, dict(env), terminal, main, arguments), daemon=True)
        self._process.start()
        for stream in held:
            stream.close()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """As of `subprocess`: None while it runs, and the negative number of a signal that ended it."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises `TimeoutError` if it still runs."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} still runs after {timeout:g} s")
        return self._process.exitcode

    def end(self, patience: float) -> None:
        """Ask it to end, and end it if it has not within this many seconds."""
        self._process.terminate()
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        self._process.close()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self._process.exitcode is None:
            os.kill(self.pid, number)


class PipedFork(Fork):
    """A process with pipes for its output, and nothing to read."""

    def __init__(self, main: Callable[..., Any], *arguments: Any, env: Mapping[str, str]) -> None:
        (out, child_out), (err, child_err) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        super().__init__(main, *arguments, streams=(nothing, child_out, child_err), env=env)
        self.stdout: IO[str] = open(out, encoding="utf-8")  # noqa: SIM115 - closed when it is forgotten
        self.stderr: IO[str] = open(err, encoding="utf-8")  # noqa: SIM115

    def communicate(self, timeout: float) -> tuple[str, str]:
        """The rest of both outputs, once it has ended."""
        errors: list[str] = []
        reading = threading.Thread(target=lambda: errors.append(self.stderr.read()))
        reading.start()
        out = self.stdout.read()
        reading.join()
        self.wait(timeout)
        return out, errors[0]


def program(*arguments: str) -> None:
    """What `python -m akash_tui ARGUMENTS` runs."""
    from akash_tui.__main__ import main

    sys.argv = ["akash-tui", *arguments]
    main()


def _run(
    held: list[Connection],
    env: dict[str, str],
    terminal: bool,
    main: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    # else the process that forks lives as long as any of these, and none notices that the tests were killed
    server = vars(forkserver)["_forkserver"]
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = None
    if terminal:
        os.setsid()
        fcntl.ioctl(held[0].fileno(), termios.TIOCSCTTY, 0)
    for fd, stream in enumerate(held):
        os.dup2(stream.fileno(), fd)
    for stream in held:
        stream.close()
    os.environ.clear()
    os.environ.update(env)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - standard streams stay open
    sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115
    main(*arguments)
