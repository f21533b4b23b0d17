"""Signals that end the program, and terminals that are gone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from akash_tui.services.core import interrupts
from akash_tui.services.core.interrupts import ignore_hang_ups, stop_at_signals


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(autouse=True)
def own_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's own are the test runner's."""
    monkeypatch.setattr(interrupts, "_TERMINAL_FDS", ())


async def test_each_signal_stops_the_work() -> None:
    stopped: list[str] = []
    stop_at_signals(lambda: stopped.append("stop"))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)
        await asyncio.sleep(0)
        while not stopped:  # noqa: ASYNC110 - the loop hears of a signal in its next rounds
            await asyncio.sleep(0)
        assert stopped.pop() == "stop"


async def test_the_second_hang_up_is_ignored_and_the_second_ctrl_c_is_not() -> None:
    stopped: list[str] = []
    stop_at_signals(lambda: stopped.append("stop"))
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGTERM):
        os.kill(os.getpid(), number)
    while len(stopped) < 3:  # noqa: ASYNC110 - the loop hears of a signal in its next rounds
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(stopped) == 3


def test_under_nohup_a_hang_up_stays_ignored() -> None:
    assert signal.SIGHUP in interrupts.interrupts()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert interrupts.interrupts() == (signal.SIGINT, signal.SIGTERM)


def test_what_is_written_to_a_terminal_that_is_gone_is_discarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard, terminal = os.openpty()
    read, pipe = os.pipe()
    file = os.open(tmp_path / "out", os.O_CREAT | os.O_RDWR)
    monkeypatch.setattr(interrupts, "_TERMINAL_FDS", (terminal, pipe, file))
    ignore_hang_ups()
    os.write(terminal, b"seen")
    assert os.read(keyboard, 10) == b"seen"
    os.close(keyboard)
    with pytest.raises(OSError, match="Input/output"):
        os.write(terminal, b"lost")
    ignore_hang_ups()
    for fd in (terminal, pipe, file):
        os.write(fd, b"more")
    assert (os.read(read, 10), os.pread(file, 10, 0)) == (b"more", b"more")
    for fd in (terminal, pipe, file, read):
        os.close(fd)
