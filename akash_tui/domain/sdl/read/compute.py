"""`profiles.compute`: CPU, memory, storage and GPU of one profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.sdl.go.quantities import parse_cpu, parse_size, suggest_cpu, suggest_size
from akash_tui.domain.sdl.go.sort import go_stable
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.gpu import read_gpu
from akash_tui.domain.sdl.read.model import Compute, Cpu, Memory, StoredVolume
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Scalar, Sequence, contents, raw
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

T = TypeVar("T")

ARCHITECTURES: Final = ("amd64", "arm64")
_ARCH_WORDS = {
    **{word: "amd64" for word in ("amd64", "x86-64", "x86_64", "x64")},
    **{word: "arm64" for word in ("arm64", "aarch64")},
}
STORAGE_CLASSES: Final = ("default", "beta1", "beta2", "beta3", "ram")
_BOOLEANS = {"true": "true", "on": "true", "yes": "true", "false": "false", "off": "false", "no": "false"}


def read_compute(reading: SdlReading, entry: MappingEntry, path: str) -> Compute:
    """Read one profile; an unreadable part is None and has its problem."""
    found = reading.fields(entry.value, path, ("resources",))
    resources = found.get("resources")
    if resources is None or is_null(resources.value):
        return Compute(entry.name, False, None, None, None, None, entry.key)
    parts = reading.fields(resources.value, found.at("resources"), ("cpu", "gpu", "memory", "storage"))

    def part(name: str, read: Callable[[SdlReading, Node, str], T | None]) -> T | None:
        return read(reading, parts[name].value, parts.at(name)) if name in parts else None

    cpu, gpu = part("cpu", _cpu), part("gpu", read_gpu)
    memory, volumes = part("memory", _memory), part("storage", _storage)
    written = parts["storage"].value if "storage" in parts else None
    return Compute(entry.name, True, cpu, gpu, memory, volumes, entry.key, written)


def _cpu(reading: SdlReading, node: Node, path: str) -> Cpu | None:
    """The CPU part; of a repeated key the last counts (go/sdl v0.4.4)."""
    content = None if is_null(node) else reading.follow(node, path)
    if content is None:
        return None
    before = len(reading.problems)
    milli: int | None = 0
    attributes: tuple[Attribute, ...] = ()
    place: Node = content
    for key, value in reading.pairs(content, path):
        name = raw(key)
        if name == "units":
            place = value
            milli = milli if is_null(value) else _cpu_units(reading, value, join(path, name))
        elif name == "attributes":
            attributes = _cpu_attributes(reading, value, join(path, name))
        else:
            reading.error(
                "sdl.cpu-field",
                key,
                join(path, name),
                f"`{shown(name)}` is not a field of a CPU resource.",
                "Write attributes: and below it arch: amd64 or arm64."
                if name == "arch"
                else "Write units: and the cores, as units: 2."
                if name in ("count", "amount", "cores", "unit", "cpus", "limit", "limits", "size", "val")
                else "Only units and attributes are allowed here.",
            )
    return Cpu(milli if len(reading.problems) == before else None, attributes, place)


def _cpu_units(reading: SdlReading, node: Node, path: str) -> int | None:
    content = reading.follow(node, path)
    if content is None:
        return None
    text = raw(content)
    milli = parse_cpu(text)
    if isinstance(milli, int):
        return milli
    advice = "Write cores as 0.5 or 2, or thousandths as 500m."
    if milli == "negative":
        reading.error("sdl.unit-negative", content, path, "CPU units cannot be negative.", advice)
    else:
        message = f"Cannot read the CPU units `{shown(text)}`."
        reading.misspelled("sdl.cpu-units", content, path, message, suggest_cpu(text), advice)
    return None


def _cpu_attributes(reading: SdlReading, node: Node, path: str) -> tuple[Attribute, ...]:
    if is_null(node):
        return ()
    content = reading.follow(node, path)
    if content is None:
        return ()
    flat = contents(content)
    found: list[Attribute] = []
    for key, value in zip(flat[::2], flat[1::2], strict=False):
        name = raw(key)
        if name != "arch":
            reading.error(
                "sdl.cpu-attribute",
                key,
                join(path, name),
                f"`{shown(name)}` is not a CPU attribute.",
                "Only arch is known: arch: amd64 or arm64.",
            )
            continue
        if found:
            reading.error("yaml.duplicate-key", key, join(path, name), "arch is here twice.", "Remove one of the two.")
            continue
        arch = reading.text(value, join(path, name))
        if arch is not None and arch not in ARCHITECTURES:
            reading.misspelled(
                "sdl.cpu-arch",
                value,
                join(path, name),
                f"`{shown(arch)}` is not a CPU architecture." if arch else "arch has no value.",
                _ARCH_WORDS.get(arch.strip().lower()),
                "Write amd64 or arm64, or leave the line out to take either.",
            )
        else:
            found.append(Attribute(name, arch or ""))
    return tuple(found)


def _memory(reading: SdlReading, node: Node, path: str) -> Memory | None:
    if is_null(node):
        return None
    before = len(reading.problems)
    found = reading.fields(node, path, ("size",))
    if len(reading.problems) > before:
        return Memory(None, node)
    size = found.get("size")
    return Memory(read_size(reading, size, join(path, "size")), size.value if size else node)


def read_size(reading: SdlReading, entry: MappingEntry | None, path: str) -> int | None:
    """Bytes; 0 if absent or null, None after a problem."""
    if entry is None or is_null(entry.value):
        return 0
    content = reading.follow(entry.value, path)
    if content is None:
        return None
    text = raw(content)
    size = parse_size(text)
    if isinstance(size, int):
        return size
    if not isinstance(content, Scalar):
        reading.wrong_kind(content, path, "a size like 512Mi")
        return None
    if size == "negative":
        reading.error(
            "sdl.unit-negative", content, path, f"The size `{shown(text)}` is negative.", "Write a size above 0."
        )
        return None
    reading.misspelled(
        "sdl.unit-spelling",
        content,
        path,
        f"Cannot read the size `{shown(text)}`: units are Ki, Mi, Gi, Ti (or k, M, G, T), spelled exactly like this.",
        suggest_size(text),
        "Write a number with one of these units, without a space: 512Mi.",
    )
    return None


# --- storage --------------------------------------------------------------------------------------


def _storage(reading: SdlReading, node: Node, path: str) -> tuple[StoredVolume, ...] | None:
    """Volumes in Go's order; None where Go has no list at all."""
    if is_null(node):
        return None
    content = reading.follow(node, path)
    volumes: list[StoredVolume] = []
    if isinstance(content, Sequence):
        volumes = [_volume(reading, item, f"{path}[{i}]", named=True) for i, item in enumerate(content.items)]
    elif isinstance(content, Mapping):
        volumes = [_volume(reading, content, path, named=False)]
    first: dict[str, StoredVolume] = {}
    for volume in volumes:
        earlier = first.setdefault(volume.name, volume)
        if earlier is not volume:
            reading.error(
                "sdl.storage-duplicate",
                volume.node,
                path,
                f"Two volumes are named `{shown(volume.name)}`; the first is on line {earlier.node.line}.",
                "Give each volume a different name; one without a name is called default.",
            )
    if any(v.size is None or v.attributes is None for v in volumes):
        return tuple(volumes)
    go_stable(volumes, _volume_less)
    return tuple(volumes) or None


