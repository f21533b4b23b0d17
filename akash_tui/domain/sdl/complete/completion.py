"""What may be written at the cursor: keys, values that Akash takes, names of the file, and what providers have."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from akash_tui.domain.akash import gpu_table
from akash_tui.domain.akash.money import rate_span
from akash_tui.domain.sdl.complete.cursor_place import ITEM, CursorPart, CursorPlace, place_at
from akash_tui.domain.sdl.complete.key_help import KeyHelp, KeyShape
from akash_tui.domain.sdl.complete.keys import ANY_NAME, find_key, keys_below
from akash_tui.domain.sdl.complete.market_choices import NO_CHOICES, KnownGpu, MarketChoices
from akash_tui.domain.sdl.complete.names import names_in, volumes_in
from akash_tui.domain.text import plural

MOST: Final = 200
"""Suggestions at one place."""
_NVIDIA: Final = ("profiles", "compute", ANY_NAME, "resources", "gpu", "attributes", "vendor", "nvidia")
_CLASS: Final = ("profiles", "compute", ANY_NAME, "resources", "storage", "attributes", "class")
_PLACEMENT: Final = ("profiles", "placement", ANY_NAME)
_NAMES: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("services", ANY_NAME, "expose", "to", "service"): ("services",),
    ("services", ANY_NAME, "dependencies", "service"): ("services",),
    ("services", ANY_NAME, "expose", "to", "ip"): ("endpoints",),
    ("deployment", ANY_NAME, ANY_NAME, "profile"): ("profiles", "compute"),
    ("deployment", ANY_NAME): ("services",),
    ("deployment", ANY_NAME, ANY_NAME): ("profiles", "placement"),
    (*_PLACEMENT, "pricing", ANY_NAME): ("profiles", "compute"),
}
"""Keys whose values, and places whose keys, are names of another part of the file."""
_KINDS: Final = {
    ("services",): "service",
    ("endpoints",): "endpoint",
    ("profiles", "compute"): "compute profile",
    ("profiles", "placement"): "placement",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that may be written. `note` says what it is."""

    text: str
    note: str = ""
    insert: str = ""
    """What is written, where that is more than `text`."""

    @property
    def written(self) -> str:
        """What stands in the text afterwards."""
        return self.insert or self.text


@dataclass(frozen=True, slots=True)
class Completion:
    """The suggestions at a place; each replaces the columns from `start` to `end` of the line."""

    start: int
    end: int
    typed: str
    suggestions: tuple[Suggestion, ...]


def complete(lines: Sequence[str], row: int, column: int, market: MarketChoices = NO_CHOICES) -> Completion | None:
    """What may be written at the cursor, the best first; None if nothing is known of the place."""
    place = place_at(lines, row, column)
    if place.part is CursorPart.NOTHING:
        return None
    found = _values(place, lines, market) if place.part is CursorPart.VALUE else _keys(place, lines, market)
    fitting = _fitting(found, place.typed)
    return Completion(place.start, place.end, place.typed, fitting) if fitting else None


def key_at(lines: Sequence[str], row: int, column: int) -> KeyHelp | None:
    """The explanation of the key that the cursor stands on or behind; of the nearest known one above it else."""
    place = place_at(lines, row, column)
    path = (*place.path, place.key) if place.key else place.path
    while path:
        known = find_key(path)
        if known is not None:
            return known
        path = path[:-1]
    return None


