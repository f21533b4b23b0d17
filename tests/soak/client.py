"""The client of a soak session: a process that runs command lines one after the other, and dies where it should.

`main` is forked with its home, where it dies (`before|after NUMBER POINT`, or empty) and whether it stays. Each line on
standard input is a JSON list of arguments (or `["tui", ...]`, see `keys.py`); each line on standard output is its
answer.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
from collections import Counter
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from akash_tui.adapters.chain.endpoints.http import RestHttp
from akash_tui.adapters.provider.client import HttpsGateway
from akash_tui.cli.app import run as run_command_line
from akash_tui.compose import Program
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.sdl_versions import SdlVersions
from tests.soak.points import POINTS, points_of

WRITERS: dict[str, type] = {writer.__name__: writer for writer in (Journal, SdlVersions, AvoidedProviders)}
"""What writes into the journal's file."""


class Death:
    """Counts what passes each point; at the one it waits for, the process is gone at once, as by kill -9."""

    def __init__(self, where: str) -> None:
        when, number, self._name = (*where.split(" ", 2), "", "", "")[:3] if where else ("", "0", "")
        self._when, self._number = when, int(number or 0)
        self.passed: Counter[str] = Counter()

    def before(self, name: str) -> None:
        """The point is about to be passed."""
        self.passed[name] += 1
        self._strike("before", name)

    def after(self, name: str) -> None:
        """It has been passed."""
        self._strike("after", name)

    def _strike(self, when: str, name: str) -> None:
        if (when, name, self.passed[name]) == (self._when, self._name, self._number):
            os.kill(os.getpid(), signal.SIGKILL)


def install(death: Death) -> None:
    """Let every fault point report to `death`."""
    exchange = RestHttp.exchange

    async def exchanged(self: RestHttp, method: str, url: str, body: Any = None) -> bytes:
        names = [point.name for point in points_of(method, urlsplit(url).path)] or [f"{method} {urlsplit(url).path}"]
        for name in names:
            death.before(name)
        answer = await exchange(self, method, url, body)
        for name in names:
            death.after(name)
        return answer

    RestHttp.exchange = exchanged  # type: ignore[method-assign]
    for point in POINTS:
        if point.place == "gateway":
            setattr(HttpsGateway, point.what, _waited(getattr(HttpsGateway, point.what), point.name, death))
        elif point.place == "journal":
            owner, _, method = point.what.partition(".")
            setattr(WRITERS[owner], method, _called(getattr(WRITERS[owner], method), point.name, death))


def _waited(call: Any, name: str, death: Death) -> Any:
    @wraps(call)
    async def wrapped(*args: Any, **named: Any) -> Any:
        death.before(name)
        result = await call(*args, **named)
        death.after(name)
        return result

    return wrapped


def _called(call: Any, name: str, death: Death) -> Any:
    @wraps(call)
    def wrapped(*args: Any, **named: Any) -> Any:
        death.before(name)
        result = call(*args, **named)
        death.after(name)
        return result

    return wrapped


def perform(home: Path, arguments: list[str]) -> dict[str, Any]:
    """Run one command line on streams that are no terminal: its exit code and what it printed."""
    if arguments[0] == "tui":
        from tests.soak.keys import press

        return {"code": 0, "out": "", "err": asyncio.run(press(home, *arguments[1:]))}
    streams = (sys.stdin, sys.stdout, sys.stderr)
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    mine = (sys.stdin, sys.stdout, sys.stderr)
    try:
        code = run_command_line(Program(home), arguments)
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        for stream in mine:
            stream.flush()
            stream.detach()
    return {"code": code, "out": out.getvalue().decode(), "err": err.getvalue().decode()}


def stay_open() -> None:
    """Let all that this process does share one connection to each journal, which nothing closes."""
    first: dict[Path, dict[str, Any]] = {}
    opened = Journal.__init__

    def shared(self: Journal, path: Path) -> None:
        if path not in first:
            opened(self, path)
            first[path] = self.__dict__
        self.__dict__ = first[path]

    Journal.__init__ = shared  # type: ignore[method-assign, assignment]
    Journal.close = lambda self: None  # type: ignore[method-assign]


def main(home: Path, where: str, stays: bool) -> None:
    """Answer command lines until there are no more; one that `stays` has the journal open all the time."""
    death = Death(where)
    install(death)
    if stays:
        stay_open()
    for line in sys.stdin:
        answer = perform(home, json.loads(line))
        print(json.dumps(answer | {"passed": death.passed}), flush=True)
