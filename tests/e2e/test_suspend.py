"""ctrl+z in a real shell: the terminal is the shell's until `fg`; where no shell waits, the app says so and stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import SHARED, need
from tests.e2e.real_terminal import PROGRAM, RealTerminal
from tests.e2e.test_signals import ALTERNATE_SCREEN, CURSOR, MOUSE, OFF, ON, last

SHELL = {"PS1": "ready> ", "ENV": ""}


@pytest.mark.pty
def test_a_shell_has_the_terminal_until_fg(tmp_path: Path) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("-i", home=tmp_path, columns=100, env=SHELL, command=("/bin/sh",)) as shell:
        shell.until("ready>")
        # in a job with another process, as `make demo` and `uv run` have it
        shell.press(f"sh -c '{' '.join(PROGRAM)} bids --from {saved}; true'\r")
        shell.until("read-only", "price/h")
        shell.press("\x1a")
        shell.until("akash-tui is suspended: fg continues it.", "ready>")
        assert last(shell.raw, MOUSE) == OFF % MOUSE
        assert last(shell.raw, ALTERNATE_SCREEN) == OFF % ALTERNATE_SCREEN
        assert last(shell.raw, CURSOR) == ON % CURSOR
        shell.press("echo $((6 * 7))\r")
        shell.until("42")
        shell.press("fg\r")  # the picture of before is still there: only the terminal's mode tells that the app is back
        shell.until("read-only", "price/h", lambda _: last(shell.raw, ALTERNATE_SCREEN) == ON % ALTERNATE_SCREEN)
        shell.press("q")
        shell.until("ready>", lambda _: last(shell.raw, ALTERNATE_SCREEN) == OFF % ALTERNATE_SCREEN)
        shell.press("exit\r")
        shell.wait()


@pytest.mark.pty
def test_without_a_shell_it_says_so_and_stays(tmp_path: Path) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        app.until("read-only", "price/h")
        app.press("\x1a")
        app.until("No shell waits behind this app", "ctrl+q quits")
        app.press("\x03")
        app.until("Quit?", "again quits")
        app.press("\x03")
        assert app.wait() == 0
