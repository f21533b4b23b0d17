"""How hard a passphrase is to guess: a plain rule, which says what it counts.

The rule reads a passphrase as somebody who guesses would try it: words before letters, dates, rows of keys and
repetitions before anything else. It is an estimate, and rather too low than too high: letters that stand together count
as a word, even if they were drawn one by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from akash_tui.domain.secret import Secret

LEAST: Final = 10
"""Characters; a shorter passphrase is refused."""
_REFUSED, _FAIR, _STRONG = 20, 35, 50
"""Bits below which a passphrase is refused, from which it is fair, and from which it is strong."""
GUESSES_A_SECOND: Final = 10_000
"""What an attacker with a large number of machines may reach against our files: each guess takes one of them some
tenths of a second and 128 MiB (scrypt, N = 2¹⁷)."""
_COMMON: Final = re.findall(
    r"\w+",
    "password passwort passphrase qwertyuiop qwertzuiop qwerty qwertz azerty asdfghjkl asdf zxcvbnm yxcvbnm letmein "
    "welcome admin administrator iloveyou dragon monkey master akash wallet crypto bitcoin ethereum secret "
    "changeme test login user root love hello summer winter spring autumn football baseball sunshine princess "
    "superman batman shadow trustno whatever freedom hunter computer internet default public private guest money "
    "mywallet",
)
"""Parts of the passwords that lists of stolen ones have most often."""
_LEET = str.maketrans("013457@$", "oleastas")
_RUN = re.compile(r"[^\W\d_]+|\d+|(.)\1*", re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPANS = ((60, "seconds"), (60, "minutes"), (24, "hours"), (365, "days"), (1000, "years"))


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a passphrase is to guess; holds nothing of it."""

    characters: int
    bits: int
    """The number of guesses is about two to the power of it."""

    @property
    def fault(self) -> str | None:
        """Why it is refused; None if it is taken."""
        if self.characters < LEAST:
            return f"A passphrase needs at least {LEAST} characters; this one has {self.characters}."
        if self.bits < _REFUSED:
            return "This passphrase is among the first that somebody would try."
        return None

    @property
    def word(self) -> str:
        """`refused`, `weak`, `fair` or `strong`."""
        if self.fault is not None:
            return "refused"
        return "strong" if self.bits >= _STRONG else "fair" if self.bits >= _FAIR else "weak"

    @property
    def text(self) -> str:
        """In words, with what it means; of a refused one why it is."""
        if self.fault is not None:
            return self.fault
        held = f"about {self.bits} bits, {_time(self.bits)} at {GUESSES_A_SECOND:,} guesses a second"
        return f"{self.word}, {held}" + (". Four random words are better." if self.word == "weak" else ".")


def strength(passphrase: Secret) -> Strength:
    """Judge a passphrase. The answer does not contain it."""
    length = len(passphrase.reveal())
    return Strength(length, int(sum(_bits_of_runs(passphrase.reveal()))))


def _bits_of_runs(text: str) -> Iterator[float]:
    """Bits of each part: a run of letters, of digits, or of one other character."""
    text, bits = _without_common(text)
    yield bits
    seen: set[str] = set()
    for match in _RUN.finditer(text):
        run = match.group()
        plain = run.lower()
        if plain in seen:
            yield 2  # the same again
        elif _is_sequence(plain):
            yield 5  # abc, 4321, ----, 1212
        elif run[0].isdigit():
            yield 7 if _YEAR.fullmatch(run) else len(run) * math.log2(10)
        elif run[0].isalpha():
            yield min(4.7 * len(run), 13 + 2 * max(0, len(run) - 8)) + _capitals(run)
        else:
            yield 1 if run == " " else 5
        seen.add(plain)


def _without_common(text: str) -> tuple[str, float]:
    """The text without the commonest parts, and the bits that those count."""
    bits = 0.0
    for word in _COMMON:
        while (at := _letters(text).find(word)) >= 0:
            bits += 6 if bits == 0 else 3
            text = text[:at] + text[at + len(word) :]
    return text, bits


def _letters(text: str) -> str:
    """The text in small letters, character by character, with those that digits and signs stand for."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(_LEET)


def _is_sequence(run: str) -> bool:
    """Whether it goes up or down the alphabet or the digits, or repeats its first one or two characters."""
    if run in "12345678901234567890" or run in "09876543210987654321":
        return len(run) >= 3
    steps = {ord(b) - ord(a) for a, b in pairwise(run)}
    straight = len(steps) == 1 and steps <= {-1, 0, 1}
    return len(run) >= 3 and (straight or (len(run) > 3 and run == (run[:2] * len(run))[: len(run)]))


def _capitals(run: str) -> int:
    """One bit for a first capital or capitals throughout, else one for each."""
    count = sum(c.isupper() for c in run)
    return min(count, 1) if run.istitle() or run.isupper() else count


def _time(bits: int) -> str:
    """How long the guesses take, half of them on average."""
    amount = 2 ** max(bits - 1, 0) // GUESSES_A_SECOND
    for size, name in _SPANS:
        if amount < size:
            return f"{max(amount, 1)} {name if amount > 1 else name.removesuffix('s')}"
        amount //= size
    return "thousands of years" if amount < 1000 else "more than a million years"
