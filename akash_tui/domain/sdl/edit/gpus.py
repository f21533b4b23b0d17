"""Which GPU models an SDL would accept, where each stands, and the same text with other choices.

Only the lines of models that are removed or added change; comments and everything else stay. An empty list means
any nvidia GPU to Akash, so it shows as the wildcard model `*`, and removing the last model is refused instead of
silently asking for any GPU.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from akash_tui.domain.akash.gpu import GpuModel, parse_gpu_key
from akash_tui.domain.sdl.edit.text_edits import (
    dash_offset,
    first_keys,
    flow_changes,
    line_removal,
    line_start,
    new_lines,
)
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.document import profiles_of
from akash_tui.domain.sdl.read.gpu import model_key
from akash_tui.domain.sdl.read.nodes import Content, Mapping, Node, ReadFault, Scalar, Sequence, content_of
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

ANY_NVIDIA = GpuModel("nvidia", "*")


@dataclass(frozen=True, slots=True)
class _List:
    """Where one profile's list of models is: the list itself, or what is there instead."""

    profile: str
    vendor: Content | None
    key: Node | None
    """The `nvidia` key, if there is one."""
    value: Content | None
    models: tuple[tuple[GpuModel, Node], ...]

    @property
    def accepts(self) -> tuple[GpuModel, ...]:
        """The models of the list; the wildcard where there is none."""
        return tuple(model for model, _ in self.models) or (ANY_NVIDIA,)


def gpu_choices(node: Node | ReadFault | None) -> list[GpuModel]:
    """The acceptable models of all compute profiles that ask for GPUs, each once, in the file's own order."""
    found = (model for each in _lists(node) if each.key or each.vendor for model in each.accepts)
    return list(dict.fromkeys(found))


def with_gpu_choices(text: str, node: Node | ReadFault | None, keep: Collection[GpuModel]) -> str:
    """`text` accepting only the models in `keep`.

    Models of `keep` that are missing are added to each compute profile that asks for GPUs. ValueError if a profile
    would be left without a model, or if its list cannot be found in the text.
    """
    lists = list(_lists(node))
    if not lists:
        raise ValueError("No compute profile here asks for a GPU.")
    present = {model for each in lists for model in each.accepts}
    new = [model for model in dict.fromkeys(keep) if model not in present]
    edits: list[Edit] = []
    done: set[int] = set()
    for each in lists:
        if not new and not any(model in keep for model in each.accepts):
            raise ValueError(f"The profile {each.profile} would accept no GPU at all.")
        if each.value is not None and id(each.value) in done:
            continue  # two profiles share one list through an alias
        done.add(id(each.value))
        edits += _edits(text, each, keep, new)
    return apply_edits(text, edits)


def _edits(text: str, each: _List, keep: Collection[GpuModel], new: list[GpuModel]) -> Iterator[Edit]:
    gone = [at for model, at in each.models if model not in keep]
    value = each.value
    if isinstance(value, Sequence) and value.flow:
        more = [*(model for model in each.accepts if not each.models and new and model in keep), *new]
        yield from flow_changes(value, gone, [_flow(model) for model in more])
    elif isinstance(value, Sequence):
        last = value.items[-1]
        dash = dash_offset(text, last)
        for item in gone:
            yield line_removal(text, item)
        if new:
            yield new_lines(text, last, dash - line_start(text, dash), [_block(model) for model in new])
    elif new:
        models = [*(model for model in each.accepts if model in keep), *new]
        yield _first_models(text, each, "[" + ", ".join(_flow(model) for model in models) + "]")


def _first_models(text: str, each: _List, models: str) -> Edit:
    """A list where there was none: behind `nvidia:`, or as a new key under `vendor:`."""
    vendor, value = each.vendor, each.value
    if each.key is not None:
        if isinstance(value, Scalar) and value.text:
            return Edit(value.start, value.end, models)
        colon = text.find(":", each.key.end)
        if colon < 0 or text[each.key.end : colon].strip():  # `{nvidia}`: a key without its colon
            return Edit(each.key.end, each.key.end, f": {models}")
        return Edit(colon + 1, colon + 1, f" {models}")
    if isinstance(vendor, Mapping):
        return first_keys(text, vendor, [f"nvidia: {models}"])
    raise ValueError(f"The profile {each.profile} has no place for GPU models.")


def _block(model: GpuModel) -> list[str]:
    lines = [f"- model: {_name(model)}"]
    if model.vram_gib is not None:
        lines.append(f"  ram: {model.vram_gib}Gi")
    if model.interface is not None:
        lines.append(f"  interface: {model.interface}")
    return lines


def _flow(model: GpuModel) -> str:
    return "{" + ", ".join(line[2:] for line in _block(model)) + "}"


def _name(model: GpuModel) -> str:
    """The model as YAML text: quoted where a plain word would mean something else."""
    return model.model if model.model[:1].isalpha() and model.model.isascii() else f'"{model.model}"'


def model_places(root: Node | ReadFault | None) -> dict[str, dict[GpuModel, tuple[Node, Node, Node]]]:
    """By profile and model: the nodes of its name, of its memory, and of the whole item."""
    found: dict[str, dict[GpuModel, tuple[Node, Node, Node]]] = {}
    reading = SdlReading("")
    for each in _lists(root):
        places = found.setdefault(each.profile, {})
        for model, item in each.models:
            parts = reading.fields(item, "", ("model", "ram", "interface"))
            name, ram = (content_of(parts[key].value) if key in parts else None for key in ("model", "ram"))
            places.setdefault(model, (name or item, ram or item, item))
    return found


# --- finding the lists ----------------------------------------------------------------------------


def _lists(node: Node | ReadFault | None) -> Iterator[_List]:
    """One entry per compute profile that has GPU attributes."""
    reading = SdlReading("")
    for profile in profiles_of(reading, node, "compute"):
        vendor = reading.field_at(profile.value, "resources", "gpu", "attributes", "vendor")
        if vendor is None or is_null(vendor.value):
            continue
        entry = reading.field_at(vendor.value, "nvidia")
        value = reading.follow(entry.value, "") if entry is not None else None
        models: list[tuple[GpuModel, Node]] = []
        for item in value.items if isinstance(value, Sequence) else ():
            key = None if is_null(item) else model_key(SdlReading(""), item, "")
            model = parse_gpu_key(key) if key else None
            if model is not None:
                models.append((model, item))
        yield _List(
            profile.name,
            reading.follow(vendor.value, ""),
            content_of(entry.key) if entry is not None else None,
            value,
            tuple(models),
        )
