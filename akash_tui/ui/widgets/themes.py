"""The colour themes: dark, light, and one for people who cannot tell red from green. One accent, three tones.

Contrast of every text colour against background, surface and panel is at least 4.5 (a test computes it).
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme


def _theme(
    name: str,
    *,
    dark: bool,
    back: str,
    surface: str,
    panel: str,
    text: str,
    muted: str,
    accent: str,
    good: str,
    warn: str,
    bad: str,
    cursor: str,
    line: str,
) -> Theme:
    return Theme(
        name,
        primary=accent,
        secondary=muted,
        accent=accent,
        success=good,
        warning=warn,
        error=bad,
        foreground=text,
        background=back,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            "text": text,
            "text-muted": muted,
            "text-accent": accent,
            "text-primary": accent,
            "text-success": good,
            "text-warning": warn,
            "text-error": bad,
            "border": accent,
            "border-blurred": line,
            "block-cursor-background": cursor,
            "block-cursor-foreground": text,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": panel,
            "block-cursor-blurred-foreground": text,
            "input-selection-background": f"{accent} 35%",
            "scrollbar": line,
            "scrollbar-hover": muted,
            "scrollbar-active": accent,
            "scrollbar-background": surface,
            "scrollbar-background-hover": surface,
            "scrollbar-background-active": surface,
            "scrollbar-corner-color": surface,
            "footer-background": back,
        },
    )


DARK: Final = _theme(
    "akash-dark",
    dark=True,
    back="#101418",
    surface="#141a20",
    panel="#1f2630",
    text="#dfe5ec",
    muted="#94a0ae",
    accent="#7cc0f5",
    good="#5fc892",
    warn="#e5c062",
    bad="#f58b78",
    cursor="#264560",
    line="#3a4552",
)
LIGHT: Final = _theme(
    "akash-light",
    dark=False,
    back="#f6f7f5",
    surface="#ffffff",
    panel="#e9ecea",
    text="#1b2128",
    muted="#565f69",
    accent="#0a5a9c",
    good="#176b3a",
    warn="#7a5200",
    bad="#b3261e",
    cursor="#cfe3f5",
    line="#b9c0c7",
)
SAFE: Final = _theme(
    "akash-colour-blind",
    dark=True,
    back="#101418",
    surface="#141a20",
    panel="#1f2630",
    text="#dfe5ec",
    muted="#9aa4b2",
    accent="#8ad0ff",
    good="#56b4e9",
    warn="#f0e442",
    bad="#f0a03c",
    cursor="#264560",
    line="#3a4552",
)
THEMES: Final = (DARK, LIGHT, SAFE)
DEFAULT: Final = DARK.name
