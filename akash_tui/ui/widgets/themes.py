"""The colour themes: dark, light, and one for people who cannot tell red from green. One accent, three tones.

Contrast of every text colour against background, surface and panel is at least 4.5 (a test computes it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme


def _theme(name: str, c: Mapping[str, str], *, dark: bool = True) -> Theme:
    return Theme(
        name,
        primary=c["accent"],
        secondary=c["muted"],
        accent=c["accent"],
        success=c["good"],
        warning=c["warn"],
        error=c["bad"],
        foreground=c["text"],
        background=c["back"],
        surface=c["surface"],
        panel=c["panel"],
        dark=dark,
        variables={
            "text": c["text"],
            "text-muted": c["muted"],
            "text-accent": c["accent"],
            "text-primary": c["accent"],
            "text-success": c["good"],
            "text-warning": c["warn"],
            "text-error": c["bad"],
            "border": c["accent"],
            "border-blurred": c["line"],
            "block-cursor-background": c["cursor"],
            "block-cursor-foreground": c["text"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": c["panel"],
            "block-cursor-blurred-foreground": c["text"],
            "input-selection-background": f"{c['accent']} 35%",
            "scrollbar": c["line"],
            "scrollbar-hover": c["muted"],
            "scrollbar-active": c["accent"],
            "scrollbar-background": c["surface"],
            "scrollbar-background-hover": c["surface"],
            "scrollbar-background-active": c["surface"],
            "scrollbar-corner-color": c["surface"],
            "footer-background": c["back"],
        },
    )


_DARK: Final = {
    "back": "#101418",
    "surface": "#141a20",
    "panel": "#1f2630",
    "text": "#dfe5ec",
    "muted": "#94a0ae",
    "accent": "#7cc0f5",
    "good": "#5fc892",
    "warn": "#e5c062",
    "bad": "#f58b78",
    "cursor": "#264560",
    "line": "#3a4552",
}
_LIGHT: Final = {
    "back": "#f6f7f5",
    "surface": "#ffffff",
    "panel": "#e9ecea",
    "text": "#1b2128",
    "muted": "#565f69",
    "accent": "#0a5a9c",
    "good": "#176b3a",
    "warn": "#7a5200",
    "bad": "#b3261e",
    "cursor": "#cfe3f5",
    "line": "#b9c0c7",
}
_SAFE: Final = _DARK | {
    "muted": "#9aa4b2",
    "accent": "#8ad0ff",
    "good": "#56b4e9",
    "warn": "#f0e442",
    "bad": "#f0a03c",
}
THEMES: Final = (
    _theme("akash-dark", _DARK),
    _theme("akash-light", _LIGHT, dark=False),
    _theme("akash-colour-blind", _SAFE),
)
DEFAULT: Final = "akash-dark"
