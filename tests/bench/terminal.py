"""Run a program in a real pseudo terminal and find out when its first whole frame stood on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyte

COLUMNS, LINES = 120, 40
SETTLED_SECONDS = 0.1
"""A frame whose text stays like this counts as the first whole one; blinking cursors change no text."""
STABLE_SECONDS = 0.5
"""...and like this as the first stable one: nothing more is being loaded behind it."""
QUIET_SECONDS = 1.0
SMALL_BYTES = 1_000
"""Output below this is a blinking cursor or a clock, not a frame."""
LONGEST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from exec to the first whole and the first stable frame, and the text of the latter."""

    whole: float
    stable: float
    display: tuple[str, ...]


def measure_start(command: Sequence[str], environment: Mapping[str, str]) -> Start | None:
    """Start `command`, watch it, kill it. None if no stable frame came within `LONGEST_SECONDS`.

    Nothing is interpreted while the program runs: a slow reader would hold its writes up.
    """
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        with contextlib.suppress(OSError):
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), dict(environment))
        os._exit(127)
    try:
        chunks = _listen(terminal, started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    whole, stable = _first_frame(chunks, SETTLED_SECONDS), _first_frame(chunks, STABLE_SECONDS)
    return Start(whole[0], stable[0], stable[1]) if whole and stable else None


def _listen(terminal: int, started: float) -> list[tuple[float, bytes]]:
    chunks: list[tuple[float, bytes]] = []
    busy_at = 0.0
    while (now := time.perf_counter() - started) < LONGEST_SECONDS:
        if chunks and now - max(busy_at, chunks[0][0]) > QUIET_SECONDS and _first_frame(chunks, STABLE_SECONDS):
            break
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if ready:
            try:
                data = os.read(terminal, 1 << 16)
            except OSError:  # the program has ended
                break
            chunks.append((time.perf_counter() - started, data))
            if len(data) > SMALL_BYTES:
                busy_at = chunks[-1][0]
    return chunks


def _first_frame(chunks: Sequence[tuple[float, bytes]], lasting: float) -> tuple[float, tuple[str, ...]] | None:
    """Play everything back: when the first picture came whose text nothing changed for `lasting` seconds."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    shown: tuple[str, ...] = ()
    since = 0.0
    for at, data in chunks:
        if _whole(shown) and at - since >= lasting:
            break
        stream.feed(data)
        display = tuple(screen.display)
        if display != shown:
            shown, since = display, at
    return (since, shown) if _whole(shown) else None


def _whole(display: Sequence[str]) -> bool:
    """More than a message before the program's own screen: text near the top and near the bottom."""
    return any(line.strip() for line in display[:8]) and any(line.strip() for line in display[-3:])
