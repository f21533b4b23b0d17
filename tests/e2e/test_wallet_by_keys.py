"""`wallet create` on a real terminal: words on a screen of their own, asked back, and nothing saved before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from akash_tui.adapters.wallet.keys import KeySigner
from tests.e2e.real_terminal import ENTER, RealTerminal
from tests.secret_errors import files_of, found_in

PASSPHRASE = "correct horse battery staple"
ON_PAPER = "Press enter when they are on paper"


def words_on(terminal: RealTerminal) -> str:
    """The words, once they are shown."""
    for prompt in ("New passphrase", "The same passphrase"):
        terminal.until(prompt)
        terminal.press(PASSPHRASE + ENTER)
    shown = [line for line in terminal.until(ON_PAPER).splitlines() if re.match(r"  \d", line)]
    assert terminal.raw.count(b"\x1b[?1049h") == 1, "a screen without scrollback"
    return " ".join(re.findall(r"\d+ +([a-z]+)", " ".join(shown)))


@pytest.mark.pty
def test_the_words_are_asked_back_and_leave_no_trace(tmp_path: Path) -> None:
    with RealTerminal("wallet", "create", "main", "--words", "12", home=tmp_path) as terminal:
        words = words_on(terminal)
        assert len(words.split()) == 12
        assert not (tmp_path / "wallets.json").exists()
        terminal.press(ENTER)
        terminal.until("Word ", lambda text: ON_PAPER not in text)
        wrong = terminal.text.count("Word ")
        terminal.press("wrong" + ENTER)
        terminal.until("This is not word", lambda text: text.count("Word ") == wrong + 1)
        asked: set[str] = set()
        while len(asked) < 3:
            terminal.until(lambda text: bool(set(re.findall(r"Word (\d+)", text)) - asked))
            place = (set(re.findall(r"Word (\d+)", terminal.text)) - asked).pop()
            asked.add(place)
            terminal.press(words.split()[int(place) - 1] + ENTER)
        last = terminal.until("akash1")
        assert terminal.wait() == 0
    assert not found_in(words, last, *files_of(tmp_path))
    (saved,) = json.loads((tmp_path / "wallets.json").read_text())["wallets"]
    assert saved["address"] == KeySigner.from_words(words).address


@pytest.mark.pty
def test_ctrl_c_at_the_words_saves_nothing(tmp_path: Path) -> None:
    with RealTerminal("wallet", "create", "main", home=tmp_path) as terminal:
        words = words_on(terminal)
        terminal.press("\x03")
        last = terminal.until("Nothing was saved")
        assert terminal.wait() == 130
    assert b"\x1b[?1049l" in terminal.raw
    assert not found_in(words, last)
    assert not (tmp_path / "wallets.json").exists()
    assert not (tmp_path / "wallets").exists()
