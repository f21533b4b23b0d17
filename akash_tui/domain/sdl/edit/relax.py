"""A single change that lets more providers bid, made in an SDL's text; comments and everything else stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import BlockTime, plain
from akash_tui.domain.akash.resources import GIB
from akash_tui.domain.market.fit_reasons import Change, ChangeKind
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.edit.gpus import gpu_choices, model_places, with_gpu_choices
from akash_tui.domain.sdl.edit.highest_price import with_highest_price
from akash_tui.domain.sdl.edit.text_edits import last_end, line_end, line_removal, line_start
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.document import profiles_of
from akash_tui.domain.sdl.read.nodes import Mapping, Node, ReadFault, Scalar, Sequence, content_of, plain_edit, raw
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading

_MIB = 1024**2


def relaxed(text: str, node: Node | ReadFault | None, compiled: Compiled, change: Change, block_time: BlockTime) -> str:
    """`text`, of which `node` and `compiled` were made, with the change; ValueError with a sentence if it must be made
    by hand, or if there is nothing to change."""
    if not isinstance(node, Mapping):
        raise ValueError("The file cannot be read as an SDL.")
    kind = change.kind
    if kind is ChangeKind.RAISE_PRICE:
        return with_highest_price(text, compiled, Decimal(change.value), block_time)
    if kind is ChangeKind.ACCEPT_GPU and change.gpu is not None:
        if change.gpu.vendor != "nvidia":
            raise ValueError(f"GPUs of {change.gpu.vendor} must be added by hand.")
        return with_gpu_choices(text, node, [*gpu_choices(node), change.gpu])
    edits = list(_EDITS[kind](text, node, change)) if kind in _EDITS else []
    if not edits:
        raise ValueError(f"To {change.words} must be done by hand.")
    return apply_edits(text, edits)


def _less_of_model(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    """The line of a model's memory or interface goes."""
    name = "ram" if change.kind is ChangeKind.DROP_VRAM else "interface"
    wanted, done = change.gpu, set[int]()
    for places in model_places(node).values():
        for model, (_, _, item) in places.items():
            content = content_of(item)
            if wanted is None or not _same(model, wanted) or not isinstance(content, Mapping) or id(content) in done:
                continue
            done.add(id(content))
            if any(raw(key) == name for key, _ in content.pairs):
                yield _without_key(text, content, name)


def _same(model: GpuModel, wanted: GpuModel) -> bool:
    return (model.vendor, model.model, model.vram_gib) == (wanted.vendor, wanted.model, wanted.vram_gib)


