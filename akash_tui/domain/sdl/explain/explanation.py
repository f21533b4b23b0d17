"""What an explanation is. A test puts every example into a whole file: the wrong one must report its code, the right
one must not."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_LINES = 12


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code in plain words, with a wrong and a right example, each as it stands in a file."""

    code: str
    title: str
    why: str
    wrong: str
    right: str

    @property
    def bad(self) -> str:
        """The lines to show as wrong."""
        return _shown(self.wrong)

    @property
    def good(self) -> str:
        """The lines to show as right."""
        return _shown(self.right)


def _shown(part: str) -> str:
    lines = textwrap.dedent(part).strip("\n").splitlines()
    printable = ["".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines]
    return "\n".join([*printable[:_LINES], "…"] if len(printable) > _LINES else printable)[:600]
