"""This side's terminal for a remote command: raw keys, window size, and a way out that the remote cannot take away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

END = b"\x04"


@contextmanager
def raw_terminal(fd: int) -> Iterator[None]:
    """Keys come one by one and unchanged, ctrl+c included; what was before is set back at the end, whatever happens."""
    try:
        import termios
        import tty
    except ImportError:  # Windows: keys come by line
        yield
        return
    before = termios.tcgetattr(fd)
    tty.setraw(fd)
    try:
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


@contextmanager
def window_sizes(report: Callable[[int, int], None]) -> Iterator[None]:
    """`report(columns, rows)` now and at every change of the window."""

    def now() -> None:
        size = shutil.get_terminal_size()
        report(size.columns, size.lines)

    changed = getattr(signal, "SIGWINCH", None)
    loop = asyncio.get_running_loop()
    if changed is not None:
        with contextlib.suppress(NotImplementedError):  # the event loop of Windows takes no signals
            loop.add_signal_handler(changed, now)
    now()
    try:
        yield
    finally:
        if changed is not None:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(changed)


async def typed(fd: int) -> AsyncIterator[bytes]:
    """What arrives on a descriptor until it ends. Where the loop cannot watch it (a plain file) it is read aside."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        # here and not later: only now is it sure that reading does not block
        data = os.read(fd, 4096)
        if not data:
            loop.remove_reader(fd)
        arrived.put_nowait(data)

    try:
        loop.add_reader(fd, read)
    except (OSError, NotImplementedError):
        while data := await asyncio.to_thread(os.read, fd, 4096):
            yield data
        return
    try:
        while data := await arrived.get():
            yield data
    finally:
        loop.remove_reader(fd)


class EscapeKeys:
    """Watches keys for `~.` at the beginning of a line: it leaves a shell that hangs, as in ssh."""

    def __init__(self) -> None:
        self._line_begins = True
        self._held = b""

    def pass_on(self, data: bytes) -> tuple[bytes, bool]:
        """The bytes to send, and whether to leave. A tilde that begins a line is held until the next key."""
        out = bytearray()
        for byte in data:
            key = bytes([byte])
            if self._held:
                if key == b".":
                    return bytes(out), True
                out += self._held if key != b"~" else b""
                self._held = b""
            elif self._line_begins and key == b"~":
                self._held = key
                continue
            out += key
            self._line_begins = key in b"\r\n"
        return bytes(out), False


def write_out(data: bytes, *, error: bool) -> None:
    """Bytes to standard output or error, as they are and at once."""
    stream = sys.stderr if error else sys.stdout
    stream.buffer.write(data)
    stream.buffer.flush()
