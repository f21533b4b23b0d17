"""Exceptions of foreign libraries that carry recovery words wherever an exception can carry text."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import NoReturn

WORDS = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd "
    "amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless",
)
"""Mnemonics of 12 and of 24 words, from the test vectors of BIP-39."""
KINDS = ("message", "cause", "context", "suppressed", "note", "group", "oserror")


def break_with(kind: str, words: str) -> NoReturn:
    """Raise an exception that carries the words in one way."""
    local = words.upper()
    if kind == "message":
        raise ValueError(words, local)
    if kind == "cause":
        raise RuntimeError("outer") from KeyError(words)
    if kind == "context":
        try:
            raise KeyError(words)
        except KeyError:
            raise RuntimeError(local)  # noqa: B904 - the context is what this is about
    if kind == "suppressed":
        try:
            raise KeyError(words)
        except KeyError:
            raise RuntimeError("outer") from None
    if kind == "note":
        error = ValueError("outer")
        error.add_note(words)
        raise error
    if kind == "group":
        raise ExceptionGroup(words, [ValueError(words), ExceptionGroup("inner", [KeyError(words)])])
    raise OSError(5, words, words)


def found_in(words: str, *texts: str) -> list[str]:
    """The texts that hold the words, or two neighbouring ones of them, in any case."""
    split = words.split()
    pairs = {f"{one} {two}" for one, two in itertools.pairwise(split)}
    return [text for text in texts if any(pair in " ".join(text.lower().split()) for pair in pairs)]


def files_of(home: Path) -> list[str]:
    """The text of every file under a folder."""
    return [p.read_bytes().decode("utf-8", "replace") for p in home.rglob("*") if p.is_file()]
