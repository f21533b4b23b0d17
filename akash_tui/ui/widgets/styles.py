"""Tones: the few colours that mean something, each always doubled by a sign or a word.

Everything drawn from strangers' text goes through here or through `Content(...)`, never through markup.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from textual.content import Content

GpuTone = Literal["gpu-1", "gpu-2", "gpu-3", "gpu-4", "gpu-5", "gpu-6", "gpu-7", "gpu-8"]
"""The colours of classes of GPUs; as the theme's variables are called."""
Shade = Literal["price-low", "price-mid"]
"""What is behind a price that is among the lowest of its kind, or next to them; as the theme's variables are called."""
Tone = Literal["", "good", "warn", "bad", "muted", "accent", "strong", "gone"] | GpuTone | Shade

GPU_TONES: Final[tuple[GpuTone, ...]] = get_args(GpuTone)
SHADES: Final[tuple[Shade, ...]] = get_args(Shade)
STYLES: Final[dict[str, str]] = {
    "": "",
    "good": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "muted": "$text-muted",
    "accent": "$text-accent",
    "strong": "bold",
    "gone": "$text-muted strike",
    **{tone: f"${tone}" for tone in GPU_TONES},
    **{shade: f"on ${shade}" for shade in SHADES},
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