def _fitting(found: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Those that begin with what was typed, then those that have it inside; all if nothing was typed."""
    wanted = typed.casefold()
    every = list({each.text: each for each in found}.values())
    first = [each for each in every if each.text.casefold().startswith(wanted)]
    inside = [each for each in every if wanted in each.text.casefold()[1:] and each not in first] if wanted else []
    if not first and not inside and len(wanted) >= 3:  # a letter was forgotten or is wrong
        near = difflib.get_close_matches(wanted, [each.text.casefold() for each in every], n=5, cutoff=0.75)
        first = sorted((e for e in every if e.text.casefold() in near), key=lambda e: near.index(e.text.casefold()))
    if [each.text for each in first] == [typed]:
        first = []  # it stands there already
    return tuple([*first, *inside][:MOST])


def _keys(place: CursorPlace, lines: Sequence[str], market: MarketChoices) -> Iterator[Suggestion]:
    here = find_key(place.path)
    if here is not None and here.shape is KeyShape.ITEMS and not _has_keys(here):
        if place.path[-1] == ITEM:
            yield from _items(here, market)
        return
    in_list = here is not None and here.shape is KeyShape.ITEMS and place.path[-1] != ITEM
    taken = place.siblings.keys() if not in_list else ()
    for key in keys_below(place.path):
        if key.name != ANY_NAME:
            if key.name not in taken and key.name != "include":
                yield _key(key.name, key.what, key.shape, place, in_list)
            continue
        for name, note in _names_below(key, lines, market):
            if name not in taken:
                shape = KeyShape.VALUE if key.units else KeyShape.MAPPING
                yield _key(name, note, shape, place, in_list)


def _key(name: str, note: str, shape: KeyShape, place: CursorPlace, in_list: bool) -> Suggestion:
    """A key with what belongs behind it; an item of a list begins with its dash."""
    behind = "" if place.has_colon else ": " if shape is KeyShape.VALUE else ":"
    return Suggestion(name, note, ("- " if in_list else "") + name + behind)


def _has_keys(key: KeyHelp) -> bool:
    return bool(keys_below(key.path))


def _items(key: KeyHelp, market: MarketChoices) -> Iterator[Suggestion]:
    """Items of a list of plain values."""
    for value in key.values:
        yield Suggestion(value)
    if key.path[:-1] == (*_PLACEMENT, "signedBy"):
        for auditor, count in market.auditors.items():
            yield Suggestion(auditor, f"auditor of {plural(count, 'provider')}")


def _names_below(key: KeyHelp, lines: Sequence[str], market: MarketChoices) -> Iterator[tuple[str, str]]:
    """Names that are known for a place where the author of the file chooses them."""
    section = _NAMES.get(key.path)
    if section is not None:
        yield from ((name, _KINDS[section]) for name in names_in(lines, section))
    elif key.path == ("services", ANY_NAME, "params", "storage", ANY_NAME):
        yield from ((name, "volume") for name in volumes_in(lines))
    elif key.path == (*_PLACEMENT, "attributes", ANY_NAME):
        for name, values in market.attributes.items():
            yield name, f"{plural(sum(values.values()), 'provider')}, {plural(len(values), 'value')}"


def _values(place: CursorPlace, lines: Sequence[str], market: MarketChoices) -> Iterator[Suggestion]:
    key = find_key((*place.path, place.key))
    if key is None:
        return
    section = _NAMES.get(key.path)
    if section is not None:
        yield from (Suggestion(name, _KINDS[section]) for name in names_in(lines, section))
    elif key.path == (*_NVIDIA, "model"):
        yield from _models(market)
    elif key.path == (*_NVIDIA, "ram"):
        yield from _vram(place, market)
    elif key.path == (*_PLACEMENT, "attributes", ANY_NAME):
        for value, count in market.attributes.get(place.key, {}).items():
            if place.in_quotes and set(value) & set("\"'\\"):
                continue  # it would end the quotes that are there
            yield Suggestion(value, plural(count, "provider"), value if place.in_quotes else _quoted(value))
    elif key.path == _CLASS:
        known = market.storage_classes
        for value in sorted(key.values, key=lambda each: -known.get(each, 0)):
            note = plural(known.get(value, 0), "provider") if market.known and value != "default" else ""
            yield Suggestion(value, note)
    elif key.shape is KeyShape.VALUE:
        for value in key.values:
            yield Suggestion(value.strip('"'), "", value.strip('"') if place.in_quotes else value)


def _models(market: MarketChoices) -> Iterator[Suggestion]:
    """Models that somebody has, the ones with most GPUs free first; without a market, all that are known."""
    by_name: dict[str, list[KnownGpu]] = {}
    for choice in market.gpus:
        if choice.model.vendor == "nvidia" and not choice.model.wildcard:
            by_name.setdefault(choice.model.model, []).append(choice)
    for name, choices in sorted(by_name.items(), key=lambda each: (-(_free(each[1]) or 0), each[0])):
        yield Suggestion(name, _model_note(choices))
    if not by_name:
        names = dict.fromkeys(card.model for card in gpu_table.CARDS if card.vendor == "nvidia")
        for name in names:
            sizes = sorted({card.vram_gib for card in gpu_table.variants("nvidia", name) if card.vram_gib})
            yield Suggestion(name, _sizes(sizes))


def _model_note(choices: Sequence[KnownGpu]) -> str:
    """`24 GB · 31 free · $0.42`: what is known of a model, all variants together."""
    parts = [_sizes(sorted({c.model.vram_gib for c in choices if c.model.vram_gib}))]
    free = _free(choices)
    parts.append(f"{free} free" if free is not None else "")
    medians = sorted(c.median for c in choices if c.median is not None)
    if medians:
        parts.append(f"${rate_span(medians[0], medians[-1])}")
    return " · ".join(part for part in parts if part)


def _sizes(sizes: Sequence[int]) -> str:
    return f"{', '.join(map(str, sizes))} GB" if sizes else ""


def _free(choices: Sequence[KnownGpu]) -> int | None:
    known = [c.free for c in choices if c.free is not None]
    return sum(known) if known else None


def _vram(place: CursorPlace, market: MarketChoices) -> Iterator[Suggestion]:
    """The VRAM sizes of the model that stands beside it."""
    name = place.siblings.get("model", "").partition("#")[0].strip().strip("'\"")
    found = {c.model.vram_gib for c in market.gpus if c.model.model == name}
    found |= {card.vram_gib for card in gpu_table.variants("nvidia", name)}
    yield from (Suggestion(f"{size}Gi") for size in sorted(size for size in found if size))


def _quoted(value: str) -> str:
    """A value of an attribute as YAML reads it back as the same text."""
    plain = value.isascii() and value[:1].isalpha() and all(c.isalnum() or c in "-_./+" for c in value)
    words = ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return value if plain and value.lower() not in words else f'"{escaped}"'
