"""A colour for each class of GPUs, the same on every screen; it only repeats what the model's name says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from zlib import crc32

from akash_tui.ui.widgets.styles import GPU_TONES, Tone

_OFTEN: Final = ("h100", "a100", "rtx4090", "h200", "rtx3090", "l40s", "rtx5090", "rtxa6000")
"""Models that often stand beside one another: each has a colour of its own."""
_LOW, _MID = Decimal("0.25"), Decimal("0.5")


def gpu_tone(model: str) -> Tone:
    """The colour of a model's name (`a100`), whatever its VRAM and interface."""
    name = model.lower()
    at = _OFTEN.index(name) if name in _OFTEN else crc32(name.encode()) % len(GPU_TONES)
    return GPU_TONES[at]


class PriceRanks:
    """Where a price stands among those of the same model."""

    def __init__(self, prices: Iterable[tuple[str, Decimal]]) -> None:
        """`prices` are (model, price)."""
        self._by_model: dict[str, list[Decimal]] = {}
        for model, price in prices:
            self._by_model.setdefault(model, []).append(price)
        for listed in self._by_model.values():
            listed.sort()

    def shade(self, model: str, price: Decimal | None) -> Tone:
        """`price-low` for the cheapest quarter of its model and the cheapest itself, `price-mid` for the next quarter,
        else "". A model with one price, or whose prices are all the same, has no shade."""
        listed = self._by_model.get(model, [])
        if price is None or not listed or listed[0] == listed[-1]:
            return ""
        rank = Decimal(bisect_left(listed, price)) / len(listed)
        return "price-low" if rank < _LOW else "price-mid" if rank < _MID else ""
