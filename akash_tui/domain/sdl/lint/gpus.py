"""Problems of GPU requests: names that no provider offers, requests for any card, impossible variants.

The mistakes are those that tenants reported: a wildcard gets a low-end card at a top price, an expensive model in
the list raises prices, vendors other than nvidia are dropped silently, and some providers price a bid by the first
model of the order (models are sorted by name in it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel, parse_gpu_key
from akash_tui.domain.akash.gpu_table import is_real, nearest, variants
from akash_tui.domain.sdl.edit.gpus import model_places
from akash_tui.domain.sdl.lint.prices import Medians
from akash_tui.domain.sdl.problem import Edit, SdlProblem, shown
from akash_tui.domain.sdl.read.document import profiles_of
from akash_tui.domain.sdl.read.model import Compute, Document
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Scalar, Sequence, content_of, contents, plain_edit, raw
from akash_tui.domain.sdl.read.reading import SdlReading

_MEMORY = re.compile(r"(?<![0-9])([0-9]{1,3}) ?-?gi?b?$", re.IGNORECASE)
"""Memory behind a model's name: `l40s-48gb`."""
EXPENSIVE = Decimal("1.5")
"""Warn if the first model costs more than this many times the cheapest."""


def check_gpus(document: Document, reading: SdlReading, medians: Medians | None) -> Iterator[SdlProblem]:
    """Warnings about the GPUs of every compute profile."""
    yield from _vendors(reading)
    places = model_places(document.root)
    yield from _none(document, reading)
    yield from _nameless(document, reading)
    for compute in document.computes.values():
        gpu = compute.gpu
        if gpu is None or gpu.broken or not gpu.attributes:
            continue
        models = [m for m in (parse_gpu_key(a.key) for a in gpu.attributes) if m is not None]
        spots = places.get(compute.name, {})
        yield from _wildcard(reading, compute, models)
        for model in models:
            spot = spots.get(model)
            yield from _model(reading, compute, model, *(spot or (gpu.node, gpu.node, gpu.node)))
        yield from _first(reading, compute, models, medians)


