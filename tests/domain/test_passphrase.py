"""How passphrases are judged: a plain rule, rather too low than too high."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.passphrase import LEAST, strength
from akash_tui.domain.secret import Secret


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "refused"),
        ("abc", "refused"),
        ("x" * 9, "refused"),
        ("aaaaaaaaaaaa", "refused"),
        ("1234567890", "refused"),
        ("121212121212", "refused"),
        ("abcdefghijkl", "refused"),
        ("passwordpassword", "refused"),
        ("P4ssw0rd2024!", "refused"),
        ("qwertyuiop1", "refused"),
        ("correct horse", "weak"),
        ("akash wallet 2024", "weak"),
        ("correct horse staple", "fair"),
        ("correct horse battery staple", "strong"),
        ("k3Jx9Qw2Lp7Zr5Tn8Vb4", "strong"),
    ],
)
def test_words(text: str, word: str) -> None:
    found = strength(Secret(text))
    assert found.word == word
    assert (found.fault is not None) == (word == "refused")
    assert found.text.startswith((word, "A passphrase needs", "This passphrase"))


def test_the_reason_has_the_figures_and_nothing_of_the_passphrase() -> None:
    short = strength(Secret("abc")).text
    assert f"at least {LEAST} characters" in short
    assert "has 3" in short
    strong = strength(Secret("correct horse battery staple"))
    assert "horse" not in strong.text + repr(strong)
    assert "guesses a second" in strong.text


@given(text=st.text(max_size=60))
def test_every_text_is_judged(text: str) -> None:
    found = strength(Secret(text))
    assert found.characters == len(text)
    assert 0 <= found.bits <= 8 * len(text)
    assert found.text
    assert (found.word == "refused") or len(text) >= LEAST
