"""Test processes that are forked from the one that shares out the tests, after it has imported all of them.

Started, each would import the libraries, the program and the tests by itself, which is twice the work of collecting
the tests once they are there.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from execnet import gateway_base, gateway_io
from hypothesis.internal.conjecture.providers import _get_local_constants

from akash_tui.practice.provider.scenarios import SCENARIOS
from tests.helpers import forks
from tests.helpers.worlds import SEED


class ForkedWorker(gateway_base.Popen2IO):
    """A forked process, and the pipes by which execnet starts and leads a worker in it."""

    def __init__(self, earlier: Sequence[ForkedWorker]) -> None:
        (child_in, to_child), (from_child, child_out) = os.pipe(), os.pipe()
        not_its = [to_child, from_child, *(end.fileno() for each in earlier for end in (each.outfile, each.infile))]
        fork = multiprocessing.get_context("fork")
        self.process: BaseProcess = fork.Process(target=_work, args=(child_in, child_out, not_its))
        self.process.start()
        os.close(child_in)
        os.close(child_out)
        model = gateway_base.get_execmodel("thread")
        super().__init__(os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb"), model)

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()


def _work(child_in: int, child_out: int, not_its: Iterable[int]) -> None:
    """What a started worker does: read from the standard input what it shall run, and run that.

    The ends of other pipes are closed: a worker ends when nobody can write to it any more.
    """
    for end in not_its:
        os.close(end)
    forks.fork_server((child_in, child_out))
    os.dup2(child_in, 0)
    os.dup2(child_out, 1)
    os.close(child_in)
    os.close(child_out)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    main = sys.modules["__main__"] = ModuleType(
        "__main__"
    )  # not that of pytest, which each process of a test would load
    exec(gateway_io.popen_bootstrapline, main.__dict__)


def fork_workers(count: int, root: Path, files: Iterable[Path]) -> None:
    """Import these files and fork so many workers, which execnet then uses instead of those that it would start.

    Those that take the place of a crashed one later are started. So are all where forks are not safe: after libraries
    of macOS have been used, and beside threads.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return
    for file in files:
        import_module(".".join(file.relative_to(root).with_suffix("").parts))
    _get_local_constants()  # of all that is imported: Hypothesis tries them as values, and each worker would read them
    for provider in SCENARIOS["calm"].providers(SEED):
        provider.key(SEED).address  # noqa: B018 - it is kept, for the practice networks of all tests
    gc.collect()
    gc.freeze()  # no worker searches, and so copies, what all of them share
    workers: list[ForkedWorker] = []
    for _ in range(count):
        workers.append(ForkedWorker(workers))
    start: Callable[..., Any] = gateway_io.create_io

    def forked(*args: Any, **options: Any) -> Any:
        return workers.pop(0) if workers else start(*args, **options)

    gateway_io.create_io = forked