def _volume(reading: SdlReading, node: Node, path: str, *, named: bool) -> StoredVolume:
    found = reading.fields(node, path, ("name", "size", "attributes"))
    name = found.text("name") or ""
    size = found.get("size")
    attributes = found.get("attributes")
    return StoredVolume(
        (name if named else "") or "default",
        read_size(reading, size, join(path, "size")),
        _storage_attributes(reading, attributes.value, join(path, "attributes")) if attributes else (),
        node,
        size.value if size else node,
    )


def _storage_attributes(reading: SdlReading, node: Node, path: str) -> tuple[Attribute, ...] | None:
    """Attributes sorted by key, with what Go adds; None after a problem."""
    if is_null(node):
        return ()
    before = len(reading.problems)
    entries = {e.name: e for e in reading.entries(node, path)}
    values = {name: reading.text(e.value, join(path, name)) or "" for name, e in entries.items()}
    if len(reading.problems) > before:
        return None
    persistent = values.setdefault("persistent", "false")
    storage_class = values.get("class", "")
    class_node = entries["class"].value if "class" in entries else node
    if storage_class == "":
        if persistent == "true":
            values["class"] = "default"
    elif storage_class == "ram":
        if persistent != "false":
            reading.error(
                "sdl.storage-ram",
                class_node,
                join(path, "class"),
                "A volume of class ram cannot be persistent.",
                "Write persistent: false.",
            )
    elif persistent == "false":
        reading.error(
            "sdl.storage-class",
            class_node,
            join(path, "class"),
            f"A volume that is not persistent cannot have the class `{shown(storage_class)}`.",
            "Remove class, or write persistent: true.",
        )
    for name, value in values.items():
        place = entries[name].value if name in entries else node
        if name == "persistent":
            if value not in _BOOLEANS:
                message = f"persistent must be true or false, but is `{shown(value)}`."
                better = _BOOLEANS.get(value.lower())
                reading.misspelled(
                    "sdl.storage-persistent", place, join(path, name), message, better, "Write true or false."
                )
            else:
                values[name] = _BOOLEANS[value]
        elif name != "class":
            reading.error(
                "sdl.storage-attribute",
                entries[name].key,
                join(path, name),
                f"`{shown(name)}` is not a storage attribute.",
                "Only persistent and class are known.",
            )
        elif value not in STORAGE_CLASSES:
            reading.error(
                "sdl.storage-class",
                place,
                join(path, name),
                f"`{shown(value)}` is not a storage class.",
                f"Known classes: {', '.join(STORAGE_CLASSES)}.",
            )
    if len(reading.problems) > before:
        return None
    return tuple(Attribute(name, values[name]) for name in sorted(values))


def _volume_less(a: StoredVolume, b: StoredVolume) -> bool:
    """Go's comparator, odd as it is: by size, then by `persistent` as text, then "not persistent" first
    whatever the other one is, so two equal ephemeral volumes are each "less" than the other."""
    if a.size != b.size:
        return (a.size or 0) < (b.size or 0)
    left, right = a.attribute("persistent"), b.attribute("persistent")
    if (not left and right) or (left and right and left < right):
        return True
    if left and not right:
        return False
    if left != "true":
        return True
    if right != "true":
        return False
    return a.name < b.name