def _none(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """`gpu: 1` is valid and asks for no GPU at all: Go reads only the keys below `gpu`."""
    if all(each.gpu is not None and each.gpu.units for each in document.computes.values()):
        return
    parts = ((profile, reading.field_at(profile.value, "resources", "gpu")) for profile in
             profiles_of(reading, document.root, "compute"))  # fmt: skip
    for profile, entry in parts:
        content = content_of(entry.value) if entry is not None else None
        if entry is None or content is None or (isinstance(content, Mapping | Sequence) and contents(content)):
            continue
        written = f"gpu: {shown(raw(content))}".rstrip() if isinstance(content, Scalar) else "gpu:"
        amount = raw(content) if raw(content).isascii() and raw(content).isdigit() and raw(content) != "0" else "1"
        model = raw(content).lower() if variants("nvidia", raw(content).lower()) else "rtx4090"
        yield reading.problem(
            "sdl.gpu-none",
            entry.key,
            f"profiles.compute.{shown(profile.name)}.resources.gpu",
            f"`{written}` asks for no GPU at all: units are missing.",
            f"Write gpu: / units: {shown(amount[:4])} and attributes: / vendor: / nvidia: / - model: {model}, each two "
            "blanks deeper than the one before; or remove the line.",
        )


def _nameless(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """`- ram: 80Gi` alone is valid, and asks for a model whose name is empty."""
    scratch = SdlReading("")  # what is wrong on the way there is reported already
    reported = {id(entry.key) for _, entry, _ in reading.unknown}
    for profile in profiles_of(scratch, document.root, "compute"):
        listed = scratch.field_at(profile.value, "resources", "gpu", "attributes", "vendor", "nvidia")
        content = content_of(listed.value) if listed is not None else None
        for item in content.items if isinstance(content, Sequence) else ():
            named = scratch.field_at(item, "model") if isinstance(content_of(item), Mapping) else None
            unnamed = isinstance(content_of(item), Mapping) and (named is None or not raw(named.value).strip("~"))
            if unnamed and not any(id(node) in reported for node in contents(item)):
                yield reading.problem(
                    "sdl.gpu-unknown",
                    item,
                    f"profiles.compute.{shown(profile.name)}.resources.gpu.attributes.vendor.nvidia",
                    "A GPU is listed without its model: no provider can offer it.",
                    "Write - model: and its name, as rtx4090, in the first line of the item.",
                )


def _path(compute: Compute) -> str:
    return f"profiles.compute.{shown(compute.name)}.resources.gpu.attributes.vendor.nvidia"


def _vendors(reading: SdlReading) -> Iterator[SdlProblem]:
    for path, entry, known in reading.unknown:
        if known == ("nvidia",):
            yield reading.problem(
                "sdl.gpu-vendor-ignored",
                entry.key,
                f"{path}.{shown(entry.name)}",
                f"The GPU vendor `{shown(entry.name)}` is ignored by Akash: only nvidia counts. Without nvidia models "
                "beside it this asks for ANY nvidia GPU.",
                "List nvidia models, or remove the GPU.",
            )


def _wildcard(reading: SdlReading, compute: Compute, models: list[GpuModel]) -> Iterator[SdlProblem]:
    gpu = compute.gpu
    if gpu is not None and any(model.wildcard for model in models):
        yield reading.problem(
            "sdl.gpu-wildcard",
            gpu.node,
            _path(compute),
            "This accepts any nvidia GPU: the smallest card may be offered at the price you would pay for the best.",
            "List the models that you would accept.",
        )


def _model(
    reading: SdlReading, compute: Compute, model: GpuModel, name_node: Node, ram_node: Node, item: Node
) -> Iterator[SdlProblem]:
    if model.wildcard:
        return
    known = variants(model.vendor, model.model)
    if model.vram_gib == 0:
        gib = _gibibytes(ram_node)
        yield reading.problem(
            "sdl.gpu-ram-zero",
            ram_node,
            f"{_path(compute)}.ram",
            f"The memory requested with {shown(model.model)} is 0Gi, which no GPU has.",
            f"Write GiB: ram: {gib.text if gib else '24Gi'}. A number without unit counts bytes.",
            gib,
        )
    if not known:
        written = raw(name_node).rpartition("/")[2] or model.model
        near = () if is_real(model.model) else nearest(model.vendor, written)
        sure = len(near) == 1 and bool(variants(model.vendor, near[0])) and _same_letters(model.model, near[0])
        yield reading.problem(
            "sdl.gpu-unknown",
            name_node,
            f"{_path(compute)}.model",
            f"No provider is known to offer a GPU named `{shown(model.model)}`.",
            f"Did you mean {' or '.join(near)}?"
            + (
                f" Its memory is written below it: ram: {memory[1]}Gi."
                if (memory := _MEMORY.search(model.model))
                else ""
            )
            if near
            else "Compare with the models of the market screen.",
            plain_edit(name_node, near[0]) if sure else None,
        )
    elif model.vram_gib != 0 and not any(model.matches(card) for card in known):
        real = " or ".join(dict.fromkeys(f"{card.vram_gib}Gi {card.interface}" for card in known))
        yield reading.problem(
            "sdl.gpu-variant",
            item,
            _path(compute),
            f"No {shown(model.model)} is known with "
            + " and ".join(
                part for part in (f"{model.vram_gib}Gi" if model.vram_gib else "", model.interface or "") if part
            )
            + ".",
            f"It exists with {real}.",
        )


def _same_letters(left: str, right: str) -> bool:
    """True if only case and punctuation differ, so that fixing the name does not change its meaning."""
    plain = "".join(c for c in left.lower() if c.isalnum())
    return plain == "".join(c for c in right if c.isalnum())


def _gibibytes(node: Node) -> Edit | None:
    """`ram: 80` → `80Gi`, for small plain numbers."""
    text = raw(node)
    return plain_edit(node, f"{text}Gi") if text.isascii() and text.isdigit() and 0 < int(text) < 1000 else None


def _first(
    reading: SdlReading, compute: Compute, models: list[GpuModel], medians: Medians | None
) -> Iterator[SdlProblem]:
    """The order carries models sorted by name; some providers price the bid by the first."""
    gpu = compute.gpu
    if gpu is None or len(models) < 2:
        return
    first = models[0]
    prices = {m: p for m in models if medians is not None and (p := medians.price(m)) is not None}
    cheapest = min(prices.values(), default=None)
    expensive = cheapest is not None and first in prices and prices[first] > cheapest * EXPENSIVE
    if not first.wildcard and not variants(first.vendor, first.model):
        why = "which no provider is known to have"
    elif expensive and medians is not None:
        why = (
            f"whose usual price is {prices[first]:.2f} an hour against {cheapest:.2f} for the cheapest ({medians.age})"
        )
    else:
        return
    yield reading.problem(
        "sdl.gpu-first",
        gpu.node,
        _path(compute),
        f"The order will list {shown(first.model)} first (models are sorted by name), {why}; some providers price "
        "their bid by the first model, or do not bid if they do not know it.",
        f"Leave {shown(first.model)} out unless you want it.",
    )
