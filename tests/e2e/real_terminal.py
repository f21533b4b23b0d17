"""The real program in a real pseudo terminal, read as a person would: through pyte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

TOO_EARLY = "too quick"
ARMING = 1.0
"""Seconds after which a dialog is armed; too few only mean one more press."""
TAKEN = 15.0
"""Seconds in which an armed dialog closes even on a busy machine."""
ENTER, ESC, DOWN = "\r", "\x1b", "\x1b[B"
LIST_COLUMNS = 38
"""Of the list on the left; the words may stand on the right too."""
LONGEST = 120.0
"""Seconds until a condition that does not come true fails the test; never waited for when it does."""


PROGRAM = (sys.executable, "-m", "akash_tui")


class RealTerminal:
    """`akash-tui ARGS` (or another command with them) on a terminal of its own; use as a context manager."""

    def __init__(
        self,
        *args: str,
        home: Path,
        columns: int = 80,
        lines: int = 24,
        stdin: Path | None = None,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = PROGRAM,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.status: int | None = None
        environment: Mapping[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AKASH_TUI_HOME": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **(env or {}),
        }
        self._open = True
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
                if stdin is not None:
                    os.dup2(os.open(stdin, os.O_RDONLY), 0)
                os.execve(command[0], [*command, *args], dict(environment))
            os._exit(127)

    def __enter__(self) -> RealTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal under the program, as closing its window does."""
        if self._open:
            self._open = False
            os.close(self._fd)

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        return "\n".join(self.screen.display)

    @property
    def modes(self) -> list[int]:
        """What the system does with what is typed and written: echo, lines, signals."""
        return [int(flags) for flags in termios.tcgetattr(self._fd)[:4]]

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def down_to(self, title: str, first: str) -> None:
        """Move from the line of `first`, where the cursor stands, down to the line of `title`."""

        def line(words: str) -> int:
            return next(n for n, text in enumerate(self.screen.display) if words in text[:LIST_COLUMNS])

        self.press(DOWN * (line(title) - line(first)))

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def until(self, *wanted: str | Callable[[str], bool], within: float = LONGEST) -> str:
        """Read until all of `wanted` stand on the screen at once; fails with the screen otherwise."""

        def there(text: str) -> bool:
            return all(w in text if isinstance(w, str) else w(text) for w in wanted)

        deadline = time.monotonic() + within
        while not there(self.text):
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(min(left, 0.5)):
                raise AssertionError(f"never on the screen: {wanted}\n{self.text}")
        return self.text

    def insist(self, key: str, gone: str) -> None:
        """Press `key` until `gone` has left the screen: a dialog that is not armed yet says so and stays.

        A press that was taken is never followed by a second one, which would reach the screen behind.
        """
        self.press(key)
        self.until(lambda text: gone not in text or TOO_EARLY in text)
        deadline = time.monotonic() + LONGEST
        while gone in self.text:
            if time.monotonic() > deadline:
                raise AssertionError(f"still on the screen: {gone}\n{self.text}")
            self._read_until_gone(gone, ARMING)
            if gone in self.text:
                self.press(key)
                self._read_until_gone(gone, TAKEN)

    def _read_until_gone(self, gone: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while gone in self.text and (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def quit(self) -> int:
        """ctrl+q asks, a second one quits: press until the program has gone; its exit code."""
        deadline = time.monotonic() + LONGEST
        open_still = True
        while open_still and time.monotonic() < deadline:
            self.press("\x11")
            pressed = time.monotonic()
            while open_still and time.monotonic() - pressed < 1.0:
                open_still = self._read(0.1)
        return self.wait()

    def wait(self, within: float = LONGEST) -> int:
        """Read until the program ends; its exit code."""
        deadline = time.monotonic() + within
        while self._read(0.5):
            if time.monotonic() > deadline:
                raise AssertionError(f"still running\n{self.text}")
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def _read(self, timeout: float) -> bool:
        """Take what comes within `timeout`; False once the terminal is closed, by the program or by `hang_up`."""
        if not self._open:
            return False
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return True
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return False
        if not data:
            return False
        self.raw += data
        self._stream.feed(data)
        return True
