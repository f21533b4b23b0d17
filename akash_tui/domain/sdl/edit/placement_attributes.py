"""Attributes that an SDL asks of its providers, written into its text; every other byte stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as Pairs

from akash_tui.domain.sdl.edit.text_edits import newline_of
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.nodes import Mapping, Node, ReadFault, Scalar
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading, plain_edit
from akash_tui.domain.sdl.read.yaml_scalars import is_null


def with_attributes(text: str, node: Node | ReadFault | None, wanted: Pairs[str, str]) -> str:
    """`text` asking these attributes of the providers of every group; one that is asked already gets this value.

    ValueError if there is no group, or if its attributes stand where only a person should edit.
    """
    places = list(_placements(node))
    if not places:
        raise ValueError("There is no placement to write attributes into.")
    edits: list[Edit] = []
    for place in places:
        edits += _edits(text, place, wanted)
    return apply_edits(text, edits)


def _edits(text: str, place: MappingEntry, wanted: Pairs[str, str]) -> Iterator[Edit]:
    reading = SdlReading("")
    found = reading.fields(place.value, "", ("attributes",)).get("attributes")
    if found is None:
        content = reading.follow(place.value, "")
        if not isinstance(content, Mapping) or not content.pairs:
            raise ValueError(f"The placement {place.name} is empty.")
        yield _first_in(text, content, "attributes", "{" + _flow(wanted) + "}")
        return
    if is_null(found.value):
        colon = text.find(":", found.key.end)
        if colon < 0 or text[found.key.end : colon].strip() or (isinstance(found.value, Scalar) and found.value.text):
            raise ValueError(f"The attributes of {place.name} must be written by hand.")
        yield Edit(colon + 1, colon + 1, " {" + _flow(wanted) + "}")
        return
    content = reading.follow(found.value, "")
    if not isinstance(content, Mapping) or (not content.pairs and not content.flow):
        raise ValueError(f"The attributes of {place.name} must be written by hand.")
    known = {entry.name: entry for entry in reading.entries(content, "")}
    for key, value in wanted.items():
        if key not in known:
            continue
        target = reading.follow(known[key].value, "")
        edit = plain_edit(target, json.dumps(value)) if target is not None else None
        if edit is None or edit.start == edit.end:
            raise ValueError(f"The attribute {key} of {place.name} must be changed by hand.")
        yield edit
    new = {key: value for key, value in wanted.items() if key not in known}
    if not new:
        return
    if content.flow:
        yield Edit(content.start + 1, content.start + 1, _flow(new) + (", " if content.pairs else ""))
        return
    first = content.pairs[0][0]
    pad = newline_of(text) + " " * (first.column - 1)
    yield Edit(first.start, first.start, "".join(f"{key}: {json.dumps(value)}{pad}" for key, value in new.items()))


def _first_in(text: str, content: Mapping, key: str, value: str) -> Edit:
    """A new first key of a mapping."""
    if content.flow:
        return Edit(content.start + 1, content.start + 1, f"{key}: {value}, ")
    first = content.pairs[0][0]
    return Edit(first.start, first.start, f"{key}: {value}{newline_of(text)}{' ' * (first.column - 1)}")


def _flow(wanted: Pairs[str, str]) -> str:
    return ", ".join(f"{key}: {json.dumps(value)}" for key, value in wanted.items())


def _placements(node: Node | ReadFault | None) -> Iterator[MappingEntry]:
    if not isinstance(node, Mapping):
        return
    reading = SdlReading("")
    for section, value in node.pairs:
        if isinstance(section, Scalar) and section.text == "profiles":
            for group in reading.fields(value, "", ("placement",)).values():
                yield from reading.entries(group.value, "")
