"""Somebody at a terminal: runs a program on a pty, types when it asks, and keeps what came out and when.

The program gets two descriptors: it tells what happens inside as lines of JSON on the one, and ends when the
other is closed. Both sides read the same monotonic clock.
"""

from __future__ import annotations

import bisect
import contextlib
import fcntl
import json
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.figures import Skipped

ROOT = Path(__file__).resolve().parents[2]
SIZE = (160, 48)
KEYS_PER_SECOND = 5
KEYS = {"down": b"\x1b[B", "up": b"\x1b[A"}
MOVING = ("down", "down", "down", "up")
PATIENCE_SECONDS = 10.0
"""How long after the load the last key may take to be answered."""


@dataclass(slots=True)
class Session:
    """What happened at one terminal. Times are seconds of the monotonic clock."""

    pressed: list[float] = field(default_factory=list)
    acted: list[tuple[float, str]] = field(default_factory=list)
    """When the program did what a key asked for, and a text that its row alone shows, however narrow."""
    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    """The program's own figures."""
    ended: float = 0.0
    """When the program was gone."""

    @property
    def key_to_action_ms(self) -> list[float]:
        """One figure a key; of a key that was never answered, how long it had waited at the end."""
        done = [at for at, _ in self.acted] + [self.ended] * len(self.pressed)
        return [(then - pressed) * 1000 for pressed, then in zip(self.pressed, done, strict=False)]

    @property
    def unanswered(self) -> int:
        return max(0, len(self.pressed) - len(self.acted))

    @property
    def key_to_paint_ms(self) -> list[float]:
        """From the key to the arrival of the first output after its action that carries the text of its row."""
        output = b"".join(data for _, data in self.chunks)
        ends, times, total = [], [], 0
        for at, data in self.chunks:
            total += len(data)
            ends.append(total)
            times.append(at)
        found = []
        acted = [*self.acted, *([(self.ended, "")] * len(self.pressed))]
        for pressed, (at, text) in zip(self.pressed, acted, strict=False):
            first = bisect.bisect_left(times, at)
            start = ends[first - 1] if first else 0
            seen = output.find(text.encode(), start) if text else -1
            last = seen + len(text.encode()) - 1
            there = times[bisect.bisect_right(ends, last)] if seen >= 0 else self.ended
            found.append((there - pressed) * 1000)
        return found

    def bytes_between(self, start: float, end: float) -> int:
        return sum(len(data) for at, data in self.chunks if start <= at < end)


def sit_at(
    module: str,
    arguments: Sequence[str],
    *,
    longest: float,
    keys: Sequence[str] = MOVING,
    environment: Mapping[str, str] | None = None,
) -> Session:
    """Run `python -m MODULE TELL END ARGUMENTS...` on a pty to its end, typing any of `keys`.

    Raises `Skipped` if it fails.
    """
    told_read, told_write = os.pipe()
    end_read, end_write = os.pipe()
    for inherited in (told_write, end_read):
        os.set_inheritable(inherited, True)
    command = [sys.executable, "-m", module, str(told_write), str(end_read), *arguments]
    pid, terminal = pty.fork()
    if pid == 0:
        with contextlib.suppress(OSError):
            os.chdir(ROOT)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
            os.execvpe(
                command[0],
                command,
                os.environ | dict(environment or {}) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            )
        os._exit(127)
    os.close(told_write)
    os.close(end_read)
    try:
        return _Typist(terminal, told_read, end_write, keys).watch(time.monotonic() + longest)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for descriptor in (terminal, told_read):
            os.close(descriptor)
        with contextlib.suppress(OSError):
            os.close(end_write)


class _Typist:
    def __init__(self, terminal: int, told: int, end: int, keys: Sequence[str]) -> None:
        self.terminal, self.told, self.end = terminal, told, end
        self._keys = [KEYS.get(key, key.encode()) for key in keys]
        self.session = Session()
        self._dice = random.Random(3)
        self._next: float | None = None
        """When the next key is due; None while nobody types."""
        self._give_up: float | None = None
        self._line = b""
        self._over = False

    def watch(self, deadline: float) -> Session:
        while not self._over:
            now = time.monotonic()
            if now > deadline:
                raise Skipped("the program did not end in time")
            if self._next is not None and now >= self._next:
                self._type(now)
            if self._give_up is not None and (self.session.unanswered == 0 or now > self._give_up):
                self._give_up = None
                os.close(self.end)
            wait = 0.05 if self._next is None else max(0.0, min(0.05, self._next - now))
            ready, _, _ = select.select([self.terminal, self.told], [], [], wait)
            if self.terminal in ready:
                self._listen()
            if self.told in ready:
                self._hear()
        self.session.ended = time.monotonic()
        if "failed" in self.session.told or not self.session.told:
            output = b"".join(data for _, data in self.session.chunks)[-300:]
            raise Skipped(f"the program failed: {self.session.told.get('failed', output)}")
        return self.session

    def _type(self, now: float) -> None:
        os.write(self.terminal, self._dice.choice(self._keys))
        self.session.pressed.append(now)
        self._next = now + self._dice.uniform(0.5, 1.5) / KEYS_PER_SECOND

    def _listen(self) -> None:
        try:
            data = os.read(self.terminal, 1 << 16)
        except OSError:  # the program has ended
            self._over = True
            return
        self.session.chunks.append((time.monotonic(), data))

    def _hear(self) -> None:
        data = os.read(self.told, 1 << 16)
        if not data:
            self._over = True
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "type" in said:
                self._next = time.monotonic()
            elif "enough" in said:
                self._next, self._give_up = None, time.monotonic() + PATIENCE_SECONDS
            elif "acted" in said:
                self.session.acted.append((said["acted"], said["text"]))
            else:
                self.session.told |= said
