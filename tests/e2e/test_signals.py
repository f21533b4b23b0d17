"""Signals that end the program in a real terminal: it is left as it was found, and the exit code says interrupted."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.conformance import SHARED, need
from tests.e2e.real_terminal import RealTerminal

ON, OFF = b"\x1b[?%dh", b"\x1b[?%dl"
ALTERNATE_SCREEN, CURSOR, MOUSE = 1049, 25, 1000


def last(raw: bytes | bytearray, mode: int) -> bytes | None:
    """The last of the two sequences for a terminal's mode that was written."""
    found = [(raw.rfind(sequence % mode), sequence % mode) for sequence in (ON, OFF)]
    at, sequence = max(found)
    return sequence if at >= 0 else None


@pytest.mark.pty
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_app_leaves_a_clean_terminal(tmp_path: Path, number: signal.Signals) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        app.until("read-only", "price/h")
        os.kill(app.pid, number)
        assert app.wait() == 130
        assert last(app.raw, MOUSE) == OFF % MOUSE
        assert last(app.raw, ALTERNATE_SCREEN) == OFF % ALTERNATE_SCREEN
        assert last(app.raw, CURSOR) == ON % CURSOR


@pytest.mark.pty
def test_a_program_that_was_stopped_from_outside_goes_on(tmp_path: Path) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        before = app.modes
        app.until("read-only", "price/h")
        os.kill(app.pid, signal.SIGSTOP)
        os.kill(app.pid, signal.SIGCONT)
        app.until(lambda _: app.raw.count(ON % ALTERNATE_SCREEN) == 2, "price/h")
        app.press("?")
        app.until("Words on this screen")
        app.press("q")
        app.until(lambda text: "Words on this screen" not in text)
        app.press("q")
        assert app.wait() == 0
        assert app.modes == before


@pytest.mark.pty
def test_the_app_ends_with_its_terminal_and_without_a_crash_report(tmp_path: Path) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        app.until("read-only", "price/h")
        app.hang_up()
        assert app.wait() == 130
    assert not list(tmp_path.rglob("crashes/*"))
