"""A program that breaks leaves its terminal as it was, with two lines that say so and no traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conformance import SHARED, need
from tests.e2e.real_terminal import RealTerminal
from tests.e2e.test_signals import ALTERNATE_SCREEN, CURSOR, MOUSE, OFF, ON, last

BREAKS = """
import akash_tui.__main__ as program
from akash_tui.ui.bids.screen import BidsScreen
def fail(*_):
    raise {error}("abandon ability able")
BidsScreen.{method} = fail
program.main()
"""
PASTE = 2004


@pytest.mark.pty
@pytest.mark.parametrize(("method", "error"), [("do_sort", "RuntimeError"), ("render_lines", "MemoryError")])
def test_a_crash_leaves_a_clean_terminal(tmp_path: Path, method: str, error: str) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    code = BREAKS.format(method=method, error=error)
    with RealTerminal("bids", "--from", str(saved), home=tmp_path, command=(sys.executable, "-c", code)) as app:
        before = app.modes
        if method.startswith("do_"):
            app.until("read-only", "price/h")
            app.press("o")
        assert app.wait() == 1
        assert app.modes == before
        for mode in (MOUSE, ALTERNATE_SCREEN, PASTE):
            assert last(app.raw, mode) == OFF % mode
        assert last(app.raw, CURSOR) == ON % CURSOR
        assert "akash-tui failed and had to stop" in app.text
        assert b"abandon" not in app.raw
        assert b"Traceback" not in app.raw
    assert list(tmp_path.rglob("crashes/*"))
