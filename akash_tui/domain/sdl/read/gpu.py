"""`gpu:` of a compute profile: units, and the models that are acceptable, as attributes.

Go reads this part by hand: any vendor but nvidia is silently dropped, and an empty list means any
nvidia card (shared reference, SDL rules 4 and 5).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from akash_tui.domain.akash.gpu_table import nearest
from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.sdl.go.numbers import parse_uint
from akash_tui.domain.sdl.go.quantities import BINARY, Gi, parse_size, suggest_size
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.forms import GPU_FORM, flat_vendor
from akash_tui.domain.sdl.read.interconnect import INTERCONNECT_KEY, read_interconnect
from akash_tui.domain.sdl.read.model import Gpu, Interconnect
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Sequence, raw
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

INTERFACES: Final = ("pcie", "sxm")
ATTRIBUTE_KEY: Final = re.compile(r"[a-zA-Z][\w/.\-]{1,126}[\w*]?", re.ASCII)
_PREFIX = "vendor/nvidia/model/"
_MODEL_WORDS: Final = ("vendor", "nvidia", "model", "models", "name", "type", "ram", "interface")


class _Attributes(NamedTuple):
    """`gpu.attributes`: the sorted attributes of the order, and the interconnect among them."""

    values: tuple[Attribute, ...] = ()
    interconnect: Interconnect | None = None


_NOTHING: Final = _Attributes()


def read_gpu(reading: SdlReading, node: Node, path: str) -> Gpu | None:
    """Read the GPU part; None if it is null."""
    if is_null(node):
        return None
    content = reading.follow(node, path)
    if content is None:
        return None
    units: int | None = 0
    attributes: _Attributes | None = _NOTHING
    failed = False
    for key, value in reading.pairs(content, path):
        name = raw(key)
        if name == "units":
            units = _units(reading, value, join(path, name)) if not is_null(value) else units
        elif name == "attributes":
            attributes = _attributes(reading, value, join(path, name)) if not is_null(value) else _NOTHING
        else:
            failed = True
            reading.error(
                "sdl.gpu-field",
                key,
                join(path, name),
                f"`{shown(name)}` is not a field of a GPU resource.",
                GPU_FORM
                if name in _MODEL_WORDS
                else "Write units: 1."
                if name in ("count", "amount", "quantity", "num", "unit")
                else "Only units and attributes may stand here.",
            )
    if units and attributes == _NOTHING and not failed:
        failed = True
        reading.error(
            "sdl.gpu-attributes",
            content,
            path,
            f"{units} GPU{'s' if units > 1 else ''} requested without models: attributes are missing.",
            GPU_FORM,
        )
    found = attributes or _NOTHING
    if units == 0 and found.interconnect is not None:
        failed = True
        reading.error(
            "sdl.interconnect",
            found.interconnect.node,
            join(path, "attributes.interconnect"),
            "An interconnect joins GPUs, but units is 0.",
            "Write units: 1 or more, or remove interconnect.",
        )
    return Gpu(units, found.values, content, failed or units is None or attributes is None, found.interconnect)


def _units(reading: SdlReading, node: Node, path: str) -> int | None:
    content = reading.follow(node, path)
    if content is None:
        return None
    units = parse_uint(raw(content), 64)
    if units is None:
        reading.error(
            "sdl.gpu-units",
            content,
            path,
            f"GPU units must be a whole number, but are `{shown(raw(content))}`.",
            "Write digits only: units: 1.",
        )
    return units


def _attributes(reading: SdlReading, node: Node, path: str) -> _Attributes | None:
    """Sorted attributes, or None after a problem."""
    content = reading.follow(node, path)
    if content is None:
        return None
    if isinstance(content, Sequence) and any(isinstance(item, Mapping) for item in content.items[::2]):
        reading.wrong_kind(content, path, "a mapping (key: value)")
        return None
    flat = flat_vendor(content)
    if flat is not None:
        value, model, fix = flat
        reading.error(
            "sdl.type",
            value,
            join(path, "vendor"),
            f"vendor: {shown(raw(value))} names no models: they go below it, in a list.",
            GPU_FORM.replace("rtx4090", model),
            fix,
        )
        return None
    before = len(reading.problems)
    vendor_seen = False
    models: tuple[Node, ...] = ()
    where = path
    interconnect: Interconnect | None = None
    for key, value in reading.pairs(content, path):
        if raw(key) == "interconnect":
            interconnect = read_interconnect(reading, value, join(path, "interconnect"))
            continue
        if raw(key) != "vendor":
            reading.error(
                "sdl.gpu-field",
                key,
                join(path, raw(key)),
                f"`{shown(raw(key))}` is not a GPU attribute.",
                "Write interconnect: {group: NAME}."
                if raw(key) == "interconnect_group"
                else GPU_FORM
                if raw(key) in _MODEL_WORDS
                else "Write units: beside attributes:, below gpu:."
                if raw(key) in ("units", "count")
                else "Only vendor and interconnect may stand here.",
            )
            continue
        if is_null(value):
            vendor_seen, models = False, ()
            continue
        vendor_seen = True
        found = reading.fields(value, join(path, "vendor"), ("nvidia",))
        if "nvidia" in found:
            where = join(path, "vendor.nvidia")
            models = reading.items(found["nvidia"].value, where) or ()
    if len(reading.problems) > before:
        return None
    if not vendor_seen:
        reading.error(
            "sdl.gpu-vendor",
            content,
            path,
            "GPU attributes name no vendor.",
            GPU_FORM,
        )
        return None
    values = _models(reading, models, where)
    if values is None or interconnect is None:
        return None if values is None else _Attributes(values)
    both = (*values, Attribute(INTERCONNECT_KEY, interconnect.group))
    return _Attributes(tuple(sorted(both, key=lambda each: each.key)), interconnect)


LONGEST_NAME: Final = 80
"""Longer ones are no slip of a model's name."""


