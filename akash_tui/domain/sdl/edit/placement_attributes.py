"""Placement attributes that an SDL requires of providers, written into its text; everything else stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as Pairs

from akash_tui.domain.sdl.edit.text_edits import first_keys
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.document import profiles_of
from akash_tui.domain.sdl.read.nodes import Mapping, Node, ReadFault, Scalar, plain_edit
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null


def with_attributes(text: str, node: Node | ReadFault | None, wanted: Pairs[str, str]) -> str:
    """`text` requiring these attributes in every placement; one that is already required gets this value.

    ValueError if there is no placement, or if its attributes are written in a way that must be edited by hand.
    """
    places = profiles_of(SdlReading(""), node, "placement")
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
        yield first_keys(text, content, [f"attributes: {_flow(wanted)}"])
        return
    if is_null(found.value):
        colon = text.find(":", found.key.end)
        if colon < 0 or text[found.key.end : colon].strip() or (isinstance(found.value, Scalar) and found.value.text):
            raise ValueError(f"The attributes of {place.name} must be written by hand.")
        yield Edit(colon + 1, colon + 1, f" {_flow(wanted)}")
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
    if new:
        yield first_keys(text, content, _pairs(new))


def _pairs(wanted: Pairs[str, str]) -> list[str]:
    return [f"{key}: {json.dumps(value)}" for key, value in wanted.items()]


def _flow(wanted: Pairs[str, str]) -> str:
    return "{" + ", ".join(_pairs(wanted)) + "}"
