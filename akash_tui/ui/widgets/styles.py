"""Tones: the few colours that mean something, each always doubled by a sign or a word.

Everything drawn from strangers' text goes through here or through `Content(...)`, never through markup.
"""

from __future__ import annotations

from typing import Final, Literal

from textual.content import Content

Tone = Literal["", "good", "warn", "bad", "muted", "accent", "strong", "gone"]

STYLES: Final[dict[str, str]] = {
    "": "",
    "good": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "muted": "$text-muted",
    "accent": "$text-accent",
    "strong": "bold",
    "gone": "$text-muted strike",
}


def toned(text: str, tone: Tone = "") -> Content:
    """`text`, literally, in a tone."""
    return Content.styled(text, STYLES[tone]) if tone else Content(text)


def joined(*parts: Content | str | tuple[str, Tone]) -> Content:
    """Parts one after the other; a plain string or a (text, tone) pair is taken literally."""
    return Content("").join(
        part if isinstance(part, Content) else toned(*part) if isinstance(part, tuple) else Content(part)
        for part in parts
    )
