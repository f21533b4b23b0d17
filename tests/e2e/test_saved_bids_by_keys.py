"""A saved answer on the board of a real terminal: from a file and through stdin, in every form that is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import SHARED, load, need
from tests.e2e.real_terminal import RealTerminal

FORMS = ["mainnet8/bid-before.json", "mainnet8/bid-after.json", "chain/bids-three.json"]


@pytest.mark.pty
@pytest.mark.parametrize("form", FORMS)
def test_a_recorded_answer_opens_read_only(tmp_path: Path, form: str) -> None:
    saved = need(SHARED / "recordings" / form)
    with RealTerminal("bids", "--from", str(saved), home=tmp_path) as app:
        app.until("read-only", "price/h")
        app.press("x")
        app.until("there is nothing to accept")
        app.press("q")
        assert app.wait() == 0


@pytest.mark.pty
def test_through_stdin_the_keys_come_from_the_terminal(tmp_path: Path) -> None:
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(load(SHARED / "recordings" / "chain/bids-three.json")["response"]["json"]))
    with RealTerminal("bids", "--from", "-", home=tmp_path / "home", stdin=bare) as app:
        app.until("from stdin", "read-only", "price/h", "3 bids")
        app.press("x")
        app.until("there is nothing to accept")
        app.press("q")
        assert app.wait() == 0
