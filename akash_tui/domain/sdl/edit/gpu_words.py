"""GPU models as a person lists them, `h100,a100/80gb` or a class like `24gb`, and which of an SDL's they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.gpu_table import is_real, nearest, variants
from akash_tui.domain.market.gpu_choices import GpuChoice, gpu_choices
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.sdl.edit.gpus import ANY_NVIDIA
from akash_tui.domain.text import clean

CLASSES: Final = ("24gb", "48gb", "80gb")
"""The classes that are offered by themselves."""
CLASS_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
"""What an own class may be called; it is used as `@name`."""
_MEMORY: Final = re.compile(r"(>=)?([0-9]{1,4})gi?b")
_VRAM: Final = re.compile(r"([0-9]{1,4})gi?b?")
_INTERFACES: Final = ("sxm", "pcie")


def chosen_gpus(
    words: str, listed: Sequence[GpuModel], prices: Sequence[MarketPrice] = (), *, beyond: bool = False
) -> list[GpuModel]:
    """The models that the words name, without repeats: by name (those of `listed`, or a new one; `a100/80gb/sxm` is
    that variant alone), `any`, or of `listed` all of a class: `24gb` with so much VRAM, `>=48gb` with at least so much.

    `prices` are what the network has; with `beyond` a class takes all of that too. A listed model that comes with less
    VRAM as well is named with its size, so that no other card fits. Raises `ValueError` with a sentence for an unknown
    name, an empty class, or no word at all.
    """
    rows = gpu_choices(listed, (), prices)
    found: list[GpuModel] = []
    for word in (part.strip().lower() for part in words.split(",")):
        if not word:
            continue
        memory = _MEMORY.fullmatch(word.replace(" ", ""))
        if memory is None:
            found += _named(word, rows)
            continue
        chosen = _of_class(int(memory[2]), memory[1] is not None, [row for row in rows if beyond or row.listed])
        if not chosen:
            raise ValueError(f"The SDL lists no GPU with {clean(word, 20)} of memory.")
        found += chosen
    if not found:
        raise ValueError("No GPU model is named.")
    return list(dict.fromkeys(found))


def check_words(words: str) -> None:
    """Raise `ValueError` with a sentence for words that no SDL could be asked with; a class may still be empty."""
    for word in words.split(","):
        if _MEMORY.fullmatch(word.strip().lower().replace(" ", "")) is None:
            chosen_gpus(word, ())


def with_own_classes(words: str, classes: Mapping[str, str]) -> str:
    """The words with each `@name` replaced by what was saved under it. Raises `ValueError` for an unknown one."""
    out: list[str] = []
    for word in (part.strip() for part in words.split(",")):
        name = word[1:].lower()
        if not word.startswith("@"):
            out.append(word)
        elif name in classes:
            out.append(classes[name])
        else:
            known = (
                ", ".join(f"@{one}" for one in classes)
                or "none yet: akash-tui preset gpu-class NAME MODELS saves one, as c on the Deploy screen does"
            )
            raise ValueError(f"There is no class of your own called {clean(word, 40)}. There are {known}.")
    return ",".join(out)


def words_of(models: Iterable[GpuModel]) -> str:
    """The words that name exactly these models: `rtx4090,a100/80gb/sxm`."""
    return ",".join(_word(model) for model in dict.fromkeys(models))


def _word(model: GpuModel) -> str:
    if model.wildcard:
        return "any"
    vram = f"{model.vram_gib}gb" if model.vram_gib is not None else ""
    return "/".join(part for part in (model.model, vram, model.interface) if part)


def _named(word: str, rows: Sequence[GpuChoice]) -> list[GpuModel]:
    if word == "any":
        return [ANY_NVIDIA]
    name, *parts = word.split("/")
    vram: int | None = None
    interface: str | None = None
    for part in parts:
        memory = _VRAM.fullmatch(part)
        if memory is not None:
            vram = int(memory[1])
        elif part in _INTERFACES:
            interface = part
        else:
            raise ValueError(f"{clean(word, 40)}: write it like a100, a100/80gb or a100/80gb/sxm.")
    if not (any(row.model.model == name for row in rows) or variants("nvidia", name) or is_real(name)):
        near = nearest("nvidia", name)
        raise ValueError(
            f"There is no GPU model {clean(name, 40)}." + (f" Did you mean {' or '.join(near)}?" if near else "")
        )
    named = [row.model for row in rows if row.listed and row.model.model == name] if not parts else []
    return named or [GpuModel("nvidia", name, vram, interface)]


def _of_class(vram: int, at_least: bool, rows: Sequence[GpuChoice]) -> list[GpuModel]:
    def fits(size: int) -> bool:
        return size >= vram if at_least else size == vram

    found: list[GpuModel] = []
    for row in rows:
        fitting = [size for size in row.sizes if fits(size)]
        if not row.can_ask or row.model.wildcard or not fitting:
            continue
        if len(fitting) == len(row.sizes):
            found.append(row.model)
        else:
            found += [replace(row.model, vram_gib=size) for size in fitting]
    return found