def _models(reading: SdlReading, models: tuple[Node, ...], path: str) -> tuple[Attribute, ...] | None:
    keys: dict[str, Node] = {}
    failed = False
    for index, item in enumerate(models):
        if is_null(item):
            continue
        here = f"{path}[{index}]"
        key = model_key(reading, item, here)
        if key is None:
            failed = True
        elif not ATTRIBUTE_KEY.fullmatch(key):
            failed = True
            name = key.removeprefix(_PREFIX)
            near = nearest("nvidia", name) if len(name) <= LONGEST_NAME else ()
            named = reading.field_at(item, "model")
            reading.error(
                "sdl.gpu-model",
                item if named is None else named.value,
                here,
                f"`{shown(name)}` cannot be a GPU model: letters, digits, - and . only.",
                f"Write {near[0]}." if len(near) == 1 else "Write the model as the network names it: rtx4090, h100.",
            )
        elif key in keys:
            failed = True
            reading.error(
                "sdl.gpu-duplicate",
                item,
                here,
                f"The GPU `{shown(key.removeprefix(_PREFIX))}` is here twice; the first is on line {keys[key].line}.",
                "Remove one of the two.",
            )
        else:
            keys[key] = item
    if failed:
        return None
    return tuple(Attribute(key, "true") for key in sorted(keys) or (f"{_PREFIX}*",))


def model_key(reading: SdlReading, item: Node, path: str) -> str | None:
    """`vendor/nvidia/model/<m>[/ram/<N>Gi][/interface/<i>]`, or None after a problem."""
    before = len(reading.problems)
    found = reading.fields(item, path, ("model", "ram", "interface"))
    key = _PREFIX
    if "model" in found:
        key += reading.text(found["model"].value, join(path, "model")) or ""
    if "ram" in found and not is_null(found["ram"].value):
        key += _ram(reading, found["ram"].value, join(path, "ram"))
    if "interface" in found and not is_null(found["interface"].value):
        key += _interface(reading, found["interface"].value, join(path, "interface"))
    return None if len(reading.problems) > before else key


def _ram(reading: SdlReading, node: Node, path: str) -> str:
    content = reading.follow(node, path)
    if content is None:
        return ""
    text = raw(content)
    size = parse_size(text, BINARY)
    if isinstance(size, int):
        return f"/ram/{size // Gi}Gi"
    reading.misspelled(
        "sdl.unit-negative" if size == "negative" else "sdl.unit-spelling",
        content,
        path,
        f"The GPU memory `{shown(text)}` cannot be read.",
        suggest_size(text) if size == "spelling" else None,
        "Write a number with Gi: 24Gi, 80Gi.",
    )
    return ""


def _interface(reading: SdlReading, node: Node, path: str) -> str:
    content = reading.follow(node, path)
    if content is None:
        return ""
    text = raw(content)
    if text in INTERFACES:
        return f"/interface/{text}"
    lower = text.strip().lower()
    better = "sxm" if lower.startswith("sxm") else lower if lower in INTERFACES else None
    message = f"`{shown(text)}` is not a GPU interface: only pcie and sxm are."
    advice = "Write pcie or sxm, or leave the line out to take either."
    reading.misspelled("sdl.gpu-interface", content, path, message, better, advice)
    return ""
