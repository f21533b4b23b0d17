"""GPU models as a person lists them, `h100,a100` or `24gb`, and which of an SDL's they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.gpu_table import is_real, nearest, variants
from akash_tui.domain.text import clean

_MEMORY = re.compile(r"(>=)?([0-9]{1,4})gb")


def chosen_gpus(words: str, listed: Sequence[GpuModel]) -> list[GpuModel]:
    """The models that the words name: by name (those of `listed`, or a new one), or of `listed` all of a class:
    `24gb` with so much VRAM, `>=48gb` with at least so much.

    Raises `ValueError` with a sentence for an unknown name, an empty class, or no word at all.
    """
    found: list[GpuModel] = []
    for word in (part.strip().lower() for part in words.split(",")):
        if not word:
            continue
        memory = _MEMORY.fullmatch(word.replace(" ", ""))
        named = [model for model in listed if model.model == word]
        if memory is not None:
            chosen = [model for model in listed if _has(model, int(memory[2]), at_least=memory[1] is not None)]
            if not chosen:
                raise ValueError(f"The SDL lists no GPU with {clean(word, 20)} of memory.")
        elif named or variants("nvidia", word) or is_real(word):
            chosen = named or [GpuModel("nvidia", word)]
        else:
            near = nearest("nvidia", word)
            raise ValueError(
                f"There is no GPU model {clean(word, 40)}." + (f" Did you mean {' or '.join(near)}?" if near else "")
            )
        found += chosen
    if not found:
        raise ValueError("No GPU model is named.")
    return list(dict.fromkeys(found))


def _has(model: GpuModel, vram: int, *, at_least: bool) -> bool:
    sizes = [model.vram_gib] if model.vram_gib else [card.vram_gib for card in variants(model.vendor, model.model)]
    return any(size is not None and (size >= vram if at_least else size == vram) for size in sizes)
