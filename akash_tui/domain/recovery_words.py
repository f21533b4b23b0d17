"""Recovery words as they are shown to their owner, and asked back."""

from __future__ import annotations

import random

from akash_tui.domain.secret import Secret

ASKED_BACK = 3
"""Words that must be typed again before a new wallet is saved."""
WORDS_A_LINE = 4


def numbered(words: Secret) -> list[str]:
    """Lines of four words, each with its number."""
    each = words.reveal().split()
    return [
        "   ".join(f"{at + 1:<2d} {each[at]:<10}" for at in range(start, min(start + WORDS_A_LINE, len(each))))
        for start in range(0, len(each), WORDS_A_LINE)
    ]


def places_to_ask(count: int) -> list[int]:
    """Numbers of words, from 1, in their order, drawn by chance."""
    return sorted(random.SystemRandom().sample(range(1, count + 1), ASKED_BACK))


def is_word(words: Secret, place: int, typed: Secret) -> bool:
    """Whether the word of a number, from 1, was typed; in any case, with any blanks around it."""
    return Secret(typed.reveal().strip().lower()) == Secret(words.reveal().split()[place - 1])
