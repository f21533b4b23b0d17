"""The colour themes: dark, light, high contrast, one for people who cannot tell red from green, and all of Textual's.

One accent, three tones, a colour for each class of GPUs, two shades behind prices. Each text colour has a contrast of
at least 4.5 against all it may stand on (a test computes it): Textual's own colours are changed as far as that needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from akash_tui.ui.widgets.contrast import READABLE, contrast, readable
from akash_tui.ui.widgets.styles import GPU_TONES

OWN: Final = "akash-"
"""What the names of our own themes begin with."""
_GPUS: Final = ("#8fbcff", "#56d3c2", "#c6a2ff", "#ff9fd0", "#b5d46a", "#ffb86b", "#9fe0ff", "#d9b99b")
_LIGHT_GPUS: Final = ("#1f5fbf", "#0b6e60", "#7a3fc2", "#a8206f", "#4a6400", "#8f4700", "#12667f", "#6f5233")
_SAFE_GPUS: Final = ("#56b4e9", "#e69f00", "#d796ba", "#f0e442", "#4cbb9d", "#e4975b", "#70b0d3", "#bbbbbb")
"""The colours of Okabe and Ito, which people with any colour vision tell apart, the dark ones lightened."""
_ANSI: Final = "ansi-"
"""Textual's themes of the terminal's own colours: how well those can be read is the terminal's affair."""
_SHADES: Final = {"price-low": 0.30, "price-mid": 0.14}
"""How much of the good tone is behind the cheapest prices, and behind those next to them."""


@dataclass(frozen=True)
class Palette:
    """The colours that a theme is made of, as `#rrggbb`."""

    back: str
    surface: str
    panel: str
    text: str
    muted: str
    accent: str
    good: str
    warn: str
    bad: str
    cursor: str
    """Behind the line of the cursor and what has the focus."""
    line: str
    """Frames without the focus."""
    gpus: tuple[str, ...] = field(default=_GPUS)

    def shades(self) -> dict[str, str]:
        """What is behind prices, by the names of the variables: weaker where the text could not be read on it."""
        base, good, text = (Color.parse(each) for each in (self.surface, self.good, self.text))
        found: dict[str, str] = {}
        for name, most in _SHADES.items():
            steps = (base.blend(good, most * step / 10) for step in range(10, 0, -1))
            found[name] = next((each for each in steps if contrast(text, each) >= READABLE), base).hex
        return found

    def readable(self) -> Palette:
        """The same with every text colour changed until it can be read on everything that may be behind it."""
        backs = [Color.parse(each) for each in (self.back, self.surface, self.panel, self.cursor)]

        def fit(color: str) -> str:
            return readable(Color.parse(color), backs).hex

        texts = {name: fit(getattr(self, name)) for name in ("muted", "accent", "good", "warn", "bad")}
        return Palette(
            self.back,
            self.surface,
            self.panel,
            cursor=self.cursor,
            line=self.line,
            text=fit(self.text),
            gpus=tuple(map(fit, self.gpus)),
            **texts,
        )


def _theme(name: str, palette: Palette, *, dark: bool = True) -> Theme:
    c = palette
    return Theme(
        name,
        primary=c.accent,
        secondary=c.muted,
        accent=c.accent,
        success=c.good,
        warning=c.warn,
        error=c.bad,
        foreground=c.text,
        background=c.back,
        surface=c.surface,
        panel=c.panel,
        dark=dark,
        variables={
            "text": c.text,
            "text-muted": c.muted,
            "text-accent": c.accent,
            "text-primary": c.accent,
            "text-success": c.good,
            "text-warning": c.warn,
            "text-error": c.bad,
            "border": c.accent,
            "border-blurred": c.line,
            "block-cursor-background": c.cursor,
            "block-cursor-foreground": c.text,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": c.panel,
            "block-cursor-blurred-foreground": c.text,
            "input-selection-background": f"{c.accent} 35%",
            "scrollbar": c.line,
            "scrollbar-hover": c.muted,
            "scrollbar-active": c.accent,
            "scrollbar-background": c.surface,
            "scrollbar-background-hover": c.surface,
            "scrollbar-background-active": c.surface,
            "scrollbar-corner-color": c.surface,
            "footer-background": c.back,
            **dict(zip(GPU_TONES, c.gpus, strict=True)),
            **c.shades(),
        },
    )


_DARK: Final = Palette(
    back="#101418",
    surface="#141a20",
    panel="#1f2630",
    text="#dfe5ec",
    muted="#9ea9b6",
    accent="#7cc0f5",
    good="#5fc892",
    warn="#e5c062",
    bad="#f58b78",
    cursor="#20405a",
    line="#3a4552",
)
_LIGHT: Final = Palette(
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
    gpus=_LIGHT_GPUS,
)
_HIGH: Final = Palette(
    back="#000000",
    surface="#000000",
    panel="#1a1a1a",
    text="#ffffff",
    muted="#d0d0d0",
    accent="#66d9ff",
    good="#5dff8f",
    warn="#ffe14d",
    bad="#ff9d8f",
    cursor="#003a66",
    line="#8a8a8a",
)
_SAFE: Final = replace(
    _DARK, muted="#a0a9b6", accent="#8ad0ff", good="#56b4e9", warn="#f0e442", bad="#f0a03c", gpus=_SAFE_GPUS
)
THEMES: Final = (
    _theme("akash-dark", _DARK),
    _theme("akash-light", _LIGHT, dark=False),
    _theme("akash-high-contrast", _HIGH),
    _theme("akash-colour-blind", _SAFE),
)
DEFAULT: Final = "akash-dark"
NAMES: Final = (*(theme.name for theme in THEMES), *BUILTIN_THEMES)
"""Every theme that can be chosen, our own first."""


def theme_named(name: str) -> Theme | None:
    """A theme by its name, ours without `akash-` too; None if there is none of that name."""
    own = next((theme for theme in THEMES if name in (theme.name, theme.name.removeprefix(OWN))), None)
    if own is not None:
        return own
    given = BUILTIN_THEMES.get(name)
    return given if given is None or name.startswith(_ANSI) else _from_textual(given)


def variable_defaults() -> Mapping[str, str]:
    """Our variables for themes that do not have them."""
    return {**dict.fromkeys(GPU_TONES, "ansi_default"), **dict.fromkeys(_SHADES, "ansi_default")}


def _from_textual(given: Theme) -> Theme:
    """One of Textual's themes with its own colours in our places."""
    made = given.to_color_system().generate()
    text, surface, panel = (Color.parse(made[name]) for name in ("foreground", "surface", "panel"))
    accent = given.accent or given.primary
    palette = Palette(
        back=made["background"],
        surface=surface.hex,
        panel=panel.hex,
        text=text.hex,
        muted=text.blend(surface, 0.35).hex,
        accent=Color.parse(accent).hex,
        good=made["success"],
        warn=made["warning"],
        bad=made["error"],
        cursor=surface.blend(Color.parse(accent), 0.2).hex,
        line=text.blend(surface, 0.7).hex,
        gpus=_GPUS if given.dark else _LIGHT_GPUS,
    )
    return _theme(given.name, palette.readable(), dark=given.dark)