def _less(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    """Profiles that ask for more get the smaller number."""
    path, written = _LESS[change.kind]
    number, done = change.number, set[int]()
    for profile in _profiles(node, "compute"):
        found = SdlReading("").field_at(profile.value, "resources", *path)
        value = content_of(found.value) if found is not None else None
        if path[0] == "storage" and value is None and _has_volumes(profile):
            raise ValueError(
                f"The profile {profile.name} has several volumes: one of them must be made smaller by hand."
            )
        if not isinstance(value, Scalar) or id(value) in done:
            continue
        done.add(id(value))
        asked = _amount(value.text, change.kind)
        if asked is None or asked <= number:
            continue
        edit = plain_edit(value, written(number))
        if edit is None:
            raise ValueError(f"The value on line {value.line} must be changed by hand.")
        yield edit


def _has_volumes(profile: MappingEntry) -> bool:
    """Whether its storage is a list, so that a person must say which one becomes smaller."""
    found = SdlReading("").field_at(profile.value, "resources", "storage")
    return found is not None and isinstance(content_of(found.value), Sequence)


def _amount(text: str, kind: ChangeKind) -> Decimal | None:
    """A size as the SDL writes it, in the unit of a change; None for one that cannot be read here."""
    number = text.strip()
    if kind is ChangeKind.LESS_CPU:
        scale = Decimal(1) if number.endswith("m") else Decimal(1000)
        number = number.removesuffix("m")
    elif kind is ChangeKind.FEWER_GPUS:
        scale = Decimal(1)
    else:
        unit = next((unit for unit in _UNITS if number.endswith(unit)), "")
        number, scale = number.removesuffix(unit), Decimal(_UNITS.get(unit, 1))
    return (
        Decimal(number) * scale
        if number.replace(".", "", 1).isascii() and number.replace(".", "", 1).isdigit()
        else None
    )


_UNITS = {
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", 1)},
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", 1)},
}


def _bytes(number: int) -> str:
    return f"{number // GIB}Gi" if number % GIB == 0 else f"{max(1, number // _MIB)}Mi"


_LESS: dict[ChangeKind, tuple[tuple[str, ...], Callable[[int], str]]] = {
    ChangeKind.FEWER_GPUS: (("gpu", "units"), str),
    ChangeKind.LESS_CPU: (("cpu", "units"), lambda number: plain(Decimal(number) / 1000)),
    ChangeKind.LESS_MEMORY: (("memory", "size"), _bytes),
    ChangeKind.LESS_DISK: (("storage", "size"), _bytes),
}


def _attribute(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    for place in _profiles(node, "placement"):
        if place.name == change.group:
            yield from _entry_gone(text, place, "attributes", change.key)


def _auditor(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    """One of those who must all sign, or the whole choice of which one must."""
    for place in _profiles(node, "placement"):
        if place.name != change.group:
            continue
        if not change.key:
            yield from _entry_gone(text, place, "signedBy", "anyOf")
            continue
        found = SdlReading("").field_at(place.value, "signedBy", "allOf")
        auditors = content_of(found.value) if found is not None else None
        items = auditors.items if isinstance(auditors, Sequence) else ()
        gone = [item for item in items if raw(content_of(item) or item) == change.key]
        if not gone:
            continue
        if len(items) == 1 or (isinstance(auditors, Sequence) and auditors.flow):
            if len(items) > 1:
                raise ValueError("That auditor must be taken off the list by hand.")
            yield from _entry_gone(text, place, "signedBy", "allOf")
        else:
            yield line_removal(text, gone[0])


def _storage_class(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    done: set[int] = set()
    for profile in _profiles(node, "compute"):
        found = SdlReading("").field_at(profile.value, "resources", "storage")
        storage = content_of(found.value) if found is not None else None
        volumes = storage.items if isinstance(storage, Sequence) else (storage,) if storage is not None else ()
        for volume in volumes:
            entry = SdlReading("").field_at(volume, "attributes", "class")
            value = content_of(entry.value) if entry is not None else None
            if isinstance(value, Scalar) and value.text == change.key and id(value) not in done:
                done.add(id(value))
                edit = plain_edit(value, change.value)
                if edit is not None:
                    yield edit


def _arch(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    for profile in _profiles(node, "compute"):
        found = SdlReading("").field_at(profile.value, "resources", "cpu")
        if found is not None:
            yield from _entry_gone(text, found, "attributes", "arch")


def _reclamation(text: str, node: Mapping, change: Change) -> Iterator[Edit]:
    if any(raw(key) == "reclamation" for key, _ in node.pairs):
        yield _without_key(text, node, "reclamation")


_EDITS: dict[ChangeKind, Callable[[str, Mapping, Change], Iterator[Edit]]] = {
    ChangeKind.DROP_VRAM: _less_of_model,
    ChangeKind.DROP_INTERFACE: _less_of_model,
    ChangeKind.FEWER_GPUS: _less,
    ChangeKind.LESS_CPU: _less,
    ChangeKind.LESS_MEMORY: _less,
    ChangeKind.LESS_DISK: _less,
    ChangeKind.DROP_ATTRIBUTE: _attribute,
    ChangeKind.DROP_AUDITOR: _auditor,
    ChangeKind.STORAGE_CLASS: _storage_class,
    ChangeKind.DROP_ARCH: _arch,
    ChangeKind.DROP_RECLAMATION: _reclamation,
}


def _profiles(node: Mapping, kind: str) -> list[MappingEntry]:
    return profiles_of(SdlReading(""), node, kind)


def _entry_gone(text: str, parent: MappingEntry, part: str, key: str) -> Iterator[Edit]:
    """A key of a part of `parent` goes; with its last key the part goes too. Nothing where it is not there."""
    owner = content_of(parent.value)
    found = SdlReading("").field_at(parent.value, part)
    content = content_of(found.value) if found is not None else None
    if not isinstance(owner, Mapping) or not isinstance(content, Mapping):
        return
    if not any(raw(name) == key for name, _ in content.pairs):
        return
    yield _without_key(text, owner, part) if len(content.pairs) == 1 else _without_key(text, content, key)


def _without_key(text: str, mapping: Mapping, name: str) -> Edit:
    """The text without one key and its value: in a block its lines, in braces its part and a comma."""
    at = next(number for number, (key, _) in enumerate(mapping.pairs) if raw(key) == name)
    key, value = mapping.pairs[at]
    if len(mapping.pairs) == 1:
        raise ValueError(f"{name}, on line {key.line}, must be taken out by hand: nothing would be left beside it.")
    if mapping.flow:
        if at:
            return Edit(last_end(mapping.pairs[at - 1][1]), last_end(value), "")
        return Edit(key.start, mapping.pairs[1][0].start, "")
    start = line_start(text, key.start)
    if text[start : key.start].strip():  # the first key of a list's item, behind its dash
        return Edit(key.start, mapping.pairs[at + 1][0].start, "")
    end = last_end(value)
    return Edit(start, end if end and text[end - 1] == "\n" else line_end(text, end), "")
