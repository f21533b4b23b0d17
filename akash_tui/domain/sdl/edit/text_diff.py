"""What differs between two texts of an SDL, in a few lines that fit a question."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 10
"""This many changed lines are shown; the rest is counted."""
LONGEST_COMPARED: Final = 5_000
"""Lines; longer texts are only said to differ: comparing them could take seconds."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that only one of two texts has. `sign` is `-` (only the first) or `+` (only the second); `line` is its
    number there, from 1."""

    sign: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class TextDiff:
    """What differs: the first changed lines in order, and how many there are of each kind; -1 where not counted."""

    changes: tuple[LineChange, ...]
    removed: int
    added: int

    @property
    def left_out(self) -> int:
        """Changed lines that `changes` leaves out."""
        return max(0, self.removed + self.added - len(self.changes))


def fingerprint(text: str) -> str:
    """A short name of a text, from its SHA-256: equal for equal texts only."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def short_diff(before: str, after: str, most: int = MOST_LINES) -> TextDiff:
    """The lines that `after` lost (`-`) and gained (`+`) over `before`; at most `most` of them are returned."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return TextDiff((), -1, -1)
    changes: list[LineChange] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            changes += [LineChange("-", at + 1, old[at]) for at in range(a, b)]
            changes += [LineChange("+", at + 1, new[at]) for at in range(c, d)]
    removed = sum(1 for change in changes if change.sign == "-")
    return TextDiff(tuple(changes[:most]), removed, len(changes) - removed)
