"""No colour where none is wanted, and only plain characters where the terminal has no others: byte by byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance import SHARED, need
from tests.e2e.real_terminal import RealTerminal

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
COLOURS = {*range(30, 50), *range(90, 108), 58, 59}


def colours(raw: bytes | bytearray) -> set[int]:
    """The colour codes in what was sent."""
    codes = {int(code) for found in SGR.findall(bytes(raw)) for code in re.split(rb"[;:]", found) if code}
    return codes & COLOURS


@pytest.mark.pty
def test_the_app_sends_colours_and_signs_where_it_may(tmp_path: Path) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        app.until("read-only", "price/h", "╭")
        assert colours(app.raw)


@pytest.mark.pty
@pytest.mark.parametrize("env", [{"NO_COLOR": "1", "TERM": "linux"}, {"TERM": "vt100"}])
def test_the_app_sends_no_colour_and_plain_characters(tmp_path: Path, env: dict[str, str]) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), home=tmp_path, env=env) as app:
        app.until("read-only", "price/h")
        app.press("?")
        app.until("Words on this screen")
        app.press("\x1b")
        app.until("price/h", lambda text: "Words on this screen" not in text)  # escape with : after it at once is alt+:
        app.press(":")
        app.until("Bids: details")
        app.press("\x03")
        app.until("Quit?")
        app.press("\x03")
        assert app.wait() == 0
        assert colours(app.raw) == set()
        assert app.raw.isascii()


@pytest.mark.pty
@pytest.mark.parametrize(
    ("env", "plain"),
    [({"LC_ALL": "C", "NO_COLOR": "1"}, True), ({"LANG": "C"}, True), ({"LANG": "C.UTF-8"}, False)],
)
def test_a_command_writes_what_the_locale_has(tmp_path: Path, env: dict[str, str], plain: bool) -> None:
    saved = need(SHARED / "recordings" / "mainnet8" / "bid-after.json")
    with RealTerminal("bids", "--from", str(saved), "-o", "text", home=tmp_path, env=env) as command:
        assert command.wait() == 0
        assert command.raw.isascii() == plain
        assert ("a100 x1" in command.text) == plain
        assert colours(command.raw) == set()
