"""What a person has decided about a provider: a favourite, one that is blocked, a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from akash_tui.domain.text import clean

MOST_CHARACTERS: Final = 300
FAVOURITE: Final = "★"
BLOCKED: Final = "✗"


@dataclass(frozen=True, slots=True)
class ProviderNote:
    """Empty for a provider about which nothing was decided."""

    favourite: bool = False
    blocked: str | None = None
    """Why; None if it is not blocked. No rule and no command without a question takes its bids."""
    note: str = ""

    @property
    def empty(self) -> bool:
        """Nothing is decided."""
        return not self.favourite and self.blocked is None and not self.note

    @property
    def sign(self) -> str:
        """What stands before its name in a list."""
        return BLOCKED if self.blocked is not None else FAVOURITE if self.favourite else ""

    @property
    def why_avoided(self) -> str:
        """`you blocked it: died twice in May`; "" if it is not blocked."""
        if self.blocked is None:
            return ""
        return f"you blocked it: {self.blocked}" if self.blocked else "you blocked it"


UNDECIDED: Final = ProviderNote()


def note_text(text: str) -> str:
    """A reason or a note as typed, in one line. Raises `ValueError` if it is too long."""
    found = clean(text.strip(), MOST_CHARACTERS + 1)
    if len(found) > MOST_CHARACTERS:
        raise ValueError(f"at most {MOST_CHARACTERS} characters")
    return found


def reason_text(text: str) -> str:
    """A reason, which must not be empty: at the next bid it is all that is left of today. Raises `ValueError`."""
    found = note_text(text)
    if not found:
        raise ValueError("Say why, for example: died twice in May")
    return found
