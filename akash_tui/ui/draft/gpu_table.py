"""The list of GPU models on the deploy screen: those of the SDL, then all others that the network has, to be ticked."""

from __future__ import annotations

from akash_tui.domain.market.gpu_choices import GpuChoice
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.widgets.gpu_colours import gpu_tone
from akash_tui.ui.widgets.live_table import Cell, Column, LiveTable
from akash_tui.ui.widgets.styles import Tone

NOT_ASKED = "Akash takes orders for nvidia GPUs only."


def gpu_table() -> LiveTable[GpuChoice]:
    """An empty list; columns give way from the right, the prices last."""
    return LiveTable[GpuChoice](
        [
            Column("on", "", 3, _tick, stays=1),
            Column("model", "GPU", 10, _name, stays=1, grow=6),
            Column("vram", "VRAM", 8, lambda c: (c.vram, _tone(c)), stays=2),
            Column("interface", "interface", 9, lambda c: (c.interface, "muted"), stays=6),
            Column("stock", "free/total", 10, lambda c: (c.stock, _tone(c)), right=True, stays=3),
            Column("median", "median $/h", 10, lambda c: (c.median, _tone(c)), right=True, stays=4),
            Column("fits", "could bid", 9, _fits, right=True, stays=5),
            Column("vendor", "vendor", 6, lambda c: (c.model.vendor, "muted"), stays=7),
            Column("note", "", 14, _note, stays=8, grow=30),
        ],
        id="gpus",
    )


def _tone(choice: GpuChoice) -> Tone:
    return "" if choice.on else "muted"


def _tick(choice: GpuChoice) -> Cell:
    return ("[✓]", "good") if choice.on else ("[ ]" if choice.can_ask else " – ", "muted")


def _name(choice: GpuChoice) -> Cell:
    return choice.name, gpu_tone(choice.model.model) if choice.on else "muted"


def _fits(choice: GpuChoice) -> Cell:
    """How many providers could bid with it."""
    return (NOT_KNOWN if choice.fits is None else str(choice.fits)), _tone(choice)


def _note(choice: GpuChoice) -> Cell:
    if not choice.can_ask:
        return "no orders for it", "muted"
    if choice.listed:
        return "", ""
    return ("added here", "accent") if choice.on else ("not in this SDL", "muted")
